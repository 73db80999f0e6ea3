"""The round initial that stands for a person. GUI thread; knows the theme only.

``initial`` and ``colour_for`` are shared with the feed, so a person looks the same everywhere.
"""

from __future__ import annotations

import zlib

from PySide6.QtCore import QRectF, QSize, Qt, QTextBoundaryFinder
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.theme import fonts
from studio.ui.widgets.paint import painter_for

_DISCS = (
    "#8fd3ff",
    "#ffd08a",
    "#ff9eb0",
    "#b9a7ff",
    "#9fe6c4",
    "#ffb48f",
    "#8fe3e6",
    "#e3a5f0",
    "#cfe08a",
)
_COLOURS = tuple(QColor(value) for value in _DISCS)
_INK = QColor("#16181f")
_LEADING_MARKS = "@_.-~*'\"()[]{}| "


def initial(name: str) -> str:
    """The first letter as a reader sees it, upper case: a whole grapheme, so a flag or family stays whole."""
    text = name[:64].lstrip(_LEADING_MARKS) or name[:64].strip()
    if not text:
        return "?"
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    end = finder.toNextBoundary()  # in UTF-16 units
    grapheme = text.encode("utf-16-le")[: max(1, end) * 2].decode("utf-16-le", errors="ignore")
    upper = grapheme.upper()
    return upper if len(upper) == len(grapheme) else grapheme  # "ß" would become two letters


def colour_for(person_id: str) -> QColor:
    """The person's colour: the same on every screen and every start (CRC-32 of the id)."""
    return _COLOURS[zlib.crc32(person_id.encode()) % len(_COLOURS)]


def paint_avatar(
    painter: QPainter, rect: QRectF, person_id: str, name: str, fill: QColor | None = None
) -> None:
    """Draws the disc and initial into ``rect``; the painter should be antialiasing."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill or colour_for(person_id or name))
    painter.drawEllipse(rect)
    font = fonts.font(13, 700)
    font.setPixelSize(max(7, round(rect.height() * 0.44)))
    painter.setFont(font)
    painter.setPen(_INK)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initial(name))


class Avatar(QWidget):
    """A person's disc, ``size`` logical pixels across."""

    def __init__(
        self, person_id: str = "", name: str = "", size: int = 28, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._id, self._name, self._size = person_id, name, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(QSize(size, size))

    def set_person(self, person_id: str, name: str) -> None:
        """Shows somebody else."""
        if (person_id, name) != (self._id, self._name):
            self._id, self._name = person_id, name
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_for(self)
        paint_avatar(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._id, self._name)
