"""A colour chosen from a few, or any other. GUI thread; knows the theme only."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme.tokens import ink_on
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_COLOURS = (
    ("#f3f5f9", "White"),
    ("#0d0e12", "Black"),
    ("#ff3b5c", "Red"),
    ("#ffc34d", "Gold"),
    ("#2bd4b4", "Teal"),
    ("#5aa9ff", "Blue"),
    ("#9184ff", "Violet"),
)
_SIDE = 26


class Swatch(PaintedButton):
    """One colour; checked when it is the one."""

    def __init__(self, colour: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.colour = colour
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect, colour = QRectF(self.rect()), QColor(self.colour)
        box(painter, rect.adjusted(2, 2, -2, -2), 6, colour, t.line)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink_on(colour))
            painter.drawEllipse(rect.center(), 3.5, 3.5)
        if self.ring:
            focus_ring(painter, rect, 8)


class Swatches(QWidget):
    """``chosen("#rrggbb")``: the person chose another colour."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        self.swatches = [Swatch(colour, name) for colour, name in _COLOURS]
        for swatch in self.swatches:
            swatch.clicked.connect(partial(self._pressed, swatch.colour))
            row.addWidget(swatch)
        self.other = Button("Other…", ButtonKind.LINK)
        self.other.setAccessibleName("Another colour")
        self.other.clicked.connect(self.open_dialog)
        row.addSpacing(4)
        row.addWidget(self.other)
        row.addStretch(1)

    def show_colour(self, colour: str) -> None:
        """Shows which it is, without saying so."""
        self._colour = colour
        for swatch in self.swatches:
            swatch.setChecked(swatch.colour == colour.lower())

    def open_dialog(self) -> None:
        """Asks for any colour; not modal, so the LIVE goes on beside it, and each one is shown at once."""
        dialog = QColorDialog(QColor(self._colour), self.window())
        dialog.setWindowTitle("Choose a colour")
        dialog.setWindowModality(Qt.WindowModality.NonModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.currentColorChanged.connect(lambda colour: self._pressed(colour.name()))
        dialog.show()

    def _pressed(self, colour: str) -> None:
        self.show_colour(colour)
        self.chosen.emit(colour)
