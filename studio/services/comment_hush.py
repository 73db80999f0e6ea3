"""Comments for followers only while the host is away; afterwards what was, unless someone chose meanwhile.

Kept in the profile, so that a studio that ends meanwhile puts it right when the LIVE is resumed.

GUI thread. Signals: ``changed`` when it begins or ends to hold, ``failed(sentence)``: the backend refuses.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from studio.model.room import CommentAccess, Commenters
from studio.services.live import LiveService
from studio.services.profile import Profile, SavedHush

log = logging.getLogger(__name__)

FOLLOWERS_ONLY = CommentAccess(who=Commenters.FOLLOWERS)


class CommentHush(QObject):
    """Invariant: never opens comments wider than they were, and restores only what it changed itself."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, live: LiveService, profile: Profile | None = None) -> None:
        """``profile``: where it is kept; without one it ends with this studio."""
        super().__init__()
        self._live = live
        self._profile = profile
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
        self._remember(desk.access_to_be)
        self._expected.append(FOLLOWERS_ONLY)
        desk.set_access(FOLLOWERS_ONLY, self._refused)

    def restore(self) -> None:
        """What was before ``hush``; cut off, both go to the backend in this order once it is back."""
        before = self._before
        if before is not None:
            self._remember(None)
            self._expected.append(before)
            self._live.desk.set_access(before)

    def resume(self) -> None:
        """We are on air: what a studio that ended while its host was away did to this room ends now."""
        kept = self._profile.saved.hush if self._profile is not None else None
        if kept is None or self._before is not None:
            return
        self._remember(None)
        room = self._live.room
        if room is not None and room.room_id == kept.room_id and self._live.comment_access == FOLLOWERS_ONLY:
            log.info("the host is back in a studio started anew: comments are as before")
            self._live.desk.set_access(kept.access)

    def forget(self, *, over: bool) -> None:
        """We are not on air any more. ``over``: nor is the room, so there is nothing left to restore."""
        if over:
            self._remember(None)
        self._before = None
        self._expected.clear()

    def _remember(self, before: CommentAccess | None) -> None:
        self._before = before
        room, profile = self._live.room, self._profile
        if profile is not None:
            kept = SavedHush(room.room_id, before) if room is not None and before is not None else None
            if kept != profile.saved.hush:
                profile.update(hush=kept)

    def _chosen_by_hand(self) -> None:
        self._remember(None)

    def _access_changed(self) -> None:
        access = self._live.comment_access
        if self._expected and self._expected[0] == access:
            self._expected.pop(0)
        elif self._before is not None:
            # Chosen in another studio of this host: either before ours is carried out, or meanwhile.
            self._remember(access if self._expected else None)
        self.changed.emit()

    def _refused(self, why: str) -> None:
        log.warning("comments stay open to everyone: %s", why)
        wanted = self._before is not None
        self._remember(None)
        self._expected.clear()
        if wanted:
            self.failed.emit(f"You are away, but everyone can still comment: {why}")
