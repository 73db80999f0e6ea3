"""How far the room's goal is. GUI thread; hidden while there is none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QLinearGradient, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.model.money import format_count
from studio.model.room import Goal
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.theme import mixed
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for

_THICK = 8


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


class GoalCard(Card):
    """Title, diamonds of the target, bar; says so when it is reached."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Goal", parent=parent)
        self.title = ElidedLabel("", Role.STRONG)
        self.figures = Label("", Role.SMALL)
        self.bar = GoalBar()
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.title, 1)
        line.addWidget(self.figures)
        self.body.addLayout(line)
        self.body.addWidget(self.bar)
        self.hide()

    def show_goal(self, goal: Goal | None) -> None:
        """The goal as the server counts it."""
        self.setVisible(goal is not None)
        if goal is None:
            return
        reached = goal.diamonds >= goal.target_diamonds
        self.title.setText(clean_line(goal.title) or "Goal")
        self.figures.setText(f"{format_count(goal.diamonds)} / {format_count(goal.target_diamonds)}")
        self.set_note("reached" if reached else f"{int(goal.fraction * 100)} %", "teal" if reached else "")
        self.bar.set_fraction(goal.fraction)
        self.bar.setAccessibleName(f"{goal.diamonds:,} of {goal.target_diamonds:,} diamonds")
