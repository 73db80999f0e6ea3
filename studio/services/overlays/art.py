"""Gift drawings and icons as images, rendered once each from the shipped SVG files. GUI thread.

``QImage`` and no ``QPixmap``: what is drawn here becomes pixels of the picture, not of a window. The cache
holds at most ``_CAPACITY`` images; the least used goes.
"""

from __future__ import annotations

import logging
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from studio.places import ResourceMissing, resource_path

log = logging.getLogger(__name__)

_CAPACITY = 128


@lru_cache(_CAPACITY)
def gift_image(art: str, pixels: int) -> QImage:
    """A gift's drawing (``Gift.art``), square. One without a drawing here gets the neutral gift."""
    if art and "/" not in art and "\\" not in art and not art.startswith("."):
        try:
            return _drawn(resource_path("gifts", art).read_bytes(), pixels)
        except ResourceMissing:
            log.debug("no drawing of the gift %r in this version", art)
    return icon_image("gift", "#ffc34d", pixels)


@lru_cache(_CAPACITY)
def icon_image(name: str, colour: str, pixels: int) -> QImage:
    """An icon in a colour like "#ffc34d", square. Unknown names raise ``ResourceMissing``: icons are ours."""
    text = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    return _drawn(text.replace("currentColor", QColor(colour).name()).encode(), pixels)


def _drawn(source: bytes, pixels: int) -> QImage:
    size = max(1, pixels)
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(source))
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image
