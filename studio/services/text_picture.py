"""A text as a picture: the letters alone, in any script, as large as a canvas needs. GUI thread."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTextOption

from studio.media.sources.still import Still, still_from_bgra
from studio.services.overlays.sheet import Lettering

#: Pixels of a letter's height, and where a line breaks: sharp on the whole width of a 1080p canvas.
_SIZE = 96.0
_ROOM = QRectF(0, 0, 1600, 4000)
_WEIGHT = 700
_MARGIN = 8.0


def text_picture(text: str, colour: str, lettering: Lettering) -> Still:
    """``text`` on nothing, in lines as written and broken where they are too long; a right-to-left script
    lies right. Of an empty text it is one clear pixel.
    """
    text = text.strip()
    if not text:
        return Still(np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1), np.uint8))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    measured = _painted(
        QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied), text, colour, lettering, option
    )
    area = measured.marginsAdded(QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)).toAlignedRect()
    image = QImage(area.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    image.setOffset(-area.topLeft())
    _painted(image, text, colour, lettering, option)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    bgra = rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)
    return still_from_bgra(bgra, premultiplied=True)


def _painted(image: QImage, text: str, colour: str, lettering: Lettering, option: QTextOption) -> QRectF:
    """Draws the text into ``image``, moved by its offset; returns what it takes of the room."""
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.setFont(lettering.font(_SIZE, _WEIGHT))
    painter.setPen(QColor(colour))
    painter.translate(image.offset())
    taken = painter.boundingRect(_ROOM, text, option)
    painter.drawText(_ROOM, text, option)
    painter.end()
    return taken
