"""The window as a person uses it: screens by phase, forms, commands, closing, and what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from studio.net.connection import LinkState
from studio.net.errors import Rejected
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import OpenRoom
from studio.services.live import Phase
from studio.services.picture_source import SourceState
from studio.services.verdict import Failing, Layer
from studio.ui.fuzzy import score
from studio.ui.health import Health, health_of
from studio.ui.main_window import MainWindow
from studio.ui.summary.screen import duration_words
from studio.ui.summary.supporters_card import thank_you_list
from studio.ui.theme import density
from studio.ui.theme.theme import Theme
from studio.ui.top_bar import clock_words
from tests.fakes.studio_stage import GOOD, SUPPORTERS, Stage
from tests.ui.shell.conftest import Story, turn

Play = Callable[[Story], None]
Build = Callable[..., MainWindow]


@pytest.fixture
def build(stage: Stage, theme: Theme) -> Build:
    def _build(width: int = 1440, height: int = 900, **more: object) -> MainWindow:
        window = MainWindow(stage.services, theme, **more)  # type: ignore[arg-type]
        window.resize(width, height)
        window.show()
        return window

    return _build


async def over(window: MainWindow, stage: Stage) -> None:
    await turn()
    window.hide()
    window.deleteLater()
    await stage.services.tasks.stop()
    await turn()  # the window goes before the services it listens to


def test_each_phase_has_its_screen(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        assert window.screens.currentWidget() is window.sign_in
        assert not window.top.isVisible()
        stage.sign_in()
        assert window.screens.currentWidget() is window.ready
        assert not window.top.end.isVisible()
        stage.go_on_air()
        assert window.screens.currentWidget() is window.live
        assert window.top.end.isVisible()
        assert window.top.viewers.accessibleName() == "Viewers: 1,284"
        assert window.top.title.text() == "Friday night sketching — your prompts!"
        assert "00:42:17" in window.top.clock.accessibleName()
        stage.finish()
        assert window.screens.currentWidget() is window.summary
        assert window.summary.cards["money"].figure == "$157.40"
        assert window.summary.agreement.accessibleName() == "Feed and ledger agree · 184 of 184 gifts"
        window.summary.leave()
        await turn()
        assert stage.services.live.phase is Phase.READY
        await over(window, stage)

    play(story)


def test_a_difference_is_never_called_agreement(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        stage.finish(missed=3)
        assert window.summary.agreement.accessibleName() == "Feed and ledger differ · -30 diamonds"
        await over(window, stage)

    play(story)


def test_sign_in_marks_what_is_missing(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        form = window.sign_in
        QTest.keyClick(form.password.line, Qt.Key.Key_Return)
        assert (form.handle.error, form.password.error) == ("Type your handle", "Type your password")
        form.switch.click()
        form.handle.set_text("rin")
        form.password.set_text("short")
        form.submit.click()
        assert form.password.error.startswith("At least 8 characters")
        assert form.password.line.echoMode() is QLineEdit.EchoMode.Password
        form.backend.setCurrentIndex(form.backend.count() - 1)
        assert form.address.isVisible()
        form.submit.click()
        assert form.address.error == "Type the backend's address"
        stage.services.account.failed.emit("Handle or password is wrong.")
        assert form.problem.sentence == "Handle or password is wrong."
        await over(window, stage)

    play(story)


def test_go_live_takes_the_form_and_says_a_refusal(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        form = window.ready.form
        form.title.set_text("  ")
        window.ready.go.click()
        assert form.title.error and not stage.link.asked
        form.title.set_text("Friday night sketching ✏️")
        form.goal.title.set_text("New tablet")
        window.ready.go.click()
        assert form.goal.target.error == "How many?"
        for typed, error in (("five", "A whole number"), ("99,999,999", "10,000,000 at most")):
            form.goal.target.set_text(typed)
            window.ready.go.click()
            assert (form.goal.target.error, stage.link.asked) == (error, [])
        form.goal.target.set_text("50,000")
        stage.link.refusal = Rejected(ErrorCode.NOT_A_HOST, "This account cannot go live.")
        QTest.keyClick(form.title.line, Qt.Key.Key_Return)
        await turn()
        asked = stage.link.asked[-1]
        assert isinstance(asked, OpenRoom)
        assert (asked.title, asked.goal_title, asked.goal_target) == (
            "Friday night sketching ✏️", "New tablet", 50_000,
        )  # fmt: skip
        assert form.problem.sentence == "This account cannot go live."
        assert window.ready.go.isEnabled()
        assert stage.services.profile.saved.last_title == "Friday night sketching ✏️"
        await over(window, stage)

    play(story)


def test_an_open_live_is_offered_again(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in(live_room=stage.room())
        assert window.ready.unfinished.isVisible()
        stage.services.account.live_room = None
        stage.services.account.changed.emit()
        assert not window.ready.unfinished.isVisible()
        await over(window, stage)

    play(story)


def test_the_rehearsal_button_is_there_only_when_it_works(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        rehearsed: list[bool] = []
        window = build(on_rehearse=lambda: rehearsed.append(True))
        stage.sign_in()
        window.ready.rehearse.click()
        assert rehearsed == [True]
        bare = build()
        assert bare.ready.rehearse.isHidden()
        bare.hide()
        bare.deleteLater()
        await over(window, stage)

    play(story)


def test_the_palette_finds_runs_and_leaves(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        before = stage.broadcast.mirrored
        window.show_commands()
        search = window.palette_box.search
        QTest.keyClicks(search, "mirr")
        QTest.keyClick(search, Qt.Key.Key_Return)
        assert stage.broadcast.mirrored is not before
        assert not window.palette_box.isVisible()
        window.show_commands()
        QTest.keyClicks(search, "zzzz")
        QTest.keyClick(search, Qt.Key.Key_Return)
        assert window.palette_box.isVisible()
        QTest.keyClick(search, Qt.Key.Key_Escape)
        assert not window.palette_box.isVisible()
        assert not window.actions_list.get("live.end").isEnabled()
        stage.go_on_air()
        assert window.actions_list.get("live.end").isEnabled()
        assert not window.actions_list.get("live.go").isEnabled()
        await over(window, stage)

    play(story)


def test_closing_stops_the_parts_first(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        stopped, release = asyncio.Event(), asyncio.Event()

        async def on_close() -> None:
            stopped.set()
            await release.wait()

        window = build(on_close=on_close)
        stage.sign_in()
        window.close()
        await stopped.wait()
        window.close()  # impatient: nothing starts twice
        assert window.isVisible()
        release.set()
        await turn(6)
        assert not window.isVisible()
        await over(window, stage)

    play(story)


def test_a_failing_stop_still_closes(
    play: Play, stage: Stage, build: Build, expected_errors: Callable[[str], None]
) -> None:
    expected_errors("a task failed")

    async def story() -> None:
        async def on_close() -> None:
            raise RuntimeError("a part would not stop")

        window = build(on_close=on_close)
        stage.sign_in()
        window.close()
        await turn(6)
        assert not window.isVisible()
        await over(window, stage)

    play(story)


def test_closing_on_air_asks_inside_the_window(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        stage.go_on_air()
        window.close()
        strip = window.closing.strip
        assert window.isVisible() and strip.isVisible()
        assert QApplication.activeModalWidget() is None
        assert "1,284 viewers" in strip.accessibleName()
        QTest.keyClick(strip.buttons()[-1], Qt.Key.Key_Escape)
        assert not strip.isVisible()
        assert stage.services.live.phase is Phase.LIVE
        window.close()
        strip.buttons()[1].click()  # close and resume later
        await turn(6)
        assert not window.isVisible()
        await over(window, stage)

    play(story)


def test_a_cut_connection_says_so_and_can_be_retried(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        stage.go_on_air()
        stage.link.put(LinkState.RECONNECTING, "The connection was cut.", 4)
        assert window.link_line.isVisible()
        assert "Trying again in 4 s" in window.link_line.sentence
        window.link_line.acted.emit()
        assert stage.link.retried == 1
        stage.link.put(LinkState.CONNECTED)
        assert not window.link_line.isVisible()
        stage.services.live.failed.emit("The LIVE goes on: the backend is busy.")
        assert window.problem.sentence == "The LIVE goes on: the backend is busy."
        await over(window, stage)

    play(story)


def test_narrow_windows_fold_the_earnings(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build(1440, 900)
        stage.sign_in()
        stage.go_on_air()
        await turn()
        assert window.live.earnings.isVisible() and not window.live.earnings_tile.isVisible()
        window.resize(1000, 700)
        await turn()
        assert not window.live.earnings.isVisible() and window.live.earnings_tile.isVisible()
        window.live.earnings_tile.click()
        assert window.live.earnings.isVisible()
        await over(window, stage)

    play(story)


def test_the_preview_paints_each_frame_once_and_as_it_came(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.broadcast.run_camera(GOOD)
        stage.sign_in()
        await turn()
        view = window.ready.preview.view
        width, height = stage.broadcast.wanted_size
        assert abs(width / height - 9 / 16) < 0.01
        stage.broadcast.show_frame()
        first = view.grab().toImage()
        assert stage.broadcast.painted == 1
        view.grab()
        assert stage.broadcast.painted == 1
        stage.broadcast.mirrored = True
        stage.broadcast.show_frame()
        second = view.grab().toImage()
        middle, left = first.height() // 2, first.width() // 5
        # The compositor mirrors: what it hands out is shown as it is.
        assert near(first.pixelColor(left, middle), second.pixelColor(left, middle))
        await over(window, stage)

    play(story)


def near(one: QColor, other: QColor) -> bool:
    pairs = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    return all(abs(a - b) <= 3 for a, b in pairs)


def test_a_hidden_preview_takes_no_frames(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.broadcast.run_camera(GOOD)
        stage.sign_in()
        stage.go_on_air()
        stage.broadcast.show_frame()
        window.ready.preview.view.repaint()
        assert stage.broadcast.painted == 0
        window.live.preview.view.grab()
        assert stage.broadcast.painted == 1
        await over(window, stage)

    play(story)


def test_no_camera_offers_the_demo_clip(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        stage.broadcast.state(SourceState.NONE, "No camera found. Plug one in, or use the demo clip.")
        empty = window.ready.preview.view._empty
        assert empty.isVisible() and empty.accessibleName() == "No camera"
        empty.acted.emit()
        assert stage.broadcast.asked == ["demo"]
        await over(window, stage)

    play(story)


@pytest.mark.parametrize("name", ["light", "contrast", "system"])
def test_the_theme_chosen_is_kept(play: Play, stage: Stage, build: Build, theme: Theme, name: str) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        window.actions_list.get(f"theme.{name}").trigger()
        assert (theme.name, stage.services.profile.theme) == (name, name)
        await over(window, stage)

    play(story)


def test_everything_that_can_be_pressed_has_a_name(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        stage.go_on_air()
        stage.finish()
        for button in window.findChildren(QAbstractButton):
            if not button.objectName().startswith("qt_") and button.isVisibleTo(window):
                assert button.accessibleName() or button.text(), button
        for line in (*window.sign_in.findChildren(QLineEdit), *window.ready.findChildren(QLineEdit)):
            assert line.accessibleName(), line
        await over(window, stage)

    play(story)


def test_names_from_everywhere_break_nothing(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build(1280, 720)
        stage.sign_in()
        stage.go_on_air(title="مرحبا" * 40 + "👨‍👩‍👧" * 20)
        stage.finish()
        await turn()
        assert window.width() == 1280
        await over(window, stage)

    play(story)


def test_health_says_at_once_what_can_be_seen_and_then_what_the_verdict_found() -> None:
    running, link = SourceState.RUNNING, LinkState.CONNECTED
    slow = Failing(Layer.ENCODER, "Encoder slow", "41 ms a frame, 33 allowed")
    gone = Failing(Layer.CAMERA, "No picture", "frozen", grave=True)
    good = health_of(link, running, GOOD, None)
    assert (good.tone, good.words, good.figures) == ("teal", "All good", ("30 fps", "3.4 Mb/s"))
    assert health_of(LinkState.RECONNECTING, running, GOOD, slow).words == "Reconnecting…"
    assert health_of(link, SourceState.LOST, GOOD, None).tone == "live"
    assert health_of(link, running, GOOD, slow) == Health("gold", "Encoder slow")
    assert health_of(link, running, GOOD, gone).tone == "live"


def test_words() -> None:
    assert clock_words(2_537) == "00:42:17"
    assert clock_words(360_000) == "100:00:00"
    assert (duration_words(59), duration_words(60), duration_words(5_460)) == ("59 s", "1 min", "1 h 31 min")
    assert thank_you_list(SUPPORTERS[:2]).splitlines() == [
        "Thank you!",
        "@mika.draws · 29,999 diamonds",
        "@kofi · 812 diamonds",
    ]


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [("el", "End LIVE…", "Show the demo clip"), ("mir", "Mirror my preview", "Theme: Same as the system")],
)
def test_fuzzy_finds_what_is_meant(query: str, better: str, worse: str) -> None:
    found, other = score(query, better), score(query, worse)
    assert found is not None and (other is None or found > other)


def test_fuzzy_refuses_letters_that_are_not_there() -> None:
    assert score("xyz", "End LIVE…") is None
    assert score("resume", "Résumé") is not None


def test_the_feeds_density_is_chosen_and_remembered(play: Play, stage: Stage, build: Build) -> None:
    async def story() -> None:
        window = build()
        stage.sign_in()
        menu = window.settings
        assert not density.compact()
        menu.compact.trigger()
        assert density.compact() and stage.services.profile.saved.compact_feed
        menu.aboutToShow.emit()
        assert menu.compact.isChecked()
        menu.turn_compact()
        assert not density.compact() and not stage.services.profile.saved.compact_feed
        await over(window, stage)

    play(story)
