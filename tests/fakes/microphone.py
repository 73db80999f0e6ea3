"""A microphone without a device: the seam is `studio.services.microphone.Microphone` (real: system tests)."""

from __future__ import annotations

import numpy as np

from studio.media.audio.samples import RATE
from studio.media.audio.stream import DeviceStream
from studio.media.clock import now_ns
from studio.services.microphone import Microphone, MicrophoneChoice, MicrophoneState

YETI = MicrophoneChoice("yeti", "Yeti Nano")
LAPTOP = MicrophoneChoice("laptop", "Built-in microphone")


class FakeMicrophone(Microphone):
    """Plugged in by `plug`; `hear` writes a tone that ends now."""

    def __init__(self, stream: DeviceStream, what: str = "microphone") -> None:
        super(Microphone, self).__init__()
        self.state, self.detail = MicrophoneState.NONE, "No microphone."
        self.what = what
        self._chosen = ""
        self._stream = stream
        self._plugged: tuple[MicrophoneChoice, ...] = ()

    @property
    def choices(self) -> tuple[MicrophoneChoice, ...]:
        return self._plugged

    def plug(self, *choices: MicrophoneChoice) -> None:
        self._plugged = choices
        self.changed.emit()
        self.choose(self._chosen)

    def choose(self, device_id: str) -> None:
        lost = self.state in (MicrophoneState.RUNNING, MicrophoneState.LOST)
        self._chosen = device_id
        found = next((choice for choice in self._plugged if choice.id == device_id), None)
        if found is not None:
            self.state, self.detail = MicrophoneState.RUNNING, found.name
        elif device_id and lost:
            self.state, self.detail = MicrophoneState.LOST, "The microphone was unplugged."
        else:
            self.state, self.detail = MicrophoneState.NONE, "No microphone."
        self.changed.emit()

    def hear(self, amplitude: float, seconds: float = 1.0) -> None:
        wave = amplitude * np.sin(2 * np.pi * 440 * np.arange(int(RATE * seconds)) / RATE)
        self._stream.write(np.repeat(wave[:, None], 2, axis=1).astype(np.float32), now_ns())

    def stop(self, timeout_ms: int = 0) -> bool:
        return True
