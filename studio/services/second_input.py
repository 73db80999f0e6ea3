"""The second device of the mix: a line input, an instrument, a capture card's sound. None at first.

GUI thread. Signals: ``changed`` when the list, the choice or the state changes. Found again by its stable id
after it was unplugged, as the microphone is.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.media.audio.stream import DeviceStream
from studio.services.microphone import Microphone, MicrophoneChoice, MicrophoneState
from studio.services.profile import Profile

#: Chosen by the host so that nothing is recorded; of a microphone, unlike "", the system's own.
OFF = "off"
WHAT = "second input"


class SecondInput(QObject):
    """Invariant: nothing is recorded before ``start``, nor what the host did not choose."""

    changed = Signal()

    def __init__(
        self, profile: Profile, stream: DeviceStream, open_device: Callable[[DeviceStream, str], Microphone]
    ) -> None:
        super().__init__()
        self._profile = profile
        self._stream = stream
        self._open_device = open_device
        self._device: Microphone | None = None

    def start(self) -> None:
        """Opens the one of last time, if there was one."""
        self._device = self._open_device(self._stream, WHAT)
        self._device.changed.connect(self.changed)
        self._open(self._profile.saved.second_input_id)

    def stop(self) -> bool:
        """Ends recording. False when a driver still blocks its thread."""
        device, self._device = self._device, None
        if device is None:
            return True
        device.changed.disconnect(self.changed)
        return device.stop()

    @property
    def choices(self) -> tuple[MicrophoneChoice, ...]:
        return self._device.choices if self._device is not None else ()

    @property
    def device_id(self) -> str:
        """What is recorded from now, or ``OFF``."""
        return self._device.chosen if self._device is not None and self._device.chosen else OFF

    @property
    def state(self) -> MicrophoneState:
        return self._device.state if self._device is not None else MicrophoneState.NONE

    @property
    def detail(self) -> str:
        """The device's name while it runs, else a sentence; empty while none is wanted."""
        return self._device.detail if self._device is not None and self._device.chosen else ""

    def choose(self, device_id: str) -> None:
        """Mixes this device in, or none with ``OFF``; remembered for the next start."""
        self._profile.update(second_input_id=device_id)
        self._open(device_id)

    def _open(self, device_id: str) -> None:
        if self._device is not None:
            self._device.choose("" if device_id == OFF else device_id)
