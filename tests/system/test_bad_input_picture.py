"""A picture that does not come: what the host reads, that the demo clip helps, and that a LIVE goes on.

The device is played by a clip at ``CameraSource``'s opener, its one seam; all behind it is real.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app import Studio
from studio.media.cv2_import import cv2
from studio.media.sources.camera import CameraFormat, CameraInfo, CameraSource
from studio.services.account import THIS_COMPUTER
from studio.services.checks import Check, CheckState
from studio.services.live import LiveSetup, Phase
from studio.services.picture_source import SourceState
from studio.services.source_list import SourceChoice
from tests.studio_parts import until
from tests.system.conftest import Play

CLIP = Path(__file__).parents[1] / "data" / "clips" / "webcam_person_asl_walk_480p.mkv"
DESK = CameraInfo("Desk camera", "by-id/desk", 0, cv2.CAP_FFMPEG, "clip")
CHOICE = SourceChoice("camera:by-id/desk", "Desk camera", "camera")
Opener = Callable[[CameraInfo, CameraFormat], cv2.VideoCapture]


def desk_camera(opener: Opener, *plugged: CameraInfo) -> CameraSource:
    return CameraSource(DESK.stable_id, DESK.name, find=lambda: list(plugged), opener=opener)


def clip(path: Path = CLIP, from_frame: int = 0) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if from_frame:
        capture.set(cv2.CAP_PROP_POS_FRAMES, from_frame)
    return capture


def camera_check(studio: Studio) -> Check:
    return next(check for check in studio.services.checks.checks if check.name == "Camera")


async def demo_helps(studio: Studio) -> None:
    """The check says so, and what it offers works."""
    services = studio.services
    services.checks.run()
    try:
        await until(lambda: camera_check(studio).state is CheckState.FAILED, "the check fails")
        check = camera_check(studio)
        assert (check.detail, check.action) == (services.broadcast.source.detail, "Use the demo clip")
        services.checks.act("Camera")
        await until(lambda: services.broadcast.source.state is SourceState.RUNNING, "the demo clip plays")
        assert services.broadcast.source.name == "Demo clip"
        await until(lambda: camera_check(studio).state is CheckState.OK, "the picture moves", 30)
    finally:
        services.checks.pause()


def test_a_camera_that_another_app_has(play: Play) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        broadcast = studio.services.broadcast
        busy = desk_camera(lambda camera, wanted: clip(CLIP.with_name("nobody.mkv")), DESK)
        broadcast.source.show(CHOICE, busy)
        await until(lambda: broadcast.source.state is SourceState.LOST, "not opened")
        assert broadcast.source.detail.startswith(
            "“Desk camera” does not start: another app may be using it. Close that app"
        )
        await demo_helps(studio)
        assert said == []

    play(story)


def test_a_camera_that_is_not_there(play: Play) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        broadcast = studio.services.broadcast
        # The real list of this machine's cameras and the real opener.
        broadcast.source.show(CHOICE, CameraSource("by-id/nobody-has-this", "Desk camera"))
        await until(lambda: broadcast.source.state is SourceState.LOST, "not found")
        assert broadcast.source.detail == (
            "“Desk camera” is not plugged in. Plug it in, or choose another camera."
        )
        broadcast.source.choose("camera:by-id/nobody-has-this")
        assert said == ["That source is gone; choose another one."]
        await demo_helps(studio)

    play(story)


def torn(folder: Path) -> Path:
    """The head of a clip: it opens, and holds no whole picture."""
    path = folder / "torn.mkv"
    path.write_bytes(CLIP.read_bytes()[:2_000])
    return path


def written(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "gone.mp4", "“gone.mp4” is not there any more. Choose another file."),
    "empty": (written("empty.mp4", b""), "“empty.mp4” is empty. Choose another file."),
    "text": (written("notes.mp4", b"not a video\n" * 99), "“notes.mp4” holds no picture this app can read."),
    "torn": (torn, "“torn.mkv” holds no picture this app can read. Try an MP4 or MKV."),
    "folder": (lambda folder: folder, "is a folder. Choose a video file in it."),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read(kind: str, play: Play, tmp_path: Path) -> None:
    make, sentence = FILES[kind]
    folder = tmp_path / "videos"
    folder.mkdir()

    async def story(studio: Studio, said: list[str]) -> None:
        broadcast = studio.services.broadcast
        broadcast.source.add_file(str(make(folder)))
        await until(lambda: broadcast.source.state is SourceState.NONE, "given up")
        assert sentence in broadcast.source.detail
        await demo_helps(studio)
        assert said == []

    play(story)


@pytest.mark.timeout(60)
def test_everything_goes_wrong_on_air_and_the_live_goes_on(play: Play, tmp_path: Path) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        broadcast, live = services.broadcast, services.live
        await services.account.sign_up(THIS_COMPUTER, "rin", "Rin", "a long password")
        unplugged = [clip(from_frame=80), clip(CLIP.with_name("nobody.mkv")), clip()]
        opened: list[int] = []

        def opener(camera: CameraInfo, wanted: CameraFormat) -> cv2.VideoCapture:
            opened.append(1)
            return unplugged.pop(0) if unplugged else clip()

        broadcast.source.show(CHOICE, desk_camera(opener, DESK))
        await until(lambda: broadcast.source.state is SourceState.RUNNING, "the camera runs")
        await live.go_live(LiveSetup("Cables"))
        assert live.phase is Phase.LIVE

        def sent() -> int:
            return broadcast._publisher.sent_fragments if broadcast._publisher else 0

        async def viewers_still_get_a_picture() -> None:
            seen = sent()
            await until(lambda: sent() > seen + 10, "fragments go out")

        await until(lambda: broadcast.source.state is SourceState.LOST, "the cable is pulled")
        assert broadcast.source.detail == (
            "“Desk camera” stopped sending pictures. Check its cable; it comes back by itself."
        )
        await viewers_still_get_a_picture()
        await until(lambda: len(opened) >= 3 and broadcast.source.state is SourceState.RUNNING, "and back")
        (tmp_path / "empty.mp4").touch()
        broadcast.source.add_file(str(tmp_path / "empty.mp4"))
        await until(lambda: "is empty" in broadcast.source.detail, "a bad file on air")
        await viewers_still_get_a_picture()
        broadcast.source.choose_demo()
        await until(lambda: broadcast.source.state is SourceState.RUNNING, "the demo clip on air")
        await viewers_still_get_a_picture()
        assert live.phase is Phase.LIVE and broadcast.media_counters().outputs[0].dropped == 0
        await live.end_live()
        assert live.phase is Phase.SUMMARY and said == []

    play(story)
