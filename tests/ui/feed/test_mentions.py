"""The Mentions tab: rows that speak to the host, the words above it, people marked from a row's menu."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.services.rows import FeedTab
from studio.ui.feed.feed_panel import FeedPanel
from studio.ui.feed.row_menu import RowAction, row_actions
from tests.fakes.feed_services import Rig


def actions_of(rig: Rig, panel: FeedPanel) -> dict[str, RowAction]:
    row = rig.services.feed.rows(FeedTab.ALL)[-1]
    found = row_actions(row, rig.services.live, panel.view.copy, None, rig.services.mentions)
    return {action.text: action for action in found}


def test_what_speaks_to_the_host_is_in_its_tab_and_counted(qtbot: QtBot, rig: Rig, panel: FeedPanel) -> None:
    panel.tabs.buttons[FeedTab.MENTIONS].click()
    assert panel.mentions.isVisible() and panel.stage.empty.isVisible()
    panel.mentions.words.setText("ink, free hand")
    QTest.keyClick(panel.mentions.words, Qt.Key.Key_Return)
    rig.send(rig.comment("ana", "more INK"), rig.comment("ben", "hello"), rig.comment("cem", "@you hi"))
    rig.flush()
    assert [row.text for row in rig.services.feed.rows(FeedTab.MENTIONS)] == ["more INK", "@you hi"]
    button = panel.tabs.buttons[FeedTab.MENTIONS]
    qtbot.waitUntil(lambda: button.accessibleName() == "Mentions, 2")
    assert not panel.stage.empty.isVisible()
    panel.tabs.buttons[FeedTab.ALL].click()
    assert not panel.mentions.isVisible()


def test_the_words_are_shown_as_they_count(rig: Rig, panel: FeedPanel) -> None:
    panel.tabs.buttons[FeedTab.MENTIONS].click()
    panel.mentions.words.setText(" ink ,, ink，絵 ")
    panel.mentions.words.editingFinished.emit()
    assert rig.services.mentions.phrases == ("ink", "絵") and panel.mentions.words.text() == "ink, 絵"
    panel.mentions.sound.click()
    assert rig.services.mentions.sound


def test_a_person_is_marked_from_the_menu_and_no_longer(rig: Rig, panel: FeedPanel) -> None:
    rig.send(rig.comment("ana", "hello"))
    actions_of(rig, panel)["Always show as a mention"].run()
    rig.send(rig.comment("ana", "hello again"))
    assert rig.services.feed.rows(FeedTab.ALL)[-1].mention
    actions_of(rig, panel)["No longer a mention each time"].run()
    rig.send(rig.comment("ana", "and again"))
    assert not rig.services.feed.rows(FeedTab.ALL)[-1].mention


def test_the_tabs_find_room_in_a_narrow_column(rig: Rig, panel: FeedPanel) -> None:
    rig.send(*(rig.question("ana", f"question {number}?") for number in range(120)))
    rig.flush()
    for width in (330, 420, 540, 660):
        panel.resize(width, 700)
        last = panel.tabs.buttons[FeedTab.MODERATION]
        end = last.mapTo(panel, last.rect().bottomRight()).x()
        assert end <= width, f"the tabs end at {end} in a column of {width}"
