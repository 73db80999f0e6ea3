"""A row ready to be painted: everything measured, placed and coloured. GUI thread; QtGui only.

Made by ``compose``, cached by the view, painted as often as needed without measuring anything again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen, QPixmap

from studio.ui.feed.text_block import TextBlock
from studio.ui.theme import faded

#: From so many square pixels on a box is painted once and kept; so many are.
_LARGE, _PICTURES = 8_000, 24


@dataclass(slots=True)
class Box:
    """A rounded box: ``fills`` are the colours from left to right."""

    rect: QRectF
    radius: float
    fills: tuple[QColor, ...]
    border: QColor | None = None

    def draw(self, painter: QPainter, top: float) -> None:
        rect = self.rect.translated(0, top)
        if rect.width() * rect.height() >= _LARGE and rect.x().is_integer() and rect.y().is_integer():
            fills = tuple(color.rgba() for color in self.fills)
            border = self.border.rgba() if self.border is not None else None
            dpr = painter.device().devicePixelRatio()
            picture = _picture_of(rect.width(), rect.height(), self.radius, fills, border, dpr)
            painter.drawPixmap(rect.topLeft(), picture)
        else:
            self._draw(painter, rect)

    def _draw(self, painter: QPainter, rect: QRectF) -> None:
        if len(self.fills) > 1:
            gradient = QLinearGradient(rect.topLeft(), rect.topRight())
            for number, color in enumerate(self.fills):
                gradient.setColorAt(number / (len(self.fills) - 1), color)
            painter.setBrush(gradient)
        else:
            painter.setBrush(self.fills[0] if self.fills else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.border, 1) if self.border is not None else Qt.PenStyle.NoPen)
        if self.border is not None:
            rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, self.radius, self.radius)


@lru_cache(maxsize=_PICTURES)
def _picture_of(
    width: float, height: float, radius: float, fills: tuple[int, ...], border: int | None, dpr: float
) -> QPixmap:
    """A large box as a picture: rows of a kind have the same one, and the smooth edge of it is dear."""
    picture = QPixmap(math.ceil(width * dpr), math.ceil(height * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colours = tuple(QColor.fromRgba(fill) for fill in fills)
    area = QRectF(0, 0, width, height)
    Box(area, radius, colours, QColor.fromRgba(border) if border is not None else None)._draw(painter, area)
    painter.end()
    return picture


@dataclass(slots=True)
class Portrait:
    """A disc with an initial, or a bare one with a bar for somebody who was hidden."""

    center: QPointF
    radius: float
    fill: QColor
    ink: QColor
    initial: TextBlock | None

    def draw(self, painter: QPainter, top: float) -> None:
        center = self.center + QPointF(0, top)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.fill)
        painter.drawEllipse(center, self.radius, self.radius)
        if self.initial is not None:
            self.initial.draw(painter, top)
        else:
            painter.setPen(QPen(self.ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QLineF(center - QPointF(4, 0), center + QPointF(4, 0)))


@dataclass(slots=True)
class Picture:
    """A pixmap at a place."""

    pixmap: QPixmap
    x: float
    y: float


@dataclass(slots=True)
class Action:
    """Words that can be clicked: ``name`` says what for, ``rect`` where."""

    name: str
    rect: QRectF
    text: TextBlock
    color: QColor

    def draw(self, painter: QPainter, top: float, hot: bool) -> None:
        if hot:
            Box(self.rect, 7, (faded(self.color, 0.2),), faded(self.color, 0.6)).draw(painter, top)
        self.text.draw(painter, top)


@dataclass(slots=True)
class RowDrawing:
    """One row at one width. Everything lies between 0 and ``height``; the painter clips to that."""

    width: float
    height: int = 0
    boxes: list[Box] = field(default_factory=list)
    portrait: Portrait | None = None
    texts: list[TextBlock] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    action: Action | None = None
    parts: list[Action] = field(default_factory=list)  # lines that can be pressed
    more: QRectF | None = None  # where the three dots come up under the mouse
    opacity: float = 1.0
    highlight: QRectF | None = None  # where hover and focus show; None: a card, its first box

    def draw(self, painter: QPainter, top: float, *, hot_action: bool = False, hot_part: str = "") -> None:
        """Paints the row at ``top``; the caller has clipped to its box. ``hot_part``: the line hovered."""
        if self.opacity < 1.0:
            painter.setOpacity(self.opacity)
        for box in self.boxes:
            box.draw(painter, top)
        if self.portrait is not None:
            self.portrait.draw(painter, top)
        for text in self.texts:
            text.draw(painter, top)
        for picture in self.pictures:
            painter.drawPixmap(QPointF(picture.x, top + picture.y), picture.pixmap)
        if self.action is not None:
            self.action.draw(painter, top, hot_action)
        for part in self.parts:
            part.draw(painter, top, part.name == hot_part)
        if self.opacity < 1.0:
            painter.setOpacity(1.0)

    @property
    def area(self) -> QRectF:
        """Where hover and keyboard focus are shown."""
        if self.highlight is not None:
            return self.highlight
        return self.boxes[0].rect if self.boxes else QRectF(0, 0, self.width, self.height)
