"""The picture: it moves, it is now, and it comes back."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from studio.backend.server import running_backend
from tests.e2e.conftest import PHONE, Live, OpenViewer, backend_settings, new_handle
from tests.e2e.people import WIDTH, client, publishing

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Collects, for as many presented frames: media time, delay by the time code, distance to the edge.
_OBSERVE = """
async (frames) => {
  const video = document.querySelector(".stage video");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const seen = [];
  while (seen.length < frames) {
    const frame = await new Promise((done) => video.requestVideoFrameCallback((_now, info) => done(info)));
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    const now = Date.now();
    const code = readTimecode(context.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width);
    const edge = video.buffered.end(video.buffered.length - 1) - video.currentTime;
    const delay = code === null ? null : (now % 2 ** 32) - code;
    seen.push({ time: frame.mediaTime, delay, edge: edge * 1000 });
  }
  return seen;
}
"""

#: The mean of all channels along the middle row of a canvas.
_BRIGHTNESS = """(canvas) => {
  const row = canvas.getContext("2d").getImageData(0, canvas.height / 2, canvas.width, 1).data;
  return row.reduce((sum, value) => sum + value, 0) / row.length;
}"""


async def _observe(page: Page, frames: int) -> list[dict[str, float | None]]:
    script = Path(__file__).parents[1] / "unit" / "media" / "timecode.js"
    await page.add_script_tag(content=script.read_text(encoding="utf-8"))
    return await page.evaluate(_OBSERVE, frames)


async def test_the_picture_moves_and_stays_at_the_live_edge(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path, bypass_csp=True, viewport=PHONE)
    await one.picture()
    await expect(one.page.locator(".delay")).to_contain_text("to you")
    await one.page.wait_for_function("+document.querySelector('.stage').dataset.edgeMs < 500")
    seen = await _observe(one.page, 90)
    times = [frame["time"] for frame in seen]
    assert times == sorted(times)
    assert len(set(times)) > 60, "hardly a frame changed"
    assert statistics.median(frame["edge"] for frame in seen) < 500
    delays = [frame["delay"] for frame in seen if frame["delay"] is not None]
    assert len(delays) > 60, "the picture could not be read"
    told = int(await one.page.locator(".stage").get_attribute("data-latency-ms"))
    # What the page says is what really lies between camera and screen.
    assert abs(told - statistics.median(delays)) < 150
    print(
        f"to the viewer: {statistics.median(delays):.0f} ms by time code, {told} ms by the page's own account"
    )


async def test_the_page_has_sound_for_who_wants_it(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path, bypass_csp=True)
    await one.picture()
    await one.page.get_by_role("button", name="Sound on").click()
    await expect(one.page.get_by_role("button", name="Sound off")).to_be_visible()
    video = "document.querySelector('.stage video')"
    decoded = await one.page.evaluate(f"{video}.webkitAudioDecodedByteCount")
    await one.page.wait_for_function(f"{video}.webkitAudioDecodedByteCount > {decoded + 1_000}")
    assert not await one.page.evaluate(f"{video}.muted")


async def test_the_host_is_told_how_late_the_picture_is(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    await one.picture()
    told = await live.host.until(lambda: [n.picture for n in live.host.notices if n.picture])
    assert told[-1].room_id == live.room_id
    assert told[-1].viewers >= 1
    assert 0 < told[-1].latency_ms < 5_000


async def test_the_list_shows_a_picture_of_the_room(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url)
    card = one.page.locator(f".room-card[data-room='{live.room_id}']")
    await expect(card).to_contain_text("Friday night sketching")
    await expect(card.locator("canvas")).to_have_js_property("width", WIDTH)
    bright = await card.locator("canvas").evaluate(_BRIGHTNESS)
    assert bright > 80, "the snapshot is black"


async def test_the_picture_comes_back_when_the_host_does(tmp_path: Path, viewer: OpenViewer) -> None:
    async with running_backend(backend_settings(tmp_path)) as backend, client(backend.url) as host:
        await host.sign_up(new_handle("host"), role="host")
        room_id = await host.open("On and off")
        one = await viewer(backend.web_url, f"/room/{room_id}")
        await expect(one.page.locator(".stage-message")).to_contain_text("Waiting for the host's picture")
        async with publishing(backend.url, host):
            await one.picture()
        await expect(one.page.locator(".stage-message")).to_contain_text("has stopped")
        async with publishing(backend.url, host):
            await one.picture()
            await expect(one.page.locator(".stage-message")).to_be_hidden()
