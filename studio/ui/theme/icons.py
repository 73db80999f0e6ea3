"""Drawn icons in any colour, and gift drawings, at the screen's own resolution. GUI thread.

Icons are SVG with ``currentColor``; each (name, colour, size, ratio) is rendered once. The cache holds
at most ``_CAPACITY`` pictures and lets the oldest go. Must not import services.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.places import ResourceMissing, resource_path

log = logging.getLogger(__name__)

_CAPACITY = 1_024
_pictures: OrderedDict[tuple[str, str, int, float], QPixmap] = OrderedDict()


def pixmap(name: str, color: QColor, size: int, dpr: float = 1.0) -> QPixmap:
    """The icon ``name`` (no suffix) in ``color``, ``size`` logical pixels square. Unknown names raise
    ``ResourceMissing``: icons are ours, so that is a bug.
    """
    key = ("icon:" + name, color.name(QColor.NameFormat.HexArgb), size, dpr)
    return _cached(key, lambda: _drawn(_icon_source(name, color), size, dpr))


def icon(name: str, color: QColor, size: int = 20, *, disabled: QColor | None = None) -> QIcon:
    """A QIcon of it, sharp at 100 and 200 % scale; ``disabled`` colours it when its control is off."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, color, size, ratio))
        if disabled is not None:
            made.addPixmap(pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return made


def gift_pixmap(art_filename: str, size: int, dpr: float = 1.0) -> QPixmap:
    """The drawing of a gift (``Gift.art``), ``size`` logical pixels square. A gift without a drawing here
    (a newer server's, or a name that is not a plain file name) gets the neutral gift.
    """
    return _cached(
        ("gift:" + art_filename, "", size, dpr), lambda: _drawn(_gift_source(art_filename), size, dpr)
    )


def _cached(key: tuple[str, str, int, float], make: Callable[[], QPixmap]) -> QPixmap:
    known = _pictures.get(key)
    if known is not None:
        _pictures.move_to_end(key)
        return known
    made = make()
    _pictures[key] = made
    if len(_pictures) > _CAPACITY:
        _pictures.popitem(last=False)
    return made


@cache
def _icon_text(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


def _icon_source(name: str, color: QColor) -> bytes:
    text = _icon_text(name).replace("currentColor", color.name(QColor.NameFormat.HexRgb))
    if color.alpha() < 255:
        text = text.replace("<svg ", f'<svg opacity="{color.alphaF():.3f}" ', 1)
    return text.encode()


def _gift_source(art: str) -> bytes:
    if art and "/" not in art and "\\" not in art and not art.startswith("."):
        try:
            return resource_path("gifts", art if art.endswith(".svg") else f"{art}.svg").read_bytes()
        except ResourceMissing:
            log.debug("no drawing of the gift %r in this version", art)
    return _icon_source("gift", QColor("#ffc34d"))


def _drawn(source: bytes, size: int, dpr: float) -> QPixmap:
    """Renders SVG bytes into a transparent square, keeping the drawing's shape."""
    device = max(1, round(size * dpr))
    picture = QPixmap(QSize(device, device))
    picture.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(source))
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, device, device))
    painter.end()
    picture.setDevicePixelRatio(dpr)
    return picture
