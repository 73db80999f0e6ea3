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
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from studio.media.clock import now_ns
from studio.media.cv2_import import cv2
from studio.media.errors import CameraBusy, CameraMissing, SourceLost, SourceUnreadable
from studio.media.frame import Frame, Pixels
from studio.media.sources.camera_controls import (
    CameraControl,
    CameraFormat,
    CameraSettings,
    ControlKind,
    apply,
    probe,
)
from studio.media.sources.source import NamedSource

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


ControlsAnswer = Callable[[tuple[CameraControl, ...]], None]


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
            code = "YUYV" if wanted.coding == "raw" else "MJPG"
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*code))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, wanted.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wanted.height)
        capture.set(cv2.CAP_PROP_FPS, wanted.fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # a queued picture is an old picture
    return capture


class CameraSource(NamedSource):
    """A `VideoSource` over one camera, looked up by its stable id at every open: survives replugging.

    Attributes: `note`, a sentence when the camera does not do what its settings ask for, else empty.
    """

    def __init__(
        self,
        stable_id: str,
        name: str,
        *,
        wanted: CameraFormat | None = None,
        settings: CameraSettings | None = None,
        find: Callable[[], Iterable[CameraInfo]] = list_cameras,
        opener: Callable[[CameraInfo, CameraFormat], cv2.VideoCapture] = open_with_opencv,
    ) -> None:
        self._stable_id = stable_id
        super().__init__(name, f"camera:{stable_id}")
        self._settings = settings or CameraSettings(wanted or CameraFormat())
        self._controls = dict(self._settings.controls)
        self._lock = threading.Lock()
        self._orders: dict[ControlKind, float | None] = {}
        self._answer: ControlsAnswer | None = None
        self._backend = 0
        self.note = ""
        self._find = find
        self._opener = opener
        self._capture: cv2.VideoCapture | None = None
        self._first: Frame | None = None

    def open(self) -> None:
        """Raises CameraMissing, CameraBusy, or SourceUnreadable when this user may not use it."""
        self.close()
        camera = next((c for c in self._find() if c.stable_id == self._stable_id), None)
        if camera is None:
            raise CameraMissing(f"“{self._name}” is not plugged in. Plug it in, or choose another camera.")
        _check_permission(camera)
        wanted = self._settings.format
        capture, array = self._try(camera, wanted)
        if array is None and wanted != CameraFormat():
            capture.release()
            capture, array = self._try(camera, CameraFormat())
        if array is None:  # many drivers open a camera that another app has and fail at the first picture
            capture.release()
            raise CameraBusy(_busy_sentence(camera.name))
        self._capture, self._backend = capture, camera.backend
        self._size = (array.shape[1], array.shape[0])
        self._fps = float(capture.get(cv2.CAP_PROP_FPS)) or float(wanted.fps)
        self.note = _note(wanted, self._size, self._fps)
        for kind, value in self._controls.items():
            apply(capture, camera.backend, kind, value)
        self._first = Frame(array, now_ns())

    def read(self) -> Frame | None:
        first, self._first = self._first, None
        if first is not None:
            return first
        if self._capture is None:
            raise SourceLost(f"“{self._name}” is not open.")
        self._obey(self._capture)
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

    def ask_controls(self, answer: ControlsAnswer) -> None:
        """From any thread: finds out what can be set. `answer` runs once, on the capture thread."""
        with self._lock:
            self._answer = answer

    def set_control(self, kind: ControlKind, value: float | None) -> None:
        """From any thread: sets a control before the next picture and at every opening; None: automatic.

        Of many orders between two pictures the last one counts.
        """
        with self._lock:
            self._controls = {**self._controls, kind: value}
            self._orders[kind] = value

    def interrupt(self) -> None:
        """OpenCV cannot be interrupted; a read ends with the next picture or the driver's own time limit."""

    def _try(self, camera: CameraInfo, wanted: CameraFormat) -> tuple[cv2.VideoCapture, Pixels | None]:
        capture = self._opener(camera, wanted)
        return capture, _read(capture) if capture.isOpened() else None

    def _obey(self, capture: cv2.VideoCapture) -> None:
        with self._lock:
            orders, self._orders = self._orders, {}
            answer, self._answer = self._answer, None
        for kind, value in orders.items():
            apply(capture, self._backend, kind, value)
        if answer is not None:
            answer(probe(capture, self._backend))

    def close(self) -> None:
        capture, self._capture = self._capture, None
        self._first = None
        if capture is not None:
            capture.release()


def _note(wanted: CameraFormat, size: tuple[int, int], fps: float) -> str:
    """What the camera does instead of what was wanted, empty when it does that."""
    if size != (wanted.width, wanted.height):
        return f"It does not do {wanted.width} × {wanted.height}; it gives {size[0]} × {size[1]}."
    if round(fps) < wanted.fps:
        return f"It does not do {wanted.fps} fps at this size; it gives {round(fps)}."
    return ""


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
