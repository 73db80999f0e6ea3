"""Marks, replays and recordings by mouse and keyboard: what is pressed is done by the real services."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence
from PySide6.QtTest import QTest

from studio.media.outputs.output import Output
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.recording_reader import is_fragmented
from studio.services.output_settings import Split
from studio.services.recordings import FilmState
from studio.ui.main_window import MainWindow
from studio.ui.recording.film_row import size_words
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import Stage
from tests.studio_parts import until
from tests.ui.shell.conftest import Story
from tests.unit.media.outputs.films import broadcast, in_step, recorded, watch

LEFT = Qt.MouseButton.LeftButton


def on_air(stage: Stage, folder: Path) -> list[Output]:
    """A LIVE that is recorded; its outputs got the first 4 s."""
    stage.services.profile.update(record=True, record_folder=str(folder), last_title="Friday")
    stage.sign_in()
    stage.go_on_air()
    outputs = [*stage.broadcast.outputs.begin(), *stage.broadcast.replay.begin()]
    config, packets = broadcast(4)
    for output in outputs:
        output.start(config, lambda: None)
        for packet in packets:
            output.push(packet)
    return outputs


async def over(stage: Stage, outputs: list[Output]) -> None:
    for output in outputs:
        output.stop()
    await stage.broadcast.outputs.end()
    stage.finish()


def shown(stage: Stage, theme: Theme) -> MainWindow:
    window = MainWindow(stage.services, theme)
    window.resize(1440, 900)
    window.show()
    return window


def test_a_moment_is_marked_by_tile_and_key_and_its_clip_saved(
    play: Callable[[Story], None], stage: Stage, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)

    async def story() -> None:
        window = shown(stage, theme)
        outputs = on_air(stage, tmp_path / "films")
        tile, marks = window.live.mark_tile, stage.services.films.marks
        await until(lambda: stage.broadcast.outputs.recording, "it records")
        QTest.mouseClick(tile, LEFT)
        assert window.actions_list.get("mark.now").shortcut() == QKeySequence("Ctrl+M")
        window.actions_list.get("mark.now").trigger()
        assert tile.text() == "Mark clip", "said only once it is on the disk"
        await over(stage, outputs)
        await until(lambda: len(marks.marks) == 2, "both are marked")
        assert (tile.text(), tile.accessibleName()) == ("00:04", "Marked 00:04")
        card = window.summary.recordings
        await until(lambda: stage.services.films.recordings.finishing is None, "it is finished")
        assert card.isVisible()
        assert [row.film.state for row in card.files] == [FilmState.DONE]
        assert not is_fragmented(card.files[0].film.path)
        first, second = card.marks
        assert first.action.accessibleName() == "Save a clip of Mark 1 at 00:04"
        QTest.mouseClick(first.action, LEFT)
        assert not first.action.isEnabled()
        window.actions_list.get("clips.all").trigger()
        await until(lambda: second.action.text() == "Show", "both clips are saved")
        assert first.action.text() == "Show"
        QTest.mouseClick(first.action, LEFT)
        QTest.mouseClick(card.files[0].folder, LEFT)
        assert [url.toLocalFile() for url in opened] == [
            str(tmp_path / "films" / f"{card.files[0].film.path.stem} clip 00m04s.mp4"),
            str(tmp_path / "films"),
        ]
        assert in_step(watch(Path(opened[0].toLocalFile())))
        await until(lambda: tile.text() == "Mark clip", "the word goes")
        window.hide()
        window.deleteLater()

    play(story)


def test_without_a_recording_a_mark_says_what_to_do(
    play: Callable[[Story], None], stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        stage.sign_in()
        stage.go_on_air()
        QTest.mouseClick(window.live.mark_tile, LEFT)
        assert "Switch on “Record to disk”" in window.problem.sentence
        stage.finish()
        assert not window.summary.recordings.isVisible()
        window.hide()
        window.deleteLater()

    play(story)


def test_a_replay_is_saved_with_its_key(
    play: Callable[[Story], None], stage: Stage, theme: Theme, tmp_path: Path
) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        outputs = on_air(stage, tmp_path / "films")
        action = window.actions_list.get("replay.save")
        assert action.shortcut() == QKeySequence("Ctrl+Shift+R")
        action.trigger()
        replay = stage.services.films.replay
        await until(lambda: bool(replay.files), "it is saved")
        assert replay.word.words == "Replay saved"
        assert watch(replay.files[0]).pictures == 120
        await over(stage, outputs)
        assert [row.film.path for row in window.summary.recordings.replays] == replay.files
        await stage.services.films.recordings.finished()
        window.hide()
        window.deleteLater()

    play(story)


def test_finishing_is_cancelled_and_taken_up_again(
    play: Callable[[Story], None], stage: Stage, theme: Theme, tmp_path: Path
) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        await over(stage, on_air(stage, tmp_path / "films"))
        card = window.summary.recordings
        assert card.cancel.isVisible()
        QTest.mouseClick(card.cancel, LEFT)
        (row,) = card.files
        await until(lambda: row.finish.isVisible(), "it was left as it was recorded")
        assert is_fragmented(row.film.path)
        assert "can be finished later" in row.accessibleName()
        QTest.mouseClick(row.finish, LEFT)
        await until(lambda: row.film.state is FilmState.DONE, "it is finished after all")
        assert not is_fragmented(row.film.path)
        assert not row.finish.isVisible()
        window.hide()
        window.deleteLater()

    play(story)


def test_what_a_crash_left_is_offered_on_the_ready_screen(
    play: Callable[[Story], None], stage: Stage, theme: Theme, tmp_path: Path
) -> None:
    (left,) = recorded(RecordingPlan(tmp_path / "films", "left"), 2).files
    os.utime(left, (1_700_000_000, 1_700_000_000))

    async def story() -> None:
        stage.services.profile.update(record_folder=str(left.parent))
        window = shown(stage, theme)
        stage.sign_in()
        line = window.ready.cut_off
        await until(line.isVisible, "it is offered")
        assert left.name in line.sentence
        window.actions_list.get("recording.finish").trigger()
        await until(lambda: not line.isVisible(), "it is finished")
        assert not is_fragmented(left)
        window.hide()
        window.deleteLater()

    play(story)


def test_the_settings_of_recordings_are_kept(
    play: Callable[[Story], None], stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        stage.sign_in()
        card, saved = window.ready.form.recording, stage.services.profile.saved
        assert not card.split.isEnabled(), "nothing is recorded"
        stage.broadcast.outputs.settings.set_record(True)
        assert card.split.isEnabled()
        card.split.setCurrentIndex(card.split.findText("Every 2 GB"))
        card.split.activated.emit(card.split.currentIndex())
        assert stage.broadcast.outputs.settings.split is Split.GB_2
        card.length.setCurrentIndex(card.length.findText("2 minutes"))
        card.length.activated.emit(card.length.currentIndex())
        assert saved.replay_s == 120
        for toggle in (card.replay, card.marks):
            assert toggle.isChecked()
            QTest.mouseClick(toggle, LEFT)
        assert (saved.replay, saved.auto_marks) == (False, False)
        assert not card.length.isEnabled()
        window.actions_list.get("replay.switch").trigger()
        assert card.replay.isChecked()
        window.hide()
        window.deleteLater()

    play(story)


def test_sizes_in_words() -> None:
    assert [size_words(size) for size in (10, 12_400_000, 2_440_000_000)] == ["1 MB", "12 MB", "2.4 GB"]
