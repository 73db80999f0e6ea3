"""The guard: watches the source four times a second, helps itself, and tells the host.

GUI thread. A camera that froze or went silent is opened again; while that does not help, viewers get a
holding slate. Signals: ``changed`` when a trouble began, ended, or the slate went up or down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.capture import CaptureState
from studio.media.clock import now_ns
from studio.media.guard import Finding, PictureGuard, Sight, TroubleKind
from studio.services.findings import FindingLog
from studio.services.slate import ProgramSlate, SlateReason

__all__ = ["Finding", "GuardService", "GuardedPicture", "TroubleKind"]

log = logging.getLogger(__name__)

_EVERY_MS = 250
#: How long viewers see the still picture while the device is opened again, counted from the finding.
_SLATE_AFTER_NS = 2_500_000_000
#: The device is opened again at once, then ever more seldom: a virtual camera may really show a still.
_REOPEN_FIRST_NS, _REOPEN_LONGEST_NS = 5_000_000_000, 60_000_000_000
_HEADLINES = {
    TroubleKind.SILENT: "No picture",
    TroubleKind.BLACK: "Black picture",
    TroubleKind.FROZEN: "Frozen picture",
    TroubleKind.SLOW: "Slow camera",
}
_PICTURE_GONE = (TroubleKind.SILENT, TroubleKind.FROZEN)


class ChosenSource(Protocol):
    """What is known of the source: ``PictureSource``."""

    @property
    def name(self) -> str: ...
    @property
    def is_device(self) -> bool: ...


class GuardedPicture(Protocol):
    """What is guarded: ``BroadcastService``."""

    @property
    def canvas_fps(self) -> int: ...
    @property
    def source(self) -> ChosenSource: ...

    def sight(self) -> Sight | None: ...
    def reopen_source(self) -> None: ...


class GuardService(QObject):
    """Invariant: the slate is up only while a trouble of the picture is open."""

    changed = Signal()

    def __init__(
        self,
        picture: GuardedPicture,
        slate: ProgramSlate,
        clock_ns: Callable[[], int] = now_ns,
        look_ms: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """``look_ms``: what the look takes of each picture's time; 0.0 without one."""
        super().__init__()
        self._picture = picture
        self._slate = slate
        self._now_ns = clock_ns
        self._look_ms = look_ms
        self._guard = PictureGuard()
        self._noticed_ns = 0
        self._reopen_at_ns = self._reopen_wait_ns = 0
        self.slate_up = False
        #: Every trouble of this run.
        self.findings: FindingLog[Finding] = FindingLog()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @property
    def open(self) -> tuple[Finding, ...]:
        """The troubles of now, the gravest first."""
        return self._guard.open

    @property
    def sentence(self) -> str:
        """The gravest trouble and what is done about it; empty when the picture is well."""
        return self._sentence(self.open[0]) if self.open else ""

    @property
    def headline(self) -> str:
        """The gravest trouble in two or three words; empty when the picture is well."""
        if self.by_look:
            return "Slow look"
        return _HEADLINES[self.open[0].kind] if self.open else ""

    @property
    def by_look(self) -> bool:
        """Whether the gravest trouble is that pictures come slowly, and the look alone explains it."""
        return bool(self.open) and self._slowed_by_look(self.open[0])

    def look(self) -> None:
        """Judges once; the timer calls it."""
        now, sight = self._now_ns(), self._picture.sight()
        source, fps = self._picture.source, self._picture.canvas_fps
        changes = self._guard.judge(sight, now, device=source.is_device, canvas_fps=fps)
        for finding in changes:
            self._note(finding, now)
        slate_before = self.slate_up
        if any(finding.kind in _PICTURE_GONE for finding in self.open):
            self._help(sight, now)
        elif self.slate_up:
            self._take_slate_down()
        if changes or slate_before is not self.slate_up:
            self.changed.emit()

    def report(self, since_ns: int) -> list[dict[str, object]]:
        """See `FindingLog.report`."""
        return self.findings.report(since_ns)

    def stop(self) -> None:
        """Looks no more."""
        self._timer.stop()

    def _note(self, finding: Finding, now: int) -> None:
        if finding.recovered_ns is not None:
            self.findings.ended(finding)
            return
        self.findings.began(finding, self._sentence(finding))
        if finding.kind in _PICTURE_GONE:
            self._noticed_ns = self._reopen_at_ns = now
            self._reopen_wait_ns = _REOPEN_FIRST_NS

    def _help(self, sight: Sight | None, now: int) -> None:
        # A lost source is tried again by its own thread; a running or silent one has to be told.
        told_to = sight is not None and sight.state is CaptureState.RUNNING and self._picture.source.is_device
        if told_to and now >= self._reopen_at_ns:
            log.info("guard: opening “%s” again", self._picture.source.name)
            self._reopen_at_ns = now + self._reopen_wait_ns
            self._reopen_wait_ns = min(2 * self._reopen_wait_ns, _REOPEN_LONGEST_NS)
            self._picture.reopen_source()
        if not self.slate_up and now - self._noticed_ns >= _SLATE_AFTER_NS:
            self.slate_up = True
            log.warning("guard: the holding slate is up")
            self._slate.put_up(SlateReason.TROUBLE, "Back in a moment")

    def _take_slate_down(self) -> None:
        self.slate_up = False
        log.info("guard: the holding slate is down")
        self._slate.take_down(SlateReason.TROUBLE)

    def _slowed_by_look(self, finding: Finding) -> bool:
        # The source's own thread puts the look on: longer than a picture lasts, and fewer can be read.
        wanted_fps = finding.expected_fps
        return finding.kind is TroubleKind.SLOW and self._look_ms() * wanted_fps > 1000

    def _sentence(self, finding: Finding) -> str:
        name = f"“{self._picture.source.name}”"
        slate = " Viewers see a holding picture." if self.slate_up else ""
        match finding.kind:
            case TroubleKind.SILENT:
                return f"{name} gives no picture; it is opened again by itself.{slate} Check its cable."
            case TroubleKind.BLACK:
                return f"{name} gives a black picture. Is the lens covered?"
            case TroubleKind.FROZEN:
                return f"{name} is frozen; it is opened again by itself.{slate}"
            case TroubleKind.SLOW if self._slowed_by_look(finding):
                allowed = 1000 / finding.expected_fps
                return (
                    f"The look takes {self._look_ms():.0f} ms a picture, {allowed:.0f} allowed. "
                    "Switch its background blur or its smoothing off."
                )
            case TroubleKind.SLOW:
                given, wanted = round(finding.fps), round(finding.expected_fps)
                device = self._picture.source.is_device
                advice = "Try more light or another USB port" if device else "Close other programs"
                return f"{name} gives {given} of {wanted} pictures a second. {advice}."
