"""The page through a backend that goes away and comes back: nothing lost, nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from studio.backend.server import Backend, running_backend
from studio.protocol.commands import Comment, EnterRoom
from studio.protocol.events import Commented, GiftSent
from tests.e2e.conftest import OpenViewer, Viewer, backend_settings, new_handle
from tests.e2e.people import Client, client

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _texts(events: list[object]) -> list[str]:
    return [event.text for event in events if isinstance(event, Commented)]


async def test_a_restart_of_the_backend_loses_nothing(tmp_path: Path, viewer: OpenViewer) -> None:
    async with running_backend(backend_settings(tmp_path)) as backend, client(backend.url) as host:
        await host.sign_up(new_handle("host"), role="host")
        room_id = await host.open("Stormy weather")
        one = await viewer(backend.web_url, f"/room/{room_id}")
        await one.sign_up("sailor")
        await _say(one, "before the cut")
        await host.event(Commented, lambda event: event.text == "before the cut")
        port = backend.port
    await expect(one.page.locator(".lost-line")).to_contain_text("Connection lost")
    await one.shot("lost")
    await _say(one, "written while away")
    await expect(one.page.locator(".row.pending")).to_contain_text("written while away")
    # What others say meanwhile is said before this page is back: its port is not yet open.
    async with running_backend(backend_settings(tmp_path)) as elsewhere:
        await _others_say(elsewhere, room_id, ["missed one", "missed two"])
    async with running_backend(backend_settings(tmp_path, port)) as again:
        await one.page.get_by_role("button", name="Retry now").click()
        await expect(one.page.locator(".toast.good")).to_contain_text("none missing")
        await expect(one.page.locator(".lost-line")).to_be_hidden()
        async with client(again.url) as witness:
            entered = await witness.ask(EnterRoom(room_id=room_id))
            await expect(one.page.locator(".row.pending")).to_have_count(0)
            shown = await one.page.locator(".row.comment .text").all_inner_texts()
        expected = ["before the cut", "missed one", "missed two", "written while away"]
        assert sorted(shown) == sorted(expected)
        assert entered.seq > 0


async def test_cut_again_and_again_every_rose_is_counted_once(tmp_path: Path, viewer: OpenViewer) -> None:
    async with running_backend(backend_settings(tmp_path)) as backend, client(backend.url) as host:
        await host.sign_up(new_handle("host"), role="host")
        room_id = await host.open("Roses in a storm")
        one = await viewer(backend.web_url, f"/room/{room_id}")
        handle = await one.sign_up("steady")
        await one.buy("70")
        await one.page.get_by_role("button", name="Send a gift").click()
        await expect(one.page.locator(".gift-cell[aria-checked=true]")).to_contain_text("Rose")
        for round_ in range(6):
            for _ in range(7):
                await one.page.locator(".send-gift").click()
            if round_ % 2:
                _cut(backend, handle)
        await expect(one.page.locator(".tray .coins")).to_contain_text("28")
        await host.event(GiftSent, lambda event: event.room_diamonds == 42)
        gifts = [event for event in host.events if isinstance(event, GiftSent)]
        assert sum(event.added for event in gifts) == 42
        # One streak, unless the machine was so slow that it ran out in between.
        streaks = {event.streak_id: event.count for event in gifts}
        rows = one.page.locator(".row.gift .times")
        await expect(rows).to_have_text([f"×{reached}" for reached in streaks.values()])


def _cut(backend: Backend, handle: str) -> None:
    """The network goes away under one person's events, without a goodbye."""
    for one in list(backend.hub.clients):
        if one.account is not None and one.account.person.handle == handle:
            one.socket.transport.abort()


async def _others_say(backend: Backend, room_id: str, texts: list[str]) -> None:
    async with client(backend.url) as other:
        await _join(other, room_id)
        for text in texts:
            await other.ask(Comment(room_id=room_id, text=text))


async def _join(other: Client, room_id: str) -> None:
    await other.sign_up(new_handle("other"))
    await other.enter(room_id)


async def _say(one: Viewer, text: str) -> None:
    await one.page.get_by_role("textbox", name="Comment").fill(text)
    await one.page.keyboard.press("Enter")
