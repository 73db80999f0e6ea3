"""Glass to glass, with sound: a time code drawn into the source, read back from the viewer page's pixels, and
a tone every two seconds in the microphone, heard again in the page's audio graph.

Camera thread, compositor, x264, two WebSockets, the relay, Chromium's decoder and its compositor are
all in the figure; of the sound its mixer, AAC and the page's decoder. Both clocks are this machine's wall
clock. The floor in the same run is what the viewer page itself believes (its ``ReportPicture``), which shares
no code with the pixels. ``sound_behind_picture_ms`` is what lip sync has become in the browser, and the few
milliseconds that capturing the element's sound adds.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from studio import places
from studio.app import Studio
from studio.media.clock import now_ns
from studio.media.sources.file_source import FileSource
from studio.media.timecode import TimecodeSource
from studio.services.source_list import SourceChoice
from tests.bench.studio_on_air import measure_on_air
from tests.long.flash_and_beep import Microphone, Moments
from tests.long.on_air import SPEECH

SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-audio-output",  # a clock instead of a device, which a server has not
    "--autoplay-policy=no-user-gesture-required",
]
#: Reads the code at every frame the page presents; gives [milliseconds behind, ...].
_READ = """async (seconds) => {
    const video = document.querySelector("video");
    const canvas = document.createElement("canvas");
    canvas.width = 720; canvas.height = 1280;
    const context = canvas.getContext("2d", {willReadFrequently: true});
    const late = [], heard = [];
    video.muted = false;
    const sound = new AudioContext();
    await sound.resume();
    const ear = sound.createAnalyser();
    ear.fftSize = 256;
    sound.createMediaStreamSource(video.captureStream()).connect(ear);  // playing stays as it is
    const wave = new Float32Array(ear.fftSize);
    let loud = false;
    const listening = setInterval(() => {
        ear.getFloatTimeDomainData(wave);
        const is = wave.some((sample) => Math.abs(sample) > LOUD);
        if (is && !loud) heard.push(Date.now());
        loud = is || (loud && Date.now() - heard.at(-1) < 500);
    }, 3);
    const until = Date.now() + seconds * 1000;
    await new Promise((done) => {
        const look = () => {
            const now = Date.now();
            context.drawImage(video, 0, 0, 720, 1280);
            const value = readTimecode(context.getImageData(0, 0, 720, 80).data, 720);
            if (value !== null) late.push(((now % 4294967296) - value + 4294967296) % 4294967296);
            now < until ? video.requestVideoFrameCallback(look) : done();
        };
        video.requestVideoFrameCallback(look);
    });
    clearInterval(listening);
    const quality = video.getVideoPlaybackQuality();
    return {late, heard, dropped: quality.droppedVideoFrames, shown: quality.totalVideoFrames};
}"""
#: The tone is twice as loud as the speech between.
_LOUD = 0.36
_MOMENTS = Moments(now_ns(), period_ns=2_000_000_000)


def _prepare(studio: Studio) -> None:
    clip = FileSource(places.resource_path("demo", "host.mp4"), name="Demo clip")
    studio.services.broadcast.source.show(
        SourceChoice("timecode", "Demo clip with time code", "file"), TimecodeSource(clip)
    )
    Microphone(studio.services.sound.thread_of_sound.stream, SPEECH, _MOMENTS, ppm=80).start()


async def _measure(studio: Studio) -> dict[str, Any]:
    address, room = studio.services.link.address, studio.services.live.room
    assert address is not None and room is not None
    reader = (Path(__file__).parents[1] / "unit" / "media" / "timecode.js").read_text(encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "this bench needs Chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.goto(f"{address.web}room/{room.room_id}")
        playing = "() => (v => v && v.videoWidth && v.currentTime > 2)(document.querySelector('video'))"
        await page.wait_for_function(playing, timeout=30_000)
        figures = await page.evaluate(
            f"(seconds) => {{ {reader}\n const LOUD = {_LOUD};\n return ({_READ})(seconds); }}", SECONDS
        )
        await asyncio.sleep(2.5)  # the page reports its own figure every 2 s
        await browser.close()
    late = sorted(figures["late"])
    assert late, "no time code could be read from the page"
    heard = sorted(_late_ms(wall_ms) for wall_ms in figures["heard"])
    return {
        "sound_to_ear_ms": {"heard": len(heard), "p50": statistics.median(heard) if heard else None},
        "sound_behind_picture_ms": statistics.median(heard) - statistics.median(late) if heard else None,
        "frames_read": len(late),
        "glass_to_glass_ms": {f"p{p}": late[min(len(late) - 1, len(late) * p // 100)] for p in (50, 95, 99)},
        "page_says_ms": studio.services.live.to_viewer_ms,
        "shown": figures["shown"],
        "dropped_by_the_page": figures["dropped"],
    }


def _late_ms(wall_ms: int) -> float:
    """How long after its moment a tone was heard at `wall_ms`."""
    at_ns = wall_ms * 1_000_000 - (time.time_ns() - now_ns())
    return _MOMENTS.since(at_ns) / 1e6


def main() -> dict[str, Any]:
    return measure_on_air(_measure, _prepare)


if __name__ == "__main__":
    print(json.dumps(main()))
