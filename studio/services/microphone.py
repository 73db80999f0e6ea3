"""Microphones through Qt Multimedia: the list of them, and one being recorded into media's `DeviceStream`.

GUI thread, but for ``_Recorder``, which lives on the thread ``microphone`` so that a busy window delays no
sample. Qt and not PortAudio: it is here already, tells of devices that come and go, and needs no library of
its own on Linux; media itself stays free of Qt.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QIODevice, QMetaObject, QObject, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtMultimedia import QAudio, QAudioDevice, QAudioFormat, QAudioSource, QMediaDevices, QtAudio

from studio.media.audio.converter import Converter, DeviceFormat, SampleKind
from studio.media.audio.samples import RATE
from studio.media.audio.stream import DeviceStream
from studio.media.clock import now_ns
from studio.media.errors import SourceLost

log = logging.getLogger(__name__)

_KINDS: dict[QAudioFormat.SampleFormat, SampleKind] = {
    QAudioFormat.SampleFormat.UInt8: "u8",
    QAudioFormat.SampleFormat.Int16: "s16",
    QAudioFormat.SampleFormat.Int32: "s32",
    QAudioFormat.SampleFormat.Float: "flt",
}
#: A device that opened without giving sound for so long, or stopped giving it, is opened anew: some systems
#: never tell that it is gone (Qt 6.11 with PulseAudio).
_FIRST_SOUND_S, _SILENT_S = 5.0, 1.5
_RETRY_S = 2.0
_WATCH_MS = 250
#: What the device keeps for us at most: a few of its chunks.
_BUFFER_MS = 60


class MicrophoneState(Enum):
    NONE = "none"  # none chosen, or none there
    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"  # the chosen one is gone; opened again when it comes back


@dataclass(frozen=True, slots=True)
class MicrophoneChoice:
    """``id`` is the system's own and stays the same across starts."""

    id: str
    name: str


class Microphone(QObject):
    """Invariant: at most one device is open, and it is the one last chosen that is plugged in.

    Signals: ``changed`` when the list, the choice or the state changes.
    """

    changed = Signal()
    _open_wanted = Signal(object)
    _close_wanted = Signal()

    def __init__(self, stream: DeviceStream, what: str = "microphone") -> None:
        """``what``: what the sentences call it."""
        super().__init__()
        self._what = what
        self.state = MicrophoneState.NONE
        self.detail = f"No {what} chosen yet."
        self._chosen = ""
        self._open_id = ""
        self._devices = QMediaDevices()
        self._devices.audioInputsChanged.connect(self._list_changed)
        self._recorder = _Recorder(stream, what)
        self._thread = QThread()
        self._thread.setObjectName("microphone")
        self._recorder.moveToThread(self._thread)
        self._open_wanted.connect(self._recorder.open)
        self._close_wanted.connect(self._recorder.close)
        self._recorder.running.connect(self._is_running)
        self._recorder.ended.connect(self._has_ended)
        self._thread.start()
        self._stream = stream
        self._since_ns = now_ns()  # of the state
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._look_after)
        self._watch.start()

    @property
    def choices(self) -> tuple[MicrophoneChoice, ...]:
        """What is plugged in now, the system's default first."""
        inputs = sorted(self._devices.audioInputs(), key=lambda device: not device.isDefault())
        # A device that came back may be listed twice; its id is the same.
        by_id = {_id_of(device): device.description() for device in inputs}
        return tuple(MicrophoneChoice(device_id, name) for device_id, name in by_id.items())

    @property
    def chosen(self) -> str:
        return self._chosen

    def choose(self, device_id: str) -> None:
        """Records from this device as soon as it is there; "" records nothing."""
        self._chosen = device_id
        self._list_changed()

    def stop(self, timeout_ms: int = 2_000) -> bool:
        """Ends its thread; False when a driver still blocks it."""
        self._watch.stop()
        QMetaObject.invokeMethod(self._recorder, "close", Qt.ConnectionType.QueuedConnection)
        self._thread.quit()
        return self._thread.wait(timeout_ms)

    def _device(self) -> QAudioDevice | None:
        inputs = self._devices.audioInputs()
        return next((device for device in inputs if _id_of(device) == self._chosen), None)

    @Slot()
    def _list_changed(self) -> None:
        device = self._device()
        if device is None:
            self._close()
            lost = self.state in (MicrophoneState.RUNNING, MicrophoneState.OPENING, MicrophoneState.LOST)
            if self._chosen and lost:
                sentence = f"The {self._what} was unplugged. It opens again when it is back."
                self._become(MicrophoneState.LOST, sentence)
            else:
                sentence = f"No {self._what}." if not self._chosen else "Not plugged in."
                self._become(MicrophoneState.NONE, sentence)
        elif self._open_id != self._chosen:
            self._open(device)
            self._become(MicrophoneState.OPENING, f"Opening {device.description()}…")
        else:
            self.changed.emit()

    @Slot()
    def _look_after(self) -> None:
        """Notices a device that went silent, and tries a lost one again."""
        now = now_ns()
        in_state_s = (now - self._since_ns) / 1e9
        silent_ns = self._stream.gives_nothing_for_ns(now)
        if self.state is MicrophoneState.RUNNING:
            gone = silent_ns is not None and silent_ns > _SILENT_S * 1e9
        else:
            gone = self.state is MicrophoneState.OPENING and in_state_s > _FIRST_SOUND_S
        if gone:
            self._close()
            self._become(MicrophoneState.LOST, f"The {self._what} gives no sound. It is tried again.")
        elif self.state is MicrophoneState.LOST and in_state_s > _RETRY_S:
            self._since_ns = now
            device = self._device()
            if device is not None:
                self._open(device)

    def _open(self, device: QAudioDevice) -> None:
        self._close()
        self._open_id = self._chosen
        self._open_wanted.emit(device)

    def _close(self) -> None:
        if self._open_id:
            self._open_id = ""
            self._close_wanted.emit()

    def _become(self, state: MicrophoneState, detail: str) -> None:
        if (state, detail) != (self.state, self.detail):
            log.info("%s: %s (%s)", self._what, state.value, detail)
            self._since_ns = now_ns()
        self.state, self.detail = state, detail
        self.changed.emit()

    @Slot(str, str)
    def _is_running(self, device_id: str, name: str) -> None:
        if device_id == self._open_id:
            self._become(MicrophoneState.RUNNING, name)

    @Slot(str, str)
    def _has_ended(self, device_id: str, sentence: str) -> None:
        if device_id == self._open_id:
            self._open_id = ""
            self._become(MicrophoneState.LOST, sentence)


class _Recorder(QObject):
    """Signals: ``running(id, name)`` with the first samples, ``ended(id, sentence)``."""

    running = Signal(str, str)
    ended = Signal(str, str)

    def __init__(self, stream: DeviceStream, what: str) -> None:
        super().__init__()
        self._stream = stream
        self._what = what
        self._source: QAudioSource | None = None
        self._from: QIODevice | None = None
        self._converter: Converter | None = None
        self._heard = False
        self._id = self._name = ""

    @Slot(object)
    def open(self, device: QAudioDevice) -> None:
        self.close()
        self._id, self._name = _id_of(device), device.description()
        audio = _format_for(device)
        kind = _KINDS.get(audio.sampleFormat())
        if kind is None:
            self._end(f"The format of this {self._what} is not known to the app. Choose another one.")
            return
        self._converter = Converter(DeviceFormat(audio.sampleRate(), audio.channelCount(), kind))
        self._source = QAudioSource(device, audio)
        self._source.setBufferSize(audio.bytesForDuration(_BUFFER_MS * 1000))
        self._source.stateChanged.connect(self._state_changed)
        self._from = self._source.start()
        if self._from is None or self._source.error() != QtAudio.Error.NoError:
            self._end(f"The {self._what} does not open. Another app may have it, or the system forbids it.")
            return
        self._from.readyRead.connect(self._read)

    @Slot()
    def close(self) -> None:
        source, self._source, self._from = self._source, None, None
        self._heard = False
        if source is not None:
            source.stateChanged.disconnect(self._state_changed)
            source.stop()
            source.deleteLater()
            self._stream.reset()

    @Slot()
    def _read(self) -> None:
        if self._from is None or self._converter is None:
            return
        data = bytes(self._from.readAll().data())
        arrived_ns = now_ns()
        try:
            self._stream.write(self._converter.convert(data), arrived_ns)
        except SourceLost as error:
            self._end(str(error))
            return
        if not self._heard and data:
            self._heard = True
            self.running.emit(self._id, self._name)

    @Slot(QAudio.State)
    def _state_changed(self, state: QAudio.State) -> None:
        if state == QAudio.State.StoppedState:
            self._end(f"The {self._what} stopped. Plug it in again, or choose another one.")

    def _end(self, sentence: str) -> None:
        self.close()
        self.ended.emit(self._id, sentence)


def _id_of(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "backslashreplace")


def _format_for(device: QAudioDevice) -> QAudioFormat:
    """48 kHz floats where the system converts by itself, else what the device prefers."""
    audio = device.preferredFormat()
    wanted = QAudioFormat(audio)
    wanted.setSampleRate(RATE)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Float)
    return wanted if device.isFormatSupported(wanted) else audio
