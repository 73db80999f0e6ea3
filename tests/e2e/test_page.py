"""The page itself: its rules, its looks on every screen, and the ways in and out of an account."""

from __future__ import annotations

import asyncio
import re
import urllib.request

import pytest
from playwright.async_api import expect

from studio.protocol.commands import CloseRoom, Comment
from tests.e2e.conftest import DESKTOP, PHONE, Live, OpenViewer, new_handle
from tests.e2e.people import PASSWORD, Client, client

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL = {"width": 360, "height": 640}
LAPTOP = {"width": 1024, "height": 700}
NAMES = ["محمد " * 30, "春日部のはるさん" * 20, "👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿" * 12, "W" * 200, "Z̀́̂̃alg̀́̂̃o"]


def _get(url: str) -> tuple[str, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.headers["Content-Security-Policy"], answer.read().decode()


async def test_the_page_holds_its_own_strict_policy(live: Live, viewer: OpenViewer) -> None:
    policy, html = await asyncio.to_thread(_get, live.backend.web_url)
    assert "unsafe" not in policy
    assert "default-src" in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|style=|\bon\w+=|javascript:", html)
    one = await viewer(live.backend.web_url, live.path)
    await one.picture()
    await one.go("/")
    await expect(one.page.locator(".room-card")).to_have_count(1)
    assert await one.page.evaluate("document.fonts.check('600 14px Inter')")


async def _strange_people(live: Live) -> None:
    for number, name in enumerate(NAMES):
        async with client(live.backend.url) as one:
            await one.sign_up(new_handle(f"name{number}"), name=name[:200])
            await one.enter(live.room_id)
            await one.ask(Comment(room_id=live.room_id, text=f"{name}{name}"[:150]))


@pytest.mark.parametrize("size", [SMALL, PHONE, LAPTOP, DESKTOP], ids=lambda size: f"{size['width']}px")
async def test_nothing_breaks_the_layout(live: Live, viewer: OpenViewer, size: dict[str, int]) -> None:
    one = await viewer(live.backend.web_url, live.path, viewport=size)
    await expect(one.page.locator(".say")).to_be_visible()
    await _strange_people(live)
    await expect(one.page.locator(".row.comment").nth(4)).to_be_attached()
    await one.picture()
    assert await one.overflow() <= 0
    wider = await one.page.evaluate(
        """() => [...document.querySelectorAll(
            '.rows, .row, .row > *, .name, .stage-top > *, .host-chip > *, .talk-foot *')]
          .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.className)"""
    )
    assert wider == []
    say, gift = one.page.locator(".say"), one.page.locator(".act-gift")
    await expect(say).to_be_in_viewport(ratio=1)
    await expect(gift).to_be_in_viewport(ratio=1)
    await one.shot(f"room-{size['width']}")
    await one.go("/")
    await expect(one.page.locator(".room-card")).to_have_count(1)
    assert await one.overflow() <= 0
    await one.shot(f"list-{size['width']}")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=lambda size: f"{size['width']}px")
async def test_sheets_fit_and_keep_the_focus(live: Live, viewer: OpenViewer, size: dict[str, int]) -> None:
    one = await viewer(live.backend.web_url, "/", viewport=size)
    page = one.page
    await page.get_by_role("button", name="Sign in").first.click()
    await one.shot(f"signin-{size['width']}")
    for _ in range(12):  # once around: never into the page behind
        await page.keyboard.press("Tab")
        assert await page.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        )
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await one.sign_up("eve")
    await page.locator(".account .coins").click()
    await expect(page.locator(".pack")).to_have_count(7)
    await one.shot(f"shop-{size['width']}")
    await page.keyboard.press("Escape")
    await page.locator(".room-card").click()
    await one.picture()
    await page.get_by_role("button", name="Send a gift").click()
    await expect(page.locator(".gift-cell").nth(29)).to_be_attached()
    await one.shot(f"tray-{size['width']}")
    await expect(page.locator(".send-gift")).to_be_in_viewport(ratio=1)
    assert await one.overflow() <= 0


async def test_in_and_out_of_an_account(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url)
    page = one.page
    await page.get_by_role("button", name="Sign in").first.click()
    await page.get_by_label("Handle").fill("nobody.here")
    await page.get_by_label("Password").fill("wrong password")
    await page.get_by_role("button", name="Sign in").last.click()
    await expect(page.locator("dialog .error-line")).to_contain_text("do not match an account")
    await page.get_by_role("button", name="Create an account").click()
    await page.get_by_label("Handle").fill(handle := new_handle("ola"))
    await page.get_by_label("Password").fill("short")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.locator("dialog .error-line")).to_contain_text("at least 8 characters")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.locator(".avatar-button")).to_be_visible()
    await page.reload()
    await expect(page.locator(".avatar-button")).to_be_visible()
    assert PASSWORD not in await page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
    other = await page.context.new_page()
    await other.goto(one.web_url)
    await expect(other.locator(".avatar-button")).to_be_visible()
    await page.locator(".avatar-button").click()
    await expect(page.locator("dialog")).to_contain_text(f"@{handle}")
    await page.get_by_role("button", name="Sign out").click()
    for each in (page, other):
        await expect(each.get_by_role("button", name="Sign in").first).to_be_visible()
    await page.get_by_role("button", name="Sign in").first.click()
    await page.get_by_label("Handle").fill(handle)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".avatar-button")).to_be_visible()


async def test_a_followed_host_is_announced_on_every_page(live: Live, viewer: OpenViewer) -> None:
    async with client(live.backend.url) as friend:
        await friend.sign_up(new_handle("keys"), name="Keys & Tea", role="host")
        room_id = await friend.open("Afternoon piano")
        one = await viewer(live.backend.web_url, f"/room/{room_id}")
        await one.sign_up("fan")
        await one.page.get_by_role("button", name="Follow", exact=True).click()
        await expect(one.page.get_by_role("button", name="Following", exact=True)).to_be_visible()
        await one.page.goto(one.web_url + live.path)
        await one.picture()
        await _reopen(friend)
        toast = one.page.locator(".toast.live")
        await expect(toast).to_contain_text("Keys & Tea is LIVE: Late night piano")
        await one.shot("host-started")
        await toast.get_by_role("button", name="Watch").click()
        await expect(one.page).to_have_url(re.compile(friend.room_id))
        await expect(one.page.locator(".room-title")).to_have_text("Late night piano")
        await one.page.go_back()
        await expect(one.page.locator(".room-title")).to_have_text("Friday night sketching")
        await _close(friend)


async def _reopen(host: Client) -> None:
    await _close(host)
    await host.open("Late night piano")


async def _close(host: Client) -> None:
    await host.ask(CloseRoom(room_id=host.room_id))
