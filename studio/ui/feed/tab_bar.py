"""The feed's tabs with their counts. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.model.money import format_short
from studio.services.rows import FeedTab
from studio.ui import theme
from studio.ui.theme import fonts, mixed
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_HEIGHT = 28
_PADDING = 11
_GAP = 6


class TabButton(PaintedButton):
    """One tab: its name and, small, how much came in it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._count = ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int) -> None:
        words = format_short(count) if count else ""
        if words != self._count:
            width = self._widths()[1]
            self._count = words
            self.setAccessibleName(f"{self.text()}, {count:,}" if count else self.text())
            if self._widths()[1] != width:
                self.updateGeometry()
            self.update()

    def _widths(self) -> tuple[float, float]:
        # Measured as the heavier weight, so that choosing a tab does not move its neighbours.
        name = QFontMetricsF(fonts.font(13, 600)).horizontalAdvance(self.text())
        count = QFontMetricsF(fonts.font(12, 500, figures=True)).horizontalAdvance(self._count)
        return name, count

    def sizeHint(self) -> QSize:
        name, count = self._widths()
        return QSize(round(2 * _PADDING + name + (count + _GAP if self._count else 0)), fonts.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect = QRectF(self.rect())
        if self.isChecked():
            box(painter, rect, 8, t.control)
        elif self.underMouse():
            box(painter, rect, 8, mixed(t.bg, t.text, 0.05))
        name, count = self._widths()
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(fonts.font(13, 600 if self.isChecked() else 500))
        painter.setPen(t.text if self.isChecked() or self.underMouse() else t.text2)
        painter.drawText(QRectF(_PADDING, 0, name + 2, rect.height()), flags, self.text())
        if self._count:
            painter.setFont(fonts.font(12, 500, figures=True))
            painter.setPen(t.text2 if self.isChecked() else t.text3)
            painter.drawText(QRectF(_PADDING + name + _GAP, 0, count + 2, rect.height()), flags, self._count)
        if self.ring:
            focus_ring(painter, rect, 8)


class TabBar(QWidget):
    """``chosen(FeedTab)``. Left and Right walk the tabs."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What the feed shows")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        self.buttons: dict[FeedTab, TabButton] = {}
        for tab in FeedTab:
            button = TabButton(tab.value, self)
            button.clicked.connect(lambda _checked=False, tab=tab: self.chosen.emit(tab))
            self.buttons[tab] = button
            row.addWidget(button)
        self.buttons[FeedTab.ALL].setChecked(True)

    def set_count(self, tab: FeedTab, count: int) -> None:
        """The All tab shows none: it would only ever be a large number."""
        if tab is not FeedTab.ALL:
            self.buttons[tab].set_count(count)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        order = list(self.buttons.values())
        focused = next((number for number, button in enumerate(order) if button.hasFocus()), None)
        if not step or focused is None:
            super().keyPressEvent(event)
            return
        target = order[(focused + step) % len(order)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        target.click()
