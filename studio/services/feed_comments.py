"""Comments in the feed: the host's own, those alike in one row, what is taken out and back. GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from msgspec.structs import replace

from studio.model.room import Person
from studio.protocol.events import Commented, CommentRemoved, CommentRestored, PersonMuted, PersonUnmuted
from studio.services.badges import HOST, MODERATOR, Badges
from studio.services.comment_fold import CommentFold, grown, may_grow, said_of, with_again, without
from studio.services.feed_rows import FeedRows
from studio.services.hidden_comments import Hidden, HiddenComments, Reason
from studio.services.rows import FeedRow, FeedTab, RowKind, RowState, Said

#: Rows of one person that are looked through for one they are in already.
_LOOKED_BACK = 8


class FeedComments:
    """Invariant: each comment is in one row. ``own_id``: the host's account."""

    def __init__(self, rows: FeedRows) -> None:
        self._rows = rows
        self._mine: deque[tuple[int, str]] = deque()  # ours on their way: (key, text)
        self._of_person: dict[str, list[int]] = {}  # their rows, to hide when they are muted
        self._alike = CommentFold()
        self._hidden = HiddenComments()
        self.own_id = ""
        #: Whether a comment of somebody else's speaks to the host.
        self.mentions: Callable[[Commented], bool] = lambda event: False
        #: Whether somebody is a moderator of the host's.
        self.helps: Callable[[str], bool] = lambda person_id: False
        self.badges = Badges()
        rows.pruned = self._forget_dropped

    def clear(self) -> None:
        self._mine.clear()
        self._of_person.clear()
        self._alike = CommentFold()
        self._hidden.clear()
        self.badges = Badges()

    def add_mine(self, person: Person, text: str) -> int:
        """Shown at once and greyed; its key."""
        row = self._rows.made(RowKind.COMMENT, person=person, text=text, state=RowState.PENDING, mine=True)
        self._mine.append((row.key, text))
        self._rows.append(replace(row, badges=(HOST,)), FeedTab.ALL)
        return row.key

    def confirm_mine(self, key: int, comment_id: str) -> None:
        if self._rows.key_of(comment_id) is None:
            self._rows.name(comment_id, key)

    def fail_mine(self, key: int, why: str) -> None:
        self._forget_mine(key)
        self._rows.change(key, state=RowState.FAILED, note=why)

    def retry_mine(self, key: int) -> str | None:
        row = self._rows.get(key)
        if row is None or row.state is not RowState.FAILED:
            return None
        self._mine.append((key, row.text))
        self._rows.change(key, state=RowState.PENDING, note="")
        return row.text

    def said(self, event: Commented) -> None:
        key = self._rows.key_of(event.comment_id) or self._claim_mine(event)
        if key is not None:
            self._rows.name(event.comment_id, key)
            self._forget_mine(key)
            self._rows.change(key, state=RowState.SETTLED, item_id=event.comment_id, text=event.text)
            return
        if self._folded(event):
            return
        row = self._rows.made(RowKind.COMMENT, event, person=event.person, text=event.text)
        if event.person.id == self.own_id:
            row = replace(row, badges=(HOST,), mine=True)
        else:
            staff = (MODERATOR,) if self.helps(event.person.id) else ()
            row = replace(row, badges=(*staff, *self.badges.of(event)), mention=self.mentions(event))
        row = replace(row, item_id=event.comment_id)
        if may_grow(row):
            self._alike.placed(event, row.key)
        self._rows.name(event.comment_id, row.key)
        self._of_person.setdefault(event.person.id, []).append(row.key)
        self._rows.append(row, FeedTab.ALL, *([FeedTab.MENTIONS] if row.mention else []))

    def removed(self, event: CommentRemoved) -> None:
        key = self._rows.key_of(event.comment_id)
        if key is not None:
            self._hide(key, Reason.REMOVED, lambda said: said.comment_id == event.comment_id)

    def restored(self, event: CommentRestored) -> None:
        self._come_back(self._hidden.show(event.comment_id, Reason.REMOVED))

    def muted(self, event: PersonMuted) -> None:
        person_id = event.person.id
        self._hidden.hide_all_of(person_id, Reason.MUTED)
        for key in self._of_person.get(person_id, []):
            self._hide(
                key, Reason.MUTED, lambda said: said.person is not None and said.person.id == person_id
            )

    def unmuted(self, event: PersonUnmuted) -> None:
        for hidden in self._hidden.show_all_of(event.person.id, Reason.MUTED):
            self._come_back(hidden)

    def _folded(self, event: Commented) -> bool:
        """Whether a row that says the same has taken this comment in."""
        found = self._alike.find(event) if event.person.id != self.own_id else None
        row: FeedRow | None = self._rows.get(found.key) if found is not None else None
        if found is None or row is None or not may_grow(row):
            return False
        key, more = found.key, grown(row, found, event)
        self._rows.put(more)
        if len(more.said) > len(row.said):
            self._rows.name(event.comment_id, key)
            keys = self._of_person.setdefault(event.person.id, [])
            if key not in keys[-_LOOKED_BACK:]:
                keys.append(key)
        return True

    def _hide(self, key: int, reason: Reason, gone: Callable[[Said], bool]) -> None:
        """Hides a comment's row, or what is ``gone`` of a folded one."""
        row = self._rows.get(key)
        if row is None:
            return
        for said in said_of(row):
            if gone(said):
                self._hidden.hide(key, said, reason)
        if row.state is not RowState.HIDDEN:
            self._rows.put(without(row, gone))

    def _come_back(self, hidden: Hidden | None) -> None:
        row = self._rows.get(hidden.key) if hidden is not None else None
        if hidden is not None and row is not None:
            self._rows.put(with_again(row, hidden.said))

    def _claim_mine(self, event: Commented) -> int | None:
        if event.person.id != self.own_id:
            return None
        return next((key for key, text in self._mine if text == event.text), None)

    def _forget_mine(self, key: int) -> None:
        self._mine = deque(item for item in self._mine if item[0] != key)

    def _forget_dropped(self, alive: set[int]) -> None:
        self._of_person = {
            who: left
            for who, keys in self._of_person.items()
            if (left := [key for key in keys if key in alive])
        }
