"""Cameras through OpenCV, found by name and stable id.

Purpose: list cameras, open one by an id that survives replugging, turn failures into sentences.
Thread: a `CameraSource` belongs to its capture thread; `list_cameras` blocks: not on the GUI thread.
Must not import: Qt, net.

OpenCV knows cameras only by an index that changes when one is plugged in. Names and device paths come
from cv2-enumerate-cameras: on Windows a device path, on macOS a unique id, on Linux /dev/videoN, which
changes too, so there the id is the udev link of the device.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from studio.media.clock import now_ns
from studio.media.cv2_import import cv2
from studio.media.errors import CameraBusy, CameraMissing, SourceLost, SourceUnreadable
from studio.media.frame import Frame, Pixels

# It imports cv2 itself, so it must come after the import above.
from cv2_enumerate_cameras import enumerate_cameras  # isort: skip

#: Tried in order, the first that lists a camera wins.
_BACKENDS: dict[str, tuple[int, ...]] = {
    "win32": (cv2.CAP_MSMF, cv2.CAP_DSHOW),
    "darwin": (cv2.CAP_AVFOUNDATION,),
}
#: A camera hands out an empty picture now and then; this many in a row (a second at 30 fps) is a loss.
_EMPTY_READS_UNTIL_LOST = 30
#: But not for longer than this: a driver may take 10 s to say that there is no picture.
_EMPTY_NS_UNTIL_LOST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """One camera as found now. Keep `stable_id`; `index` changes when something is plugged."""

    name: str
    stable_id: str
    index: int
    backend: int
    path: str


@dataclass(frozen=True, slots=True)
class CameraFormat:
    """What to ask a camera for (it may differ). Nearly every webcam does 1280x720 at 30."""

    width: int = 1280
    height: int = 720
    fps: int = 30


def _linux_link(path: str, root: Path) -> str:
    """The udev link to `path` below `root` (/dev/v4l): by-id if there is one, else by-path, else ''."""
    device = os.path.realpath(path)
    for folder in ("by-id", "by-path"):
        try:
            links = sorted((root / folder).iterdir())
        except OSError:
            continue
        for link in links:
            if os.path.realpath(link) == device:
                return f"{folder}/{link.name}"
    return ""


def list_cameras(*, dev_v4l: Path = Path("/dev/v4l")) -> list[CameraInfo]:
    """The cameras plugged in now, in the system's order, ids unique. Blocks for some 10 ms."""
    found: list[CameraInfo] = []
    taken: set[str] = set()
    for backend in _BACKENDS.get(sys.platform, (cv2.CAP_V4L2,)):
        for camera in enumerate_cameras(backend):
            path = str(camera.path or "")
            base = path
            if sys.platform.startswith("linux"):
                base = _linux_link(path, dev_v4l) or f"{camera.vid}:{camera.pid}:{camera.name}"
            stable_id, twin = base or f"{camera.name}", 2
            while stable_id in taken:
                stable_id, twin = f"{base}#{twin}", twin + 1
            taken.add(stable_id)
            found.append(CameraInfo(str(camera.name), stable_id, int(camera.index), backend, path))
        if found:
            break
    return found


def open_with_opencv(camera: CameraInfo, wanted: CameraFormat) -> cv2.VideoCapture:
    """Opens `camera`; the caller checks `isOpened`. Motion JPEG first: raw 720p over USB 2 gives 10 fps."""
    capture = cv2.VideoCapture(camera.index, camera.backend)
    if capture.isOpened():
        if camera.backend != cv2.CAP_AVFOUNDATION:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, wanted.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wanted.height)
        capture.set(cv2.CAP_PROP_FPS, wanted.fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # a queued picture is an old picture
    return capture


class CameraSource:
    """A `VideoSource` over one camera, looked up by its stable id at every open: survives replugging."""

    def __init__(
        self,
        stable_id: str,
        name: str,
        *,
        wanted: CameraFormat | None = None,
        find: Callable[[], Iterable[CameraInfo]] = list_cameras,
        opener: Callable[[CameraInfo, CameraFormat], cv2.VideoCapture] = open_with_opencv,
    ) -> None:
        self._stable_id = stable_id
        self._name = name
        self._wanted = wanted or CameraFormat()
        self._find = find
        self._opener = opener
        self._capture: cv2.VideoCapture | None = None
        self._first: Frame | None = None
        self._size = (0, 0)
        self._fps = 0.0

    @property
    def name(self) -> str:
        return self._name

    @property
    def key(self) -> str:
        return f"camera:{self._stable_id}"

    @property
    def size(self) -> tuple[int, int]:
        return self._size

    @property
    def fps(self) -> float:
        return self._fps

    def open(self) -> None:
        """Raises CameraMissing, CameraBusy, or SourceUnreadable when this user may not use it."""
        self.close()
        camera = next((c for c in self._find() if c.stable_id == self._stable_id), None)
        if camera is None:
            raise CameraMissing(f"“{self._name}” is not plugged in. Plug it in, or choose another camera.")
        _check_permission(camera)
        capture = self._opener(camera, self._wanted)
        array = _read(capture) if capture.isOpened() else None
        if array is None:  # many drivers open a camera that another app has and fail at the first picture
            capture.release()
            raise CameraBusy(_busy_sentence(camera.name))
        self._capture = capture
        self._size = (array.shape[1], array.shape[0])
        self._fps = float(capture.get(cv2.CAP_PROP_FPS)) or float(self._wanted.fps)
        self._first = Frame(array, now_ns())

    def read(self) -> Frame | None:
        first, self._first = self._first, None
        if first is not None:
            return first
        if self._capture is None:
            raise SourceLost(f"“{self._name}” is not open.")
        began_ns = now_ns()
        for _ in range(_EMPTY_READS_UNTIL_LOST):
            array = _read(self._capture)
            if array is not None:
                return Frame(array, now_ns())
            if not self._capture.isOpened() or now_ns() - began_ns > _EMPTY_NS_UNTIL_LOST:
                break
        raise SourceLost(
            f"“{self._name}” stopped sending pictures. Check its cable; it comes back by itself."
        )

    def interrupt(self) -> None:
        """OpenCV cannot be interrupted; a read ends with the next picture or the driver's own time limit."""

    def close(self) -> None:
        capture, self._capture = self._capture, None
        self._first = None
        if capture is not None:
            capture.release()


def _read(capture: cv2.VideoCapture) -> Pixels | None:
    """The next picture as height x width x 3 BGR, or None."""
    try:
        ok, array = capture.read()
    except cv2.error:  # drivers that vanish in the middle of a conversion
        return None
    if not ok or array is None or array.ndim != 3 or array.shape[2] != 3:
        return None
    return array  # type: ignore[return-value]  # OpenCV's stub says "any number"; BGR conversion gives uint8


def _check_permission(camera: CameraInfo) -> None:
    is_device = sys.platform.startswith("linux") and camera.path.startswith("/dev/")
    if is_device and not os.access(camera.path, os.R_OK | os.W_OK):
        raise SourceUnreadable(
            f"This user may not use “{camera.name}”. Add the user to the group “video”, then sign in again."
        )


def _busy_sentence(name: str) -> str:
    sentence = f"“{name}” does not start: another app may be using it. Close that app"
    if sys.platform == "darwin":
        return sentence + ", or allow Host Studio in System Settings > Privacy & Security > Camera."
    if sys.platform == "win32":
        return sentence + ", or allow desktop apps in Settings > Privacy & security > Camera."
    return sentence + ", or plug the camera in again."
