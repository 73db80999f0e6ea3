"""What is checked before going live, measured rather than assumed, each with what to do about it.

GUI thread. Signals: ``changed``; ``sound_wanted``: the sound settings should be shown.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.services.account import AccountService
from studio.services.broadcast import BroadcastService
from studio.services.link import LinkService, LinkState
from studio.services.picture_source import SourceState
from studio.services.sound import MicrophoneState, SoundService
from studio.services.tasks import Tasks

_EVERY_MS = 1_000
_LOW_DISK = 2 * 1024**3
#: A LIVE may well be this long.
_SHORT_RECORDING_MIN = 180


#: Below this a microphone hears not even a room.
_QUIET_DBFS = -70.0


def _decibels(dbfs: float) -> str:
    return f"{'−' if round(dbfs) < 0 else ''}{abs(round(dbfs))} dB"


class CheckState(Enum):
    RUNNING = "running"
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list. ``action``: the label of what ``ChecksService.act(name)`` does, or empty."""

    name: str
    state: CheckState
    detail: str
    action: str = ""


#: An upload that is needed to the last bit is not enough: it varies, and the chat takes some.
_UPLOAD_RESERVE = 1.2
#: With word joiners: Qt breaks a line behind a slash.
_RATE = "Mb\u2060/\u2060s"
_FAST_KBPS = 100_000


def _megabits(kbps: int) -> str:
    """What is more than any LIVE needs is not told to the digit."""
    return f"over 100 {_RATE}" if kbps >= _FAST_KBPS else f"{kbps / 1000:.1f} {_RATE}"


class ChecksService(QObject):
    """Invariant: a check is OK only after it was measured in this run."""

    changed = Signal()
    sound_wanted = Signal()
    video_wanted = Signal()

    def __init__(
        self,
        link: LinkService,
        account: AccountService,
        broadcast: BroadcastService,
        tasks: Tasks,
        data: Path,
        sound: SoundService,
    ) -> None:
        super().__init__()
        self._link = link
        self._account = account
        self._broadcast = broadcast
        self._tasks = tasks
        self._data = data
        self._sound = sound
        self._free: int | None = None
        self.checks: tuple[Check, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._measure)

    def run(self) -> None:
        """Starts measuring, once a second, until ``pause``."""
        self._timer.start()
        self._tasks.start(self._measure_disk())
        self._tasks.start(self._try_machine())
        self._measure()

    def pause(self) -> None:
        self._timer.stop()

    def act(self, name: str) -> None:
        """Does what a check's action says."""
        if name == "Camera":
            self._broadcast.source.choose_demo()
        elif name == "Microphone":
            self._act_on_microphone()
        elif name == "Encoder":
            self.video_wanted.emit()
        elif name == "Connection":
            self._link.retry_now()

    def _act_on_microphone(self) -> None:
        if self._sound.state is MicrophoneState.RUNNING and not self._sound.clipped:
            self._sound.muted = self._sound.push_to_talk = False
        else:
            self.sound_wanted.emit()

    def _measure(self) -> None:
        checks = (
            self._camera(),
            self._microphone(),
            self._connection(),
            self._encoder(),
            self._sign_in(),
            self._disk(),
        )
        if checks != self.checks:
            self.checks = checks
            self.changed.emit()

    def _camera(self) -> Check:
        broadcast = self._broadcast
        match broadcast.source.state:
            case SourceState.RUNNING:
                fps = broadcast.counters.camera_fps
                if fps < 1:
                    return Check(
                        "Camera", CheckState.RUNNING, f"{broadcast.source.name} · waiting for pictures"
                    )
                text = f"{broadcast.source.name} · {fps:.1f} fps · picture moving"
                return Check("Camera", CheckState.OK if fps >= 20 else CheckState.WARNING, text)
            case SourceState.OPENING:
                return Check("Camera", CheckState.RUNNING, broadcast.source.detail)
            case _:
                return Check("Camera", CheckState.FAILED, broadcast.source.detail, "Use the demo clip")

    def _microphone(self) -> Check:
        sound = self._sound
        match sound.state:
            case MicrophoneState.OPENING:
                return Check("Microphone", CheckState.RUNNING, sound.detail)
            case MicrophoneState.NONE:
                words = "No microphone found: viewers hear nothing. Plug one in."
                if sound.choices:
                    words = "No microphone chosen: viewers hear nothing."
                return Check("Microphone", CheckState.WARNING, words, "Sound settings")
            case MicrophoneState.LOST:
                return Check("Microphone", CheckState.WARNING, sound.detail, "Sound settings")
        peak = sound.loudest_dbfs
        if sound.clipped:
            words = f"{sound.detail} · too loud: it clips. Turn the gain down."
            return Check("Microphone", CheckState.WARNING, words, "Sound settings")
        if peak < _QUIET_DBFS:
            return Check("Microphone", CheckState.WARNING, f"{sound.detail} · hears nothing. Say something.")
        if not sound.open:
            return Check("Microphone", CheckState.WARNING, f"{sound.detail} · muted", "Open it")
        words = f"{sound.detail} · peaks at {_decibels(peak)}, no clipping"
        return Check("Microphone", CheckState.OK, words)

    def _connection(self) -> Check:
        if self._link.state is not LinkState.CONNECTED:
            return Check("Connection", CheckState.FAILED, self._link.detail or "Not connected", "Retry now")
        trip = self._link.round_trip_ms
        if trip is None:
            return Check("Connection", CheckState.RUNNING, "Measuring…")
        words = f"{max(1, round(trip))} ms to the backend and back"
        kbps, needed = self._broadcast.upload.kbps, self._broadcast.upload_needed_kbps
        enough = kbps is None or kbps >= needed * _UPLOAD_RESERVE
        if kbps is not None:
            words += f" · upload {_megabits(kbps)}, need {needed / 1000:.1f}"
            words += "" if enough else ". Choose a lower bit rate in the video settings."
        state = CheckState.OK if trip < 250 and enough else CheckState.WARNING
        return Check("Connection", state, words)

    def _encoder(self) -> Check:
        choice = self._broadcast.video.choice
        if choice is None:
            return Check("Encoder", CheckState.RUNNING, "Encoding test frames…", "Video settings")
        fast = choice.ms is not None and choice.ms < choice.budget_ms * 0.8
        state = CheckState.OK if fast else CheckState.WARNING
        return Check("Encoder", state, choice.sentence, "Video settings")

    def _sign_in(self) -> Check:
        if not self._account.keyring_ok:
            return Check("Sign-in", CheckState.WARNING, self._account.keyring_note)
        return Check("Sign-in", CheckState.OK, self._account.keyring_note)

    def _disk(self) -> Check:
        settings = self._broadcast.outputs.settings
        if settings.record:
            minutes = settings.minutes_left(self._broadcast.recording_kbps)
            if minutes is None:
                return Check("Disk", CheckState.RUNNING, "Measuring…")
            state = CheckState.OK if minutes >= _SHORT_RECORDING_MIN else CheckState.WARNING
            return Check("Disk", state, f"Room for {minutes // 60} h {minutes % 60} min at this quality")
        if self._free is None:
            return Check("Disk", CheckState.RUNNING, "Measuring…")
        text = f"{self._free / 1024**3:,.0f} GB free where data lies"
        return Check("Disk", CheckState.OK if self._free > _LOW_DISK else CheckState.WARNING, text)

    async def _try_machine(self) -> None:
        """One after the other: trying encoders would make the upload look slow."""
        await self._broadcast.video.measure()
        await self._broadcast.upload.measure()
        self._measure()

    async def _measure_disk(self) -> None:
        self._free = (await self._tasks.blocking(lambda: shutil.disk_usage(self._data))).free
        self._measure()
