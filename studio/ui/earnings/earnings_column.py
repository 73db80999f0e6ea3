"""The Live screen's right-hand column: earnings, whom to thank, goal, supporters, balance. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.model.room import Person
from studio.model.text import clean_line
from studio.services.derivation import LIVE, Derived
from studio.services.streaks import sentence_of
from studio.services.studio import Services
from studio.ui.earnings import supporters_card, thank_card
from studio.ui.earnings.balance_card import BalanceCard
from studio.ui.earnings.supporters_card import SupportersCard
from studio.ui.earnings.thank_card import ThankCard
from studio.ui.earnings.this_live_card import ThisLiveCard
from studio.ui.goal.card import GoalCard
from studio.ui.goal.editor import GoalEditor
from studio.ui.payouts.words import reversal_words
from studio.ui.theme.theme import Theme
from studio.ui.widgets.ground import Ground

_MARGIN = 14
_GAP = 13
#: Between the cards where they would not fit otherwise.
_TIGHT = 8
#: The running minute of the chart moves on without any gift.
_TICK_MS = 5_000


class EarningsColumn(QScrollArea):
    """Shows ``services.earnings`` and the goal of ``services.live``; scrolls where the window is low.

    ``derivation_wanted(Derived)``: the host wants to see how an amount came about.
    """

    cash_out_wanted = Signal()
    derivation_wanted = Signal(object)

    def __init__(self, services: Services, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self.this_live = ThisLiveCard()
        self.thank = ThankCard(services.thanks)
        self.goal = GoalCard()
        self.goal.edit_asked.connect(self.edit_goal)
        self.goal_editor: GoalEditor | None = None
        self.supporters = SupportersCard()
        self.balance = BalanceCard()
        self.balance.cash_out_wanted.connect(self.cash_out_wanted)
        self.balance.derivation_wanted.connect(lambda of: self.derivation_wanted.emit(Derived(of)))
        self.this_live.derivation_wanted.connect(self._derive_live)
        self.supporters.pressed.connect(self._derive_live)
        self._cards = (self.this_live, self.thank, self.goal, self.supporters, self.balance)
        self._build()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_earnings)
        services.earnings.changed.connect(self._show_earnings)
        services.live.changed.connect(self._show_goal)
        services.payouts.changed.connect(self._show_balance)
        services.feed.streaks.corrected.connect(self._show_streaks)
        theme.notifier.changed.connect(self.viewport().update)
        self._show_earnings()
        self._show_goal()
        self._show_streaks()
        self._make_room()

    def _build(self) -> None:
        inside = Ground()
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
        self._show_balance()

    def _show_balance(self) -> None:
        earnings, payouts = self._services.earnings, self._services.payouts
        self.balance.show_balance(earnings.balance, earnings.rates, payouts)
        taken = payouts.reversals[0] if payouts.reversals else None
        gift = self._services.feed.catalogue.get(taken.gift_id) if taken is not None else None
        name = gift.name if gift is not None else "gift"
        self.balance.show_taken(reversal_words(taken, name) if taken is not None else "")

    def _derive_live(self, giver: Person | None = None) -> None:
        room = self._services.live.room
        if room is None:
            return
        if giver is None:
            self.derivation_wanted.emit(Derived(LIVE, room.room_id))
        else:
            title = f"What {clean_line(giver.shown_name)} gave in this LIVE."
            self.derivation_wanted.emit(Derived(LIVE, room.room_id, title, giver.id))

    def _show_streaks(self) -> None:
        self.this_live.show_streaks(sentence_of(self._services.feed.streaks.corrections))

    def edit_goal(self) -> None:
        """Opens the card that sets or changes the goal."""
        live = self._services.live
        if self.goal_editor is None:
            self.goal_editor = GoalEditor(self._services.feed.catalogue, live.limits.goal_title_max, self)
            self.goal_editor.chosen.connect(live.desk.set_goal)
        self.goal_editor.edit(live.goal, self.goal)

    def _show_goal(self) -> None:
        self.goal.show_goal(self._services.live.goal)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        self._show_earnings()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        super().hideEvent(event)
