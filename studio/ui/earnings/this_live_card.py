"""What this LIVE has earned, and that nothing of it is missing. GUI thread; figures are the ledger's."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.services.earnings import EarningsService
from studio.ui.earnings.diamond_figure import DiamondFigure
from studio.ui.earnings.minute_chart import MinuteChart
from studio.ui.earnings.money_line import MoneyLine
from studio.ui.theme import fonts
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.label import Label, Role

#: From here on a figure of nine digits leaves room for a link beside it.
_ROOMY = 305


def check_words(missed: int, difference: int) -> tuple[str, str]:
    """(the card's note, what to tell in a sentence): all agree, events are missing, or figures differ."""
    if missed:
        events = "event is" if missed == 1 else "events are"
        note = f"{missed:,} missed"
        return note, f"{missed:,} {events} still missing and being asked for again."
    if difference:
        more = "more" if difference > 0 else "fewer"
        note = f"{abs(difference):,} apart"
        return note, (
            f"The feed counted {abs(difference):,} diamonds {more} than the ledger. "
            "The ledger's figure is shown: it is what you are paid."
        )
    return "0 missed · verified", ""


class ThisLiveCard(Card):
    """Diamonds, money, gifts, the minutes, and the check of the feed against the ledger.

    ``derivation_wanted``: by the link, or by the figure where there is no room for one.
    """

    derivation_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("This LIVE", parent=parent)
        self.figure = DiamondFigure(Role.DISPLAY)
        self.money = MoneyLine()
        self.nothing = Label("No gifts yet. Each one counts here as it arrives.", Role.SMALL, wrap=True)
        self.warning = Label("", Role.SMALL, "gold", wrap=True)
        self.streaks = Label("", Role.SMALL, wrap=True)
        self.streaks.hide()
        self.how = Button("How it’s worked out", ButtonKind.LINK)
        self._any_gift = False
        self.chart = MinuteChart()
        self.body.setSpacing(3)
        self.how.clicked.connect(self.derivation_wanted)
        self.figure.pressed.connect(self.derivation_wanted)
        top = QHBoxLayout()
        top.addWidget(self.figure, 1)
        top.addWidget(self.how, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(top)
        for part in (self.money, self.nothing, self.warning, self.streaks):
            self.body.addWidget(part)
        self.body.addSpacing(7)
        self.body.addWidget(self.chart)

    def show_earnings(self, earnings: EarningsService) -> None:
        """The figures as they are now."""
        self.figure.set_value(earnings.diamonds)
        self.money.show_earned(earnings.micro_dollars, earnings.gifts, earnings.gifters)
        any_gift = earnings.diamonds > 0 or earnings.gifts > 0
        self.money.setVisible(any_gift)
        self._any_gift = any_gift
        self._show_link()
        self.nothing.setVisible(not any_gift)
        note, sentence = check_words(earnings.missed, earnings.difference)
        self.set_note(note, "gold" if sentence else "")
        self.warning.setText(sentence)
        self.warning.setVisible(bool(sentence))
        self.chart.set_minutes(earnings.started_ms, earnings.per_minute)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_link()

    def _show_link(self) -> None:
        self.how.setVisible(self._any_gift and self.width() >= fonts.px(_ROOMY))

    def show_streaks(self, sentence: str) -> None:
        """What was put right in streaks of gifts; empty: nothing was."""
        self.streaks.setText(sentence)
        self.streaks.setVisible(bool(sentence))
