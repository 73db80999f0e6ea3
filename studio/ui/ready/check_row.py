"""One line of the checks: its mark, name, measured detail, and what to do. GUI thread; theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.services.checks import Check, CheckState
from studio.ui import theme
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role, token
from studio.ui.widgets.paint import painter_for
from studio.ui.widgets.spinner import Spinner

_DISC = 20
_LOOKS = {
    CheckState.OK: ("check", "teal"),
    CheckState.WARNING: ("!", "gold"),
    CheckState.FAILED: ("close", "live"),
}
#: Heavier than the drawn icons: they must read at 10 px on a filled disc.
_STROKES = {
    "check": (((6.2, 10.3), (8.9, 13.0), (13.8, 7.6)),),
    "close": (((7.0, 7.0), (13.0, 13.0)), ((13.0, 7.0), (7.0, 13.0))),
}
_SPOKEN = {
    CheckState.RUNNING: "being checked",
    CheckState.OK: "in order",
    CheckState.WARNING: "warning",
    CheckState.FAILED: "failed",
}


class CheckMark(QWidget):
    """The round mark of a state: turning, ticked, exclaiming or crossed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = CheckState.RUNNING
        self._spinner = Spinner(self)
        self.setFixedSize(QSize(_DISC, _DISC))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def set_state(self, state: CheckState) -> None:
        self._state = state
        self._spinner.set_running(state is CheckState.RUNNING)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        area = QRectF(self.rect())
        look = _LOOKS.get(self._state)
        if look is None:
            self._spinner.paint(painter, area.adjusted(3, 3, -3, -3), t.text3)
            return
        name, tone = look
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(token(tone))
        painter.drawEllipse(area)
        ink = t.bg if t.dark else t.surface
        if name == "!":
            middle = area.center().x()
            painter.setBrush(ink)
            painter.drawRoundedRect(QRectF(middle - 1.1, 5, 2.2, 6.4), 1.1, 1.1)
            painter.drawEllipse(QPointF(middle, 14.2), 1.3, 1.3)
            return
        pen = QPen(ink, 2.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in _STROKES[name]:
            painter.drawPolyline([QPointF(x, y) for x, y in stroke])


class CheckRow(QWidget):
    """``acted(name)``: the person pressed what the check offers."""

    acted = Signal(str)

    def __init__(self, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = check.name
        self._mark = CheckMark()
        self._title = ElidedLabel(check.name, Role.STRONG)
        self._detail = Label("", Role.SMALL, wrap=True)
        self._action = Button("", ButtonKind.LINK)
        self._action.clicked.connect(lambda: self.acted.emit(self.name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 11, 0, 11)
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._action, 0)
        words.addLayout(top)
        words.addWidget(self._detail)
        row.addLayout(words, 1)
        theme.notifier.changed.connect(self.update)
        self.show_check(check)

    def show_check(self, check: Check) -> None:
        self._mark.set_state(check.state)
        self._detail.setText(check.detail)
        self._action.setText(check.action)
        self._action.setAccessibleName(check.action)
        self._action.setVisible(bool(check.action))
        self._action.updateGeometry()
        self.setAccessibleName(f"{check.name}: {_SPOKEN[check.state]}. {check.detail}")
