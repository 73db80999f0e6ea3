"""A real Chromium on the real page of a real backend, with a host who really sends a picture.

All on one event loop for the session: the browser and the LIVE are started once, viewers for every test.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from studio.backend.server import Backend, running_backend
from studio.backend.settings import BackendSettings, PasswordCost, RateLimits
from tests.e2e.people import PASSWORD, Client, client, publishing

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--lang=en",
]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
#: Everything these tests wait for takes well under a second; a loaded machine may need more.
EXPECT_MS = 15_000

_numbers = count(1)
expect.set_options(timeout=EXPECT_MS)


@dataclass
class Live:
    """A LIVE on the air: its backend, its host, its room."""

    backend: Backend
    host: Client
    room_id: str

    @property
    def path(self) -> str:
        return f"/room/{self.room_id}"


def backend_settings(folder: Path, port: int = 0) -> BackendSettings:
    """As shipped, but for sign-ups: one address makes them all, and their passwords protect nothing."""
    limits = RateLimits()
    return BackendSettings(
        data_dir=folder,
        port=port,
        password_cost=PasswordCost.light(),
        rate_limits=replace(limits, sign_ups_per_address=limits.off().commands_per_account),
    )


def new_handle(base: str) -> str:
    return f"{base}.{next(_numbers)}"


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(require_system: Callable[[str], str]) -> AsyncIterator[Browser]:
    path = require_system("chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def live(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """One LIVE with a moving picture for all tests that do not end it."""
    async with (
        running_backend(backend_settings(tmp_path_factory.mktemp("backend"))) as backend,
        client(backend.url) as host,
    ):
        await host.sign_up(new_handle("rin.sketches"), name="Rin Sketches", role="host")
        room_id = await host.open(
            "Friday night sketching", topic="Art & drawing", goal_title="New tablet", goal_target=50_000
        )
        async with publishing(backend.url, host):
            yield Live(backend, host, room_id)


class Viewer:
    """A page and what a person does on it. ``problems``: errors the browser reported."""

    def __init__(self, page: Page, web_url: str) -> None:
        self.page = page
        self.web_url = web_url.rstrip("/")
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(f"pageerror: {error}"))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        # The browser reports each socket it could not open, also while a test's backend goes away; what the
        # page makes of that is what its own tests look at.
        if message.type in ("error", "warning") and "WebSocket connection to" not in message.text:
            self.problems.append(f"{message.type}: {message.text}")

    async def go(self, path: str) -> Viewer:
        await self.page.goto(self.web_url + path)
        return self

    async def sign_up(self, base: str = "dee", name: str = "") -> str:
        """Through the form, as a person does it; returns the handle."""
        handle, page = new_handle(base), self.page
        await page.get_by_role("button", name="Sign in").first.click()
        await page.get_by_role("button", name="Create an account").click()
        await page.get_by_label("Handle").fill(handle)
        await page.get_by_label("Name shown to others").fill(name)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Create account").click()
        await expect(page.locator("dialog")).to_have_count(0)
        return handle

    async def buy(self, coins: str) -> None:
        """In the shop, from the pill in the bar."""
        await self.page.locator(".account .coins").click()
        await self.page.get_by_role("button", name=f"Buy {coins} coins").click()
        await expect(self.page.locator(".toast.good").last).to_contain_text(f"{coins} coins are yours")
        await self.page.keyboard.press("Escape")
        await expect(self.page.locator("dialog")).to_have_count(0)

    async def picture(self) -> None:
        """Waits until the picture plays."""
        await expect(self.page.locator(".stage[data-picture=playing]")).to_be_visible()

    async def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    async def shot(self, name: str) -> None:
        """A screenshot for people to look at, where HOST_STUDIO_SHOTS says."""
        if folder := os.environ.get("HOST_STUDIO_SHOTS"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


OpenViewer = Callable[..., Awaitable[Viewer]]


@pytest_asyncio.fixture(loop_scope="session")
async def viewer(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[OpenViewer]:
    """`await viewer(web_url, path, viewport=PHONE)`: a new person's page. Browser errors fail the test."""
    contexts: list[BrowserContext] = []
    viewers: list[Viewer] = []

    async def open_viewer(web_url: str, path: str = "/", **options: Any) -> Viewer:
        context = await browser.new_context(**{"viewport": DESKTOP, "color_scheme": "dark", **options})
        contexts.append(context)
        one = Viewer(await context.new_page(), web_url)
        viewers.append(one)
        return await one.go(path)

    yield open_viewer
    for context in contexts:
        await context.close()
    problems = [problem for one in viewers for problem in one.problems]
    assert not problems, "the browser reported: " + "; ".join(problems)
