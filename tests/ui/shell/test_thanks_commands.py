"""Thank next in the whole window: commands and shortcuts, and its part of the summary."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.ui.main_window import MainWindow
from studio.ui.summary.thanks_card import still_to_thank
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import Stage
from tests.ui.shell.conftest import Story, turn
from tests.ui.windows import close, shown

Play = Callable[[Story], None]


def on_air(stage: Stage, theme: Theme, width: int = 1280) -> MainWindow:
    window = shown(stage, theme, width)
    stage.go_on_air()
    return window


def give(stage: Stage, *gifts: tuple[str, str, int]) -> None:
    stage.send(*(stage.gift(*gift) for gift in gifts))
    stage.services.thanks.changed.emit()


def test_no_shortcut_is_taken_twice(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = on_air(stage, theme)
        taken = [keys.toString() for action in window.actions() for keys in action.shortcuts()]
        assert sorted(taken) == sorted(set(taken)) and {"Ctrl+T", "Ctrl+Shift+T"} <= set(taken)
        await close(window, stage)

    play(story)


def test_the_shortcuts_tick_off_and_take_back_while_a_comment_is_written(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        window = on_air(stage, theme)
        actions, thanks = window.actions_list, stage.services.thanks
        assert not actions.get("thanks.next").isEnabled() and not actions.get("thanks.undo").isEnabled()
        give(stage, ("mika.draws", "Lion", 1), ("kofi", "Perfume", 3))
        assert actions.get("thanks.next").isEnabled()
        window.activateWindow()
        window.live.feed.box.setFocus()
        await turn()
        QTest.keyClicks(QApplication.focusWidget(), "thank you")
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_T, control)
        assert [one.person.handle for one in thanks.first(9)] == ["kofi"]
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_T, control | shift)
        assert [one.person.handle for one in thanks.first(9)] == ["mika.draws", "kofi"]
        assert actions.get("thanks.next").shortcut() == QKeySequence("Ctrl+T")
        await close(window, stage)

    play(story)


def test_the_palette_leads_into_the_list_where_the_earnings_are_folded(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        window = on_air(stage, theme, 1_000)
        give(stage, ("mika.draws", "Lion", 1))
        assert not window.live.earnings.isVisible()
        window.actions_list.get("thanks.next").trigger()
        assert stage.services.thanks.count == 0
        window.actions_list.get("thanks.undo").trigger()
        window.actions_list.get("thanks.list").trigger()
        await turn()
        assert window.live.earnings.thank.rows[0].isVisible()
        window.actions_list.get("thanks.order").trigger()
        assert window.live.earnings.thank.order.text() == "Oldest first"
        await close(window, stage)

    play(story)


def test_a_tick_that_cannot_be_kept_is_told_in_the_window(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = on_air(stage, theme)
        give(stage, ("mika.draws", "Lion", 1))
        stage.services.thanks._folder.write_text("a file where the folder should be")
        window.live.earnings.thank.tick_next()
        assert window.problem.isVisible() and "not kept" in window.problem.sentence
        await close(window, stage)

    play(story)


def test_the_summary_lists_who_was_thanked_and_who_was_not(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = on_air(stage, theme)
        card = window.summary.thanks
        assert not card.isVisibleTo(window.summary)
        long = "averyveryverylonghandle_" * 9
        give(stage, ("kofi", "Perfume", 3), (long, "Universe", 1), ("春日_haru 🦊", "Corgi", 1))
        give(stage, *((f"v{place}", "Rose", place + 1) for place in range(8)))
        stage.services.thanks.tick("id:kofi")
        stage.finish()
        await turn()
        assert card.isVisible() and card.accessibleDescription() == "1 thanked, 10 open"
        assert card.waiting.accessibleName() == "Not thanked yet: 10"
        assert len(card.waiting.rows) == 5 and card.waiting.note.text() == "and 5 more"
        assert card.thanked.rows[0].accessibleName() == "kofi: Perfume ×3, 60 diamonds"
        assert card.width() <= window.width()
        window.actions_list.get("thanks.copy").trigger()
        lines = QApplication.clipboard().text().splitlines()
        assert lines[0] == "Thank you!" and lines[2] == "@春日_haru 🦊 · Corgi" and len(lines) == 11
        assert card.copy.accessibleName() == "Copied"
        await close(window, stage)

    play(story)


def test_a_live_without_gifts_has_nothing_to_say_of_thanks(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = on_air(stage, theme)
        stage.finish()
        await turn()
        assert not window.summary.thanks.isVisible()
        assert not window.actions_list.get("thanks.copy").isEnabled()
        assert still_to_thank(()) == "Thank you!"
        await close(window, stage)

    play(story)
