"""What a camera lets be set beside its format: exposure, gain, focus, white balance, found out by trying.

OpenCV lists neither controls nor ranges, and drivers say yes to what they do not do: only what was set and
read back counts. Thread: the capture thread, which alone touches the camera. Must not import: Qt, net.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from studio.media.cv2_import import cv2


class ControlKind(StrEnum):
    """In the profile by these names."""

    EXPOSURE = "exposure"
    GAIN = "gain"
    FOCUS = "focus"
    WHITE_BALANCE = "white_balance"


@dataclass(frozen=True, slots=True)
class CameraControl:
    """One control as the driver has it now. `value` in the driver's own units; `auto`: it sets it itself."""

    kind: ControlKind
    value: float
    least: float
    most: float
    has_auto: bool
    auto: bool


@dataclass(frozen=True, slots=True)
class CameraFormat:
    """What to ask a camera for (it may differ). Nearly every webcam does 1280x720 at 30.

    `coding`: "" for what is best, "mjpeg" or "raw": some cameras have ugly JPEGs, some are slow without.
    """

    width: int = 1280
    height: int = 720
    fps: int = 30
    coding: str = ""

    def __post_init__(self) -> None:
        if not (16 <= self.width <= 8192 and 16 <= self.height <= 8192 and 1 <= self.fps <= 240):
            raise ValueError("a camera gives 16 to 8192 pixels a side at 1 to 240 fps")
        if self.coding not in ("", "mjpeg", "raw"):
            raise ValueError(f"no coding {self.coding!r}")


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """What the host chose for one camera. `controls`: None is automatic."""

    format: CameraFormat = CameraFormat()
    controls: Mapping[ControlKind, float | None] = field(default_factory=dict)


class Adjustable(Protocol):
    """What is needed of a `cv2.VideoCapture`."""

    def get(self, prop: int, /) -> float: ...
    def set(self, prop: int, value: float, /) -> bool: ...


#: Value, automatic, and where to look for the ends of the range: Linux counts exposure in 0.1 ms, Windows in
#: powers of two of a second.
_PROPERTIES: dict[ControlKind, tuple[int, int | None, tuple[float, float]]] = {
    ControlKind.EXPOSURE: (cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_AUTO_EXPOSURE, (-13.0, 10_000.0)),
    ControlKind.GAIN: (cv2.CAP_PROP_GAIN, None, (0.0, 1_023.0)),
    ControlKind.FOCUS: (cv2.CAP_PROP_FOCUS, cv2.CAP_PROP_AUTOFOCUS, (0.0, 1_023.0)),
    ControlKind.WHITE_BALANCE: (cv2.CAP_PROP_WB_TEMPERATURE, cv2.CAP_PROP_AUTO_WB, (1_000.0, 12_000.0)),
}
#: Halvings from an end that the driver refuses towards the value it has.
_TRIES = 10


def probe(camera: Adjustable, backend: int) -> tuple[CameraControl, ...]:
    """The controls this camera really has. Sets each to its ends and back: takes some 100 ms, and shows."""
    found = (_probe_one(camera, kind, backend) for kind in ControlKind)
    return tuple(control for control in found if control is not None)


def apply(camera: Adjustable, backend: int, kind: ControlKind, value: float | None) -> bool:
    """Sets a control, or makes it automatic with None. False when the driver does not do it."""
    prop, auto_prop, _ = _PROPERTIES[kind]
    on, off = _auto_values(kind, backend)
    if value is None:
        return auto_prop is not None and camera.set(auto_prop, on)
    if auto_prop is not None:
        camera.set(auto_prop, off)
    return camera.set(prop, value)


def _auto_values(kind: ControlKind, backend: int) -> tuple[float, float]:
    """Automatic and manual: Linux hands out the numbers of its exposure modes."""
    return (3.0, 1.0) if kind is ControlKind.EXPOSURE and backend == cv2.CAP_V4L2 else (1.0, 0.0)


def _probe_one(camera: Adjustable, kind: ControlKind, backend: int) -> CameraControl | None:
    prop, auto_prop, (lowest, highest) = _PROPERTIES[kind]
    on, off = _auto_values(kind, backend)
    was_auto, has_auto = False, False
    if auto_prop is not None:
        was_auto = camera.get(auto_prop) == on
        has_auto = camera.set(auto_prop, off) and camera.get(auto_prop) == off
    value = camera.get(prop)
    least = _end(camera, prop, value, lowest)
    most = _end(camera, prop, value, highest)
    camera.set(prop, value)
    if auto_prop is not None and was_auto:
        has_auto = camera.set(auto_prop, on) and camera.get(auto_prop) == on
    if least >= most:
        return None  # it did not follow anywhere
    return CameraControl(kind, value, least, most, has_auto, was_auto and has_auto)


def _end(camera: Adjustable, prop: int, value: float, end: float) -> float:
    """How far the driver follows from `value` towards `end`; clamped by itself, or found by halving."""
    wanted = end
    for _ in range(_TRIES):
        if camera.set(prop, wanted):
            got = camera.get(prop)
            if got != value and min(value, end) <= got <= max(value, end):
                return got
        wanted = float(round((wanted + value) / 2))
        if wanted == value:
            break
    return value
