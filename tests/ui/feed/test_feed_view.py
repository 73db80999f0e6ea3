"""The view under changes, keyboard, mouse and naughty strings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.model.room import Person
from studio.services.rows import FeedChange, FeedRow, FeedTab, RowKind, RowState
from studio.ui.feed.compose import compose
from studio.ui.feed.feed_style import FeedStyle
from studio.ui.feed.feed_view import FeedView
from studio.ui.feed.row_drawing import RowDrawing
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import person
from tests.ui.feed.conftest import comment

Add = Callable[..., list[FeedRow]]


def keys_in_view(view: FeedView) -> list[int]:
    return [view.page.stack.row(serial).key for serial, _ in view.in_view]


def tops_in_view(view: FeedView) -> dict[int, int]:
    return {view.page.stack.row(serial).key: top for serial, top in view.in_view}


def test_follows_the_newest(view: FeedView, add: Add) -> None:
    add(100)
    assert view.following
    assert keys_in_view(view)[-1] == 100
    assert len(keys_in_view(view)) < 15


def test_holds_still_and_counts_what_is_new_while_the_host_reads(view: FeedView, add: Add) -> None:
    add(300)
    view.scroll_by(-900)
    before, picture = tops_in_view(view), view.viewport().grab().toImage()
    add(40, dropped=100)
    assert tops_in_view(view) == before
    assert view.viewport().grab().toImage() == picture
    assert view.unseen == 40
    view.follow()
    assert (view.following, view.unseen) == (True, 0)
    assert keys_in_view(view)[-1] == 340


def test_costs_nothing_for_rows_nobody_sees(view: FeedView, add: Add) -> None:
    add(2_000)
    assert view._cache.composed < 20
    view.scroll_by(-5_000)
    composed = view._cache.composed
    add(1_000, dropped=1_000)
    assert view._cache.composed - composed < 20  # the head moved into the view at most


def test_a_growing_streak_changes_in_place(view: FeedView, add: Add) -> None:
    add(3)
    row = FeedRow(
        key=50, kind=RowKind.GIFT, person=person("sunny"), gift_name="Rose", gift_id=1001, count=1, coins=1,
        diamonds=1, tier=1, state=RowState.RUNNING,
    )  # fmt: skip
    view.apply(FeedChange(FeedTab.ALL, appended=(row,)))
    before, tops = view.grab().toImage(), tops_in_view(view)
    grown = replace(row, version=1, count=47, coins=47, diamonds=47)
    view.apply(FeedChange(FeedTab.ALL, updated=(grown,)))
    assert tops_in_view(view) == tops
    assert view.grab().toImage() != before
    assert len(view.page.stack) == 4


def test_reports_each_row_once_and_only_those_it_painted(qtbot: QtBot, view: FeedView, add: Add) -> None:
    seen: list[int] = []
    view.painted_first.connect(seen.extend)
    add(200)
    view.viewport().repaint()
    visible = keys_in_view(view)
    assert seen == visible
    view.viewport().repaint()
    view.scroll_by(-3_000)
    view.viewport().repaint()
    assert seen == visible  # those scrolled to were never on their way to the screen
    view.follow()
    add(1)
    view.viewport().repaint()
    assert seen == [*visible, 201]


def test_rows_that_came_while_it_was_hidden_are_not_reported(view: FeedView, add: Add) -> None:
    seen: list[int] = []
    view.painted_first.connect(seen.extend)
    view.hide()
    add(5)
    view.show()
    view.viewport().repaint()
    assert seen == []
    assert keys_in_view(view) == [1, 2, 3, 4, 5]


def test_each_tab_keeps_its_rows_and_its_place(view: FeedView, add: Add) -> None:
    add(200)
    view.apply(FeedChange(FeedTab.QUESTIONS, appended=(replace(comment(900), kind=RowKind.QUESTION),)))
    view.scroll_by(-700)
    place = tops_in_view(view)
    view.show_tab(FeedTab.QUESTIONS)
    assert keys_in_view(view) == [900]
    add(5)
    view.show_tab(FeedTab.ALL)
    assert tops_in_view(view) == place
    assert view.unseen == 5


def test_keys_walk_the_rows_and_escape_follows(qtbot: QtBot, view: FeedView, add: Add) -> None:
    add(100)
    view.setFocus()
    for key, expected in (
        (Qt.Key.Key_Up, 100),
        (Qt.Key.Key_Up, 99),
        (Qt.Key.Key_Home, 1),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Down, 2),
        (Qt.Key.Key_End, 100),
        (Qt.Key.Key_Down, 100),
    ):
        qtbot.keyClick(view, key)
        assert view.current_row is not None
        assert view.current_row.key == expected
        assert expected in keys_in_view(view)
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.current_row.key < 97
    add(10)
    assert not view.following
    assert view.announcer.last.endswith(f"comment {view.current_row.key}")
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.following
    assert view.current_row is None
    assert keys_in_view(view)[-1] == 110


def test_the_row_with_the_keyboard_is_marked(qtbot: QtBot, view: FeedView, add: Add) -> None:
    add(10)
    plain = view.grab().toImage()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.grab().toImage() != plain


def test_enter_asks_for_the_rows_actions_and_ctrl_c_copies(qtbot: QtBot, view: FeedView, add: Add) -> None:
    add(10)
    asked: list[FeedRow] = []
    view.actions_wanted.connect(lambda row, _at: asked.append(row))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked == []
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert [row.key for row in asked] == [10]
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "comment 10"


def test_the_row_with_the_keyboard_may_be_dropped(qtbot: QtBot, view: FeedView, add: Add) -> None:
    add(50)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    add(1, dropped=10)
    assert view.current_row is None
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.current_row is not None
    assert view.current_row.key == 11


def test_pressing_answer_asks_for_it_and_pressing_beside_it_does_not(
    qtbot: QtBot, view: FeedView, add: Add
) -> None:
    add(3)
    question = replace(comment(70, "which brush?"), kind=RowKind.QUESTION)
    view.apply(FeedChange(FeedTab.ALL, appended=(question,)))
    asked: list[FeedRow] = []
    view.answer_wanted.connect(asked.append)
    drawing, box = view._cache.get(question), view.box_of(70)
    assert drawing.action is not None
    assert box is not None
    at = drawing.action.rect.translated(0, box.top()).center().toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, at.y()))
    assert asked == []
    plain = view.grab().toImage()
    QTest.mouseMove(view.viewport(), at)
    assert view.grab().toImage() != plain  # the words became a button
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked == [question]


def test_the_dots_under_the_mouse_open_the_rows_actions(qtbot: QtBot, view: FeedView, add: Add) -> None:
    (row,) = add(1)
    asked: list[FeedRow] = []
    view.actions_wanted.connect(lambda row, _at: asked.append(row))
    box, more = view.box_of(row.key), view._cache.get(row).more
    assert box is not None and more is not None
    at = more.translated(0, box.top()).center().toPoint()
    plain = view.grab().toImage()
    QTest.mouseMove(view.viewport(), QPoint(100, at.y()))
    hovered = view.grab().toImage()
    assert hovered != plain
    QTest.mouseMove(view.viewport(), at)
    assert view.grab().toImage() != hovered
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked == [row]


def test_answered_rows_offer_nothing(view: FeedView) -> None:
    answered = replace(comment(1), kind=RowKind.QUESTION, state=RowState.ANSWERED)
    assert view._cache.get(answered).action is None


def test_a_hidden_comment_does_not_show_what_it_said(view: FeedView) -> None:
    row = replace(comment(1, "a bad word"), state=RowState.HIDDEN)
    words = [layout.text() for text in view._cache.get(row).texts for layout in text.layouts]
    assert not any("bad" in word for word in words)
    assert any("hidden" in word for word in words)


def test_a_new_live_starts_with_an_empty_feed_that_follows(view: FeedView, add: Add) -> None:
    add(100)
    view.scroll_by(-500)
    view.apply(FeedChange(FeedTab.ALL, dropped=100))
    assert view.quiet
    assert view.following
    add(1)
    assert keys_in_view(view) == [101]


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("width", [300, 660])
def test_naughty_names_and_texts_stay_in_their_row(
    qapp: QApplication, theme: Theme, naughty: list[str], width: int, compact: bool
) -> None:
    theme.set_compact(compact)
    style = FeedStyle.current(1.0)
    for number, text in enumerate(naughty):
        kind = list(RowKind)[number % len(RowKind)]
        state = list(RowState)[number % len(RowState)]
        stranger = Person(id=text[:20], handle=text, name=text[::-1])
        row = FeedRow(
            key=1, kind=kind, text=text, person=stranger, badges=(text, "Mod"), state=state, gift_id=1001,
            gift_name=text, count=10**6, coins=10**9, diamonds=10**9, tier=1 + number % 5, note=text,
            tone=("follow", "like", "", "good")[number % 4],
        )  # fmt: skip
        drawing = compose(row, width, style)
        assert 20 <= drawing.height <= 320, text
        for block in drawing.texts:
            assert block.x >= 0, text
            assert block.x + min(block.width, block.limit) <= width, (kind, text)
            assert block.y + block.height <= drawing.height + 1, (kind, text)


@pytest.mark.parametrize("name", ["ana", "عبد الله", "春日"])
def test_a_short_comment_shares_the_line_of_its_name_in_a_compact_feed(
    qapp: QApplication, theme: Theme, name: str
) -> None:
    def drawn(text: str, state: RowState = RowState.SETTLED) -> RowDrawing:
        person = Person(id="u1", handle="u1", name=name)
        row = FeedRow(key=1, kind=RowKind.COMMENT, text=text, person=person, badges=("Mod",), state=state)
        return compose(row, 500, FeedStyle.current(1.0))

    roomy = drawn("hello")
    theme.set_compact(True)
    short, long, failed = drawn("مرحبا"), drawn("word " * 40), drawn("hello", RowState.FAILED)
    words = short.texts[-1]
    assert short.height < 0.6 * roomy.height
    ends = [block.x + block.width for block in short.texts[:-1]]
    assert words.x > max(ends), "the words begin after name and badge"
    assert words.y + words.height <= short.height
    assert long.texts[-1].y > long.texts[0].y + 10, "what is longer begins on a line of its own"
    assert failed.height > short.height, "the way to try again stays"
    theme.set_compact(False)
    assert drawn("hello").height == roomy.height


def test_rows_never_paint_over_their_neighbours(qtbot: QtBot, view: FeedView) -> None:
    """Marks stacked on a letter end at the row's edge: the neighbour's pixels are those it has alone."""
    zalgo = "Z" + "\u0363\u035b\u0353\u0332\u034f" * 30
    calm = [comment(1, "above"), comment(2, "middle"), comment(3, "below")]
    wild = replace(calm[1], text=zalgo * 3, version=1)
    view.apply(FeedChange(FeedTab.ALL, appended=tuple(calm)))

    def strip(key: int) -> QImage:
        box = view.box_of(key)
        assert box is not None
        return view.viewport().grab().toImage().copy(QRect(box.toRect()))

    neighbours = strip(1), strip(3)
    view.apply(FeedChange(FeedTab.ALL, updated=(wild,)))
    assert (strip(1), strip(3)) == neighbours
    for block in view._cache.get(wild).texts:  # even ink that a font puts far outside
        block.y -= 30
    view.viewport().update()
    assert (strip(1), strip(3)) == neighbours


def test_a_narrower_view_lays_out_again_and_keeps_the_end(qtbot: QtBot, view: FeedView, add: Add) -> None:
    add(30, words="a long comment number {key} that takes more than a line when there is little room for it")
    wide = view.box_of(30)
    view.resize(260, 400)
    narrow = view.box_of(30)
    assert wide is not None and narrow is not None
    assert narrow.height() > wide.height()
    assert narrow.bottom() == wide.bottom()


def test_another_theme_and_text_size_are_taken_up(
    qtbot: QtBot, view: FeedView, add: Add, theme: Theme
) -> None:
    add(10)
    dark, box = view.grab().toImage(), view.box_of(10)
    theme.set_name("light")
    assert view.grab().toImage() != dark
    theme.set_text_scale(1.5)
    larger = view.box_of(10)
    theme.set_text_scale(1.0)
    assert box is not None and larger is not None
    assert larger.height() > box.height() * 1.3


def move_mouse(view: FeedView, y: int = 200) -> None:
    at = QPointF(100, y)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        view.viewport().mapToGlobal(at),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    view.mouseMoveEvent(event)


def test_nothing_moves_under_a_moving_mouse_until_it_leaves(
    view: FeedView, add: Callable[..., list[FeedRow]]
) -> None:
    add(40)
    under = view.row_at(200)
    move_mouse(view)
    add(5)
    assert under is not None and view.row_at(200) == under and view.unseen == 5 and not view.following
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert view.following and view.unseen == 0


def test_a_mouse_that_rests_holds_nothing(view: FeedView, add: Callable[..., list[FeedRow]]) -> None:
    add(40)
    move_mouse(view)
    view._hands.timeout.emit()
    assert view.following
    add(3)
    assert view.unseen == 0


def test_who_scrolls_under_the_mouse_stays_where_they_are(
    view: FeedView, add: Callable[..., list[FeedRow]]
) -> None:
    add(60)
    move_mouse(view)
    at = QPointF(100, 200)
    turned = QWheelEvent(
        at,
        view.viewport().mapToGlobal(at),
        QPoint(0, 300),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    view.wheelEvent(turned)
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert not view.following
