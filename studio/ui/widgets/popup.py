"""Popups with round corners, whether the desktop blends windows or not. GUI thread; knows Qt only."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainterPath, QRegion, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

RADIUS = 10


def prepare_popup(popup: QWidget) -> None:
    """Before it is first shown: no frame, shadow or square ground of the system's own."""
    flags = popup.windowFlags() | Qt.WindowType.FramelessWindowHint
    popup.setWindowFlags(flags | Qt.WindowType.NoDropShadowWindowHint)
    popup.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)


def clip_popup(popup: QWidget, radius: int = RADIUS) -> None:
    """Cuts the corners off on X11: without a compositor the translucent ones would be black there."""
    if QGuiApplication.platformName() == "xcb":
        popup.setMask(rounded(popup.rect(), radius))


def rounded(rect: QRect, radius: int) -> QRegion:
    """``rect`` without its corners."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect), radius, radius)
    return QRegion(path.toFillPolygon().toPolygon())


class Menu(QMenu):
    """A menu in the looks of the theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        prepare_popup(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        clip_popup(self)
