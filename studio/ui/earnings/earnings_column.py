"""The Live screen's right-hand column: earnings, whom to thank, goal, supporters, balance. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.services.streaks import sentence_of
from studio.services.studio import Services
from studio.ui.earnings import supporters_card, thank_card
from studio.ui.earnings.balance_card import BalanceCard
from studio.ui.earnings.goal_card import GoalCard
from studio.ui.earnings.supporters_card import SupportersCard
from studio.ui.earnings.thank_card import ThankCard
from studio.ui.earnings.this_live_card import ThisLiveCard
from studio.ui.theme.theme import Theme

_MARGIN = 14
_GAP = 13
#: Between the cards where they would not fit otherwise.
_TIGHT = 8
#: The running minute of the chart moves on without any gift.
_TICK_MS = 5_000


class EarningsColumn(QScrollArea):
    """Shows ``services.earnings`` and the goal of ``services.live``; scrolls where the window is low."""

    def __init__(self, services: Services, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self.this_live = ThisLiveCard()
        self.thank = ThankCard(services.thanks)
        self.goal = GoalCard()
        self.supporters = SupportersCard()
        self.balance = BalanceCard()
        self._cards = (self.this_live, self.thank, self.goal, self.supporters, self.balance)
        self._build()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_earnings)
        services.earnings.changed.connect(self._show_earnings)
        services.live.changed.connect(self._show_goal)
        services.feed.streaks.corrected.connect(self._show_streaks)
        theme.notifier.changed.connect(self.viewport().update)
        self._show_earnings()
        self._show_goal()
        self._show_streaks()
        self._make_room()

    def _build(self) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")  # the stylesheet keeps it transparent
        column = QVBoxLayout(inside)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(_GAP)
        for card in self._cards:
            column.addWidget(card)
        column.addStretch(1)
        self._column = column
        inside.installEventFilter(self)
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

    def _fit(self) -> None:
        """Gives the lists the rows there is room for: first the supporters theirs, then those to thank."""
        thank, supporters = self.thank, self.supporters
        inside = self.widget()
        if inside is None:
            return
        gaps = sum(card.isVisibleTo(inside) for card in self._cards) - 1
        fixed = inside.sizeHint().height() - gaps * self._column.spacing()
        fixed -= thank.shown_rows * thank.row_height + supporters.shown_rows * supporters.row_height
        least = min(thank_card.LEAST_ROWS, self._services.thanks.count) * thank.row_height
        least_of_all = least + supporters.row_height * min(supporters_card.LEAST, supporters.count)
        gap = _GAP if fixed + gaps * _GAP + least_of_all <= self.viewport().height() else _TIGHT
        if gap != self._column.spacing():
            self._column.setSpacing(gap)
        spare = self.viewport().height() - fixed - gaps * gap
        rows = (spare - least) // supporters.row_height
        supporters.set_most(max(supporters_card.LEAST, min(supporters_card.SHOWN, rows)))
        thank.set_most((spare - supporters.shown_rows * supporters.row_height) // thank.row_height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show_earnings(self) -> None:
        earnings = self._services.earnings
        self.this_live.show_earnings(earnings)
        self.supporters.show_supporters(earnings.supporters)
        self.balance.show_balance(earnings.balance, earnings.rates)

    def _show_streaks(self) -> None:
        self.this_live.show_streaks(sentence_of(self._services.feed.streaks.corrections))

    def _show_goal(self) -> None:
        self.goal.show_goal(self._services.live.goal)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        self._show_earnings()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        super().hideEvent(event)
