"""Glass to glass: a time code drawn into the source, read back from the pixels of the viewer page.

Camera thread, compositor, x264, two WebSockets, the relay, Chromium's decoder and its compositor are
all in the figure. Both clocks are this machine's wall clock. The floor in the same run is what the
viewer page itself believes (its ``ReportPicture``), which shares no code with the pixels.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from studio import places
from studio.app import Studio
from studio.media.sources.file_source import FileSource
from studio.media.timecode import TimecodeSource
from studio.services.source_list import SourceChoice
from tests.bench.studio_on_air import measure_on_air

SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
#: Reads the code at every frame the page presents; gives [milliseconds behind, ...].
_READ = """async (seconds) => {
    const video = document.querySelector("video");
    const canvas = document.createElement("canvas");
    canvas.width = 720; canvas.height = 1280;
    const context = canvas.getContext("2d", {willReadFrequently: true});
    const late = [];
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
    const quality = video.getVideoPlaybackQuality();
    return {late, dropped: quality.droppedVideoFrames, shown: quality.totalVideoFrames};
}"""


def _prepare(studio: Studio) -> None:
    clip = FileSource(places.resource_path("demo", "host.mp4"), name="Demo clip")
    studio.services.broadcast.show_source(
        SourceChoice("timecode", "Demo clip with time code", "file"), TimecodeSource(clip)
    )


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
        figures = await page.evaluate(f"(seconds) => {{ {reader}\n return ({_READ})(seconds); }}", SECONDS)
        await asyncio.sleep(2.5)  # the page reports its own figure every 2 s
        await browser.close()
    late = sorted(figures["late"])
    assert late, "no time code could be read from the page"
    return {
        "frames_read": len(late),
        "glass_to_glass_ms": {f"p{p}": late[min(len(late) - 1, len(late) * p // 100)] for p in (50, 95, 99)},
        "page_says_ms": studio.services.live.to_viewer_ms,
        "shown": figures["shown"],
        "dropped_by_the_page": figures["dropped"],
    }


def main() -> dict[str, Any]:
    return measure_on_air(_measure, _prepare)


if __name__ == "__main__":
    print(json.dumps(main()))
