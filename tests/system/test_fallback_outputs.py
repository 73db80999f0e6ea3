"""An encoder that fails on air, seen by real servers: RTMP goes on in one file, WHIP with a session anew."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.media.audio.thread import SoundThread
from studio.media.encoding import encoder as encoder_module
from studio.media.encoding.kinds import X264
from studio.media.engine import MediaEngine
from studio.media.outputs.rtmp.output import RtmpOutput
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.status import OutputPhase
from studio.media.outputs.whip.output import WhipOutput
from studio.media.outputs.whip.target import WhipTarget
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from studio.places import program_command
from tests.fakes.encoders import STAND_IN, driven
from tests.system.rtmp_servers import NginxRtmp
from tests.system.test_encoder_fallback import SENTENCE, Driver
from tests.system.test_rtmp import KEY, pictures, sounds, wait_until
from tests.system.whip_server import WhipServer

CANVAS = CanvasSettings(180, 320, 30)
SETTINGS = EncoderSettings(bit_rate=1_000_000, preset="ultrafast", threads=1)
KINDS = (STAND_IN, X264)
#: How an FLV tag of a new decoder configuration begins (annex E): AVC keyframe, sequence header, no offset.
_SEQUENCE_HEADER = b"\x17\0\0\0\0\x01"


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    made = Driver()
    monkeypatch.setattr(encoder_module, "PlanesFor", driven(made))
    return made


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def engine(told: list[str]) -> Iterator[MediaEngine]:
    made = MediaEngine(CANVAS, sound=SoundThread(), on_encoder_changed=told.append)
    made.start_preview(TestPatternSource(CANVAS.width, CANVAS.height, 30.0))
    yield made
    assert made.stop()


@pytest.fixture
def nginx(require_system: Callable[[str], str], tmp_path: Path) -> Iterator[NginxRtmp]:
    server = NginxRtmp(require_system("nginx"), tmp_path / "nginx", KEY)
    server.start()
    yield server
    server.kill()


def profiles(flv: Path) -> list[int]:
    """The H.264 profile of every decoder configuration in the file, in order (ISO/IEC 14496-15)."""
    return [part[0] for part in flv.read_bytes().split(_SEQUENCE_HEADER)[1:]]


def test_an_rtmp_server_gets_the_new_configuration_in_the_same_stream(
    engine: MediaEngine,
    nginx: NginxRtmp,
    driver: Driver,
    told: list[str],
    require_system: Callable[[str], str],
) -> None:
    ffmpeg, ffprobe = require_system("ffmpeg"), require_system("ffprobe")
    output = RtmpOutput(RtmpTarget("nginx", nginx.url, KEY))
    engine.go_on_air([output], SETTINGS, KINDS)
    wait_until(lambda: output.counters().packets >= 30, "pictures flow")
    driver.fail = True
    wait_until(lambda: told == [SENTENCE], "another encoder takes over")
    before = output.counters().packets
    wait_until(lambda: output.counters().packets >= before + 60, "pictures flow again")
    assert engine.leave_air()
    assert output.join(10)
    wait_until(lambda: not nginx.publishing(), "nginx closed its file")
    sent = output.counters()
    assert output.connects == 1 and sent.dropped == sent.sound_dropped == 0
    (file,) = nginx.files
    main, baseline = 77, 66
    assert profiles(file) == [main, baseline], "one configuration each, in the stream"
    command = [ffmpeg, "-v", "warning", "-xerror", "-i", str(file), "-f", "null", "-"]
    decoded = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (decoded.returncode, decoded.stderr) == (0, ""), "it decodes through the change"
    assert pictures(ffprobe, file) == sent.packets
    assert sounds(ffprobe, file) == sent.sound_packets


def test_a_server_found_again_after_the_change_gets_the_new_configuration_alone(
    engine: MediaEngine, nginx: NginxRtmp, driver: Driver, told: list[str], tmp_path: Path
) -> None:
    output = RtmpOutput(RtmpTarget("nginx", nginx.url, KEY))
    engine.go_on_air([output], SETTINGS, KINDS)
    wait_until(lambda: output.counters().packets >= 30, "pictures flow")
    driver.fail = True
    wait_until(lambda: told == [SENTENCE], "another encoder takes over")
    before = output.counters().packets
    wait_until(lambda: output.counters().packets >= before + 30, "its pictures flow")
    nginx.kill()
    nginx.files[0].rename(tmp_path / "first.flv")
    nginx.start()
    output.retry_now()
    wait_until(lambda: output.connects == 2, "it is found again")
    before = output.counters().packets
    wait_until(lambda: output.counters().packets >= before + 30, "pictures flow again")
    assert engine.leave_air()
    assert output.join(10)
    wait_until(lambda: not nginx.publishing(), "nginx closed its file")
    assert profiles(nginx.files[0]) == [66]


def test_a_whip_session_is_made_anew_for_the_new_encoder(
    engine: MediaEngine, driver: Driver, told: list[str]
) -> None:
    service = WhipServer("tok")
    try:
        output = WhipOutput(WhipTarget("whip", service.url, "tok"), program_command())
        engine.go_on_air([output], SETTINGS, KINDS)
        wait_until(lambda: service.pictures >= 15, "pictures arrive")
        driver.fail = True
        wait_until(lambda: output.status.phase is OutputPhase.RETRYING, "a session has one description")
        output.retry_now()
        wait_until(lambda: service.offers == 2, "it is offered again")
        before = service.pictures
        wait_until(lambda: service.pictures >= before + 30, "pictures arrive again")
        assert told == [SENTENCE]
        assert engine.leave_air()
        assert output.join(10)
        assert service.offers == 2, "the new session holds"
    finally:
        service.close()
