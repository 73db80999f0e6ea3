"""What lies over the picture is what a viewer sees: the goal's bar read from the video in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.async_api import async_playwright
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.model.room import GoalWish
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup
from studio.services.overlays.layout import BOTTOM, SIDE
from studio.services.overlays.painters import BAR_ABOVE, BAR_HEIGHT, BAR_INSET, WIDE
from studio.ui.theme.theme import Theme
from tests.e2e.conftest import CHROMIUM_FLAGS, DESKTOP, Viewer
from tests.studio_parts import Run

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone

#: How far gold reaches along the bar's middle row in the newest picture of the video, 0.0 to 1.0.
_GOLD = """([left, width, row]) => {
  const video = document.querySelector(".stage video");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0);
  const line = context.getImageData(left, row, width, 1).data;
  let gold = 0;
  for (let at = 0; at < line.length; at += 4) {
    gold += line[at] > 200 && line[at + 1] > 150 && line[at + 1] < 225 && line[at + 2] < 130;
  }
  return gold / width;
}"""
_BAR = [
    round(SIDE + BAR_INSET),
    round(WIDE - 2 * BAR_INSET),
    round(1280 - BOTTOM - BAR_ABOVE + BAR_HEIGHT / 2),
]


@pytest.mark.timeout(150)
def test_a_viewer_sees_the_goals_bar_grow_to_its_fraction(
    qapp: QApplication,
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    require_system: Callable[[str], str],
) -> None:
    chromium = require_system("chromium")

    async def story() -> None:
        studio = build()
        services = studio.services
        Theme(qapp, "dark")  # loads the fonts
        await services.account.sign_up(THIS_COMPUTER, "rin.sketches", "Rin", "a long password")
        services.broadcast.source.choose("pattern")
        assert not services.overlays.for_viewers, "the page draws the goal itself"
        services.overlays.show_to_viewers(True)
        try:
            await services.live.go_live(LiveSetup("Sketching", goal=GoalWish(title="New tablet", target=8)))
            address, room = services.link.address, services.live.room
            assert address is not None and room is not None
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
                page = await browser.new_page(viewport=DESKTOP)
                viewer = await Viewer(page, address.web).go(f"/room/{room.room_id}")
                await viewer.picture()
                assert await page.evaluate(_GOLD, _BAR) < 0.05, "nothing is given yet"
                await viewer.sign_up("sunny_side")
                await viewer.buy("70")
                await page.get_by_role("button", name="Send a gift").click()
                await page.get_by_role("radio", name="Rose, 1 coin").click()
                for _ in range(4):
                    await page.locator(".send-gift").click()
                # Half of it, give or take the codec's blur at the end of the bar.
                await page.wait_for_function(
                    f"(bar) => Math.abs(({_GOLD})(bar) - 0.5) < 0.02", arg=_BAR, timeout=20_000
                )
                assert not viewer.problems
                await browser.close()
            await services.live.end_live()
        finally:
            await studio.stop()

    on_qt_loop(story())
