"""The widgets' promises: holding, counting, eliding, initials, errors, by mouse and keyboard."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.model.text import whole_number
from studio.ui.preview.overlays import delay_words
from studio.ui.theme.theme import Theme
from studio.ui.widgets import minutes_plot, number_tween
from studio.ui.widgets.animated_number import AnimatedNumber
from studio.ui.widgets.avatar import colour_for, initial
from studio.ui.widgets.button import Button
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.hold_button import HoldButton
from studio.ui.widgets.number_tween import NumberTween
from studio.ui.widgets.pill import NumberPill
from studio.ui.widgets.popup import rounded
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField
from studio.ui.widgets.toggle import Toggle


@pytest.fixture(autouse=True)
def _looks(theme: Theme) -> None:
    """Widgets are only ever made under a theme."""


@pytest.fixture
def hold(qtbot: QtBot) -> HoldButton:
    button = HoldButton("End LIVE")
    qtbot.addWidget(button)
    button.show()
    return button


def test_holding_for_a_second_confirms_once(qtbot: QtBot, hold: HoldButton) -> None:
    spy = QSignalSpy(hold.confirmed)
    with qtbot.waitSignal(hold.confirmed, timeout=10_000):
        qtbot.mousePress(hold, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(hold, Qt.MouseButton.LeftButton)
    assert spy.count() == 1


def test_a_short_press_only_says_what_to_do(qtbot: QtBot, hold: HoldButton) -> None:
    spy = QSignalSpy(hold.confirmed)
    for _ in range(3):
        qtbot.mouseClick(hold, Qt.MouseButton.LeftButton)
    assert spy.count() == 0
    assert hold.accessibleName() == "Hold to end"


def test_enter_twice_confirms_but_not_by_accident(qtbot: QtBot, hold: HoldButton) -> None:
    spy = QSignalSpy(hold.confirmed)
    qtbot.keyClick(hold, Qt.Key.Key_Return)
    qtbot.keyClick(hold, Qt.Key.Key_Return)  # at once: a bouncing key
    assert (spy.count(), hold.armed, hold.accessibleName()) == (0, True, "Press again to end")
    qtbot.waitUntil(lambda: hold._since_armed.elapsed() >= 250)
    qtbot.keyClick(hold, Qt.Key.Key_Return)
    assert (spy.count(), hold.armed) == (1, False)


def test_a_busy_hold_button_does_nothing(qtbot: QtBot, hold: HoldButton) -> None:
    spy = QSignalSpy(hold.confirmed)
    hold.set_busy(True)
    hold.click()
    assert (spy.count(), hold.armed) == (0, False)


class LaidOut(QWidget):
    """Counts how often it is asked to lay out."""

    times = 0

    def event(self, event: QEvent) -> bool:
        self.times += event.type() == QEvent.Type.LayoutRequest
        return super().event(event)


def test_numbers_travel_up_and_arrive_exactly(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    tween, seen = NumberTween(owner, travel_ms=60), []
    tween.moved.connect(seen.append)
    tween.go_to(10)
    tween.go_to(9_007_199_254_740_991)
    qtbot.waitUntil(lambda: tween.shown == 9_007_199_254_740_991)
    assert seen[0] == 10
    assert seen == sorted(seen)
    tween.go_to(5)
    assert tween.shown == 5


def test_the_steps_end_with_the_numbers(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    for _ in range(3):
        tween = NumberTween(owner)
        tween.go_to(1)
        tween.go_to(1_000_000)
    timer = number_tween._steps()._timer
    assert timer.isActive()
    shiboken6.delete(owner)
    qtbot.waitUntil(lambda: not timer.isActive())


def test_a_number_that_counts_lays_its_column_out_only_when_it_widens(qtbot: QtBot) -> None:
    column = LaidOut()
    number = AnimatedNumber()
    layout = QVBoxLayout(column)
    layout.addWidget(number)
    qtbot.addWidget(column)
    column.show()
    qtbot.waitExposed(column)
    number.set_value(1_000)
    QApplication.processEvents()
    for value, lays_out in ((2_345, False), (9_999, False), (10_000, True)):
        column.times = 0
        number.set_value(value)
        qtbot.waitUntil(lambda value=value: number.text() == f"{value:,}")
        QApplication.processEvents()
        assert (column.times > 0) == lays_out, value
        assert number.width() >= number.sizeHint().width()


def test_a_hidden_number_is_at_once_right(qtbot: QtBot) -> None:
    number = AnimatedNumber()
    qtbot.addWidget(number)
    number.set_value(1)
    number.set_value(31_480)
    assert (number.text(), number.accessibleName()) == ("31,480", "31,480")
    pill = NumberPill("eye", "Viewers")
    qtbot.addWidget(pill)
    pill.set_value(1_284)
    assert pill.accessibleName() == "Viewers: 1,284"


def test_a_counter_counts_characters_and_marks_too_many(qtbot: QtBot) -> None:
    field = TextField("Title", limit=4)
    qtbot.addWidget(field)
    field.set_text("🦊🦊🦊")  # three characters, six UTF-16 units
    assert (field._hint.text(), field.valid, field.error) == ("3 / 4", True, "")
    field.set_text("fuchs")
    assert (field._hint.text(), field.valid, field.error) == ("5 / 4", False, "1 character too long")
    field.set_text("ok")
    assert (field.valid, field.error) == (True, "")


def test_a_long_name_elides_and_stays_whole_for_readers(qtbot: QtBot) -> None:
    name = "x" * 200
    label = ElidedLabel(name)
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.show()
    qtbot.waitUntil(lambda: label.toolTip() == name)
    assert label.minimumSizeHint().width() < 60
    assert label.accessibleName() == name


def test_an_elided_label_is_one_line(qtbot: QtBot) -> None:
    label = ElidedLabel("one\ntwo\u2029three")
    qtbot.addWidget(label)
    assert label.text() == "one two three"


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("mika.draws", "M"),
        ("@leo", "L"),
        ("春日_haru", "春"),
        ("يوسف", "ي"),
        ("👨‍👩‍👧 family", "👨‍👩‍👧"),
        ("🇪🇸 ana", "🇪🇸"),
        ("e\u0301lodie", "E\u0301"),
        ("ßeta", "ß"),
        ("", "?"),
        ("   ", "?"),
    ],
)
def test_the_initial_is_what_a_reader_sees_as_one_letter(name: str, letter: str) -> None:
    assert initial(name) == letter


def test_a_person_keeps_their_colour() -> None:
    assert colour_for("id:mika") == colour_for("id:mika")
    assert len({colour_for(f"id:{n}").name() for n in range(200)}) >= 8


def test_a_busy_button_cannot_be_pressed_and_comes_back(qtbot: QtBot) -> None:
    button = Button("Go")
    qtbot.addWidget(button)
    spy = QSignalSpy(button.clicked)
    button.set_busy(True)
    button.click()
    assert (spy.count(), button.isEnabled()) == (0, False)
    button.set_busy(False)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert spy.count() == 1


def test_an_error_line_says_and_offers(qtbot: QtBot) -> None:
    line = ErrorLine()
    qtbot.addWidget(line)
    assert not line.isVisible()
    line.show_problem("The backend does not answer.", "Retry now")
    assert line.accessibleName() == line.sentence == "The backend does not answer."
    with qtbot.waitSignal(line.acted):
        qtbot.mouseClick(line._action, Qt.MouseButton.LeftButton)
    line.clear()
    assert (line.sentence, line.isVisible()) == ("", False)


def test_a_toggle_by_keyboard(qtbot: QtBot) -> None:
    toggle = Toggle("Slow mode")
    qtbot.addWidget(toggle)
    qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert toggle.isChecked()
    qtbot.keyClick(toggle, Qt.Key.Key_Return)
    assert not toggle.isChecked()


def test_the_wheel_does_not_change_a_list_scrolled_past(qtbot: QtBot) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent

    select = Select("Topic")
    qtbot.addWidget(select)
    select.addItems(["a", "b", "c"])
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    select.wheelEvent(event)
    assert (select.currentText(), event.isAccepted()) == ("a", False)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("", 0), ("50000", 50_000), ("50,000", 50_000), ("1.000.000", 1_000_000), ("50 000", 50_000),
     ("5,00", None), ("1,000.000", None), ("-5", None), ("five", None), ("٥٠", 50)],
)  # fmt: skip
def test_whole_numbers_are_read_as_people_write_them(typed: str, number: int | None) -> None:
    assert whole_number(typed) == number


@pytest.mark.parametrize(
    ("delay_ms", "words"), [(0, "0 ms"), (37.4, "37 ms"), (99.9, "100 ms"), (430, "0.4 s")]
)
def test_a_short_delay_is_told_in_milliseconds(delay_ms: float, words: str) -> None:
    assert delay_words(delay_ms) == words


def test_few_minutes_are_bars_and_many_a_line() -> None:
    plot = QRectF(10, 0, 300, 100)
    few = minutes_plot.spots([0, 50, 100], plot, 20)
    assert [spot.x() for spot in few] == [60, 160, 260]
    assert [spot.y() for spot in few] == [100, 60, 20]
    assert [minutes_plot.place_at(x, 3, plot) for x in (0, 109, 111, 400)] == [0, 0, 1, 2]
    many = minutes_plot.spots([1] * 31, plot, 20)
    assert (many[0].x(), many[-1].x()) == (10, 310)
    assert minutes_plot.place_at(165, 31, plot) == 16
    assert minutes_plot.place_at(165, 0, plot) is None


def test_a_popup_has_no_square_corners() -> None:
    rect = QRect(0, 0, 120, 80)
    region = rounded(rect, 10)
    assert not any(region.contains(corner) for corner in (rect.topLeft(), QPoint(118, 0), QPoint(0, 78)))
    assert region.contains(rect.center()) and region.contains(QPoint(60, 0))
    assert region.boundingRect() == rect
