"""Strangers' text laid out once and painted often: one elided line, or a paragraph of a few lines.

GUI thread; QtGui only. A block never reaches beyond the width it was given, whatever the text: long
words break between graphemes, the rest of an endless text becomes an ellipsis, and line height is
bounded, so that a stack of marks cannot push the rows apart.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextLine, QTextOption

from studio.model.text import clean_line

#: Nobody reads further, and laying out a megabyte takes seconds.
_LONGEST = 2_000

#: Single lines that are kept laid out: those of some screens.
_LINES_KEPT = 400

#: Fonts of other scripts are taller than Inter: they get room, but not without end.
_TALLEST = 1.25


@dataclass(frozen=True)
class TypeFace:
    """A font with its measures: ``pitch`` is the distance of its lines, ``ascent`` from top to baseline."""

    font: QFont
    metrics: QFontMetricsF
    pitch: int
    ascent: float

    @classmethod
    def of(cls, font: QFont, leading: float = 1.4) -> TypeFace:
        """``leading``: line height as a multiple of the font's size."""
        metrics = QFontMetricsF(font)
        pitch = math.ceil(font.pixelSize() * leading)
        ascent = (pitch - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
        return cls(font, metrics, pitch, ascent)

    def width(self, text: str) -> float:
        return self.metrics.horizontalAdvance(text)


@dataclass(slots=True)
class TextBlock:
    """Laid out text at ``x``, ``y`` of its row; ``width`` and ``height`` are what it really takes."""

    layouts: list[QTextLayout]
    color: QColor
    x: float
    y: float
    width: float
    height: float
    limit: float  # no ink beyond x + limit: one grapheme can be wider than any column
    tight: bool  # it is

    def draw(self, painter: QPainter, top: float) -> None:
        painter.setPen(self.color)
        at = QPointF(self.x, top + self.y)
        if self.tight:
            painter.save()
            clip = QRectF(self.x, top + self.y - 2, self.limit, self.height + 4)
            painter.setClipRect(clip, Qt.ClipOperation.IntersectClip)
        for layout in self.layouts:
            layout.draw(painter, at)
        if self.tight:
            painter.restore()


def one_line(text: str, face: TypeFace, color: QColor, x: float, y: float, width: float) -> TextBlock:
    """A single line at (x, y) that elides at ``width`` pixels."""
    layout, natural = _lines.get(text[:_LONGEST], face, width)
    return TextBlock([layout], color, x, y, min(natural, width), face.pitch, width, natural > width)


def paragraph(
    text: str, face: TypeFace, color: QColor, x: float, y: float, width: float, max_lines: int = 8
) -> TextBlock:
    """Wrapped text at (x, y): at most ``max_lines`` lines of ``width`` pixels, the last one elided."""
    shown = clean_line(text[:_LONGEST])
    width = max(1.0, width)
    layout, height, rest = _wrapped(shown, face, width, max_lines)
    layouts = [layout]
    if rest:
        # The lines before the last one as they are; what follows goes on the last line as far as it does.
        layout, height, rest = _wrapped(shown, face, width, max_lines - 1)
        tail = face.metrics.elidedText(rest + "…", Qt.TextElideMode.ElideRight, width)
        layouts = [layout, _single(tail, face, height)]
        height += face.pitch
    natural = max(_natural(each) for each in layouts)
    return TextBlock(
        layouts, color, x, y, min(width, natural), max(height, face.pitch), width, natural > width
    )


class _Lines:
    """Single lines as they were laid out, with their widths: a row that changes keeps most of its texts.

    A layout that is ended is only drawn, so many blocks may share it.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, float], tuple[TypeFace, QTextLayout, float]] = OrderedDict()

    def get(self, text: str, face: TypeFace, width: float) -> tuple[QTextLayout, float]:
        """Of ``text``, elided at ``width``; and its natural width then."""
        key = (text, id(face), width)  # the face is kept with it: its id is nobody else's
        known = self._kept.get(key)
        if known is None:
            known = self._kept[key] = (face, *self._laid_out(clean_line(text), face, width))
            if len(self._kept) > _LINES_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return known[1], known[2]

    @staticmethod
    def _laid_out(shown: str, face: TypeFace, width: float) -> tuple[QTextLayout, float]:
        layout = _single(shown, face, 0.0)
        natural = _natural(layout)
        if natural > width:
            shown = face.metrics.elidedText(shown, Qt.TextElideMode.ElideRight, max(0.0, width))
            layout = _single(shown, face, 0.0)
            natural = _natural(layout)
        return layout, natural


_lines = _Lines()


def _wrapped(text: str, face: TypeFace, width: float, max_lines: int) -> tuple[QTextLayout, float, str]:
    """The first ``max_lines`` lines, the height they take, and the text that found no place on them."""
    layout = _layout(text, face)
    height, end = 0.0, 0
    layout.beginLayout()
    for _ in range(max_lines):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        height += _place(line, face, height)
        end = line.textStart() + line.textLength()
    layout.endLayout()
    # Qt counts UTF-16 units, Python counts code points.
    rest = text.encode("utf-16-le", "surrogatepass")[2 * end :].decode("utf-16-le", "replace")
    return layout, height, rest.strip()


def _single(text: str, face: TypeFace, top: float) -> QTextLayout:
    layout = _layout(text, face, wrap=False)
    layout.beginLayout()
    line = layout.createLine()
    if line.isValid():
        line.setLineWidth(1e6)
        _place(line, face, top)
    layout.endLayout()
    return layout


def _layout(text: str, face: TypeFace, wrap: bool = True) -> QTextLayout:
    layout = QTextLayout(text, face.font)
    option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    mode = QTextOption.WrapMode
    option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if wrap else mode.NoWrap)
    # The first strong character decides (UAX 9, P2): Arabic reads from the right, in a left-hand column.
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    return layout


def _place(line: QTextLine, face: TypeFace, top: float) -> float:
    """Puts a line's baseline where every line of this face has it; returns the height it takes."""
    height = min(max(face.pitch, math.ceil(line.height())), round(face.pitch * _TALLEST))
    line.setPosition(QPointF(0, top + (height - face.pitch) / 2 + face.ascent - line.ascent()))
    return height


def _natural(layout: QTextLayout) -> float:
    """The widest line's width without the space at its end."""
    return max((layout.lineAt(i).naturalTextWidth() for i in range(layout.lineCount())), default=0.0)
