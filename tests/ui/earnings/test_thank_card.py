"""Thank next as the host uses it: click, keys, wheel, undo; a list that stands still under the pointer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.model.giver import GiftCount
from studio.ui.earnings.earnings_column import EarningsColumn
from studio.ui.earnings.minute_chart import clock_time
from studio.ui.earnings.thank_card import LEAST_ROWS, MOST_ROWS, ThankCard
from studio.ui.earnings.thank_row import ThankRow, gift_words
from studio.ui.theme import current, fonts
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig, person

LONG = "averyveryverylonghandle_" * 9


@pytest.fixture
def column(qtbot: QtBot, rig: Rig, theme: Theme) -> EarningsColumn:
    made = EarningsColumn(rig.services, theme)
    qtbot.addWidget(made)
    made.resize(350, 720)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def card(column: EarningsColumn) -> ThankCard:
    return column.thank


def names(card: ThankCard) -> list[str]:
    return [row.giver.person.handle for row in card.rows if row.isVisible() and row.giver is not None]


def note(card: ThankCard) -> str:
    return card.accessibleDescription()


def give(rig: Rig, *gifts: tuple[str, str, int]) -> None:
    rig.send(*(rig.gift(*gift) for gift in gifts))
    rig.services.thanks.changed.emit()


def wheel(widget: QWidget, steps: int) -> bool:
    """Turns the wheel over ``widget``; whether the widget took it."""
    spot = QPointF(widget.rect().center())
    event = QWheelEvent(
        spot, QPointF(widget.mapToGlobal(spot.toPoint())), QPoint(), QPoint(0, -120 * steps),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    widget.wheelEvent(event)
    return event.isAccepted()


def test_before_the_first_gift_it_says_what_will_wait_here(card: ThankCard) -> None:
    assert card.nothing.isVisible() and not names(card) and note(card) == ""
    assert not card.order.isVisible() and not card.undo.isVisible()


def test_a_click_ticks_off_and_undo_brings_back(card: ThankCard, rig: Rig) -> None:
    give(rig, ("mika", "Lion", 1), ("kofi", "Perfume", 3), ("sunny", "Rose", 47))
    assert (names(card), note(card)) == (["mika", "kofi", "sunny"], "3 waiting")
    QTest.mouseClick(card.rows[1], Qt.MouseButton.LeftButton)
    assert (names(card), note(card)) == (["mika", "sunny"], "2 waiting")
    assert card.done.text() == "Thanked kofi"
    assert card.undo.accessibleName() == "Undo: kofi waits again"
    assert card._announcer.last == "Thanked kofi. 2 waiting."
    QTest.mouseClick(card.undo, Qt.MouseButton.LeftButton)
    card.release()
    assert names(card) == ["mika", "kofi", "sunny"] and not card.undo.isVisible()


def test_when_all_are_thanked_it_says_so(card: ThankCard, rig: Rig) -> None:
    give(rig, ("mika", "Lion", 1))
    card.tick_next()
    assert card.nothing.isVisible() and card.nothing.text() == "Everyone is thanked."
    assert card.undo.isVisible() and not card.order.isVisible()


def test_a_click_does_not_take_the_keyboard_from_what_is_being_written(
    card: ThankCard, rig: Rig, qtbot: QtBot
) -> None:
    give(rig, ("mika", "Lion", 1), ("kofi", "Rosa", 1))
    QTest.mouseClick(card.rows[0], Qt.MouseButton.LeftButton)
    assert not any(row.hasFocus() for row in card.rows)


def test_nobody_moves_under_the_pointer(card: ThankCard, rig: Rig) -> None:
    give(rig, ("kofi", "Perfume", 3), ("sunny", "Rose", 47))
    card.rows[0].touched.emit()
    give(rig, ("mika", "Lion", 1), ("sunny", "Corgi", 1))
    assert names(card) == ["kofi", "sunny", "mika"]
    QTest.mouseClick(card.rows[0], Qt.MouseButton.LeftButton)
    assert rig.services.thanks.of("id:kofi") is None
    card.release()
    assert names(card) == ["mika", "sunny"]


def test_the_key_ticks_off_whom_the_host_sees_first(card: ThankCard, rig: Rig) -> None:
    give(rig, ("kofi", "Perfume", 3), ("sunny", "Rose", 47))
    rig.send(rig.gift("mika", "Lion"))  # heard, and not painted yet
    card.tick_next()
    assert rig.services.thanks.of("id:kofi") is None and rig.services.thanks.count == 2


def test_the_other_order(card: ThankCard, rig: Rig) -> None:
    give(rig, ("sunny", "Rose", 47), ("mika", "Lion", 1))
    assert card.order.accessibleName() == "Order: largest first"
    QTest.mouseClick(card.order, Qt.MouseButton.LeftButton)
    assert (names(card), card.order.text()) == (["sunny", "mika"], "Oldest first")


def test_arrow_keys_walk_and_move_the_queue_at_the_end(card: ThankCard, rig: Rig, qtbot: QtBot) -> None:
    give(rig, *((f"v{place}", "Rose", 30 - place) for place in range(20)))
    card.set_most(LEAST_ROWS)
    card.window().activateWindow()
    card.focus_list()
    qtbot.waitUntil(card.rows[0].hasFocus)
    for _ in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert card.rows[2].hasFocus() and names(card) == ["v0", "v1", "v2"]
    QTest.keyClick(card.rows[2], Qt.Key.Key_Down)
    assert (names(card), note(card)) == (["v1", "v2", "v3"], "2–4 of 20")
    QTest.keyClick(card.rows[2], Qt.Key.Key_Space)
    assert rig.services.thanks.of("id:v3") is None and names(card) == ["v1", "v2", "v4"]
    QTest.keyClick(card.rows[2], Qt.Key.Key_Return)
    assert rig.services.thanks.of("id:v4") is None
    card.release()
    assert names(card)[:3] == ["v0", "v1", "v2"]


def test_the_wheel_moves_the_queue_and_then_the_column(card: ThankCard, rig: Rig) -> None:
    give(rig, *((f"v{place}", "Rose", 30 - place) for place in range(5)))
    card.set_most(LEAST_ROWS)
    assert wheel(card, 1) and wheel(card, 1)
    assert (names(card), note(card)) == (["v2", "v3", "v4"], "3–5 of 5")
    assert not wheel(card, 1)
    assert wheel(card, -1) and names(card) == ["v1", "v2", "v3"]


def test_three_hundred_people_make_no_more_rows(card: ThankCard, rig: Rig) -> None:
    give(rig, *((f"v{place}", "Rose", 1 + place) for place in range(300)))
    assert len(card.findChildren(ThankRow)) == MOST_ROWS
    assert note(card) == "300 waiting" and names(card)[0] == "v299"
    for _ in range(300):
        card.tick_next()
    assert rig.services.thanks.count == 0


def test_a_hidden_card_costs_nothing_and_is_right_when_it_shows(column: EarningsColumn, rig: Rig) -> None:
    column.hide()
    give(rig, ("mika", "Lion", 1))
    assert column.thank.rows[0].giver is None
    column.thank.tick_next()
    give(rig, ("kofi", "Rosa", 1))
    column.show()
    assert names(column.thank) == ["kofi"] and column.thank.done.text() == "Thanked mika"


@pytest.mark.parametrize(
    "name",
    [LONG, "يوسف.للفنون", "春日_haru", "🦊👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿", "<b>bold</b>", "e" + "\u0301" * 50, "\u202eevil", "a"],
)
@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_any_name_stays_in_its_row_and_says_who_it_is(
    card: ThankCard, column: EarningsColumn, rig: Rig, theme: Theme, name: str, scale: float
) -> None:
    theme.set_text_scale(scale)
    give(rig, (name, "Rose", 12), (name, "Universe", 1))
    column.resize(250, 720)
    row = card.rows[0]
    QTest.mouseClick(card.rows[0], Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.undo, Qt.MouseButton.LeftButton)
    assert card.minimumSizeHint().width() <= 250 - 28, "the narrowest column, less its margins"
    # The name never reaches the diamonds: they look as they do beside another name.
    assert row.giver is not None
    figure = QFontMetricsF(fonts.font(13.5, 700, figures=True)).horizontalAdvance("45,011") + 6
    words = row.accessibleName()
    pictures = [row.grab().toImage()]
    row.show_giver(replace(row.giver, person=person("b")))
    pictures.append(row.grab().toImage())
    left = round((row.width() - figure) * row.devicePixelRatioF())
    rest = [image.copy(left, 0, image.width() - left, image.height()) for image in pictures]
    assert rest[0] == rest[1] and pictures[0] != pictures[1]
    assert words.endswith("diamonds") and "\u202e" not in words and "<" not in row.toolTip()


def test_the_keyboards_ring_goes_all_around_its_row(card: ThankCard, rig: Rig) -> None:
    give(rig, ("mika", "Lion", 1), ("kofi", "Rosa", 1))
    row = card.rows[1]
    row.ring = True
    picture = row.grab().toImage()
    across, down = picture.width(), picture.height()
    ring = [(1, down // 2), (across - 2, down // 2), (across // 2, 1), (across // 2, down - 2), (20, 1)]
    assert {picture.pixelColor(*spot).name() for spot in ring} == {current().blue.name()}


def test_a_row_says_when_its_gifts_were_given(card: ThankCard, rig: Rig) -> None:
    give(rig, ("mika", "Rose", 1))
    assert card.rows[0].accessibleDescription() == f"Given at {clock_time(rig.now_ms)}. Press to tick off"
    began = rig.now_ms
    rig.pass_time(7 * 60_000)
    give(rig, ("mika", "Rose", 1))
    assert f"{clock_time(began)} to {clock_time(rig.now_ms)}" in card.rows[0].toolTip()


@pytest.mark.parametrize("at_ms", [-(2**62), 0, 2**62])
def test_a_backend_with_a_mad_clock_is_shown_like_any_other(card: ThankCard, rig: Rig, at_ms: int) -> None:
    rig.send(structs.replace(rig.gift("mika", "Rose"), at_ms=at_ms))
    rig.services.thanks.changed.emit()
    assert names(card) == ["mika"] and rig.router.failures == 0


def test_gifts_in_words() -> None:
    gifts = tuple(GiftCount(number, name, count) for number, (name, count) in enumerate(
        (("Perfume", 3), ("Rosa", 1), ("Rose", 1_200), ("", 1), ("Corgi", 1), ("Swan", 2))
    ))  # fmt: skip
    assert gift_words(gifts[:2]) == "Perfume ×3, Rosa"
    assert gift_words(gifts) == "Perfume ×3, Rosa, Rose ×1,200, Gift and 2 more"


@pytest.mark.parametrize(("height", "rows"), [(400, LEAST_ROWS), (950, 4), (2_000, MOST_ROWS)])
def test_as_many_rows_as_there_is_room_for(
    column: EarningsColumn, rig: Rig, qtbot: QtBot, height: int, rows: int
) -> None:
    give(rig, *((f"v{place}", "Rose", 1 + place) for place in range(20)))
    rig.flush()
    column.resize(350, height)
    qtbot.waitUntil(lambda: len(names(column.thank)) >= rows)
    supporters = sum(row.isVisible() for row in column.supporters.rows)
    assert supporters == (3 if height == 400 else 5)
    if height >= 900:
        qtbot.waitUntil(lambda: column.verticalScrollBar().maximum() == 0)
