"""An encoder that fails in the middle of a LIVE, seen from the other end of a real backend's relay."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from studio.app import Studio
from studio.media.encoding import encoder as encoder_module
from studio.media.encoding.choice import EncoderChoice
from studio.media.encoding.kinds import X264
from studio.media.settings import EncoderSettings
from studio.protocol import PUBLISH_PATH, WATCH_PATH
from studio.protocol.codec import decode_media_answer, encode
from studio.protocol.media import MediaKind, MediaReady, Watch, unpack_media
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from tests.fakes.encoders import STAND_IN, driven
from tests.studio_parts import until
from tests.system.conftest import Play

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone

SENTENCE = "Stand-in failed; x264 took over, and the LIVE goes on."


class Driver:
    """The stand-in's driver is lost once ``fail`` is set."""

    fail = False

    def __call__(self) -> None:
        if self.fail:
            raise OSError("device lost")


class Watching:
    """A viewer of the picture: each init segment begins a stream of its own, as on the page."""

    def __init__(self) -> None:
        self.streams: list[list[bytes]] = []
        self.mimes: list[str] = []
        self.kinds: list[list[MediaKind]] = []
        self.times: list[list[int]] = []

    async def run(self, url: str, room_id: str) -> None:
        async with connect(url, max_size=None, compression=None, proxy=None) as socket:
            await socket.send(encode(Watch(room_id=room_id)))
            mime = ""
            async for data in socket:
                if isinstance(data, str):
                    answer = decode_media_answer(data)
                    assert isinstance(answer, MediaReady)
                    mime = answer.mime
                    continue
                message = unpack_media(data)
                if message.kind is MediaKind.INIT:
                    self.streams.append([])
                    self.mimes.append(mime)
                    self.kinds.append([])
                    self.times.append([])
                self.streams[-1].append(message.payload)
                self.kinds[-1].append(message.kind)
                self.times[-1].append(message.pts_us)

    def seen_s(self, stream: int) -> float:
        """Seconds of media in a stream; 0 for one that has not begun."""
        if not self.times:
            return 0.0
        times = self.times[stream][1:]
        return (max(times) - min(times)) / 1e6 if times else 0.0


def decoded(ffprobe: str, path: Path) -> tuple[str, int, int]:
    """The profile, how many pictures a player gets out of the file, and how many pieces of both kinds."""
    asked = ["-count_frames", "-count_packets", "-show_entries"]
    asked += ["stream=codec_type,profile,nb_read_frames,nb_read_packets"]
    done = subprocess.run(
        [ffprobe, "-v", "error", *asked, "-of", "json", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == "", "nothing in it is damaged"
    streams = json.loads(done.stdout)["streams"]
    pieces = sum(int(stream["nb_read_packets"]) for stream in streams)
    picture = next(stream for stream in streams if stream["codec_type"] == "video")
    assert picture["nb_read_frames"] == picture["nb_read_packets"]
    return picture["profile"], int(picture["nb_read_frames"]), pieces


def test_viewers_see_the_next_encoder_go_on(
    play: Play, monkeypatch: pytest.MonkeyPatch, require_system: Callable[[str], str], tmp_path: Path
) -> None:
    ffprobe = require_system("ffprobe")
    driver = Driver()
    monkeypatch.setattr(encoder_module, "PlanesFor", driven(driver))

    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        video = services.broadcast.video
        settings = EncoderSettings(bit_rate=1_000_000, preset="superfast")
        video.choice = EncoderChoice((STAND_IN, X264), settings, 5.0, 33.0, "", ())
        await services.account.sign_up(THIS_COMPUTER, "rin", "Rin", "a long password")
        services.broadcast.source.choose("pattern")
        await services.live.go_live(LiveSetup("Hello"))
        room, address = services.live.room, services.link.address
        assert room is not None and address is not None
        viewer = Watching()
        watching = asyncio.ensure_future(
            viewer.run(address.publish_url.removesuffix(PUBLISH_PATH) + WATCH_PATH, room.room_id)
        )
        await until(lambda: viewer.seen_s(0) > 1, "a second is seen")
        driver.fail = True
        await until(lambda: len(viewer.streams) > 1 and viewer.seen_s(-1) > 1, "the picture goes on")
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        assert services.live.phase is Phase.LIVE
        assert said == [SENTENCE], "the host is told, in one line"
        assert video.taken_over == SENTENCE
        first, last = viewer.streams[0], viewer.streams[-1]
        assert viewer.mimes[0] != viewer.mimes[-1], "the opening names the new codec"
        assert viewer.kinds[-1][:2] == [MediaKind.INIT, MediaKind.KEYFRAME]
        assert viewer.times[-1][1] > viewer.times[0][-1], "the same time line"
        for name, parts, profile in (("before", first, "Main"), ("after", last, "High")):
            path = tmp_path / f"{name}.mp4"
            path.write_bytes(b"".join(parts))
            got, pictures, pieces = decoded(ffprobe, path)
            assert got == profile
            assert pieces == len(parts) - 1, "every fragment plays, pictures and sound"
            assert pictures >= 2, "a machine busy with other tests encodes few, but never none"

    play(story)
