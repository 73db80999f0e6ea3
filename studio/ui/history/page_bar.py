"""The pages below the timeline, as pills. GUI thread; knows the theme only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_HEIGHT, _PADDING = 30, 13


class _PageButton(PaintedButton):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(fonts.font(13, 600)).horizontalAdvance(self.text())
        return QSize(words + 2 * _PADDING, fonts.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, area = theme.current(), painter_for(self), QRectF(self.rect())
        if self.isChecked():
            box(painter, area, 8, t.control, t.line if t.name == "contrast" else None)
        elif self.underMouse():
            box(painter, area, 8, mixed(t.bg, t.text, 0.05))
        painter.setFont(fonts.font(13, 600))
        painter.setPen(t.text if self.isChecked() else t.text2)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.ring:
            focus_ring(painter, area, 8)


class PageBar(QWidget):
    """``chosen(place)``: by click or keyboard."""

    chosen = Signal(int)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        self._group = QButtonGroup(self)
        self.buttons: list[PaintedButton] = []
        for place, name in enumerate(names):
            button = _PageButton(name)
            self._group.addButton(button, place)
            self.buttons.append(button)
            row.addWidget(button)
        self.buttons[0].setChecked(True)
        self._group.idClicked.connect(self.chosen)
