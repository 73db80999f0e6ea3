"""Where the LIVE goes, on air: the pill counts, the card switches at once and says what is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.media.congestion import Upload
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.services.broadcast import BroadcastCounters
from studio.services.outputs import BACKEND, RECORDING
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import GOOD, Stage
from tests.studio_parts import until
from tests.ui.shell.conftest import Story, turn
from tests.unit.media.outputs.packets import encoded

LEFT = Qt.MouseButton.LeftButton
# The offscreen platform has no window manager to bring a popup to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
OnAir = Callable[[Callable[[MainWindow], Awaitable[None]]], None]


@pytest.fixture
def on_air(play: Callable[[Story], None], stage: Stage, theme: Theme, tmp_path: Path) -> OnAir:
    """``on_air(act)``: a LIVE to a server nobody answers at, and to the disk."""

    def run(act: Callable[[MainWindow], Awaitable[None]]) -> None:
        async def story() -> None:
            window = MainWindow(stage.services, theme)
            window.resize(1440, 900)
            window.show()
            stage.broadcast.run_camera(GOOD)
            stage.sign_in()
            stage.go_on_air()
            outputs = stage.services.broadcast.outputs
            nobody = RtmpTarget("Twitch", "rtmp://127.0.0.1:9/app", "s3cret")
            outputs.plan([nobody], RecordingPlan(tmp_path, "t", reserve_bytes=0))
            begun = outputs.begin()
            config, packets = encoded(60)
            for output in begun:
                output.start(config, lambda: None)
                for packet in packets:
                    output.push(packet)
            await act(window)
            for output in begun:
                output.stop()
            await outputs.end()
            window.hide()
            window.deleteLater()
            await stage.services.tasks.stop()
            await turn()

        play(story)

    return run


def test_the_pill_counts_and_the_card_says_what_is_wrong(on_air: OnAir, stage: Stage) -> None:
    outputs = stage.services.broadcast.outputs

    async def act(window: MainWindow) -> None:
        await until(lambda: bool(outputs.trouble) and outputs.recorded_s >= 2, "one is lost, one records")
        outputs.changed.emit()
        pill, card = window.top.outputs, window.outputs_card
        assert pill.accessibleName() == "Outputs 2 / 3"
        QTest.mouseClick(pill, LEFT)
        assert card.isVisible()
        assert card.accessibleDescription() == "1 lost"
        names = [row.accessibleName() for row in card.rows.values()]
        assert names[0] == "Viewers’ page: Live · 3.4 Mb/s"
        assert names[1].startswith("Twitch: Next try in ")
        assert names[2] == "Record to disk: Recording · 0:02"
        lost = card.rows["Twitch"]
        assert "nothing answers at 127.0.0.1" in lost.toggle.accessibleDescription()
        assert "s3cret" not in lost.toggle.accessibleDescription()
        assert lost.retry.isVisible() and not card.rows[RECORDING].retry.isVisible()
        assert not card.rows[BACKEND].toggle.isVisible(), "viewers are what a LIVE is for"
        QTest.keyClick(card, Qt.Key.Key_Escape)
        assert not card.isVisible()

    on_air(act)


def test_the_keyboard_and_the_palette_reach_every_switch(on_air: OnAir, stage: Stage) -> None:
    outputs = stage.services.broadcast.outputs

    async def act(window: MainWindow) -> None:
        window.top.outputs.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(window.top.outputs, Qt.Key.Key_Return)
        card = window.outputs_card
        assert card.isVisible()
        QTest.keyClick(card.rows["Twitch"].toggle, Qt.Key.Key_Space)
        assert not outputs.wanted("Twitch")
        QTest.keyClick(card.adaptive, Qt.Key.Key_Space)
        assert not stage.services.broadcast.bit_rate.enabled
        card.hide()
        press(window, "outputs.adapt")
        assert stage.services.broadcast.bit_rate.enabled
        press(window, "outputs.record")
        assert not outputs.wanted(RECORDING)
        press(window, "outputs.card")
        assert card.isVisible()
        card.hide()

    on_air(act)


def test_what_the_bit_rate_was_lowered_for_is_said_where_it_is_switched(on_air: OnAir, stage: Stage) -> None:
    async def act(window: MainWindow) -> None:
        broadcast = stage.services.broadcast
        now_s = [0.0]
        broadcast.bit_rate._clock_ns = lambda: int(now_s[0] * 1e9)
        broadcast.bit_rate._uploads = lambda: congested("Twitch", now_s[0])
        broadcast.bit_rate.begin(3_500_000)
        for look in range(30):
            now_s[0] = look / 2
            broadcast.bit_rate.look()
        window.show_outputs()
        words = window.outputs_card._rate.text()
        assert words == f"{broadcast.bit_rate.words}, lowered: the upload to Twitch is slow."
        window.outputs_card.hide()
        broadcast.bit_rate.end()

    on_air(act)


def test_a_lost_backend_can_be_tried_again_here(on_air: OnAir, stage: Stage) -> None:
    async def act(window: MainWindow) -> None:
        stage.broadcast.counters = BroadcastCounters(on_air=True, output_state="Cut. Next try in 4 s")
        window.show_outputs()
        row = window.outputs_card.rows[BACKEND]
        assert row.accessibleName() == "Viewers’ page: Interrupted"
        QTest.mouseClick(row.retry, LEFT)
        window.outputs_card.hide()

    on_air(act)


def congested(name: str, at_s: float) -> Sequence[Upload]:
    return [Upload(name, True, 900 if at_s > 4 else 0, 0)]


def press(window: MainWindow, name: str) -> None:
    window.actions_list.get(name).trigger()
