"""A sum in one line: its parts in diamonds, and what they are in money. GUI thread; knows the theme only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.money import format_dollars
from studio.ui import theme
from studio.ui.theme import fonts, mixed
from studio.ui.widgets.paint import box, painter_for

_HEIGHT = 58
_PAD = 14


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the sum, in diamonds."""

    name: str
    diamonds: int


class SumLine(QWidget):
    """Boxes from left to right; the last one is the money."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def show_sum(self, terms: Sequence[Term], micro_dollars: int, rate: str) -> None:
        """``rate``: money a diamond, in words."""
        told = [(one.name, f"{one.diamonds:,} ◆") for one in terms]
        money = (f"At {rate} a diamond", format_dollars(micro_dollars))
        self._terms = (*told, money)
        self.setAccessibleName(", ".join(f"{name}: {figure}" for name, figure in self._terms))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(fonts.px(400), fonts.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._terms:
            return
        t, painter = theme.current(), painter_for(self)
        gap = 8.0
        width = (self.width() - gap * (len(self._terms) - 1)) / len(self._terms)
        figures, names = fonts.font(17, 700, figures=True), fonts.font(12, 400)
        half = QFontMetricsF(names).height()
        for number, (name, figure) in enumerate(self._terms):
            area = QRectF(number * (width + gap), 0, width, self.height())
            last = number == len(self._terms) - 1
            box(painter, area, 9, mixed(t.surface, t.control, 0.6), t.gold if last else None)
            inner = area.adjusted(_PAD, 7, -_PAD, -7)
            painter.setFont(names)
            painter.setPen(t.text2)
            shown = QFontMetricsF(names).elidedText(name, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(
                QRectF(inner.x(), inner.y(), inner.width(), half), Qt.AlignmentFlag.AlignLeft, shown
            )
            painter.setFont(figures)
            painter.setPen(t.gold if last else t.text)
            bottom = QRectF(inner.x(), inner.y() + half, inner.width(), inner.height() - half)
            painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, figure)
