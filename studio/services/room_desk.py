"""What the host does in their open room: comment, answer, pin, remove, mute, goal, who may comment.

GUI thread. Signals: ``failed(sentence)``; ``access_chosen`` when the host chose who may comment.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.model.question import QuestionState
from studio.model.room import CommentAccess, GoalWish, Room
from studio.model.text import clean_line
from studio.net.errors import Disconnected, Rejected
from studio.protocol.command import Command
from studio.protocol.commands import AnswerQuestion, Comment, MoveQuestion, Posted, SetGoal
from studio.protocol.moderation import MutePerson, PinComment, RemoveComment, SetCommentAccess
from studio.services.account import AccountService
from studio.services.feed import FeedService
from studio.services.link import LinkService
from studio.services.tasks import Tasks


class RoomDesk(QObject):
    """``room``: the room of now, or None; without one nothing is sent. Cut off, commands wait and are sent
    again; what they bring about is heard as events.
    """

    failed = Signal(str)
    access_chosen = Signal()

    def __init__(
        self,
        link: LinkService,
        account: AccountService,
        feed: FeedService,
        tasks: Tasks,
        room: Callable[[], Room | None],
    ) -> None:
        super().__init__()
        self._link = link
        self._account = account
        self._feed = feed
        self._tasks = tasks
        self._room = room
        self._accesses_asked = 0
        self._access_heard = CommentAccess()
        #: Who may comment once everything that was asked for is done.
        self.access_to_be = CommentAccess()

    def comment(self, text: str) -> None:
        """Writes to everyone; the row shows at once and settles when the backend has it."""
        text = clean_line(text)
        if text and self._account.person is not None:
            self._send_comment(self._feed.add_mine(self._account.person, text), text)

    def retry_comment(self, key: int) -> None:
        """Sends a refused comment of ours again."""
        text = self._feed.retry_mine(key)
        if text is not None:
            self._send_comment(key, text)

    def answer(self, question_id: str) -> None:
        self._command(lambda room_id: AnswerQuestion(room_id=room_id, question_id=question_id))

    def move_question(self, question_id: str, state: QuestionState) -> None:
        """Takes a question up, dismisses it or puts it back."""
        self._command(lambda room_id: MoveQuestion(room_id=room_id, question_id=question_id, state=state))

    def pin(self, comment_id: str) -> None:
        """Pins a comment; an empty id takes the pin down."""
        self._command(lambda room_id: PinComment(room_id=room_id, comment_id=comment_id))

    def remove(self, comment_id: str, reason: str = "") -> None:
        self._command(lambda room_id: RemoveComment(room_id=room_id, comment_id=comment_id, reason=reason))

    def mute(self, person_id: str, seconds: int, reason: str = "") -> None:
        """0 seconds: for the whole LIVE."""
        self._command(
            lambda room_id: MutePerson(room_id=room_id, person_id=person_id, seconds=seconds, reason=reason)
        )

    def set_goal(self, wish: GoalWish) -> None:
        """A target of 0 takes the goal away."""
        title = clean_line(wish.title)
        self._command(
            lambda room_id: SetGoal(
                room_id=room_id, title=title, target=wish.target, kind=wish.kind, gift_id=wish.gift_id
            )
        )

    def choose_access(self, access: CommentAccess) -> None:
        """The host chooses who may comment from now on."""
        self.access_chosen.emit()
        self.set_access(access)

    def set_access(self, access: CommentAccess, on_refused: Callable[[str], None] | None = None) -> None:
        """The same for the studio's own sake; ``on_refused`` gets the sentence instead of ``failed``."""
        room = self._room()
        if room is not None:
            self.access_to_be = access
            self._accesses_asked += 1
            command = SetCommentAccess(room_id=room.room_id, access=access)
            self._tasks.start(self._ask_access(command), on_refused or self.failed.emit)

    def access_heard(self, access: CommentAccess) -> None:
        """The backend says who may comment now; what is still on its way there comes after that."""
        self._access_heard = access
        if not self._accesses_asked:
            self.access_to_be = access

    async def _ask_access(self, command: SetCommentAccess) -> None:
        try:
            await self._link.ask(command)
        except (Rejected, Disconnected):
            self.access_to_be = self._access_heard
            raise
        finally:
            self._accesses_asked -= 1

    def _send_comment(self, key: int, text: str) -> None:
        room = self._room()
        if room is not None:
            command = Comment(room_id=room.room_id, text=text)
            self._tasks.start(self._ask_comment(key, command), lambda why: self._feed.fail_mine(key, why))

    async def _ask_comment(self, key: int, command: Comment) -> None:
        posted = await self._link.ask(command)
        assert isinstance(posted, Posted)
        self._feed.confirm_mine(key, posted.item_id)

    def _command(self, make: Callable[[str], Command]) -> None:
        room = self._room()
        if room is not None:
            self._tasks.start(self._link.ask(make(room.room_id)), self.failed.emit)
