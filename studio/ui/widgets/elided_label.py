"""A label that ends in … instead of pushing its neighbours away. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets.label import Label, Role

_MAX_SHOWN = 512  # longer texts are cut before they are measured


class ElidedLabel(Label):
    """One line. The text keeps its own direction (Arabic and Hebrew read right), the box keeps its alignment;
    the whole text is the tooltip when it does not fit.
    """

    def __init__(
        self, text: str = "", role: Role = Role.BODY, tone: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__("", role, tone, parent=parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Shows ``text`` on one line."""
        line = " ".join(text[:_MAX_SHOWN].split())
        if line != self._whole:
            self._whole = line
            self.setAccessibleName(line)
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        """The whole text, elided or not."""
        return self._whole

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._whole) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(min(self.sizeHint().width(), metrics.averageCharWidth() * 3), metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        tip = self._whole if shown != self._whole else ""
        if tip != self.toolTip():
            self.setToolTip(tip)
        flags = self.alignment() | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), int(flags) | int(Qt.TextFlag.TextSingleLine), shown)
