"""The real picture service shows what the menu names: a network camera, lost and found again by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from studio.media.sources.camera_controls import CameraFormat
from studio.services.broadcast import BroadcastService
from studio.services.picture_source import SourceState
from studio.services.profile import SavedCamera
from tests.fakes.mjpeg_server import MjpegServer, steady
from tests.fakes.studio_stage import Stage
from tests.studio_parts import until

Play = Callable[[Callable[[], Awaitable[None]]], None]


def test_a_network_camera_is_shown_lost_and_found_again(play: Play, stage: Stage) -> None:
    async def story() -> None:
        services = stage.services
        broadcast = BroadcastService(stage.link, services.profile, services.tasks, Path("no-clip.mp4"))
        phone = MjpegServer(steady)
        assert await broadcast.source.network.add("Phone", phone.address, "", "") == ""
        assert "network:Phone" in [source.id for source in broadcast.source.choices]
        broadcast.source.choose("network:Phone")
        await until(lambda: broadcast.source.state is SourceState.RUNNING)
        await until(lambda: broadcast.take_preview() is not None)
        assert not broadcast.source.camera.is_camera, "there is nothing of a driver's to set"
        assert services.profile.saved.source_id == "network:Phone"
        phone.close()
        await until(lambda: broadcast.source.state is SourceState.LOST)
        assert "Phone" in broadcast.source.detail
        again = MjpegServer(steady, port=phone.port)
        await until(lambda: broadcast.source.state is SourceState.RUNNING)
        await broadcast.stop()
        again.close()
        broadcast.deleteLater()

    play(story)


def test_a_camera_gets_the_format_that_was_kept_for_it(play: Play, stage: Stage) -> None:
    async def story() -> None:
        profile = stage.services.profile
        settings = stage.broadcast.source.camera.settings
        profile.update(cameras={"a": SavedCamera(1920, 1080, 60, "raw"), "broken": SavedCamera(0, 7)})
        assert settings("a").format == CameraFormat(1920, 1080, 60, "raw")
        assert settings("broken").format == CameraFormat(), "an edited profile does not stop the studio"
        assert settings("unknown").format == CameraFormat()

    play(story)
