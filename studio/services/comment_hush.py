"""Comments for followers only while the host is away; afterwards what was, unless someone chose meanwhile.

GUI thread. Signals: ``changed`` when it begins or ends to hold, ``failed(sentence)``: the backend refuses.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from studio.model.room import CommentAccess, Commenters
from studio.services.live import LiveService

log = logging.getLogger(__name__)

FOLLOWERS_ONLY = CommentAccess(who=Commenters.FOLLOWERS)


class CommentHush(QObject):
    """Invariant: never opens comments wider than they were, and restores only what it changed itself."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, live: LiveService) -> None:
        super().__init__()
        self._live = live
        self._before: CommentAccess | None = None
        self._expected: list[CommentAccess] = []  # ours, asked for and not heard of yet, in order
        live.access_changed.connect(self._access_changed)
        live.desk.access_chosen.connect(self._chosen_by_hand)

    @property
    def on(self) -> bool:
        """Whether strangers cannot comment now, as the backend has it."""
        return self._live.comment_access.who is not Commenters.EVERYONE

    def hush(self) -> None:
        """Followers only from now on. Where fewer may comment already, that stays."""
        desk = self._live.desk
        if desk.access_to_be.who is not Commenters.EVERYONE:
            return
        self._before = desk.access_to_be
        self._expected.append(FOLLOWERS_ONLY)
        desk.set_access(FOLLOWERS_ONLY, self._refused)

    def restore(self) -> None:
        """What was before ``hush``; cut off, both go to the backend in this order once it is back."""
        before, self._before = self._before, None
        if before is not None:
            self._expected.append(before)
            self._live.desk.set_access(before)

    def forget(self) -> None:
        """The LIVE is over: there is nothing left to restore."""
        self._before = None
        self._expected.clear()

    def _chosen_by_hand(self) -> None:
        self._before = None

    def _access_changed(self) -> None:
        access = self._live.comment_access
        if self._expected and self._expected[0] == access:
            self._expected.pop(0)
        elif self._before is not None:
            # Chosen in another studio of this host: either before ours is carried out, or meanwhile.
            self._before = access if self._expected else None
        self.changed.emit()

    def _refused(self, why: str) -> None:
        log.warning("comments stay open to everyone: %s", why)
        wanted, self._before = self._before is not None, None
        self._expected.clear()
        if wanted:
            self.failed.emit(f"You are away, but everyone can still comment: {why}")
