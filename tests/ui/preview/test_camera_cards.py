"""Network cameras are added by hand, tried against a real server; a camera shows what its driver has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import pytest

from studio.media.sources.camera import CameraSource
from studio.media.sources.camera_controls import CameraControl, ControlKind
from studio.ui.preview.camera_card import CameraCard
from studio.ui.preview.panel import PreviewPanel
from studio.ui.preview.source_menu import SourceMenu
from tests.fakes.mjpeg_server import MjpegServer, steady
from tests.fakes.studio_stage import Stage
from tests.studio_parts import until

# The offscreen platform has neither a stack of windows nor a keyboard to grab.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Play = Callable[[Callable[[], Awaitable[None]]], None]


@pytest.fixture
def phone() -> Iterator[MjpegServer]:
    server = MjpegServer(steady, login="me:s3cret")
    yield server
    server.close()


def menu_of(stage: Stage) -> tuple[PreviewPanel, SourceMenu]:
    panel = PreviewPanel(stage.services, on_air=False)
    panel.resize(420, 700)
    panel.show()
    return panel, panel.sources


def test_a_phone_is_tried_added_shown_and_removed(play: Play, stage: Stage, phone: MjpegServer) -> None:
    async def story() -> None:
        stage.sign_in()
        window, sources = menu_of(stage)
        card = sources.open_network()
        assert card.isVisible()
        card.name.set_text("My phone")
        card.address.set_text(phone.address)
        card.user.set_text("me")
        card.password.set_text("wrong")
        card.add.click()
        assert not card.add.isEnabled(), "busy while it is tried"
        await until(lambda: bool(card.problem.sentence) and card.add.isEnabled())
        assert "does not accept this user name" in card.problem.sentence
        assert card.anyway.isVisible()
        card.password.set_text("s3cret")
        assert not card.problem.sentence, "typing takes the sentence away"
        card.password.submitted.emit()
        await until(lambda: not card.isVisible())
        assert stage.broadcast.asked == ["network:My phone"]
        assert card.password.line.text() == ""
        assert [row.name for row in stage.broadcast.source.network.rows] == ["My phone"]
        again = sources.open_network()
        assert [remove.accessibleName() for remove in again.removes] == ["Remove My phone"]
        again.removes[0].click()
        await until(lambda: not stage.broadcast.source.network.rows)
        assert again.removes == []
        window.close()
        window.deleteLater()

    play(story)


def test_what_cannot_be_an_address_is_not_offered_anyway(play: Play, stage: Stage) -> None:
    async def story() -> None:
        window, sources = menu_of(stage)
        card = sources.open_network()
        card.name.set_text("Door")
        card.address.set_text("ftp://door/")
        card.add.click()
        await until(lambda: bool(card.problem.sentence))
        assert "begins with http" in card.problem.sentence
        assert not card.anyway.isVisible()
        card.address.set_text("127.0.0.1:1/video")
        card.add.click()
        await until(lambda: bool(card.problem.sentence) and card.add.isEnabled())
        card.anyway.click()
        await until(lambda: not card.isVisible())
        assert [row.shown for row in stage.broadcast.source.network.rows] == ["http://127.0.0.1:1/video"]
        window.close()
        window.deleteLater()

    play(story)


def test_closing_the_card_gives_up_the_trying(play: Play, stage: Stage) -> None:
    async def story() -> None:
        silent = MjpegServer(lambda: iter([30.0]))
        window, sources = menu_of(stage)
        card = sources.open_network()
        card.name.set_text("Silent")
        card.address.set_text(silent.address)
        card.add.click()
        await until(lambda: silent.served > 0)
        card.hide()
        await until(lambda: card.add.isEnabled())
        assert stage.broadcast.source.network.rows == ()
        assert not card.problem.sentence
        silent.close()
        window.close()
        window.deleteLater()

    play(story)


def card_with(stage: Stage, *controls: CameraControl, note: str = "") -> tuple[PreviewPanel, CameraCard]:
    window, sources = menu_of(stage)
    camera = CameraSource("usb-1", "Logitech C920", find=tuple)
    camera.note = note
    service = stage.broadcast.source.camera
    service.shown(camera)
    card = sources.open_settings()
    service._controls_arrived(camera, controls)
    return window, card


def test_the_card_shows_what_the_driver_has_and_sets_it(play: Play, stage: Stage) -> None:
    async def story() -> None:
        exposure = CameraControl(ControlKind.EXPOSURE, 250, 0, 2000, True, True)
        gain = CameraControl(ControlKind.GAIN, 64, 0, 200, False, False)
        window, card = card_with(stage, exposure, gain)
        assert list(card.controls) == ["exposure", "gain"]
        assert card.isVisible(), "what arrives does not close it"
        line = card.controls["exposure"]
        await until(line.auto.isVisible)
        assert not line.slider.isEnabled(), "the camera sees to it"
        assert not card.controls["gain"].auto.isVisible()
        line.auto.click()
        assert line.slider.isEnabled()
        card.controls["gain"].slider.setValue(100)
        saved = stage.services.profile.saved.cameras["usb-1"]
        assert saved.controls == {"exposure": 250, "gain": 100}
        line.auto.click()
        assert stage.services.profile.saved.cameras["usb-1"].controls["exposure"] is None
        window.close()
        window.deleteLater()

    play(story)


def test_another_format_is_kept_and_opens_the_camera_anew(play: Play, stage: Stage) -> None:
    async def story() -> None:
        note = "It does not do 1920 × 1080; it gives 1280 × 720."
        window, card = card_with(stage, note=note)
        assert card.state.text() == note
        card.size_choice.setCurrentIndex(card.size_choice.findText("1920 × 1080"))
        card.size_choice.activated.emit(card.size_choice.currentIndex())
        saved = stage.services.profile.saved.cameras["usb-1"]
        assert (saved.width, saved.height, saved.fps) == (1920, 1080, 30)
        assert stage.broadcast.asked == [stage.broadcast.source.id]
        settings = stage.broadcast.source.camera.settings("usb-1")
        assert (settings.format.width, settings.format.coding) == (1920, "")
        window.close()
        window.deleteLater()

    play(story)


def test_without_a_camera_the_card_says_so(play: Play, stage: Stage) -> None:
    async def story() -> None:
        window, sources = menu_of(stage)
        card = sources.open_settings()
        assert "Choose a camera" in card.state.text()
        assert not card.size_choice.isEnabled()
        names = [action.text() for action in sources.actions()]
        assert "Network camera…" in names
        assert "Camera settings…" not in names
        window.close()
        window.deleteLater()

    play(story)
