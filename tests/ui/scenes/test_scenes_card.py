"""The Scenes tile and its card: scenes are switched, named, ordered and kept, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from studio.model.scene import Transition
from studio.ui.scenes.card import ScenesCard
from studio.ui.scenes.scene_row import SceneRow
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import Stage
from tests.studio_parts import until
from tests.ui.windows import close, shown

Play = Callable[[Callable[[], Awaitable[None]]], None]
#: The offscreen platform has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def names(stage: Stage) -> list[str]:
    return [scene.name for scene in stage.services.scenes.book.scenes]


def choose(card: ScenesCard, row: SceneRow, words: str) -> None:
    """Takes an entry of the row's menu."""
    row.menu.aboutToShow.emit()
    next(action for action in row.menu.actions() if action.text().startswith(words)).trigger()


def test_a_press_on_a_scene_puts_it_on(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window, scenes = shown(stage, theme), stage.services.scenes
        panel = window.ready.preview
        panel.scenes.click()
        card = panel.scenes_card
        assert card.isVisible() and len(card.rows) == 1
        card.add.click()
        assert names(stage) == ["Camera", "Scene"]
        assert card.rows[1].accessibleName() == "Scene, empty, is on, Ctrl+2"
        card.rows[0].click()
        assert scenes.scene.name == "Camera"
        assert stage.services.profile.saved.scenes.current == scenes.scene.id
        assert "“Camera” is on" in panel.scenes.toolTip()
        QTest.keyClick(card.rows[1], Qt.Key.Key_Return)
        assert scenes.scene.name == "Scene"
        QTest.keyClick(card, Qt.Key.Key_Escape)
        assert not card.isVisible()
        await close(window, stage)

    play(story)


def test_scenes_are_named_copied_moved_and_removed(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        panel = window.ready.preview
        panel.open_scenes()
        card = panel.scenes_card
        card.add.click()
        row = card.rows[1]
        QTest.keyClick(row, Qt.Key.Key_F2)
        row.line.setText("Table 机")
        QTest.keyClick(row.line, Qt.Key.Key_Return)
        assert names(stage) == ["Camera", "Table 机"] and row.line.isHidden()
        QTest.keyClick(row, Qt.Key.Key_F2)
        QTest.keyClicks(row.line, "never")
        QTest.keyClick(row.line, Qt.Key.Key_Escape)
        assert names(stage) == ["Camera", "Table 机"] and card.isVisible(), "only the name is given up"
        choose(card, card.rows[1], "Duplicate")
        assert names(stage) == ["Camera", "Table 机", "Table 机 2"]
        choose(card, card.rows[2], "Move up")
        assert names(stage) == ["Camera", "Table 机 2", "Table 机"]
        choose(card, card.rows[0], "Remove")
        assert names(stage) == ["Table 机 2", "Table 机"] and len(card.rows) == 2
        stage.services.scenes.undo()
        assert len(card.rows) == 3
        await close(window, stage)

    play(story)


def test_the_last_scene_cannot_be_removed(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        card = window.ready.preview.scenes_card
        window.ready.preview.open_scenes()
        card.rows[0].menu.aboutToShow.emit()
        gone = next(action for action in card.rows[0].menu.actions() if action.text() == "Remove")
        assert not gone.isEnabled()
        stage.services.scenes.remove_scene(stage.services.scenes.scene.id)
        assert "the last scene stays" in card.problem.sentence
        await close(window, stage)

    play(story)


def test_cut_or_fade_is_chosen_and_kept(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window, scenes = shown(stage, theme), stage.services.scenes
        panel = window.ready.preview
        panel.open_scenes()
        select = panel.scenes_card.transition
        select.setCurrentIndex(0)
        select.activated.emit(0)
        assert scenes.book.transition is Transition.CUT
        select.setCurrentIndex(3)
        select.activated.emit(3)
        assert (scenes.book.transition, scenes.book.fade_ms) == (Transition.FADE, 600)
        assert window.live.preview.scenes_card.transition.currentIndex() == 3
        assert stage.services.profile.saved.scenes == scenes.book
        await close(window, stage)

    play(story)


def test_a_key_and_the_palette_switch_scenes(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window, scenes = shown(stage, theme), stage.services.scenes
        scenes.add_scene("Table")
        listed = [command.action.text() for command in window.actions_list.usable()]
        assert "Show scene: Camera" in listed and "Show scene: Table" in listed
        assert not any(words.startswith("Scene 3") for words in listed), "there is no third"
        for place, name in ((1, "Camera"), (2, "Table")):
            action = window.actions_list.get(f"scenes.{place}")
            assert action.shortcut() == QKeySequence(f"Ctrl+{place}")
            assert sum(action.shortcut() in other.shortcuts() for other in window.actions()) == 1
            action.trigger()
            assert scenes.scene.name == name
        stage.go_on_air()
        window.actions_list.get("scenes.1").trigger()
        assert scenes.scene.name == "Camera"
        window.actions_list.get("scenes.2").trigger()
        scenes.remove_scene(scenes.scene.id)
        assert not window.actions_list.get("scenes.2").isEnabled()
        await close(window, stage)

    play(story)


def test_all_scenes_go_into_a_file_and_come_back(
    play: Play, stage: Stage, theme: Theme, tmp_path: Path
) -> None:
    async def story() -> None:
        window, scenes = shown(stage, theme), stage.services.scenes
        card = window.ready.preview.scenes_card
        scenes.add_scene("Table")
        file = tmp_path / "mine.hoststudio-scenes"
        card.export_scenes()
        dialog = next(one for one in window.findChildren(QFileDialog) if one.isVisible())
        assert not dialog.isModal()
        dialog.fileSelected.emit(str(file))
        dialog.close()
        await until(file.is_file)
        scenes.remove_scene(scenes.scene.id)
        card.import_scenes()
        dialog = next(one for one in window.findChildren(QFileDialog) if one.isVisible())
        dialog.fileSelected.emit(str(file))
        dialog.close()
        await until(lambda: "Table" in names(stage))
        window.ready.preview.open_scenes()
        (tmp_path / "broken").write_text("{")
        await scenes.import_from(tmp_path / "broken")
        assert card.problem.sentence
        await close(window, stage)

    play(story)


def test_on_air_the_card_says_that_viewers_see_it(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        card = window.live.preview.scenes_card
        assert card.accessibleDescription() == ""
        stage.go_on_air()
        window.live.preview.open_scenes()
        assert "viewers see" in card.accessibleDescription()
        await close(window, stage)

    play(story)
