"""Screens and windows through Qt's capture, which knows X11, Windows, macOS and, by its portal, Wayland.

Thread: `screen`, one per open capture, with a Qt loop of its own: Qt hands pictures to the thread that made
the capture, and on the GUI thread they would queue up behind the window. Only the newest waits
(`PictureSlot`), and it is converted on the thread that takes it.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication, QImage
from PySide6.QtMultimedia import (
    QCapturableWindow,
    QMediaCaptureSession,
    QScreenCapture,
    QVideoFrame,
    QVideoFrameFormat,
    QVideoSink,
    QWindowCapture,
)

from studio.media.errors import CameraMissing, SourceError, SourceLost, SourceUnreadable
from studio.media.frame import Pixels
from studio.media.sources.pushed import PictureSlot, PushedSource, bgr_of, draw_pointer

log = logging.getLogger(__name__)

# Qt captures through X11 only where the session says that it is one; started by hand it says nothing.
if sys.platform.startswith("linux") and not os.environ.get("WAYLAND_DISPLAY"):
    if os.environ.get("XDG_SESSION_TYPE", "tty") == "tty":
        os.environ["XDG_SESSION_TYPE"] = "x11"

_START_S = 5.0
_END_S = 2.0
#: Titles are “document - application”: the document changes, the window is the same.
_SEPARATORS = (" - ", " — ", " – ")
_Formats = QVideoFrameFormat.PixelFormat
_BLUE_FIRST = (_Formats.Format_BGRX8888, _Formats.Format_BGRA8888, _Formats.Format_BGRA8888_Premultiplied)
_RED_FIRST = (_Formats.Format_RGBX8888, _Formats.Format_RGBA8888)

#: Made on the `screen` thread: the capture, switched on by whoever made the session around it.
Capture = QScreenCapture | QWindowCapture


@dataclass(frozen=True, slots=True)
class Surface:
    """A screen or window as listed: `target` goes into a `SourceSpec`, `name` is for the host."""

    target: str
    name: str


def list_screens() -> tuple[Surface, ...]:
    """The screens connected now, the first one first."""
    found: list[Surface] = []
    for screen in QGuiApplication.screens():
        size = screen.geometry().size() * screen.devicePixelRatio()
        what = f"{screen.manufacturer()} {screen.model()}".strip() or screen.name()
        found.append(Surface(screen.name(), f"{what} ({size.width()} × {size.height()})"))
    return tuple(found)


def list_windows() -> tuple[Surface, ...]:
    """The windows that can be shown, by title. Asks the system for some 20 ms: not on the GUI thread."""
    titles = (window.description().strip() for window in QWindowCapture.capturableWindows())
    return tuple(Surface(title, title) for title in dict.fromkeys(titles) if title)


def screen_source(target: str, *, pointer: bool = True) -> PushedSource:
    """A source of the screen with that name, empty for the first; `pointer`: with the mouse pointer."""
    name = target or "Screen"
    feed = _QtFeed(partial(_capture_of_screen, target, name), pointer=pointer)
    return PushedSource(name, f"screen:{target}", feed, refused=_refused_sentence(name))


def window_source(title: str) -> PushedSource:
    """A source of the window with that title, or of the same application when the title changed."""
    feed = _QtFeed(partial(_capture_of_window, title), pointer=False)
    return PushedSource(title, f"window:{title}", feed, refused=_refused_sentence(title))


class _QtFeed:
    """Runs one capture on a thread of its own."""

    def __init__(self, make: Callable[[], Capture], *, pointer: bool) -> None:
        self._make = make
        self._pointer = pointer
        self._thread: threading.Thread | None = None
        self._loop: QEventLoop | None = None

    def begin(self, slot: PictureSlot) -> None:
        started = threading.Event()
        failed: list[SourceError] = []
        self._thread = threading.Thread(
            target=self._run, args=(slot, started, failed), name="screen", daemon=True
        )
        self._thread.start()
        if not started.wait(_START_S):
            raise SourceLost("The system's screen capture does not start. Start Host Studio again.")
        if failed:
            raise failed[0]

    def end(self) -> None:
        loop, self._loop = self._loop, None
        thread, self._thread = self._thread, None
        if loop is not None:
            loop.exit()
        if thread is not None:
            thread.join(_END_S)
            if thread.is_alive():
                log.warning("a screen capture still blocks; leaving it behind")

    def _run(self, slot: PictureSlot, started: threading.Event, failed: list[SourceError]) -> None:
        try:
            capture = self._make()
        except SourceError as error:
            failed.append(error)
            started.set()
            return
        session, sink, loop = QMediaCaptureSession(), QVideoSink(), QEventLoop()
        session.setVideoSink(sink)
        area = QRect()
        if isinstance(capture, QScreenCapture):
            session.setScreenCapture(capture)
            area = capture.screen().geometry() if self._pointer else area
        else:
            session.setWindowCapture(capture)
        here = Qt.ConnectionType.DirectConnection
        sink.videoFrameChanged.connect(lambda frame: slot.put(partial(_picture, frame, area)), here)
        capture.errorOccurred.connect(lambda error, text: _failed(slot, error, text), here)
        self._loop = loop
        QTimer.singleShot(0, started.set)  # once the loop runs, and can be ended
        capture.setActive(True)
        loop.exec()
        capture.setActive(False)


def _capture_of_screen(target: str, name: str) -> QScreenCapture:
    screens = QGuiApplication.screens()  # the first is the primary one
    screen = next((found for found in screens if target in ("", found.name())), None)
    if screen is None:
        raise CameraMissing(f"The screen “{name}” is not connected. Connect it, or choose another one.")
    capture = QScreenCapture()
    capture.setScreen(screen)
    return capture


def _capture_of_window(title: str) -> QWindowCapture:
    window = _best_match(title, QWindowCapture.capturableWindows())
    if window is None:
        raise CameraMissing(f"The window “{title}” is not open. Open it, or choose another one.")
    capture = QWindowCapture()
    capture.setWindow(window)
    return capture


def _best_match(title: str, windows: list[QCapturableWindow]) -> QCapturableWindow | None:
    for window in windows:
        if window.description().strip() == title:
            return window
    application = _application(title)
    if not application:
        return None
    return next((window for window in windows if _application(window.description()) == application), None)


def _application(title: str) -> str:
    """What follows the last dash of a window's title, empty without one."""
    at = max((title.rfind(dash) + len(dash) for dash in _SEPARATORS if dash in title), default=0)
    return title[at:].strip() if at else ""


def _picture(frame: QVideoFrame, area: QRect) -> Pixels | None:
    """The frame's pixels, and the pointer where it is on `area` (of the desktop; empty: without)."""
    array = _pixels(frame)
    if array is None or area.isEmpty():
        return array
    place = QCursor.pos()
    if area.contains(place):
        _draw(array, place - area.topLeft(), array.shape[1] / area.width())
    return array


def _draw(array: Pixels, place: QPoint, scale: float) -> None:
    draw_pointer(array, round(place.x() * scale), round(place.y() * scale), max(1.0, scale))


def _pixels(frame: QVideoFrame) -> Pixels | None:
    blue_first, red_first = frame.pixelFormat() in _BLUE_FIRST, frame.pixelFormat() in _RED_FIRST
    if not (blue_first or red_first):
        return _pixels_of_image(frame.toImage())
    if not frame.map(QVideoFrame.MapMode.ReadOnly):
        return None
    try:
        height, width, stride = frame.height(), frame.width(), frame.bytesPerLine(0)
        rows = np.frombuffer(frame.bits(0), np.uint8)[: height * stride].reshape(height, stride)
        return bgr_of(rows[:, : width * 4].reshape(height, width, 4), red_first=red_first)
    finally:
        frame.unmap()


def _pixels_of_image(image: QImage) -> Pixels | None:
    if image.isNull():
        return None
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return bgr_of(rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4))


def _failed(slot: PictureSlot, error: object, text: str) -> None:
    """Qt's text is for the log alone: it speaks of grabbers and handles."""
    log.info("screen capture: %s (%s)", error, text)
    unsupported = (QScreenCapture.Error.CapturingNotSupported, QWindowCapture.Error.CapturingNotSupported)
    if error in unsupported:
        slot.fail(SourceUnreadable("This system does not let apps capture what is on the screen."))
        return
    slot.fail(
        SourceLost("What was captured is gone: closed, minimised or unplugged. It comes back by itself.")
    )


def _refused_sentence(name: str) -> str:
    if sys.platform == "darwin":
        where = "System Settings > Privacy & Security > Screen & System Audio Recording"
        return f"“{name}” gives no picture. Allow Host Studio in {where}, then start it again."
    if QGuiApplication.platformName().startswith("wayland"):
        return f"“{name}” gives no picture. When the desktop asks what to share, choose it and allow it."
    return f"“{name}” gives no picture. Choose it again, or another one."
