"""Where it goes, on the Ready screen: what is pressed is what the next LIVE goes to. Services are real."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from studio.media.outputs.recording import RecordingOutput
from studio.media.outputs.rtmp.output import RtmpOutput
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.services.checks import Check, CheckState
from studio.ui.main_window import MainWindow
from studio.ui.outputs.output_list import OutputList
from studio.ui.theme.theme import Theme
from studio.ui.top_bar import TopBar
from tests.fakes.studio_stage import Stage
from tests.studio_parts import until
from tests.ui.shell.conftest import Story
from tests.unit.media.outputs.packets import encoded

LEFT = Qt.MouseButton.LeftButton


def shown(stage: Stage) -> OutputList:
    services = stage.services
    made = OutputList(services.broadcast.outputs.settings, services.tasks, lambda: 3_660)
    made.resize(520, 300)
    made.show()
    return made


def test_a_target_is_added_switched_and_removed(play: Callable[[Story], None], stage: Stage) -> None:
    async def story() -> None:
        listed, outputs = shown(stage), stage.services.broadcast.outputs
        QTest.mouseClick(listed.add, LEFT)
        form = listed.form
        assert form.isVisible()
        assert form.service.hasFocus() or not listed.isActiveWindow()
        assert (form.service.currentText(), form.name.text, form.url.text) == ("TikTok", "TikTok", "")
        QTest.keyClicks(form.url.line, "ftp://example.org/app")
        QTest.keyClicks(form.key.line, "s3cret")
        QTest.mouseClick(form.add, LEFT)
        await until(lambda: bool(form.problem.sentence), "the address is refused")
        assert "begins with rtmp" in form.problem.sentence
        form.url.line.clear()
        QTest.keyClicks(form.url.line, "rtmps://example.org/app")
        assert form.problem.sentence == ""
        QTest.keyClick(form.key.line, Qt.Key.Key_Return)
        await until(lambda: len(listed.rows) == 1, "the target is listed")
        assert not form.isVisible()
        assert form.key.text == ""
        (row,) = listed.rows
        assert row.toggle.isChecked()
        assert row.toggle.accessibleDescription() == "key in system keyring"
        assert [type(output) for output in outputs.begin()] == [RtmpOutput]
        QTest.mouseClick(row.toggle, LEFT)
        assert outputs.begin() == []
        QTest.mouseClick(row.action, LEFT)
        await until(lambda: not listed.rows, "the target is gone")
        await outputs.end()
        listed.close()

    play(story)


def test_a_known_service_fills_in_what_is_known_and_keeps_what_was_typed(
    play: Callable[[Story], None], stage: Stage
) -> None:
    async def story() -> None:
        listed = shown(stage)
        QTest.mouseClick(listed.add, LEFT)
        form = listed.form
        for title, url in (("Twitch", "rtmps://live.twitch.tv/app"), ("Other", ""), ("YouTube", "live2")):
            form.service.setCurrentText(title)
            form.service.activated.emit(form.service.currentIndex())
            assert form.name.text == ("" if title == "Other" else title)
            assert url in form.url.text and bool(form.url.text) == bool(url)
        form.name.set_text("Mine")
        form.url.set_text("rtmps://mine.example.org/app")
        form.service.setCurrentIndex(0)
        form.service.activated.emit(0)
        assert (form.name.text, form.url.text) == ("Mine", "rtmps://mine.example.org/app")
        QTest.mouseClick(form.cancel, LEFT)
        assert not form.isVisible()
        listed.close()
        await stage.services.tasks.stop()

    play(story)


def test_recording_is_switched_on_and_says_how_long_the_disk_lasts(
    play: Callable[[Story], None], stage: Stage, tmp_path: Path
) -> None:
    async def story() -> None:
        listed, outputs = shown(stage), stage.services.broadcast.outputs
        listed._folder_chosen(str(tmp_path / "films"))
        await until(lambda: outputs.settings.folder == tmp_path / "films", "the folder")
        await until(lambda: "·" in listed.recording.toggle.accessibleDescription(), "the disk")
        outputs.settings.free_bytes = (1 << 30) + 3_660_000 // 8 * 60 * 110
        listed.refresh()
        assert listed.recording.toggle.accessibleDescription().endswith("room for 1 h 50 min")
        outputs.settings.free_bytes = 118_000_000_000
        listed.refresh()
        assert listed.recording.toggle.accessibleDescription() == "crash-safe MP4 · 118 GB free"
        assert outputs.begin() == []
        QTest.mouseClick(listed.recording.toggle, LEFT)
        (output,) = outputs.begin()
        assert isinstance(output, RecordingOutput)
        await outputs.end()
        listed.close()

    play(story)


def test_the_pill_counts_what_is_on_the_disk(
    play: Callable[[Story], None], stage: Stage, tmp_path: Path
) -> None:
    async def story() -> None:
        outputs = stage.services.broadcast.outputs
        stage.sign_in()
        stage.go_on_air()
        menu = QMenu()
        bar = TopBar(stage.services, menu)
        bar.resize(1440, 52)
        bar.show()
        assert not bar.rec.isVisible()
        await outputs.settings.set_folder(tmp_path / "films")
        outputs.settings.free_bytes = 1 << 40
        outputs.settings.set_record(True)
        (output,) = outputs.begin()
        config, packets = encoded(60)
        output.start(config, lambda: None)
        for packet in packets:
            output.push(packet)
        await until(lambda: outputs.recorded_s >= 2, "2 s are on the disk")
        outputs.changed.emit()
        assert bar.rec.isVisible()
        assert bar.rec.accessibleName() == "REC 00:02"
        output.stop()
        await outputs.end()
        await stage.services.films.recordings.finished()
        assert not bar.rec.isVisible()
        bar.close()

    play(story)


def test_the_disk_check_speaks_of_the_recording_that_is_planned(
    play: Callable[[Story], None], stage: Stage, tmp_path: Path
) -> None:
    async def story() -> None:
        checks, settings = stage.services.checks, stage.services.broadcast.outputs.settings
        await settings.set_folder(tmp_path)
        settings.set_record(True)

        def disk(minutes: int) -> Check:
            settings.free_bytes = (1 << 30) + 3_660_000 // 8 * 60 * minutes
            checks.run()
            checks.pause()
            return next(check for check in checks.checks if check.name == "Disk")

        assert disk(110) == Check("Disk", CheckState.WARNING, "Room for 1 h 50 min at this quality")
        assert disk(190) == Check("Disk", CheckState.OK, "Room for 3 h 10 min at this quality")
        await until(lambda: stage.services.broadcast.video.choice is not None, "the encoder's check is over")

    play(story)


def test_the_palette_ends_the_wait_of_a_lost_target(
    play: Callable[[Story], None], stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        outputs = stage.services.broadcast.outputs
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        outputs.plan([RtmpTarget("Own", f"rtmp://127.0.0.1:{port}/app", "")], None)
        (output,) = outputs.begin()
        config, _ = encoded(1)
        output.start(config, lambda: None)
        window = MainWindow(stage.services, theme)
        window.show()
        stage.sign_in()
        stage.go_on_air()

        def waits(seconds: int) -> bool:
            return (outputs.statuses["Own"].retry_in_s or 0) >= seconds

        await until(lambda: waits(4), "the third wait")
        window.actions_list.get("outputs.retry").trigger()
        await until(lambda: waits(8), "the fourth wait", 3.0)  # 4 s early
        output.stop()
        await outputs.end()
        window.hide()
        window.deleteLater()

    play(story)
