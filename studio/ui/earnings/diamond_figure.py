"""A count of diamonds with the diamond beside it. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from studio.model.money import format_count, format_short
from studio.ui import theme
from studio.ui.theme import icons
from studio.ui.widgets.animated_number import AnimatedNumber
from studio.ui.widgets.label import Role, TextStyle

#: From here on a figure is written short, or it would not fit the column.
_SHORT_FROM = 100_000_000


def shown(diamonds: int) -> str:
    """``31480`` -> ``"31,480"``; nine digits and more in short form."""
    return format_count(diamonds) if diamonds < _SHORT_FROM else format_short(diamonds)


class DiamondFigure(QWidget):
    """Counts up to its value; screen readers get the value and the word. ``pressed``: with the mouse."""

    pressed = Signal()

    def __init__(self, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style: TextStyle = role.value
        self._mark_size = round(style.size * 0.78)
        self.number = AnimatedNumber(role, format_value=shown)
        self._mark = QLabel()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(max(4, self._mark_size // 4))
        row.addWidget(self.number)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()

    def set_value(self, diamonds: int) -> None:
        self.number.set_value(diamonds)
        self.setAccessibleName(f"{diamonds:,} diamonds")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def _restyle(self) -> None:
        pixel_ratio = self.devicePixelRatioF()
        self._mark.setPixmap(icons.pixmap("diamond", theme.current().gold, self._mark_size, pixel_ratio))
