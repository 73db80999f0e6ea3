"""The line of likes and joins: below the newest row, and no comment moves because of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.services.moving_line import MOVING, QUIET_S
from studio.services.rows import FeedRow, FeedTab, RowKind
from studio.ui.feed.compose import compose
from studio.ui.feed.feed_panel import FeedPanel
from studio.ui.feed.feed_style import FeedStyle
from studio.ui.feed.speech import spoken
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig, person


def tops(panel: FeedPanel) -> dict[int, int]:
    return {panel.view.page.stack.row(serial).key: top for serial, top in panel.view.in_view}


def say(rig: Rig, count: int) -> None:
    rig.send(*[rig.comment(f"viewer{number}", f"number {number}") for number in range(count)])
    rig.flush()


def storm(rig: Rig, rounds: int = 20) -> None:
    for number in range(rounds):
        rig.send(*[rig.liked(f"fan{number}.{each}", 15) for each in range(25)], rig.joined(f"guest{number}"))
        rig.flush()


def line_of(panel: FeedPanel) -> FeedRow:
    line = panel.view.page.moving
    assert line is not None
    return line


def test_it_is_below_the_newest_row_and_no_row_itself(panel: FeedPanel, rig: Rig) -> None:
    say(rig, 3)
    before = len(panel.view.page.stack)
    storm(rig)
    assert len(panel.view.page.stack) == before
    assert spoken(line_of(panel)) == "7,500 likes from 500 people, guest19 and 19 others joined"
    top, height = panel.view.moving_top, panel.view.viewport().height()
    assert top is not None and top + panel.view.page.position.below == height - 8
    serial, last = panel.view.in_view[-1]
    assert last + panel.view.page.stack.height(serial) == top


def test_no_comment_moves_while_it_counts(panel: FeedPanel, rig: Rig) -> None:
    say(rig, 60)
    storm(rig, 1)
    before, picture = tops(panel), panel.view.viewport().grab().toImage()
    storm(rig)
    assert tops(panel) == before and panel.view.following
    assert panel.view.viewport().grab().toImage() != picture, "only the line has changed"
    top = panel.view.moving_top
    assert top is not None
    upper = panel.view.viewport().rect().adjusted(0, 0, 0, top - panel.view.viewport().height())
    assert panel.view.viewport().grab(upper).toImage() == picture.copy(upper)


def test_nothing_moves_and_nothing_counts_as_new_while_the_host_reads(panel: FeedPanel, rig: Rig) -> None:
    say(rig, 80)
    panel.view.scroll_by(-900)
    before, picture = tops(panel), panel.view.viewport().grab().toImage()
    storm(rig)
    assert tops(panel) == before
    assert panel.view.viewport().grab().toImage() == picture
    assert (panel.view.unseen, panel.view.moving_top) == (0, None)
    panel.view.follow()
    assert panel.view.moving_top is not None


def test_even_at_the_end_a_reader_keeps_the_row_that_has_the_keyboard(
    qtbot: QtBot, panel: FeedPanel, rig: Rig
) -> None:
    say(rig, 60)
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    before = tops(panel)
    storm(rig)
    assert tops(panel) == before
    qtbot.keyClick(panel.view, Qt.Key.Key_Escape)
    assert panel.view.following and panel.view.moving_top is not None


def test_at_rest_it_becomes_a_row_without_a_jump(panel: FeedPanel, rig: Rig) -> None:
    say(rig, 60)
    storm(rig, 1)
    line, top = line_of(panel), panel.view.moving_top
    rig.services.feed._rows._moving._count.last_s -= QUIET_S
    rig.send(rig.comment("tom", "well"))
    rig.flush()
    newest = panel.view.page.stack.row(panel.view.in_view[-1][0])
    box, below = panel.view.box_of(line.key), panel.view.box_of(newest.key)
    assert newest.text == "well" and line_gone(panel)
    assert box is not None and below is not None and top is not None
    assert box.bottom() == below.top()
    assert box.top() == top - below.height(), "only the new comment made room for itself"


def line_gone(panel: FeedPanel) -> bool:
    return panel.view.page.moving is None and panel.view.page.position.below == 0


def test_only_likes_leave_the_empty_state(panel: FeedPanel, rig: Rig) -> None:
    rig.send(rig.liked("ana", 3), rig.joined("leo"))
    rig.flush()
    assert panel.stage.empty.isVisible() and panel.view.moving_top is not None
    panel.tabs.buttons[FeedTab.GIFTS].click()
    assert panel.view.moving_top is None


def test_a_panel_made_later_shows_it_at_once(qtbot: QtBot, panel: FeedPanel, rig: Rig, theme: Theme) -> None:
    storm(rig, 1)
    later = FeedPanel(rig.services, theme)
    qtbot.addWidget(later)
    later.resize(400, 400)
    later.show()
    assert line_of(later) == line_of(panel)


@pytest.mark.parametrize("width", [300, 400, 660])
def test_it_stays_in_its_box_whatever_the_names(theme: Theme, naughty: list[str], width: int) -> None:
    style = FeedStyle.current(1.0)
    for name in ["م" * 200, "W" * 200, "春日" * 100, "👩‍👩‍👧‍👦" * 40, *naughty]:
        for likes in ("", "214,000 likes from 5,000+ people"):
            row = FeedRow(
                key=1, kind=RowKind.ACTIVITY, tone=MOVING, text=likes, person=person(name),
                note="and 4,999 others joined",
            )  # fmt: skip
            drawing = compose(row, width, style)
            assert drawing.height == compose(FeedRow(1, RowKind.ACTIVITY, tone=MOVING), width, style).height
            for block in drawing.texts:
                assert block.x + min(block.width, block.limit) <= width, name
