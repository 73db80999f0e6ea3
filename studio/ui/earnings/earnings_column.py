"""The right-hand column of the Live screen: earnings of this LIVE, goal, supporters, balance. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.services.studio import Services
from studio.ui.earnings.balance_card import BalanceCard
from studio.ui.earnings.goal_card import GoalCard
from studio.ui.earnings.supporters_card import SupportersCard
from studio.ui.earnings.this_live_card import ThisLiveCard
from studio.ui.theme.theme import Theme

_MARGIN = 14
_GAP = 13
#: The running minute of the chart moves on without any gift.
_TICK_MS = 5_000


class EarningsColumn(QScrollArea):
    """Shows ``services.earnings`` and the goal of ``services.live``; scrolls where the window is low."""

    def __init__(self, services: Services, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self.this_live = ThisLiveCard()
        self.goal = GoalCard()
        self.supporters = SupportersCard()
        self.balance = BalanceCard()
        self._build()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_earnings)
        services.earnings.changed.connect(self._show_earnings)
        services.live.changed.connect(self._show_goal)
        theme.notifier.changed.connect(self.viewport().update)
        self._show_earnings()
        self._show_goal()
        self._make_room()

    def _build(self) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")  # the stylesheet keeps it transparent
        column = QVBoxLayout(inside)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(_GAP)
        for card in (self.this_live, self.goal, self.supporters, self.balance):
            column.addWidget(card)
        column.addStretch(1)
        self._column = column
        self.setWidget(inside)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setMinimumWidth(250)
        self.setAccessibleName("Earnings")

    def _make_room(self) -> None:
        """The scroll bar takes its room from the margin, so that the cards keep their place."""
        bar = self.verticalScrollBar()
        scrolls = bar.maximum() > 0
        # Nothing to do in it for the keyboard while all of it can be seen.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus)
        used = bar.sizeHint().width() if scrolls else 0
        self._column.setContentsMargins(_MARGIN, _MARGIN, max(2, _MARGIN - used), _MARGIN)

    def _show_earnings(self) -> None:
        earnings = self._services.earnings
        self.this_live.show_earnings(earnings)
        self.supporters.show_supporters(earnings.supporters)
        self.balance.show_balance(earnings.balance, earnings.rates)

    def _show_goal(self) -> None:
        self.goal.show_goal(self._services.live.goal)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        self._show_earnings()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        super().hideEvent(event)
