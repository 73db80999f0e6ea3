"""A slow upload, for real: the picture gets fewer bits and goes on, sound loses nothing, and it recovers."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.media.clock import now_ns
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.services.verdict import Layer, LayerLine
from tests.studio_parts import Run, build, on_qt_loop, until
from tests.system.rtmp_servers import NginxRtmp, SlowLine
from tests.system.test_verdict import CHOICE, PacedCamera, go_live

__all__ = ["build", "on_qt_loop"]

KEY = "live_4711_s3cretKey"
FULL = 4_000_000
#: 1.2 Mb/s: a third of what the encoder makes of a sensor's noise at the full rate, and less than it makes of
#: half the pictures, which is what a busy machine gives.
SLOW = 150_000.0
#: Recovery takes half a minute of clean looks; here the clock that counts them runs faster.
HASTE = 5


def frames(ffprobe: str, path: Path, kind: str) -> int:
    asked = ["-count_packets", "-select_streams", kind, "-show_entries", "stream=nb_read_packets"]
    command = [ffprobe, "-v", "error", *asked, "-of", "csv=p=0", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout.strip().rstrip(","))


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(150)
def test_a_slow_upload_gets_fewer_bits_and_all_of_the_sound(
    build: Callable[..., object],
    on_qt_loop: Run,  # type: ignore[type-arg]
    require_system: Callable[[str], str],
    tmp_path: Path,
) -> None:
    ffprobe = require_system("ffprobe")
    nginx = NginxRtmp(require_system("nginx"), tmp_path / "nginx", KEY)
    nginx.start()
    line = SlowLine(nginx.rtmp, None)
    figures: dict[str, float] = {}

    async def story() -> None:
        studio = build()
        services = studio.services
        broadcast, bit_rate = services.broadcast, services.broadcast.bit_rate
        target = RtmpTarget("Twitch", f"rtmp://127.0.0.1:{line.port}/live", KEY)
        broadcast.outputs.plan([target], RecordingPlan(tmp_path / "recordings", reserve_bytes=0))
        await go_live(studio, bit_rate=FULL)
        broadcast.source.show(CHOICE, PacedCamera(30.0))

        def upload() -> LayerLine:
            # Not the verdict itself: on a busy machine that may be another layer, and rightly so.
            lines = services.watch.verdict.lines()
            return next(one for one in lines if one.layer is Layer.UPLINK)

        def counted(name: str) -> tuple[int, int, int, int]:
            one = next(one for one in broadcast.media_counters().outputs if one.name == name)
            return one.packets, one.dropped, one.sound_packets, one.sound_dropped

        await until(lambda: counted("Twitch")[0] > 150 and bool(services.watch.verdict.lines()), "it flows")
        assert bit_rate.bps == FULL
        line.bytes_per_s = SLOW
        slowed_s = time.monotonic()
        await until(lambda: bit_rate.slow == "Twitch", "the rate is lowered for it")
        figures["lowered_after_s"] = time.monotonic() - slowed_s
        await until(lambda: upload().tone == "gold", "the verdict on the upload")
        assert "4.0 → " in upload().figures and "Twitch" in upload().figures, upload().figures
        await until(lambda: (bit_rate.bps or 0) * 1.05 < SLOW * 8 * 1.1, "below what the line carries", 30)
        figures["below_after_s"] = time.monotonic() - slowed_s
        packets = counted("Twitch")[0]
        await until(lambda: counted("Twitch")[0] >= packets + 90, "pictures keep coming")
        figures["dropped_while_slow"] = counted("Twitch")[1]
        line.bytes_per_s = None
        began_ns = now_ns()
        bit_rate._clock_ns = lambda: began_ns + (now_ns() - began_ns) * HASTE
        await until(lambda: bit_rate.bps == FULL, "all bits are back", 40)
        await until(lambda: upload().tone == "teal", "the verdict is good again")
        assert counted("backend")[1] == counted("recording")[1] == 0, "the others lost no picture"
        await services.live.end_live()
        figures["packets"], figures["dropped"], figures["sound"], lost = counted("Twitch")
        assert lost == 0, "sound is never dropped"
        await studio.stop()
        await until(lambda: not nginx.publishing(), "nginx closed its file")

    try:
        on_qt_loop(story())
    finally:
        line.close()
        nginx.kill()
    (file,) = nginx.files
    assert frames(ffprobe, file, "a") == figures["sound"]
    assert frames(ffprobe, file, "v") == figures["packets"]
    assert figures["dropped_while_slow"] <= 180, figures  # three lengths of the queue
