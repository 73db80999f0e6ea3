"""Camera controls: what drivers say yes to and do not do is left out. Drivers are played, reading is real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.media.cv2_import import cv2
from studio.media.sources.camera import CameraInfo, CameraSource
from studio.media.sources.camera_controls import (
    CameraControl,
    CameraFormat,
    CameraSettings,
    ControlKind,
    apply,
    probe,
)

FRONT = CameraInfo("Front", "by-id/usb-front", 0, cv2.CAP_FFMPEG, "clip")
LINUX, WINDOWS = cv2.CAP_V4L2, cv2.CAP_DSHOW


class Driver:
    """`ranges`: property -> least, most, value. `clamps`: as Linux does; else it refuses. `lies`: says yes to
    everything else and does nothing, as many do."""

    def __init__(
        self, ranges: dict[int, tuple[float, float, float]], *, clamps: bool, lies: bool = False
    ) -> None:
        self.ranges = ranges
        self.values = {prop: value for prop, (_, _, value) in ranges.items()}
        self.clamps = clamps
        self.lies = lies
        self.sets = 0

    def get(self, prop: int) -> float:
        return self.values.get(prop, -1.0)

    def set(self, prop: int, value: float) -> bool:
        self.sets += 1
        if prop not in self.ranges:
            return self.lies
        least, most, _ = self.ranges[prop]
        if not self.clamps and not least <= value <= most:
            return False
        self.values[prop] = float(round(min(max(value, least), most)))
        return True


def test_a_linux_camera_clamps() -> None:
    driver = Driver(
        {
            cv2.CAP_PROP_EXPOSURE: (3, 2047, 250),
            cv2.CAP_PROP_AUTO_EXPOSURE: (0, 3, 3),
            cv2.CAP_PROP_GAIN: (0, 255, 64),
            cv2.CAP_PROP_WB_TEMPERATURE: (2800, 6500, 4000),
            cv2.CAP_PROP_AUTO_WB: (0, 1, 0),
        },
        clamps=True,
        lies=True,
    )
    before = dict(driver.values)
    assert probe(driver, LINUX) == (
        CameraControl(ControlKind.EXPOSURE, 250, 3, 2047, True, True),
        CameraControl(ControlKind.GAIN, 64, 0, 255, False, False),
        CameraControl(ControlKind.WHITE_BALANCE, 4000, 2800, 6500, True, False),
    )
    assert driver.values == before, "as it was found"


def test_a_windows_camera_refuses_what_is_out_of_range() -> None:
    driver = Driver(
        {
            cv2.CAP_PROP_EXPOSURE: (-11, -2, -6),
            cv2.CAP_PROP_FOCUS: (0, 250, 30),
            cv2.CAP_PROP_AUTOFOCUS: (0, 1, 1),
        },
        clamps=False,
    )
    exposure, focus = probe(driver, WINDOWS)
    assert exposure.kind is ControlKind.EXPOSURE
    assert exposure.least <= -9
    assert -6 <= exposure.most <= -2
    assert not exposure.has_auto
    assert (focus.least, focus.has_auto, focus.auto) == (0, True, True)
    assert 120 <= focus.most <= 250
    assert driver.values[cv2.CAP_PROP_EXPOSURE] == -6


def test_a_camera_with_nothing_to_set() -> None:
    assert probe(Driver({}, clamps=True, lies=True), LINUX) == ()
    assert probe(Driver({}, clamps=False), WINDOWS) == ()


def test_automatic_is_switched_off_for_a_value() -> None:
    driver = Driver(
        {cv2.CAP_PROP_EXPOSURE: (3, 2047, 250), cv2.CAP_PROP_AUTO_EXPOSURE: (0, 3, 3)}, clamps=True
    )
    assert apply(driver, LINUX, ControlKind.EXPOSURE, 100)
    assert driver.values == {cv2.CAP_PROP_EXPOSURE: 100, cv2.CAP_PROP_AUTO_EXPOSURE: 1}
    assert apply(driver, LINUX, ControlKind.EXPOSURE, None)
    assert driver.values[cv2.CAP_PROP_AUTO_EXPOSURE] == 3
    assert not apply(driver, LINUX, ControlKind.GAIN, None)


class ClipCamera(Driver):
    """A camera whose pictures are a clip's; `refuses`: sizes at which it gives none."""

    def __init__(self, clip: Path, *, gives: bool = True) -> None:
        super().__init__({cv2.CAP_PROP_GAIN: (0, 255, 64), cv2.CAP_PROP_FPS: (1, 60, 30)}, clamps=True)
        self._capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG)
        self._gives = gives

    def isOpened(self) -> bool:
        return True

    def read(self) -> object:
        return self._capture.read() if self._gives else (False, None)

    def release(self) -> None:
        self._capture.release()


Opener = Callable[[CameraInfo, CameraFormat], cv2.VideoCapture]


def camera_of(opener: Opener, settings: CameraSettings) -> CameraSource:
    return CameraSource(FRONT.stable_id, "Front", settings=settings, find=lambda: [FRONT], opener=opener)


def test_settings_are_applied_at_opening_and_between_pictures(make_clip: Callable[..., Path]) -> None:
    made: list[ClipCamera] = []

    def opener(_camera: CameraInfo, _wanted: CameraFormat) -> cv2.VideoCapture:
        made.append(ClipCamera(make_clip(range(0, 330, 33))))
        return made[-1]  # type: ignore[return-value]

    camera = camera_of(opener, CameraSettings(controls={ControlKind.GAIN: 90.0}))
    camera.open()
    assert made[0].values[cv2.CAP_PROP_GAIN] == 90
    answers: list[tuple[CameraControl, ...]] = []
    camera.set_control(ControlKind.GAIN, 20.0)
    camera.set_control(ControlKind.GAIN, 30.0)
    camera.ask_controls(answers.append)
    assert not answers, "nothing is done on the caller's thread"
    camera.read()  # the picture that opening took
    sets = made[0].sets
    camera.read()
    assert answers == [(CameraControl(ControlKind.GAIN, 30, 0, 255, False, False),)]
    assert made[0].sets > sets
    camera.close()
    camera.open()  # plugged in again
    assert made[1].values[cv2.CAP_PROP_GAIN] == 30
    camera.close()


def test_a_camera_that_gives_another_size_says_so(make_clip: Callable[..., Path]) -> None:
    def opener(_camera: CameraInfo, _wanted: CameraFormat) -> cv2.VideoCapture:
        return ClipCamera(make_clip([0, 33]))  # type: ignore[return-value]

    camera = camera_of(opener, CameraSettings(CameraFormat(3840, 2160, 60)))
    camera.open()
    assert camera.note == "It does not do 3840 × 2160; it gives 96 × 64."
    camera.close()
    fast = camera_of(opener, CameraSettings(CameraFormat(96, 64, 60)))
    fast.open()
    assert fast.note == "It does not do 60 fps at this size; it gives 30."
    fast.close()


def test_a_format_without_pictures_falls_back_to_the_usual_one(make_clip: Callable[..., Path]) -> None:
    asked: list[CameraFormat] = []

    def opener(_camera: CameraInfo, wanted: CameraFormat) -> cv2.VideoCapture:
        asked.append(wanted)
        return ClipCamera(make_clip([0, 33]), gives=wanted == CameraFormat())  # type: ignore[return-value]

    camera = camera_of(opener, CameraSettings(CameraFormat(1920, 1080, 60, "raw")))
    camera.open()
    assert [(one.width, one.coding) for one in asked] == [(1920, "raw"), (1280, "")]
    assert "does not do 1920" in camera.note
    assert camera.read() is not None
    camera.close()


@pytest.mark.parametrize(
    "wrong", [(0, 720, 30, ""), (1280, 9000, 30, ""), (1280, 720, 0, ""), (16, 16, 1, "x")]
)
def test_formats_no_camera_has(wrong: tuple[int, int, int, str]) -> None:
    with pytest.raises(ValueError, match=r"camera gives|no coding"):
        CameraFormat(*wrong)
