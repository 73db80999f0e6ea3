"""The soft light behind the sign-in card. GUI thread; knows the theme only."""

from __future__ import annotations

import random
from functools import cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QRadialGradient

from studio.ui import theme
from studio.ui.theme.tokens import faded

_GRAIN = 128


@cache
def _grain() -> QImage:
    """Faint noise: without it the few shades of a dark gradient show as rings."""
    dice = random.Random(7)
    pixels = bytearray()
    for _ in range(_GRAIN * _GRAIN):
        light = 255 if dice.random() < 0.5 else 0
        pixels += bytes((light, light, light, dice.randrange(0, 7)))
    return QImage(bytes(pixels), _GRAIN, _GRAIN, _GRAIN * 4, QImage.Format.Format_ARGB32).copy()


def paint_glow(painter: QPainter, area: QRectF) -> None:
    """Fills ``area`` with the window's colour and two quiet lights; plain in high contrast."""
    t = theme.current()
    painter.fillRect(area, t.bg)
    if t.name == "contrast":
        return
    strength = 0.13 if t.dark else 0.08
    for colour, x, y in ((t.live, 0.28, 0.12), (t.violet, 0.76, 0.9)):
        reach = max(area.width(), area.height()) * 0.52
        glow = QRadialGradient(area.width() * x, area.height() * y, reach)
        for stop, share in ((0.0, 1.0), (0.35, 0.55), (0.7, 0.16)):
            glow.setColorAt(stop, faded(colour, strength * share))
        glow.setColorAt(1, QColor(colour.red(), colour.green(), colour.blue(), 0))
        painter.fillRect(area, glow)
    painter.fillRect(area, QBrush(_grain()))
