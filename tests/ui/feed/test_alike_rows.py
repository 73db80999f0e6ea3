"""Comments that say the same: one row with count and names, opened by mouse and keys, acted on one by one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.services.rows import FeedChange, FeedRow, FeedTab, RowKind, Said
from studio.ui.feed.compose import compose
from studio.ui.feed.feed_panel import FeedPanel
from studio.ui.feed.feed_style import FeedStyle
from studio.ui.feed.feed_view import FeedView
from studio.ui.feed.row_menu import row_actions
from studio.ui.feed.speech import people_of, spoken, tip
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig, person


def folded(names: list[str], count: int = 0, text: str = "draw a fox", **more: object) -> FeedRow:
    said = tuple(Said(f"c{place}", person(name), text) for place, name in enumerate(names))
    people = len(set(names)) + max(0, count - len(names))
    fields = {"count": count or len(names), "people": people, "said": said, **more}
    return FeedRow(
        key=1, kind=RowKind.COMMENT, text=text, person=person(names[0]), item_id="c0", **fields  # type: ignore[arg-type]
    )  # fmt: skip


def words_of(view: FeedView, row: FeedRow) -> list[str]:
    drawing = view._cache.get(row)
    texts = [*drawing.texts, *(part.text for part in drawing.parts)]
    return [layout.text() for block in texts for layout in block.layouts]


def middle(view: FeedView, row: FeedRow, part: str) -> QPoint:
    drawing, box = view._cache.get(row), view.box_of(row.key)
    assert box is not None
    actions = [drawing.action, *drawing.parts]
    rect = next(action.rect for action in actions if action is not None and action.name == part)
    return rect.translated(0, box.top()).center().toPoint()


@pytest.fixture
def row(panel: FeedPanel, rig: Rig) -> FeedRow:
    """Three of one, between two others."""
    rig.send(
        rig.comment("tom", "hello"), *[rig.comment(name, "Draw a fox") for name in ("ana", "kofi", "mika")]
    )
    rig.send(rig.comment("tom", "which one is next"))
    rig.flush()
    return next(row for row in rig.services.feed.rows(FeedTab.ALL) if row.folded)


def shown(panel: FeedPanel) -> FeedRow:
    found = panel.view.page.get(next(key for key in _keys(panel) if panel.view.page.get(key).folded))  # type: ignore[union-attr]
    assert found is not None
    return found


def _keys(panel: FeedPanel) -> list[int]:
    return [panel.view.page.stack.row(serial).key for serial, _ in panel.view.in_view]


def test_it_says_who_and_how_often(panel: FeedPanel, row: FeedRow) -> None:
    assert len(panel.view.in_view) == 4, "with the studio's own line"
    assert [word.strip() for word in words_of(panel.view, row)] == [
        "ana",
        ",",
        "kofi",
        "and 1 other",
        "Draw a fox",
    ]
    action = panel.view._cache.get(row).action
    assert action is not None and action.text.layouts[0].text() == "×3"
    assert spoken(row) == "ana, kofi and 1 other, 3 times: Draw a fox"
    assert tip(row).startswith("ana, kofi and 1 other · 3 times")


@pytest.mark.parametrize(
    ("names", "count", "words"),
    [
        (["ana", "ana"], 0, "ana"),
        (["ana", "leo"], 0, "ana and leo"),
        (["ana", "leo", "ana", "kofi"], 0, "ana, leo and 1 other"),
        (["ana", "leo"], 1_202, "ana, leo and 1,200 others"),
    ],
)
def test_names_in_words(names: list[str], count: int, words: str) -> None:
    assert people_of(folded(names, count)) == words


def test_the_mouse_opens_it_and_folds_it_again(qtbot: QtBot, panel: FeedPanel, row: FeedRow) -> None:
    view, left = panel.view, Qt.MouseButton.LeftButton
    closed = view.box_of(row.key)
    qtbot.mouseClick(view.viewport(), left, pos=middle(view, row, "unfold"))
    opened = view.box_of(row.key)
    assert closed is not None and opened is not None and opened.height() > closed.height() + 3 * 18
    assert shown(panel).unfolded
    assert words_of(view, shown(panel)).count("mika") == 1, "of the three, two were named before"
    box = view.box_of(row.key)
    assert box is not None
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(200, round(box.top()) + 28))  # on its words
    assert not shown(panel).unfolded


def test_keys_open_and_fold_it_and_it_is_read_out(qtbot: QtBot, panel: FeedPanel, row: FeedRow) -> None:
    view = panel.view
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert not shown(panel).unfolded, "the row with the keyboard is another one"
    qtbot.keyClick(view, Qt.Key.Key_Up)
    for key, opened in ((Qt.Key.Key_Right, True), (Qt.Key.Key_Left, False), (Qt.Key.Key_Space, True)):
        qtbot.keyClick(view, key)
        assert shown(panel).unfolded is opened
    assert view.announcer.last == "ana: Draw a fox. kofi: Draw a fox. mika: Draw a fox"
    panel.view.toggle_newest()
    assert not shown(panel).unfolded


def test_an_open_row_goes_on_growing(panel: FeedPanel, rig: Rig, row: FeedRow) -> None:
    panel.view.unfold(row.key, True)
    rig.send(rig.comment("noor", "draw a FOX"))
    rig.flush()
    assert (shown(panel).unfolded, shown(panel).count) == (True, 4)
    assert "noor" in words_of(panel.view, shown(panel))


def test_each_of_them_can_be_acted_on(qtbot: QtBot, panel: FeedPanel, rig: Rig, row: FeedRow) -> None:
    view, asked = panel.view, []
    view.actions_wanted.disconnect()
    view.actions_wanted.connect(lambda one, _at: asked.append(one))
    view.unfold(row.key, True)
    at = middle(view, shown(panel), "said:2")
    plain = view.grab().toImage()
    QTest.mouseMove(view.viewport(), at)
    assert view.grab().toImage() != plain, "the line shows that it can be pressed"
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    (one,) = asked
    assert (one.person, one.item_id, one.folded) == (person("mika"), row.said[2].comment_id, False)
    assert "Remove" in [action.text for action in row_actions(one, rig.services.live, view.copy)]


def test_the_menu_opens_it_for_those_without_a_mouse(panel: FeedPanel, rig: Rig, row: FeedRow) -> None:
    def entries(shown_row: FeedRow) -> dict[str, object]:
        actions = row_actions(shown_row, rig.services.live, panel.view.copy, panel.view.toggle_unfolded)
        return {action.text: action.run for action in actions}

    run = entries(row)["Show all 3 like it"]
    assert callable(run)
    run()
    assert shown(panel).unfolded
    assert "Fold again" in entries(shown(panel))


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_leads_to_each_of_them(qtbot: QtBot, panel: FeedPanel, row: FeedRow) -> None:
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert panel.menu is not None
    (each,) = [entry.menu() for entry in panel.menu.actions() if entry.text() == "One of those who wrote it"]
    entries = each.actions()  # type: ignore[union-attr]
    assert [entry.text() for entry in entries] == [f"\u2068{name}\u2069" for name in ("ana", "kofi", "mika")]
    first, _ = panel.menu, entries[2].trigger()
    assert panel.menu is not first and panel.menu.accessibleName() == "Actions for mika"
    first.close()
    panel.menu.close()


def test_what_is_folded_counts_in_what_a_screen_reader_hears(
    panel: FeedPanel, rig: Rig, row: FeedRow
) -> None:
    panel.view.announcer.summarise()
    rig.send(*[rig.comment(f"v{n}", "draw a fox") for n in range(20)], rig.comment("tom", "well"))
    rig.flush()
    panel.view.announcer.summarise()
    assert panel.view.announcer.last == "21 comments"


def test_it_stays_in_its_box_whatever_the_names(theme: Theme, naughty: list[str]) -> None:
    style = FeedStyle.current(1.0)
    long = ["م" * 200, "W" * 200, "春日" * 100, "👩‍👩‍👧‍👦" * 40, *naughty]
    for place in range(0, len(long) - 1, 2):
        for width in (300, 660):
            for opened in (False, True):
                row = folded(long[place : place + 2], 10**6, text=long[place], unfolded=opened)
                drawing = compose(row, width, style)
                assert drawing.height <= 320
                blocks = [*drawing.texts, *(part.text for part in drawing.parts)]
                for block in blocks:
                    assert block.x + min(block.width, block.limit) <= width, (long[place], width)
                    assert block.y + block.height <= drawing.height + 1


def test_an_open_row_is_bounded(view: FeedView) -> None:
    many = folded([f"viewer{n}" for n in range(50)], 20_000)
    view.apply(FeedChange(FeedTab.ALL, appended=(many,)))
    assert view.unfold(1, True)
    box = view.box_of(1)
    assert box is not None and box.height() < 400
    row = view.page.get(1)
    assert row is not None and "and 19,994 more like these" in words_of(view, row)
    assert not view.unfold(1, True) and not view.unfold(99, True)
