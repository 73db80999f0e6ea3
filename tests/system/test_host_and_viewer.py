"""The two ends of a LIVE in one test: the host's real window and a viewer's real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.async_api import Page, async_playwright, expect
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup
from studio.services.rows import FeedTab, RowState
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.e2e.conftest import CHROMIUM_FLAGS, DESKTOP, Viewer
from tests.studio_parts import Run, until

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone

ROSE, LION = 1001, 1029


async def gold_on_screen(window: MainWindow) -> int:
    """How many pixels of the window are the gold of gifts and money."""
    picture = window.grab().toImage()
    gold = 0
    for y in range(0, picture.height(), 3):
        for x in range(0, picture.width(), 3):
            colour = picture.pixelColor(x, y)
            gold += colour.red() > 225 and 150 < colour.green() < 215 and colour.blue() < 110
    return gold


async def pictures_shown(page: Page) -> int:
    return int(
        await page.evaluate("document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames")
    )


@pytest.mark.timeout(180)
def test_a_viewer_in_chromium_gives_and_the_hosts_window_shows_it(
    qapp: QApplication,
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    require_system: Callable[[str], str],
) -> None:
    chromium = require_system("chromium")

    async def story() -> None:
        studio = build()
        services = studio.services
        window = MainWindow(services, Theme(qapp, "dark"), on_close=None)
        window.resize(1440, 900)
        window.show()
        await services.account.sign_up(THIS_COMPUTER, "rin.sketches", "Rin", "a long password")
        services.broadcast.source.choose("demo")
        await services.live.go_live(LiveSetup("Friday night sketching"))
        address, room = services.link.address, services.live.room
        assert address is not None and room is not None
        before = await gold_on_screen(window)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            page = await browser.new_page(viewport=DESKTOP)
            viewer = await Viewer(page, address.web).go(f"/room/{room.room_id}")
            await viewer.picture()
            shown = await pictures_shown(page)
            handle = await viewer.sign_up("sunny_side")
            for _ in range(2):
                await viewer.buy("17,500")
            await page.get_by_role("button", name="Send a gift").click()
            await page.get_by_role("radio", name="Rose, 1 coin").click()
            for _ in range(3):
                await page.locator(".send-gift").click()
            await page.get_by_role("radio", name="Lion, 29,999 coins").click()
            await page.locator(".send-gift").click()
            await until(lambda: services.earnings.diamonds == 30_002, "both gifts are in the host's panel")
            rows = {row.gift_id: row for row in services.feed.rows(FeedTab.GIFTS)}
            assert rows[ROSE].count == 3 and rows[LION].person is not None
            assert rows[LION].person.handle == handle
            await until(
                lambda: all(r.state is RowState.SETTLED for r in services.feed.rows(FeedTab.GIFTS)),
                "the streak settles",
            )
            await until(lambda: len(services.feed.delays) >= 2, "the gift rows were painted")
            assert await gold_on_screen(window) > before + 200
            services.live.desk.comment("MIKA!! thank you")
            await expect(page.locator(".row", has_text="MIKA!! thank you")).to_be_visible()
            await until(lambda: (services.live.to_viewer_ms or 0) > 0, "the page reports its delay")
            assert await pictures_shown(page) > shown + 10, "the picture moves"
            await services.live.end_live()
            await expect(page.get_by_text("LIVE has ended").first).to_be_visible()
            assert not viewer.problems
            await browser.close()
        assert services.live.summary is not None and services.live.summary.missed == 0
        await studio.stop()
        window.deleteLater()

    on_qt_loop(story())
