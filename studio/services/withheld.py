"""Which comments of this LIVE are not seen any more, for what is shown of it again. GUI thread.

At most ``_KEPT`` removed comments and as many muted people; the oldest are forgotten.
"""

from __future__ import annotations

from studio.protocol.events import (
    Commented,
    CommentRemoved,
    CommentRestored,
    Event,
    PersonMuted,
    PersonUnmuted,
)

_KEPT = 50_000


class Withheld:
    """Told of every event in order."""

    def __init__(self) -> None:
        self._removed: dict[str, None] = {}
        self._muted: dict[str, int] = {}  # person -> seq of the mute: what they said before is hidden

    def clear(self) -> None:
        self._removed.clear()
        self._muted.clear()

    def hear(self, event: Event) -> bool:
        """Whether it changes what is seen."""
        match event:
            case CommentRemoved():
                self._removed[event.comment_id] = None
            case CommentRestored():
                self._removed.pop(event.comment_id, None)
            case PersonMuted():
                self._muted[event.person.id] = event.seq
            case PersonUnmuted():
                self._muted.pop(event.person.id, None)
            case _:
                return False
        for kept in (self._removed, self._muted):
            if len(kept) > _KEPT:
                del kept[next(iter(kept))]
        return True

    def hides(self, comment: Commented) -> bool:
        return self.hides_item(comment.comment_id, comment.person.id, comment.seq)

    def hides_item(self, comment_id: str, person_id: str, seq: int) -> bool:
        """The same, by what a row knows of its comment."""
        return comment_id in self._removed or seq < self._muted.get(person_id, 0)
