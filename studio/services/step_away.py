"""Stepping away for a moment: one key hides the host and quiets the studio, the same key restores what was.

GUI thread. The slate goes up for viewers, the microphone is muted, alerts wait, comments are for followers
only; recording goes on. Signals: ``changed``, ``failed(sentence)`` when the backend does not close comments.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from studio.model.room import Commenters
from studio.services.comment_hush import CommentHush
from studio.services.live import LiveService, Phase
from studio.services.profile import Profile
from studio.services.slate import ProgramSlate, SlateReason

log = logging.getLogger(__name__)

SENTENCE = "I’ll be right back"


class Microphone(Protocol):
    """What can be muted: the sound service."""

    @property
    def muted(self) -> bool: ...
    @muted.setter
    def muted(self, muted: bool) -> None: ...


class Alerts(Protocol):
    """What can wait: the overlays service."""

    @property
    def alerts_paused(self) -> bool: ...

    def pause_alerts(self, paused: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class _Before:
    """How everything was when the host stepped away."""

    at_s: float
    muted: bool
    alerts_paused: bool


class StepAwayService(QObject):
    """Invariant: away only while LIVE; coming back restores exactly what was, not "everything on".

    ``microphone`` and ``alerts`` are None in a studio without them.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        live: LiveService,
        slate: ProgramSlate,
        microphone: Microphone | None = None,
        alerts: Alerts | None = None,
        clock: Callable[[], float] = time.monotonic,
        profile: Profile | None = None,
    ) -> None:
        """``profile``: keeps who could comment before, in case this studio ends while the host is away."""
        super().__init__()
        self._live = live
        self._slate = slate
        self._microphone = microphone
        self._alerts = alerts
        self._comments = CommentHush(live, profile)
        self._comments.setParent(self)
        self._comments.changed.connect(self.changed)
        self._comments.failed.connect(self.failed)
        self._clock = clock
        self._before: _Before | None = None
        live.phase_changed.connect(self._phase_changed)

    @property
    def away(self) -> bool:
        return self._before is not None

    @property
    def away_s(self) -> int:
        """Whole seconds away; 0 when not."""
        return int(self._clock() - self._before.at_s) if self._before is not None else 0

    @property
    def hushes(self) -> tuple[str, ...]:
        """What stepping away quiets in this studio, for the words on the preview; while away, what is."""
        parts = (
            ("microphone muted", self._microphone is not None),
            ("alerts wait", self._alerts is not None),
            (self._hushed_comments, not self.away or self._comments.on),
        )
        return tuple(words for words, quiet in parts if quiet)

    @property
    def _hushed_comments(self) -> str:
        nobody = self._live.comment_access.who is Commenters.NOBODY
        return "comments closed" if nobody else "comments for followers only"

    def toggle(self) -> None:
        """Steps away, or comes back. Does nothing off air."""
        if self._before is not None:
            self._come_back()
        elif self._live.phase is Phase.LIVE:
            self._step_away()

    def _step_away(self) -> None:
        microphone, alerts = self._microphone, self._alerts
        self._before = _Before(
            self._clock(),
            muted=microphone.muted if microphone else False,
            alerts_paused=alerts.alerts_paused if alerts else False,
        )
        if microphone is not None:
            microphone.muted = True  # first: what is said on the way out is nobody's business
        self._comments.hush()
        person = self._live.room.host if self._live.room is not None else None
        self._slate.put_up(SlateReason.AWAY, SENTENCE, f"@{person.handle}" if person else "")
        if alerts is not None:
            alerts.pause_alerts(True)
        log.info("the host stepped away")
        self.changed.emit()

    def _come_back(self) -> None:
        before, self._before = self._before, None
        assert before is not None
        if self._alerts is not None:
            self._alerts.pause_alerts(before.alerts_paused)
        self._slate.take_down(SlateReason.AWAY)
        self._comments.restore()
        if self._microphone is not None:
            self._microphone.muted = before.muted
        log.info("the host is back after %.0f s", self._clock() - before.at_s)
        self.changed.emit()

    def _phase_changed(self, phase: Phase) -> None:
        # Ending and failing to end is still the same LIVE: only its end brings everything back.
        if phase not in (Phase.LIVE, Phase.ENDING):
            self._comments.forget(over=phase is Phase.SUMMARY)
            if self._before is not None:
                self._come_back()
        elif phase is Phase.LIVE:
            self._comments.resume()
