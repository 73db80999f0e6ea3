"""How far the room's goal is, and the way to set one. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QLinearGradient, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.model.money import format_count
from studio.model.room import Goal, GoalKind
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.goal.fields import KINDS
from studio.ui.theme import mixed
from studio.ui.widgets.button import LINK_PADDING, Button, ButtonKind
from studio.ui.widgets.card import PADDING, Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.figure_label import FigureLabel
from studio.ui.widgets.label import Role
from studio.ui.widgets.paint import box, painter_for

_THICK = 8
_SLIM = 6


class GoalBar(QWidget):
    """A bar filled to ``fraction`` (0.0 to 1.0)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fraction = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def set_fraction(self, fraction: float) -> None:
        self.fraction = min(1.0, max(0.0, fraction))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _THICK)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect = QRectF(self.rect())
        box(painter, rect, _THICK / 2, t.control)
        filled = rect.width() * self.fraction
        if filled <= 0:
            return
        ink = t.teal if self.fraction >= 1.0 else t.gold
        shine = QLinearGradient(0, 0, rect.width(), 0)
        shine.setColorAt(0, mixed(ink, t.surface, 0.25))
        shine.setColorAt(1, ink)
        bar = QPainterPath()
        bar.addRoundedRect(QRectF(0, 0, max(float(_THICK), filled), _THICK), _THICK / 2, _THICK / 2)
        painter.fillPath(bar, shine)


def unit_of(goal: Goal) -> str:
    """What the goal counts, in words."""
    return clean_line(goal.gift_name) if goal.kind is GoalKind.GIFT else KINDS[goal.kind].lower()


class GoalCard(Card):
    """Title, how much of the target, bar; says so when it is reached. ``edit_asked``: the host wants to set
    or change it.
    """

    edit_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Goal", parent=parent)
        self.edit = Button("Set a goal", ButtonKind.LINK)
        self.edit.clicked.connect(self.edit_asked)
        self.title = ElidedLabel("", Role.STRONG)
        self.figures = FigureLabel(Role.COUNT)
        self.bar = GoalBar()
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.title, 1)
        line.addWidget(self.figures)
        self._line = QWidget()
        line.setContentsMargins(0, 0, 0, 0)
        self._line.setLayout(line)
        self.body.addWidget(self._line)
        self.body.addWidget(self.bar)
        self.head.addWidget(self.edit)
        self.body.setContentsMargins(0, 0, LINK_PADDING, 0)  # the link's words end where the bar does
        self.show_goal(None)

    def show_goal(self, goal: Goal | None) -> None:
        """The goal as the server counts it."""
        for part in (self._line, self.bar):
            part.setVisible(goal is not None)
        # Without a goal it is one slim line: the room belongs to the lists beside it.
        above, below = (PADDING - 1, PADDING) if goal is not None else (_SLIM, _SLIM)
        self.outer.setContentsMargins(PADDING, above, PADDING - LINK_PADDING, below)
        words = "Set a goal" if goal is None else "Change"
        if words != self.edit.text():
            self.edit.setText(words)
            self.edit.updateGeometry()
        self.edit.setAccessibleName("Set a goal" if goal is None else "Change the goal")
        if goal is None:
            self.set_note("")
            return
        reached, unit = goal.reached >= goal.target, unit_of(goal)
        self.title.setText(clean_line(goal.title) or "Goal")
        shown = "" if goal.kind is GoalKind.DIAMONDS else f" {unit}"  # diamonds go without saying
        self.figures.set_text(f"{format_count(goal.reached)} / {format_count(goal.target)}{shown}".rstrip())
        self.set_note("reached" if reached else f"{int(goal.fraction * 100)} %", "teal" if reached else "")
        self.bar.set_fraction(goal.fraction)
        self.bar.setAccessibleName(f"{goal.reached:,} of {goal.target:,} {unit}")
