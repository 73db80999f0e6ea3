"""The steps of a payout in a row: requested, sent, paid or returned. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.payout import PayoutState
from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.widgets.paint import painter_for

_DOT = 20
_HEIGHT = 44
_WORDS = {PayoutState.REQUESTED: "Requested", PayoutState.SENT: "Sent"}
_LAST = {PayoutState.PAID: "Paid", PayoutState.RETURNED: "Returned"}


class PayoutSteps(QWidget):
    """Reached steps are filled; a returned payout ends in the warning colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = PayoutState.REQUESTED
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def show_state(self, state: PayoutState) -> None:
        self._state = state
        self.setAccessibleName(f"Payout: {self.names[self.reached]}, step {self.reached + 1} of 3")
        self.update()

    @property
    def names(self) -> tuple[str, str, str]:
        """The steps' names; the last one says how it ended, or will when all goes well."""
        return "Requested", "Sent", _LAST.get(self._state, "Paid")

    @property
    def reached(self) -> int:
        """The step it is at, from 0."""
        return {PayoutState.REQUESTED: 0, PayoutState.SENT: 1}.get(self._state, 2)

    def sizeHint(self) -> QSize:
        return QSize(fonts.px(240), fonts.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = theme.current(), painter_for(self)
        dot = fonts.px(_DOT)
        painter.setFont(fonts.font(12, 600))
        places = (dot / 2, self.width() / 2, self.width() - dot / 2)
        end = t.gold if self._state is PayoutState.RETURNED else t.teal
        for step in (0, 1):
            painter.setPen(QPen(end if step < self.reached else t.line, 2))
            painter.drawLine(QPointF(places[step], dot / 2), QPointF(places[step + 1], dot / 2))
        for step, (x, name) in enumerate(zip(places, self.names, strict=True)):
            reached = step <= self.reached
            painter.setPen(Qt.PenStyle.NoPen if reached else QPen(t.line, 2))
            painter.setBrush(end if reached else t.surface)
            spot = QRectF(x - dot / 2, 0, dot, dot).adjusted(1, 1, -1, -1)
            painter.drawEllipse(spot)
            if reached:
                returned = step == 2 and self._state is PayoutState.RETURNED
                mark = icons.pixmap("undo" if returned else "check", _ink(end), 12, self.devicePixelRatioF())
                painter.drawPixmap(QPointF(x - 6, dot / 2 - 6), mark)
            painter.setPen(t.text if step == self.reached else t.text2)
            flag = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)[
                step
            ]
            painter.drawText(
                QRectF(0, dot + 2, self.width(), self.height() - dot - 2),
                flag | Qt.AlignmentFlag.AlignVCenter,
                name,
            )


def _ink(fill: QColor) -> QColor:
    return QColor("#10130f") if fill.lightnessF() > 0.45 else QColor("#ffffff")
