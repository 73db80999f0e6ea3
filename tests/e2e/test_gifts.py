"""Coins and gifts: bought, sent, counted once, and refused with a way on."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from studio.protocol.commands import GetBalance, SignIn
from studio.protocol.events import GiftSent
from tests.e2e.conftest import Live, OpenViewer, Viewer
from tests.e2e.people import PASSWORD, client

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _ledger_coins(live: Live, handle: str) -> int:
    """The balance as the ledger has it, asked on another connection."""
    async with client(live.backend.url) as other:
        await other.ask(SignIn(handle=handle, password=PASSWORD))
        return int((await other.ask(GetBalance())).coins)


def _gifts(live: Live, handle: str) -> list[GiftSent]:
    return [e for e in live.host.events if isinstance(e, GiftSent) and e.person.handle == handle]


async def _open_tray(one: Viewer) -> None:
    await one.page.get_by_role("button", name="Send a gift").click()
    await expect(one.page.locator(".gift-cell").first).to_be_visible()


async def test_a_rose_streak_is_counted_once(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    handle = await one.sign_up("sunny_side")
    await one.buy("70")
    assert await _ledger_coins(live, handle) == 70
    await _open_tray(one)
    await one.page.get_by_role("radio", name="Rose, 1 coin").click()
    send = one.page.locator(".send-gift")
    for _ in range(7):
        await send.click()
    await expect(one.page.locator(".combo")).to_have_text("×7")
    ended = await live.host.event(GiftSent, lambda e: e.person.handle == handle and e.added == 0)
    mine = _gifts(live, handle)
    assert ended.ended
    assert ended.count == 7
    assert sum(event.added for event in mine) == 7
    assert {event.streak_id for event in mine} == {ended.streak_id}
    row = one.page.locator(".row.gift", has_text=handle)
    await expect(row).to_have_count(1)
    await expect(row.locator(".times")).to_have_text("×7")
    await expect(row).to_have_class("row card gift settled")
    await expect(one.page.locator(".tray .coins")).to_contain_text("63")
    assert await _ledger_coins(live, handle) == 63


async def test_a_lion_has_its_moment(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    two = await viewer(live.backend.web_url, live.path)
    await two.picture()
    handle = await one.sign_up("mika.draws")
    for _ in range(2):
        await one.buy("17,500")
    await _open_tray(one)
    await one.page.get_by_role("radio", name="Lion, 29,999 coins").click()
    await one.page.locator(".send-gift").click()
    lion = await live.host.event(GiftSent, lambda e: e.person.handle == handle)
    assert (lion.gift_name, lion.count, lion.added, lion.ended) == ("Lion", 1, 1, True)
    assert lion.diamonds == 29_999
    await expect(two.page.locator(".moment-card")).to_contain_text(f"{handle} sent Lion")
    await two.shot("lion-desktop")
    await expect(two.page.locator(".row.gift.big", has_text=handle)).to_contain_text("29,999 coins")
    await expect(two.page.locator(".supporters li").first).to_contain_text(handle)
    await expect(one.page.locator("dialog")).to_have_count(0)
    await expect(one.page.locator(".account .coins")).to_contain_text("5,001")
    assert await _ledger_coins(live, handle) == 5_001


async def test_without_coins_the_shop_opens_and_the_gift_can_still_be_sent(
    live: Live, viewer: OpenViewer
) -> None:
    one = await viewer(live.backend.web_url, live.path)
    handle = await one.sign_up("kofi")
    await _open_tray(one)
    await one.page.get_by_role("radio", name="Perfume, 20 coins").click()
    await one.page.locator(".send-gift").click()
    sheet = one.page.locator("dialog.shop")
    await expect(sheet).to_contain_text("Perfume costs 20 coins: you need 20 more.")
    await expect(sheet).to_contain_text("Test money")
    assert _gifts(live, handle) == []
    await sheet.get_by_role("button", name="Buy 70 coins").click()
    await expect(sheet.locator(".balance-row")).to_contain_text("70")
    await one.page.keyboard.press("Escape")
    await expect(one.page.locator("dialog.tray .gift-cell[aria-checked=true]")).to_contain_text("Perfume")
    await one.page.locator(".send-gift").click()
    gift = await live.host.event(GiftSent, lambda e: e.person.handle == handle)
    assert (gift.gift_name, gift.coins) == ("Perfume", 20)
    assert await _ledger_coins(live, handle) == 50
