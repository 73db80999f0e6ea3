"""What was taken out of the feed and may come back: which comment, in which row, for which reasons.

Pure bookkeeping (GUI thread). At most ``_KEPT``; policy: the oldest can no longer come back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from studio.services.rows import Said

_KEPT = 5_000


class Reason(Enum):
    """Why a comment is not seen."""

    REMOVED = "removed"
    MUTED = "muted"


@dataclass(slots=True)
class Hidden:
    """``key``: the row's."""

    key: int
    said: Said
    reasons: set[Reason] = field(default_factory=set)


class HiddenComments:
    """Invariant: a comment comes back when the last reason against it is gone."""

    def __init__(self) -> None:
        self._hidden: dict[str, Hidden] = {}

    def clear(self) -> None:
        self._hidden.clear()

    def hide(self, key: int, said: Said, reason: Reason) -> None:
        known = self._hidden.setdefault(said.comment_id, Hidden(key, said))
        known.reasons.add(reason)
        if len(self._hidden) > _KEPT:
            del self._hidden[next(iter(self._hidden))]

    def hide_all_of(self, person_id: str, reason: Reason) -> None:
        """One reason more against everything of theirs that is hidden already."""
        for one in self._of(person_id):
            one.reasons.add(reason)

    def show(self, comment_id: str, reason: Reason) -> Hidden | None:
        """Takes a reason away; the comment, when it may be seen again."""
        known = self._hidden.get(comment_id)
        if known is None:
            return None
        known.reasons.discard(reason)
        return None if known.reasons else self._hidden.pop(comment_id)

    def show_all_of(self, person_id: str, reason: Reason) -> list[Hidden]:
        """The same for everything of a person, in the order it was said."""
        shown = [self.show(one.said.comment_id, reason) for one in self._of(person_id)]
        return [one for one in shown if one is not None]

    def _of(self, person_id: str) -> list[Hidden]:
        return [
            one
            for one in self._hidden.values()
            if one.said.person is not None and one.said.person.id == person_id
        ]
