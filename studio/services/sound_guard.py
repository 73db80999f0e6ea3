"""Watches the microphone four times a second and tells the host when it is lost, silent or too loud.

GUI thread. The sound's half of ``services.guard``. Signals: ``changed`` when a trouble began or ended.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.audio.guard import SoundFinding, SoundGuard, SoundTrouble, VoiceWatch
from studio.media.clock import now_ns
from studio.services.findings import FindingLog
from studio.services.microphone import MicrophoneState

__all__ = ["SoundFinding", "SoundGuardService", "SoundTrouble"]

_EVERY_MS = 250
_HEADLINES = {
    SoundTrouble.LOST: "Microphone lost",
    SoundTrouble.SILENT: "Microphone silent",
    SoundTrouble.CLIPPING: "Microphone too loud",
}


class SoundGuardService(QObject):
    """Invariant: a microphone that is muted, or that nobody chose, has no troubles."""

    changed = Signal()

    def __init__(self, watch: VoiceWatch, clock_ns: Callable[[], int] = now_ns) -> None:
        super().__init__()
        self._watch = watch
        self._now_ns = clock_ns
        self._guard = SoundGuard()
        self._device_id = self._name = ""
        self._state, self._muted = MicrophoneState.NONE, False
        self._lost_since_ns: int | None = None
        #: Every trouble of this run.
        self.findings: FindingLog[SoundFinding] = FindingLog()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """Looks no more."""
        self._timer.stop()

    def device(self, device_id: str, name: str, state: MicrophoneState, muted: bool) -> None:
        """How the microphone is now; the sound service says so at every change, and it is looked at."""
        if device_id != self._device_id:
            self._device_id = device_id
            self._guard.another_device()
        if state is MicrophoneState.RUNNING:
            self._name = name
        self._state, self._muted = state, muted
        if state is not MicrophoneState.LOST:
            self._lost_since_ns = None if state is not MicrophoneState.OPENING else self._lost_since_ns
        elif self._lost_since_ns is None:
            self._lost_since_ns = self._now_ns()
        self.look()

    @property
    def open(self) -> tuple[SoundFinding, ...]:
        """The troubles of now, the gravest first."""
        return self._guard.open

    @property
    def state_words(self) -> str:
        """How the microphone is, for the verdict's card, while nothing is wrong."""
        if self._state is MicrophoneState.NONE:
            return "none"
        return "muted" if self._muted else "heard, not clipping"

    @property
    def headline(self) -> str:
        """The gravest trouble in two or three words; empty when the microphone is well."""
        return _HEADLINES[self.open[0].kind] if self.open else ""

    @property
    def sentence(self) -> str:
        """The gravest trouble and what to do about it; empty when the microphone is well."""
        return self._sentence(self.open[0]) if self.open else ""

    def look(self) -> None:
        """Judges once; the timer calls it."""
        now = self._now_ns()
        wanted = self._state is not MicrophoneState.NONE and not self._muted
        changes = self._guard.judge(
            self._watch.sight(now), now, wanted=wanted, lost_since_ns=self._lost_since_ns
        )
        for finding in changes:
            if finding.recovered_ns is None:
                self.findings.began(finding, self._sentence(finding))
            else:
                self.findings.ended(finding)
        if changes:
            self.changed.emit()

    def report(self, since_ns: int) -> list[dict[str, object]]:
        """See `FindingLog.report`."""
        return self.findings.report(since_ns)

    def _sentence(self, finding: SoundFinding) -> str:
        name = f"“{self._name}”" if self._name else "The microphone"
        match finding.kind:
            case SoundTrouble.LOST:
                return f"{name} is gone; it is opened again by itself. Check its cable."
            case SoundTrouble.SILENT:
                return f"{name} gives no sound at all. Is it switched off, or not plugged in?"
            case SoundTrouble.CLIPPING:
                place = "at the microphone or in the system’s sound settings" if finding.at_device else "here"
                return f"{name} is too loud and distorts. Turn it down {place}."
