"""A transparent sheet to draw an overlay on: grid units, glass boxes, text in any script. GUI thread.

Over the picture the colours do not follow the theme: the picture may be anything, and viewers have no theme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTextLayout, QTextOption

from studio.media.overlay import Overlay

GLASS = QColor(10, 11, 15, 178)
EDGE = QColor(255, 255, 255, 20)
INK = QColor("#f3f5f9")
WHITE = QColor("#ffffff")
QUIET = QColor("#c3cad6")
GOLD = QColor("#ffc34d")
TEAL = QColor("#2bd4b4")
VIOLET = QColor("#b3a9ff")
VIOLET_EDGE = QColor(145, 132, 255, 170)
#: No line in the picture has room for more; measuring a novel would only cost time.
_MAX_CHARS = 300


@dataclass(frozen=True, slots=True)
class Lettering:
    """``families``: Inter and this machine's fonts for other scripts and emoji, in order of preference."""

    families: tuple[str, ...]

    def font(self, size: float, weight: int = 400) -> QFont:
        """``size`` in grid units; digits all have one width, since figures change."""
        made = QFont()
        if self.families:
            made.setFamilies(list(self.families))
        made.setPixelSize(round(size))
        made.setWeight(QFont.Weight(weight))
        made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        made.setFeature(QFont.Tag("tnum"), 1)
        return made


@dataclass(frozen=True, slots=True)
class Words:
    """Text in one look; ``width`` in grid units."""

    text: str
    font: QFont
    colour: QColor
    width: float


def words(text: str, font: QFont, colour: QColor, room: float = 10_000.0) -> Words:
    """``text`` elided to ``room`` grid units."""
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text[:_MAX_CHARS], Qt.TextElideMode.ElideRight, max(0.0, room))
    return Words(shown, font, colour, min(metrics.horizontalAdvance(shown), max(0.0, room)))


def wrapped(text: str, font: QFont, room: float, lines: int) -> list[str]:
    """``text`` broken into at most ``lines`` lines of ``room`` grid units, the last one elided."""
    layout = QTextLayout(text[:_MAX_CHARS], font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    starts: list[int] = []
    while len(starts) < lines and (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        starts.append(line.textStart())
    layout.endLayout()
    # Qt counts UTF-16 units, Python characters.
    units = text[:_MAX_CHARS].encode("utf-16-le", "surrogatepass")
    parts = [
        units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass").strip()
        for start, end in zip(starts, [*starts[1:], len(units) // 2], strict=True)
    ]
    if parts:
        parts[-1] = QFontMetricsF(font).elidedText(parts[-1], Qt.TextElideMode.ElideRight, room)
    return parts


class Sheet:
    """One drawing in the making. Invariant: nothing is painted outside it; ``finish`` ends it."""

    def __init__(self, width: float, height: float, scale: float) -> None:
        """In grid units; ``scale`` is canvas pixels a unit."""
        self.width, self.height, self._scale = width, height, scale
        self._image = QImage(
            max(1, round(width * scale)),
            max(1, round(height * scale)),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        self._image.fill(Qt.GlobalColor.transparent)
        self.painter = QPainter(self._image)
        self.painter.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )
        self.painter.scale(scale, scale)

    def glass(self, radius: float, edge: QColor = EDGE, width: float = 1.5) -> None:
        """Fills the sheet with a dark, rounded pane."""
        inset = width / 2
        self.painter.setPen(QPen(edge, width))
        self.painter.setBrush(GLASS)
        area = QRectF(inset, inset, self.width - width, self.height - width)
        self.painter.drawRoundedRect(area, radius, radius)

    def write(self, piece: Words, x: float, middle: float) -> float:
        """Draws a piece left-aligned around the height ``middle``; returns where the next one begins."""
        self.painter.setFont(piece.font)
        self.painter.setPen(piece.colour)
        # The baseline of Inter, not of the tallest letter in it: a stack of accents must not push the line.
        metrics = QFontMetricsF(piece.font)
        baseline = middle + metrics.capHeight() / 2
        self.painter.drawText(QPointF(x, baseline), piece.text)
        return x + piece.width

    def image(self, drawing: QImage, x: float, y: float, size: float) -> None:
        """Draws a square image, made for these pixels, at grid units."""
        self.painter.drawImage(QRectF(x, y, size, size), drawing)

    def pixels(self, size: float) -> int:
        """How many canvas pixels ``size`` grid units are."""
        return max(1, round(size * self._scale))

    def finish(self) -> Overlay:
        """The drawing, at the origin."""
        self.painter.end()
        image = self._image
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return Overlay(rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4))
