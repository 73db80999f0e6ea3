"""The holding slate: what viewers see instead of the camera, and who wants it up.

GUI thread (it draws text). Two may want it at once: the host who stepped away comes before the guard whose
camera failed.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QLinearGradient, QPainter, QPen

from studio.media.frame import Pixels

_INK, _QUIET, _ROSE = "#f3f5f9", "#9ba4b5", "#ff3b5c"
_TOP, _BOTTOM = "#241a2c", "#0d0e12"


class SlateReason(IntEnum):
    """Why the slate is up; the greater one's words are shown."""

    TROUBLE = 1
    AWAY = 2


class Curtain(Protocol):
    """Where a slate is hung: ``BroadcastService``."""

    @property
    def canvas(self) -> tuple[int, int]: ...

    def set_curtain(self, picture: Pixels | None) -> None: ...


class ProgramSlate:
    """Invariant: the slate is up exactly while somebody wants it."""

    def __init__(self, curtain: Curtain) -> None:
        self._curtain = curtain
        self._wanted: dict[SlateReason, tuple[str, str]] = {}

    @property
    def up(self) -> bool:
        return bool(self._wanted)

    def put_up(self, reason: SlateReason, sentence: str, detail: str = "") -> None:
        """Shows viewers ``sentence``, and ``detail`` smaller, from the next picture on."""
        if self._wanted.get(reason) != (sentence, detail):
            self._wanted[reason] = (sentence, detail)
            self._hang()

    def take_down(self, reason: SlateReason) -> None:
        """Back to the camera, unless somebody else still wants the slate."""
        if self._wanted.pop(reason, None) is not None:
            self._hang()

    def _hang(self) -> None:
        if not self._wanted:
            self._curtain.set_curtain(None)
            return
        sentence, detail = self._wanted[max(self._wanted)]
        self._curtain.set_curtain(draw_slate(*self._curtain.canvas, sentence, detail))


def draw_slate(width: int, height: int, sentence: str, detail: str = "") -> Pixels:
    """A calm picture with ``sentence`` on it: height x width x 3 BGR uint8. Some 10 ms at 720x1280."""
    image = QImage(width, height, QImage.Format.Format_BGR888)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QLinearGradient(0, 0, width * 0.3, height)
    ground.setColorAt(0, QColor(_TOP))
    ground.setColorAt(0.7, QColor(_BOTTOM))
    painter.fillRect(image.rect(), ground)
    unit = min(width, height) / 720
    middle = QPointF(width / 2, height * 0.44)
    _draw_mark(painter, middle, unit)
    room = QRectF(width * 0.08, middle.y() + 110 * unit, width * 0.84, height * 0.3)
    bottom = _write(painter, room, sentence, 52 * unit, QFont.Weight.Bold, _INK)
    room.moveTop(bottom + 18 * unit)
    _write(painter, room, detail, 27 * unit, QFont.Weight.Medium, _QUIET)
    painter.end()
    stride = image.bytesPerLine()
    rows = np.frombuffer(image.constBits(), dtype=np.uint8, count=stride * height).reshape(height, stride)
    return rows[:, : width * 3].reshape(height, width, 3).copy()


def _draw_mark(painter: QPainter, middle: QPointF, unit: float) -> None:
    """Two bars in a ring: paused, not broken."""
    painter.setPen(QPen(QColor(_ROSE), 7 * unit))
    painter.setBrush(QColor(255, 59, 92, 26))
    painter.drawEllipse(middle, 62 * unit, 62 * unit)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_ROSE))
    for side in (-1, 1):
        bar = QRectF(0, 0, 13 * unit, 50 * unit)
        bar.moveCenter(QPointF(middle.x() + side * 15 * unit, middle.y()))
        painter.drawRoundedRect(bar, 5 * unit, 5 * unit)


def _write(painter: QPainter, room: QRectF, words: str, px: float, weight: QFont.Weight, ink: str) -> float:
    """Centred at the top of ``room``, on two lines at most; returns where they end."""
    font = QFont()
    font.setFamilies(["Inter", QFont().family()])
    font.setPixelSize(max(1, round(px)))
    font.setWeight(weight)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, round(room.width() * 1.8))
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
    return painter.drawText(room, flags, words).bottom()
