"""A press counts, also while the page is still drawing: what is pressed neither moves nor is replaced."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Live, OpenViewer

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def press(page: Page, what: Locator) -> None:
    """Presses the mouse in the middle of it, and holds."""
    box = await what.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()


async def test_a_press_on_a_sheet_that_is_just_opening_counts(live: Live, viewer: OpenViewer) -> None:
    page = (await viewer(live.backend.web_url)).page
    sign_in = page.get_by_role("button", name="Sign in")
    await expect(sign_in).to_be_visible()
    # The sheet as it stands in the first picture of its opening, which a busy machine shows for long.
    await sign_in.evaluate("""button => {
        button.click();
        for (const moving of document.querySelector("dialog").getAnimations()) moving.pause();
    }""")
    await press(page, page.get_by_role("button", name="Create an account"))
    await page.evaluate("document.querySelector('dialog').getAnimations().forEach((one) => one.finish())")
    await page.mouse.up()
    await expect(page.get_by_label("Name shown to others")).to_be_visible()
    await expect(page.get_by_label("Handle")).to_be_focused()


async def test_a_press_in_the_bar_outlives_news_of_the_account(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url)
    page, other = one.page, await viewer(live.backend.web_url)
    await expect(page.locator("body[data-test-money]")).to_be_attached()
    await press(page, page.get_by_role("button", name="Sign in"))
    # A new connection, on which the server says once more that nobody is signed in.
    await page.evaluate("""() => {
        document.body.removeAttribute("data-test-money");
        dispatchEvent(new StorageEvent("storage", { key: "host-studio.token", newValue: "of-nobody" }));
    }""")
    await expect(page.locator("body[data-test-money]")).to_be_attached()
    await page.mouse.up()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)

    await one.sign_up("presser")
    await other.page.close()
    elsewhere = await page.context.new_page()
    await elsewhere.goto(one.web_url)
    coins = page.locator(".account .coins")
    await press(page, coins)
    await elsewhere.locator(".account .coins").click()
    await elsewhere.get_by_role("button", name="Buy 70 coins").click()
    await expect(coins).to_have_text("70")
    await expect(page.get_by_role("button", name="70 coins. Open the shop")).to_be_visible()
    await page.mouse.up()
    await expect(page.get_by_role("button", name="Buy 70 coins")).to_be_visible()
