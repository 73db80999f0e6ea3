"""What a client asks for. Each command travels in a ``Request`` with a client-made id.

``mutates`` commands are carried out once per id: sent again with the same id (after a cut
connection), the server answers with the stored result. Each class names its result.
"""

from __future__ import annotations

import functools
import operator
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import msgspec

from studio.model.gift import Gift
from studio.model.money import MAX_AMOUNT, CoinPack, Rates
from studio.model.question import Question, QuestionState
from studio.model.room import CommentAccess, GoalKind, Person, Room, RoomTotals, Supporter
from studio.protocol.activities import ACTIVITY_TYPES, Mine
from studio.protocol.command import Command, Id, Result, Seq, Text
from studio.protocol.moderation import MODERATION_TYPES
from studio.protocol.money import MONEY_TYPES
from studio.protocol.search import SearchRoom


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in person. ``role`` is ``viewer`` or ``host``. Money as in `Balance`."""

    person: Person
    role: str
    followers: int = 0
    coins: int = 0
    diamonds: int = 0
    pending: int = 0
    available: int = 0
    reserved: int = 0


class SignedIn(Result, frozen=True, kw_only=True):
    """``token`` opens later sessions until ``expires_ms``; it is shown once and stored hashed."""

    account: Account
    token: str
    expires_ms: int


class RoomList(Result, frozen=True, kw_only=True):
    """Rooms that are live, most viewers first."""

    rooms: tuple[Room, ...]


class Entered(Result, frozen=True, kw_only=True):
    """The room as of ``seq``; events follow from ``seq + 1``. ``recent``: the last comments and gifts.

    ``questions``: the one being answered, then those with most votes, then the last answered; at most 100.
    ``voted``: ids of those this account has voted for. ``fans``: by account, the level of the fans among
    those who were here. ``mine``: what this account has done in what runs. ``moderators``: accounts
    that help the host.
    """

    room: Room
    seq: int
    recent: tuple[msgspec.Raw, ...] = ()
    following: bool = False
    supporters: tuple[Supporter, ...] = ()
    questions: tuple[Question, ...] = ()
    voted: tuple[str, ...] = ()
    fans: dict[str, int] = {}
    mine: Mine = Mine()
    moderators: tuple[str, ...] = ()


class Resumed(Result, frozen=True, kw_only=True):
    """Events ``after_seq + 1`` to ``seq`` follow this answer, then the live ones. ``room``: as of ``seq``.

    ``voted``: ids of the questions this account has voted for. ``mine``: as in `Entered`.
    """

    room: Room
    after_seq: int
    seq: int
    supporters: tuple[Supporter, ...] = ()
    voted: tuple[str, ...] = ()
    mine: Mine = Mine()


class Opened(Result, frozen=True, kw_only=True):
    """The LIVE is open and the host is in it. ``seq`` is 0: every event follows, RoomOpened first."""

    room: Room
    seq: int
    notified: int = 0


class Closed(Result, frozen=True, kw_only=True):
    """The LIVE has ended. ``seq`` is its last event; ``totals`` are final, ``diamonds`` the ledger's."""

    room: Room
    totals: RoomTotals
    seq: int
    supporters: tuple[Supporter, ...] = ()


class Fate(StrEnum):
    """What became of what was posted, by the host's rules."""

    SHOWN = "shown"
    HELD = "held"
    HIDDEN = "hidden"


class Posted(Result, frozen=True, kw_only=True, omit_defaults=True):
    """What was posted is stored under ``item_id`` as event ``seq``. Hidden it has neither; held, ``item_id``
    is what a `Denied` notice would name.

    ``fate`` stands there only when it is not ``shown``.
    """

    item_id: str
    seq: int
    fate: Fate = Fate.SHOWN


class Voted(Result, frozen=True, kw_only=True):
    """Whether this account's vote is with the question now, and how many votes that one has."""

    question_id: str
    voted: bool
    votes: int


class GiftAccepted(Result, frozen=True, kw_only=True):
    """The gift is in the ledger. ``count``: the streak's so far; ``coins``: the sender's new balance."""

    transfer_id: str
    streak_id: str
    count: int
    coins: int
    seq: int


class Catalogue(Result, frozen=True, kw_only=True):
    """Gifts on sale and coin packs in the shop. ``test_money``: no real money moves."""

    gifts: tuple[Gift, ...]
    packs: tuple[CoinPack, ...]
    test_money: bool


class Balance(Result, frozen=True, kw_only=True):
    """An account's money as the ledger has it. ``diamonds`` are the ``pending`` and the ``available`` ones.

    ``available`` can be cashed out; below 0 a returned payment took more back than was there. ``reserved``
    ones are in a payout under way and count in none of the others.
    """

    coins: int
    diamonds: int
    micro_dollars: int
    rates: Rates
    pending: int = 0
    available: int = 0
    reserved: int = 0


class Bought(Result, frozen=True, kw_only=True):
    """A purchase in the sandbox shop: ``coins`` is the new balance."""

    transfer_id: str
    coins: int


class SignUp(Command, frozen=True, kw_only=True, tag="sign_up"):
    """Makes an account and signs in. ``role``: ``viewer`` or ``host``."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = SignedIn
    handle: Text
    password: Text
    name: Text = ""
    role: Text = "viewer"


class SignIn(Command, frozen=True, kw_only=True, tag="sign_in"):
    """Signs in with a password; the answer's token serves from then on."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = SignedIn
    handle: Text
    password: Text


class SignOut(Command, frozen=True, kw_only=True, tag="sign_out"):
    """Revokes the token this connection signed in with."""

    mutates: ClassVar[bool] = False


class ListRooms(Command, frozen=True, kw_only=True, tag="list_rooms"):
    """Which rooms are live."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = RoomList


class EnterRoom(Command, frozen=True, kw_only=True, tag="enter_room"):
    """Starts receiving a room's events. Signed in, it also counts and announces the viewer."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = Entered
    room_id: Id


class LeaveRoom(Command, frozen=True, kw_only=True, tag="leave_room"):
    """Stops receiving a room's events."""

    mutates: ClassVar[bool] = False
    room_id: Id


class Resume(Command, frozen=True, kw_only=True, tag="resume"):
    """Like EnterRoom after a cut: every event after ``after_seq``, then the live ones. No Joined event."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = Resumed
    room_id: Id
    after_seq: Seq


class OpenRoom(Command, frozen=True, kw_only=True, tag="open_room"):
    """Goes live. Followers are told. One LIVE a host at a time."""

    result: ClassVar[type[Result]] = Opened
    title: Text
    topic: Text = ""
    goal_title: Text = ""
    goal_target: Seq = msgspec.field(name="goal_diamonds", default=0)
    goal_kind: GoalKind = GoalKind.DIAMONDS
    goal_gift_id: int = 0
    comment_access: CommentAccess = CommentAccess()


class CloseRoom(Command, frozen=True, kw_only=True, tag="close_room"):
    """Ends the LIVE."""

    result: ClassVar[type[Result]] = Closed
    room_id: Id


class Comment(Command, frozen=True, kw_only=True, tag="comment"):
    """Writes to everyone in the room."""

    result: ClassVar[type[Result]] = Posted
    room_id: Id
    text: Text


class Like(Command, frozen=True, kw_only=True, tag="like"):
    """Taps of the heart, batched by the client (1 to 15)."""

    room_id: Id
    count: Annotated[int, msgspec.Meta(ge=1, le=15)] = 1


class Share(Command, frozen=True, kw_only=True, tag="share"):
    """Tells the room that this viewer shared it."""

    room_id: Id


class Follow(Command, frozen=True, kw_only=True, tag="follow"):
    """Follows a room's host, or no longer (``following`` false)."""

    room_id: Id
    following: bool = True


class AskQuestion(Command, frozen=True, kw_only=True, tag="ask_question"):
    """Asks the host."""

    result: ClassVar[type[Result]] = Posted
    room_id: Id
    text: Text


class AnswerQuestion(Command, frozen=True, kw_only=True, tag="answer_question"):
    """Host: marks a question as answered."""

    room_id: Id
    question_id: Id


class MoveQuestion(Command, frozen=True, kw_only=True, tag="move_question"):
    """Host: takes a question up (``answering``), answers, dismisses or puts it back (``open``).

    Taking one up answers the one before it.
    """

    room_id: Id
    question_id: Id
    state: QuestionState


class VoteQuestion(Command, frozen=True, kw_only=True, tag="vote_question"):
    """Viewer: wants a question answered, or no longer (``voted`` false). One vote each; the host has none."""

    result: ClassVar[type[Result]] = Voted
    room_id: Id
    question_id: Id
    voted: bool = True


class SetGoal(Command, frozen=True, kw_only=True, tag="set_goal"):
    """Host: sets the goal; 0 takes it away. ``gift_id``: which gift a goal of kind ``gift`` counts.

    One of another title, kind or gift counts from now on; else what was reached stays.
    """

    room_id: Id
    title: Text = ""
    target: Seq = msgspec.field(name="target_diamonds", default=0)
    kind: GoalKind = GoalKind.DIAMONDS
    gift_id: int = 0


class GetCatalogue(Command, frozen=True, kw_only=True, tag="get_catalogue"):
    """What can be given and bought."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = Catalogue


class GetBalance(Command, frozen=True, kw_only=True, tag="get_balance"):
    """The signed-in account's money."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = Balance


class BuyCoins(Command, frozen=True, kw_only=True, tag="buy_coins"):
    """Buys a coin pack in the sandbox shop (test money)."""

    result: ClassVar[type[Result]] = Bought
    pack_id: Id


class SendGift(Command, frozen=True, kw_only=True, tag="send_gift"):
    """Gives ``count`` of a gift. Repeats of a streakable gift within the time-out continue its streak."""

    result: ClassVar[type[Result]] = GiftAccepted
    room_id: Id
    gift_id: int
    count: Annotated[int, msgspec.Meta(ge=-MAX_AMOUNT, le=MAX_AMOUNT)] = 1


class ReportPicture(Command, frozen=True, kw_only=True, tag="report_picture"):
    """Viewer: how far the picture is behind the camera, in ms; frames dropped since the last report."""

    mutates: ClassVar[bool] = False
    room_id: Id
    latency_ms: Annotated[int, msgspec.Meta(ge=0, le=600_000)]
    dropped: Seq = 0


#: Every command, in the order of the reference page.
COMMAND_TYPES: tuple[type[Command], ...] = (
    SignUp,
    SignIn,
    SignOut,
    ListRooms,
    EnterRoom,
    LeaveRoom,
    Resume,
    OpenRoom,
    CloseRoom,
    Comment,
    Like,
    Share,
    Follow,
    AskQuestion,
    AnswerQuestion,
    MoveQuestion,
    VoteQuestion,
    *MODERATION_TYPES,
    SearchRoom,
    SetGoal,
    *ACTIVITY_TYPES,
    GetCatalogue,
    GetBalance,
    BuyCoins,
    SendGift,
    *MONEY_TYPES,
    ReportPicture,
)

#: The union msgspec decodes by its ``do`` tag.
AnyCommand: Any = functools.reduce(operator.or_, COMMAND_TYPES)
