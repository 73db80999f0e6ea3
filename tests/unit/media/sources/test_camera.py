"""Cameras. Build machines have none, so a clip plays the device: the reading itself is the real OpenCV's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.media.cv2_import import cv2
from studio.media.errors import CameraBusy, CameraMissing, SourceLost, SourceUnreadable
from studio.media.sources import camera as camera_module
from studio.media.sources.camera import CameraFormat, CameraInfo, CameraSource, list_cameras, open_with_opencv

FRONT = CameraInfo("Front", "by-id/usb-front", 0, cv2.CAP_FFMPEG, "clip")


def clip_as_camera(clip: Path) -> Callable[[CameraInfo, CameraFormat], cv2.VideoCapture]:
    return lambda _camera, _wanted: cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG)


def test_listing_the_cameras_of_this_machine() -> None:
    found = list_cameras()
    ids = [camera.stable_id for camera in found]
    assert len(set(ids)) == len(ids)
    assert all(camera.name and camera.stable_id for camera in found)


def test_pictures_then_a_loss_when_the_device_goes(make_clip: Callable[..., Path]) -> None:
    source = CameraSource(
        FRONT.stable_id, "Front", find=lambda: [FRONT], opener=clip_as_camera(make_clip([0, 33, 67]))
    )
    source.open()
    assert source.size == (96, 64)
    assert source.fps > 0
    frames = [source.read() for _ in range(3)]
    assert all(frame is not None and frame.array.shape == (64, 96, 3) for frame in frames)
    with pytest.raises(SourceLost, match="“Front” stopped"):
        source.read()
    source.close()
    source.open()  # plugged in again
    assert source.read() is not None
    source.close()
    with pytest.raises(SourceLost, match="not open"):
        source.read()


def test_it_is_found_by_id_at_another_index(make_clip: Callable[..., Path]) -> None:
    clip = make_clip([0, 33])
    opened: list[int] = []

    def opener(camera: CameraInfo, _wanted: CameraFormat) -> cv2.VideoCapture:
        opened.append(camera.index)
        return cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG)

    plugged = [[FRONT], [CameraInfo("Other", "x", 0, 0, ""), CameraInfo("Front", FRONT.stable_id, 1, 0, "")]]
    source = CameraSource(FRONT.stable_id, "Front", find=lambda: plugged.pop(0), opener=opener)
    source.open()
    source.open()
    source.close()
    assert opened == [0, 1]


def test_a_camera_that_is_not_plugged_in() -> None:
    source = CameraSource("by-id/none", "Desk camera", find=list_cameras)
    with pytest.raises(CameraMissing, match="“Desk camera” is not plugged in") as caught:
        source.open()
    assert caught.value.transient


def test_a_camera_that_does_not_open_is_busy() -> None:
    ghost = CameraInfo("Ghost", "ghost", 63, cv2.CAP_ANY, "")  # the real opener, on an index nobody has
    source = CameraSource("ghost", "Ghost", find=lambda: [ghost], opener=open_with_opencv)
    with pytest.raises(CameraBusy, match="another app"):
        source.open()


def test_a_camera_that_opens_but_gives_nothing_is_busy(
    tmp_path: Path, make_clip: Callable[..., Path]
) -> None:
    def drained(_camera: CameraInfo, _wanted: CameraFormat) -> cv2.VideoCapture:
        capture = cv2.VideoCapture(str(make_clip([0])), cv2.CAP_FFMPEG)
        while capture.read()[0]:
            pass
        return capture

    source = CameraSource(FRONT.stable_id, "Front", find=lambda: [FRONT], opener=drained)
    with pytest.raises(CameraBusy):
        source.open()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="device files are Linux's way")
def test_a_device_this_user_may_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = CameraInfo("Front", "front", 0, cv2.CAP_V4L2, "/dev/host-studio-test-none")
    source = CameraSource("front", "Front", find=lambda: [denied])
    with pytest.raises(SourceUnreadable, match="group “video”"):
        source.open()


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a privilege on Windows")
def test_linux_ids_come_from_the_udev_links(tmp_path: Path) -> None:
    device, other = tmp_path / "video0", tmp_path / "video2"
    device.touch()
    other.touch()
    for folder, name, target in (
        ("by-path", "pci-0-usb-1", device),
        ("by-path", "pci-0-usb-2", other),
        ("by-id", "usb-Maker_Cam-index0", device),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).symlink_to(target)
    link = camera_module._linux_link
    assert link(str(device), tmp_path) == "by-id/usb-Maker_Cam-index0"
    assert link(str(other), tmp_path) == "by-path/pci-0-usb-2"
    assert link(str(tmp_path / "video9"), tmp_path) == ""
    assert link(str(device), tmp_path / "none") == ""
