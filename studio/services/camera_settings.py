"""What is set on the camera that is shown: its format, and the controls its driver really has.

GUI thread; the camera answers from its capture thread through a queued signal. Signals: ``changed``,
``reopen_wanted`` (another format needs the camera opened anew).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from studio.media.sources.camera import CameraSource
from studio.media.sources.camera_controls import CameraControl, CameraFormat, CameraSettings, ControlKind
from studio.media.sources.source import VideoSource
from studio.services.profile import Profile, SavedCamera

log = logging.getLogger(__name__)

#: OpenCV does not list what a camera does; these are what cameras do.
SIZES = ((640, 480), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
RATES = (15, 24, 25, 30, 50, 60)
CODINGS = (("", "Automatic"), ("mjpeg", "Motion JPEG"), ("raw", "Uncompressed"))


@dataclass(frozen=True, slots=True)
class ControlRow:
    """A control as shown: ``kind`` names it for ``set``."""

    kind: str
    name: str
    value: float
    least: float
    most: float
    has_auto: bool
    auto: bool


_NAMES = {
    ControlKind.EXPOSURE: "Exposure",
    ControlKind.GAIN: "Gain",
    ControlKind.FOCUS: "Focus",
    ControlKind.WHITE_BALANCE: "White balance",
}


class CameraSettingsService(QObject):
    """Invariant: ``rows`` are of the camera that is shown now, empty until it has answered."""

    changed = Signal()
    reopen_wanted = Signal()
    _controls_came = Signal(object, object)

    def __init__(self, profile: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._camera: CameraSource | None = None
        self._controls: tuple[CameraControl, ...] = ()
        self.answered = False
        self._controls_came.connect(self._controls_arrived)

    def settings(self, stable_id: str) -> CameraSettings:
        """What was chosen for a camera, as good as an edited profile allows."""
        saved = self._profile.saved.cameras.get(stable_id, SavedCamera())
        try:
            chosen = CameraFormat(saved.width, saved.height, saved.fps, saved.coding)
        except ValueError as error:
            log.warning("the format of camera %s is left out: %s", stable_id, error)
            chosen = CameraFormat()
        known = {kind.value: kind for kind in ControlKind}
        controls = {known[name]: value for name, value in saved.controls.items() if name in known}
        return CameraSettings(chosen, controls)

    def shown(self, source: VideoSource) -> None:
        """Another source is shown from now on."""
        self._camera = source if isinstance(source, CameraSource) else None
        self._controls, self.answered = (), False
        self.changed.emit()

    @property
    def is_camera(self) -> bool:
        """Whether there is anything to set."""
        return self._camera is not None

    @property
    def name(self) -> str:
        return self._camera.name if self._camera else ""

    @property
    def format(self) -> CameraFormat:
        """What is asked of the camera."""
        return self.settings(self._id).format

    @property
    def note(self) -> str:
        """What the camera does instead; empty when it does what is asked."""
        return self._camera.note if self._camera else ""

    @property
    def rows(self) -> list[ControlRow]:
        return [
            ControlRow(one.kind, _NAMES[one.kind], one.value, one.least, one.most, one.has_auto, one.auto)
            for one in self._controls
        ]

    def ask(self) -> None:
        """Finds out what the camera lets be set; ``changed`` when it is known. The picture may flicker."""
        camera = self._camera
        if camera is not None and not self.answered:
            camera.ask_controls(lambda controls: self._controls_came.emit(camera, controls))

    def set_format(self, size: tuple[int, int], fps: int, coding: str) -> None:
        """Keeps a format and opens the camera anew with it. ValueError for one no camera has."""
        wanted = CameraFormat(*size, fps, coding)
        if self._camera is None or wanted == self.format:
            return
        self._keep(wanted, dict(self.settings(self._id).controls))
        self.reopen_wanted.emit()

    def set_control(self, kind: str, value: float | None) -> None:
        """Sets a control at once and keeps it; None: automatic."""
        if self._camera is None:
            return
        known = ControlKind(kind)
        self._camera.set_control(known, value)
        self._controls = tuple(_with(one, value) if one.kind is known else one for one in self._controls)
        self._keep(self.format, {**self.settings(self._id).controls, known: value})
        self.changed.emit()

    @property
    def _id(self) -> str:
        return self._camera.key.partition(":")[2] if self._camera else ""

    def _keep(self, wanted: CameraFormat, controls: dict[ControlKind, float | None]) -> None:
        named = {kind.value: value for kind, value in controls.items()}
        saved = SavedCamera(wanted.width, wanted.height, wanted.fps, wanted.coding, named)
        self._profile.update(cameras={**self._profile.saved.cameras, self._id: saved})

    @Slot(object, object)
    def _controls_arrived(self, camera: CameraSource, controls: tuple[CameraControl, ...]) -> None:
        if camera is self._camera:
            self._controls, self.answered = controls, True
            self.changed.emit()


def _with(control: CameraControl, value: float | None) -> CameraControl:
    return CameraControl(
        control.kind,
        control.value if value is None else value,
        control.least,
        control.most,
        control.has_auto,
        value is None,
    )
