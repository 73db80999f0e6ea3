"""The earnings column on the real services: the ledger's figures, and the check of the feed against them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.model.money import Rates
from studio.model.payout import Reversal
from studio.model.room import Goal, GoalKind, Person
from studio.protocol.events import GoalUpdated
from studio.protocol.frames import BalanceChanged, GiftReversed, Notice
from studio.ui.earnings.balance_card import rate_words
from studio.ui.earnings.diamond_figure import shown
from studio.ui.earnings.earnings_column import EarningsColumn
from studio.ui.earnings.minute_chart import MinuteChart, stepped
from studio.ui.earnings.this_live_card import check_words
from studio.ui.payouts.words import exact_dollars
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig


@pytest.fixture
def column(qtbot: QtBot, rig: Rig, qapp: QApplication) -> EarningsColumn:
    made = EarningsColumn(rig.services, Theme(qapp, "dark"))
    qtbot.addWidget(made)
    made.resize(350, 850)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_before_the_first_gift_it_says_so(column: EarningsColumn) -> None:
    assert column.this_live.nothing.isVisible()
    assert not column.this_live.money.isVisible()
    assert column.supporters.nothing.isVisible()
    assert not any(row.isVisible() for row in column.supporters.rows)


def test_gifts_count_as_the_ledger_has_them(qtbot: QtBot, column: EarningsColumn, rig: Rig) -> None:
    rig.send(rig.gift("mika", "Lion"), rig.gift("kofi", "Perfume", 3))
    rig.flush()
    assert column.this_live.figure.accessibleName() == "30,059 diamonds"
    assert column.this_live.money.accessibleName() == "About $150.29 to you, 4 gifts from 2 people"
    number = column.this_live.figure.number
    qtbot.waitUntil(lambda: number.text() == "30,059")
    assert column.this_live.accessibleDescription() == "0 missed · verified"
    assert not column.this_live.warning.isVisible()


def test_a_difference_is_told_in_words(column: EarningsColumn, rig: Rig) -> None:
    rig.send(rig.gift("mika", "Corgi"))
    rig.services.earnings.feed_diamonds += 12
    rig.flush()
    assert column.this_live.accessibleDescription() == "12 apart"
    assert "12 diamonds more than the ledger" in column.this_live.warning.text()
    assert column.this_live.figure.accessibleName() == "299 diamonds"


def test_words_of_the_check() -> None:
    assert check_words(0, 0) == ("0 missed · verified", "")
    assert check_words(3, 0)[0] == "3 missed"
    assert "1 event is still missing" in check_words(1, -7)[1]
    assert "7 diamonds fewer" in check_words(0, -7)[1]


def test_the_five_who_gave_most_are_listed(column: EarningsColumn, rig: Rig) -> None:
    column.resize(350, 950)
    for count, name in enumerate(["a", "b", "c", "d", "e", "x" * 200], start=1):
        rig.send(rig.gift(name, "Perfume", count))
    rig.flush()
    rows = [row for row in column.supporters.rows if row.isVisible()]
    assert [row.accessibleName() for row in rows] == [
        f"1. {'x' * 200}: 120 diamonds, 6 gifts",
        "2. e: 100 diamonds, 5 gifts",
        "3. d: 80 diamonds, 4 gifts",
        "4. c: 60 diamonds, 3 gifts",
        "5. b: 40 diamonds, 2 gifts",
    ]
    assert all(row.width() <= 350 for row in rows)
    assert column.widget().width() <= column.viewport().width()


def test_the_balance_is_the_servers(qtbot: QtBot, column: EarningsColumn, rig: Rig) -> None:
    rig.sign_in(coins=120, diamonds=84_112, available=84_112)
    rig.flush()
    balance = column.balance
    qtbot.waitUntil(lambda: balance.available.number.text() == "84,112")
    assert (balance.reserved.number.text(), balance.paid.number.text()) == ("0", "$0.00")
    assert balance.go.text() == "Cash out up to $420.56"
    assert balance.rate.text().endswith("you have 120 coins")
    assert balance.pending.isHidden() or not balance.pending.isVisible()
    news = BalanceChanged(
        coins=7, diamonds=90_000, micro_dollars=450_000_000, pending=30_000, available=60_000, reserved=20_000
    )
    rig.router.route(Notice(balance=news))
    rig.flush()
    qtbot.waitUntil(lambda: balance.available.number.text() == "60,000")
    qtbot.waitUntil(lambda: balance.reserved.number.text() == "20,000")
    assert balance.pending.text() == "30,000 more are pending until their hold ends."
    assert balance.pending.isVisible()


def test_a_gift_that_was_taken_back_is_told(column: EarningsColumn, rig: Rig) -> None:
    rig.sign_in(diamonds=-2_000, available=-2_000)
    assert not column.balance.taken.isVisible()
    reversal = Reversal(
        no=1,
        gift_transfer_id="t1",
        purchase_transfer_id="p1",
        room_id="room",
        event_seq=4,
        person=Person(id="mika", handle="mika.draws", name="<b>Mika</b>"),
        gift_id=1002,
        coins=2_392,
        diamonds=2_392,
        reason="The bank took the payment back",
        at_ms=1_760_000_000_000,
    )
    rig.router.route(Notice(gift_reversed=GiftReversed(reversal=reversal)))
    rig.flush()
    words = column.balance.taken.text()
    assert words.startswith("2,392 diamonds of <b>Mika</b>’s ")
    assert words.endswith("The bank took the payment back")
    assert column.balance.taken.isVisible()
    assert column.balance.go.text() == "Cash out from $10.00 on"
    assert not column.balance.go.isEnabled()
    assert "new gifts make up" in rig.services.payouts.why_not
    assert column.widget().width() <= column.viewport().width()


def test_rates_in_words() -> None:
    assert rate_words(Rates()) == "1 coin = 1 diamond · $0.005 per diamond"
    assert exact_dollars(1_500_000) == "$1.50"
    assert exact_dollars(2_000_000) == "$2.00"
    assert exact_dollars(1) == "$0.000001"
    assert shown(99_999_999) == "99,999,999"
    assert shown(123_456_789) == "123.4M"


def test_the_goal_shows_while_there_is_one(column: EarningsColumn, rig: Rig) -> None:
    assert not column.goal.bar.isVisible()
    assert column.goal.edit.text() == "Set a goal"
    goal = Goal(title="New tablet", target=1_000, reached=250)
    rig.send(GoalUpdated(goal=goal, **rig._stamp()))
    rig.flush()
    assert column.goal.bar.isVisible()
    assert column.goal.edit.text() == "Change"
    assert column.goal.title.text() == "New tablet"
    assert column.goal.bar.fraction == 0.25
    assert column.goal.accessibleDescription() == "25 %"
    rig.send(GoalUpdated(goal=Goal(title="x" * 200, target=1_000, reached=1_200), **rig._stamp()))
    rig.flush()
    assert column.goal.accessibleDescription() == "reached"
    assert column.widget().width() <= column.viewport().width()
    likes = Goal(title="More hearts", target=2_000, reached=1, kind=GoalKind.LIKES)
    rig.send(GoalUpdated(goal=likes, **rig._stamp()))
    rig.flush()
    assert column.goal.figures.text() == "1 / 2,000 likes"
    roses = Goal(title="Roses", target=99, reached=3, kind=GoalKind.GIFT, gift_id=1001, gift_name="Rose")
    rig.send(GoalUpdated(goal=roses, **rig._stamp()))
    rig.flush()
    assert column.goal.figures.text() == "3 / 99 Rose"
    rig.send(GoalUpdated(goal=None, **rig._stamp()))
    rig.flush()
    assert not column.goal.bar.isVisible()


def test_hovering_the_chart_names_the_minute(column: EarningsColumn, rig: Rig) -> None:
    for count in (1, 0, 3):
        if count:
            rig.send(rig.gift("kofi", "Perfume", count))
        rig.pass_time(60_000)
    rig.flush()
    chart = column.this_live.chart
    assert rig.services.earnings.per_minute == (20, 0, 60, 0)
    third = QPoint(round(chart.width() * 2 / 3), 30)
    plain = chart.grab().toImage()
    QTest.mouseMove(chart, third)
    assert chart.hovered == 2
    assert chart.words_of(2).endswith("· 60 diamonds")
    assert chart.grab().toImage() != plain


@pytest.mark.parametrize(
    ("minutes", "step"), [(0, 1), (1, 1), (120, 1), (121, 2), (1_440, 15), (20_000, 167)]
)
def test_a_long_live_is_drawn_in_steps_and_no_minute_is_left_out(minutes: int, step: int) -> None:
    figures = list(range(minutes))
    size, points = stepped(figures)
    assert size == step
    assert len(points) <= 120
    assert sum(points) == sum(figures)


@pytest.mark.parametrize("minutes", [(), (5,), (0, 0), (1, 10**9, 3)])
def test_the_chart_paints_whatever_there_is(qtbot: QtBot, minutes: tuple[int, ...]) -> None:
    chart = MinuteChart()
    qtbot.addWidget(chart)
    chart.resize(240, chart.sizeHint().height())
    empty = chart.grab().toImage()
    chart.set_minutes(1_760_000_000_000 if minutes else 0, minutes)
    assert (chart.grab().toImage() == empty) is not bool(minutes)


def test_a_low_window_scrolls_the_column(column: EarningsColumn, rig: Rig) -> None:
    for name in "abcde":
        rig.send(rig.gift(name, "Rose", 2))
    rig.flush()
    column.resize(350, 300)
    assert column.verticalScrollBar().maximum() > 0
    assert column.horizontalScrollBar().maximum() == 0


def test_an_account_without_anything_shows_zeros(column: EarningsColumn) -> None:
    balance = column.balance
    assert not balance.nothing.isVisible()
    words = [tile.number.text() for tile in (balance.available, balance.reserved, balance.paid)]
    assert words == ["0", "0", "$0.00"]


def test_a_narrow_column_shows_every_figure_whole(qtbot: QtBot, column: EarningsColumn, rig: Rig) -> None:
    rig.sign_in(coins=12_000, diamonds=84_112, available=84_112, reserved=20_000)
    rig.flush()
    for width in (250, 350):
        column.resize(width, 900)
        for tile in (column.balance.available, column.balance.reserved, column.balance.paid):
            number = tile.number
            qtbot.waitUntil(lambda number=number: number.width() >= number.sizeHint().width())
