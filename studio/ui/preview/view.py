"""The preview: the newest frame, painted when one is ready and not more often. GUI thread.

Frames arrive already scaled to the view's device pixels (``set_preview_size``), so that painting is a copy;
when a frame of another size comes (just after a resize) it is scaled here. Imports no media.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.services.picture_source import SourceState
from studio.services.studio import Services
from studio.ui import theme
from studio.ui.preview.away_tile import KEY as AWAY_KEY
from studio.ui.preview.notice import paint_notice
from studio.ui.preview.overlays import PILL_HEIGHT, delay_words, paint_pill
from studio.ui.theme.tokens import faded
from studio.ui.widgets.empty_state import EmptyState

RADIUS = 12


class PreviewView(QWidget):
    """Shows the program picture, mirrored for the host when they wish. ``demo_wanted``: the person asked for
    the demo clip since there is no camera. Invariant: a hidden view takes no frames.
    """

    demo_wanted = Signal()

    def __init__(self, services: Services, *, on_air: bool, parent: QWidget | None = None) -> None:
        """``on_air``: the Live screen's view, with the on-air badge and the delay."""
        super().__init__(parent)
        self._broadcast = services.broadcast
        self._live = services.live
        self._watch = services.watch
        self._films = services.films
        self._on_air = on_air
        self._image: QImage | None = None
        self._empty = EmptyState("camera-off", "", parent=self)
        self._empty.acted.connect(self.demo_wanted)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview: the picture as viewers get it")
        self._broadcast.preview_ready.connect(self._frame_ready)
        self._broadcast.source.changed.connect(self._source_changed)
        self._broadcast.changed.connect(self._source_changed)
        self._live.changed.connect(self._words_changed)
        self._watch.guard.changed.connect(self.update)
        if self._watch.sound is not None:
            self._watch.sound.changed.connect(self.update)
        self._watch.away.changed.connect(self.update)
        for word in (self._films.marks.word, self._films.replay.word):
            word.changed.connect(self.update)
        theme.notifier.changed.connect(self.update)
        self._source_changed()

    def sizeHint(self) -> QSize:
        return QSize(375, 667)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 267)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty.setGeometry(self.rect())
        self._ask_for_size()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_for_size()
        self._source_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._image = None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._ask_for_size()
        super().changeEvent(event)

    def _ask_for_size(self) -> None:
        if self.isVisible():
            ratio = self.devicePixelRatioF()
            self._broadcast.set_preview_size(round(self.width() * ratio), round(self.height() * ratio))

    def _frame_ready(self) -> None:
        if self.isVisible():
            self.update()

    def _words_changed(self) -> None:
        if self.isVisible() and self._image is None:
            self.update()  # with a picture they are painted with its next frame

    def _source_changed(self) -> None:
        state, detail = self._broadcast.source.state, self._broadcast.source.detail
        running = state is SourceState.RUNNING
        if not running:
            self._image = None
        self._empty.setVisible(not running)
        if state is SourceState.NONE:
            self._empty.say("camera-off", "No camera", detail, "Use the demo clip")
        elif state is SourceState.OPENING:
            self._empty.say("camera", "Opening the camera…", detail)
        elif state is SourceState.LOST:
            self._empty.say("camera-off", "The camera stopped", detail, "Use the demo clip")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fresh = self._broadcast.take_preview() if self.isVisible() else None
        if fresh is not None:
            self._image = fresh
        if self._image is None:
            painter.fillRect(self.rect(), theme.current().raised)
        else:
            self._paint_picture(painter, self._image)
            if self._empty.isVisible():
                # Viewers still get this picture; what the host must read now lies over it.
                painter.fillRect(self.rect(), faded(theme.current().bg, 0.86))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_words(painter)
        self._paint_notice(painter)
        self._round_corners(painter)
        painter.end()
        if fresh is not None:
            self._broadcast.preview_painted()

    def _paint_picture(self, painter: QPainter, image: QImage) -> None:
        """Fills the view with the picture, keeping its shape; a copy when the sizes agree."""
        place = _place(self.width(), self.height(), self.devicePixelRatioF(), image.width(), image.height())
        if place.scaled:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if place.bars:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
        painter.drawImage(place.area, image)

    def _paint_words(self, painter: QPainter) -> None:
        width, height = self._broadcast.canvas
        inset = 10.0
        if not self._on_air:
            fps = round(self._broadcast.counters.camera_fps)
            tail = f" · {fps} fps" if fps else ""
            paint_pill(painter, QPointF(inset, inset), f"Preview · {width}×{height}{tail}")
            return
        end = float(self.width()) - inset
        latency = self._live.to_viewer_ms
        if latency is not None:
            end -= paint_pill(painter, QPointF(end, inset), "to viewer", delay_words(latency), right=True)
        else:
            end -= paint_pill(painter, QPointF(end, inset), f"{width}×{height}", right=True)
        if self._broadcast.counters.on_air:
            paint_pill(painter, QPointF(inset, inset), "", "ON AIR", dot="live")
        else:
            paint_pill(painter, QPointF(inset, inset), "Starting the picture…")
        word = self._films.marks.word.words or self._films.replay.word.words
        if word:
            paint_pill(painter, QPointF(inset, inset + PILL_HEIGHT + 8), "", word, dot="teal")

    def _paint_notice(self, painter: QPainter) -> None:
        """What is unusual now: the host is away, the picture fails, or the microphone does."""
        area, away = QRectF(self.rect()), self._watch.away
        if away.away and self._on_air:
            hushed = "".join(f", {words}" for words in away.hushes)
            strong = f"You are away · {away.away_s // 60}:{away.away_s % 60:02d}"
            words = f"Viewers see this picture{hushed}. Press {AWAY_KEY} to come back."
            paint_notice(painter, area, strong, words, "gold")
        elif self._watch.guard.open and not self._empty.isVisible():
            paint_notice(painter, area, self._watch.guard.headline, self._watch.guard.sentence, "live")
        elif self._watch.sound is not None and self._watch.sound.open:
            paint_notice(painter, area, self._watch.sound.headline, self._watch.sound.sentence, "gold")

    def _round_corners(self, painter: QPainter) -> None:
        """Paints what lies outside the rounded corners in the window's colour: cheaper than a clip."""
        for corner in _corners(self.width(), self.height()):
            painter.fillPath(corner, theme.current().bg)


class _Place(NamedTuple):
    """Where a picture goes in a view. ``scaled``: not pixel by pixel; ``bars``: it does not fill the view."""

    area: QRect
    scaled: bool
    bars: bool


@lru_cache(maxsize=4)
def _place(width: int, height: int, ratio: float, image_width: int, image_height: int) -> _Place:
    """``ratio``: device pixels to one of the view's."""
    image = QSize(image_width, image_height)
    wanted = QSize(round(width * ratio), round(height * ratio))
    fitted = image.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio)
    same = abs(fitted.width() - image_width) <= 2 and abs(fitted.height() - image_height) <= 2
    if same:
        fitted = image
    view = QRect(0, 0, width, height)
    area = QRect(0, 0, round(fitted.width() / ratio), round(fitted.height() / ratio))
    area.moveCenter(view.center())
    return _Place(area, not same, not area.contains(view))


@lru_cache(maxsize=4)
def _corners(width: int, height: int) -> tuple[QPainterPath, ...]:
    """What of a view of that size lies outside its rounded corners, four pieces: each is filled by itself."""
    inside = QPainterPath()
    inside.addRoundedRect(QRectF(0, 0, width, height), RADIUS, RADIUS)
    pieces = []
    for x, y in ((0, 0), (width - RADIUS, 0), (0, height - RADIUS), (width - RADIUS, height - RADIUS)):
        piece = QPainterPath()
        # A pixel beyond the edge: with fractional scaling that lies between two.
        piece.addRect(QRectF(x - 1, y - 1, RADIUS + 2, RADIUS + 2))
        pieces.append(piece.subtracted(inside))
    return tuple(pieces)
