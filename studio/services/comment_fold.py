"""Near-identical comments within 5 s fold into the row of the first, with a count and who wrote them.

Pure bookkeeping for the feed (GUI thread). Queue: the rows that may still grow, at most ``_OPEN``; policy:
the oldest close. A row keeps its first ``KEPT`` comments to be shown and acted on; further ones are counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from studio.model.likeness import Likeness, likeness_of
from studio.protocol.events import Commented
from studio.services.badges import HOST, MODERATOR
from studio.services.rows import FeedRow, RowKind, RowState, Said

FOLD_MS = 5_000
KEPT = 50
_OPEN = 4_000
#: What these say is never folded away.
_STAFF = frozenset({HOST, MODERATOR})


@dataclass(slots=True)
class OpenRow:
    """A row that may still grow: what its first comment says, and who said it since."""

    at_ms: int
    likeness: Likeness
    key: int
    people: set[str]


class CommentFold:
    """Invariant: a row grows for ``FOLD_MS`` from its first comment, by the times the server gave them."""

    def __init__(self) -> None:
        self._open: deque[OpenRow] = deque()
        self._by_letters: dict[str, list[OpenRow]] = {}

    def find(self, event: Commented) -> OpenRow | None:
        """The row that already says this, or None."""
        while self._open and not 0 <= event.at_ms - self._open[0].at_ms <= FOLD_MS:
            self._close_oldest()
        likeness = likeness_of(event.text)
        if likeness is None:
            return None
        same = self._by_letters.get(likeness.letters, ())
        return next((one for one in reversed(same) if one.likeness.alike(likeness)), None)

    def placed(self, event: Commented, key: int) -> None:
        """A row of its own was made for this comment: those alike may follow."""
        likeness = likeness_of(event.text)
        if likeness is None:
            return
        made = OpenRow(event.at_ms, likeness, key, {event.person.id})
        self._open.append(made)
        self._by_letters.setdefault(likeness.letters, []).append(made)
        if len(self._open) > _OPEN:
            self._close_oldest()

    def _close_oldest(self) -> None:
        gone = self._open.popleft()
        same = self._by_letters[gone.likeness.letters]
        same.remove(gone)
        if not same:
            del self._by_letters[gone.likeness.letters]


def grown(row: FeedRow, open_row: OpenRow, event: Commented) -> FeedRow:
    """``row`` with one comment more."""
    said = said_of(row)
    open_row.people.add(event.person.id)
    if len(said) < KEPT:
        said = (*said, Said(event.comment_id, event.person, event.text))
    return replace(row, said=said, count=max(1, row.count) + 1, people=len(open_row.people))


def may_grow(row: FeedRow | None) -> bool:
    """Whether others may fold into this row: never into the host's own, a moderator's or a hidden one."""
    return (
        row is not None
        and row.kind is RowKind.COMMENT
        and row.state is RowState.SETTLED
        and not row.mine
        and _STAFF.isdisjoint(row.badges)
    )


def without(row: FeedRow, gone: Callable[[Said], bool]) -> FeedRow:
    """``row`` without the comments that were taken out: hidden when none is left that can be shown."""
    left = tuple(one for one in row.said if not gone(one))
    if not left:
        return replace(row, state=RowState.HIDDEN)
    taken = len(row.said) - len(left)
    people = {one.person.id for one in row.said if one.person} - {one.person.id for one in left if one.person}
    first = left[0]
    return replace(
        row,
        said=left,
        count=row.count - taken,
        people=row.people - len(people),
        person=first.person,
        text=first.text,
        item_id=first.comment_id,
    )


def said_of(row: FeedRow) -> tuple[Said, ...]:
    """The comments a row shows: those of a folded one, or its only one."""
    return row.said or (Said(row.item_id, row.person, row.text),)


def with_again(row: FeedRow, said: Said) -> FeedRow:
    """``row`` with a comment that was taken out, in its old place among the others."""
    if not row.said:  # never folded: there is only this one
        return replace(row, state=RowState.SETTLED)
    others = () if row.state is RowState.HIDDEN else tuple(one for one in row.said if one != said)
    among = tuple(sorted((*others, said), key=lambda one: _place(one.comment_id)))
    new = said.person is not None and all(
        one.person is None or one.person.id != said.person.id for one in others
    )
    first = among[0]
    return replace(
        row,
        state=RowState.SETTLED,
        said=among,
        count=row.count + 1 if others else 1,
        people=row.people + new if others else 1,
        person=first.person,
        text=first.text,
        item_id=first.comment_id,
    )


def _place(comment_id: str) -> int:
    """When it was said: the number at the end of its id is its event's."""
    number = comment_id.rpartition(".")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def alone(row: FeedRow, said: Said) -> FeedRow:
    """One comment of a folded row as a row of its own: for what the host does with it."""
    return replace(
        row, person=said.person, text=said.text, item_id=said.comment_id, said=(), count=0, people=0
    )
