"""A furnished studio on the loop that Qt and asyncio share. The services are real; the seams are the link's
socket and the camera."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import qasync
import shiboken6
from PySide6.QtWidgets import QApplication

from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import Stage

Story = Callable[[], Awaitable[None]]


@pytest.fixture
def play(qapp: QApplication) -> Iterator[Callable[[Story], None]]:
    """``play(story)`` runs a coroutine function to its end."""
    quits = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(False)  # closing a window must not stop the loop in mid-story
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    def run(story: Story) -> None:
        async def bounded() -> None:
            await asyncio.wait_for(story(), 30)

        loop.run_until_complete(bounded())
        loop.run_until_complete(_leave_nothing())

    with loop:
        yield run
    asyncio.set_event_loop(None)
    qapp.setQuitOnLastWindowClosed(quits)


async def _leave_nothing() -> None:
    """What a screen has started and nobody waits for, like a look at the disk, ends with the story."""
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, "dark")
    yield made
    made.set_text_scale(1.0)
    made.set_name("dark")


@pytest.fixture
def stage(qapp: QApplication, theme: Theme, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    # Here and now, on the GUI thread: services lie in reference cycles, and a collection that happens to run
    # on a pool thread of a later test would end their timers from there, which Qt forbids.
    services = made.services
    for service in (
        services.watch.verdict, services.watch.guard, services.watch.away,
        services.overlays, services.checks, services.live, services.feed, services.earnings,
        services.films.marks, services.films.recordings, services.thanks,
        services.account, services.broadcast, services.sound, services.link, services.profile,
    ):  # fmt: skip
        shiboken6.delete(service)
    gc.collect()


async def turn(rounds: int = 3) -> None:
    """Lets started tasks and Qt's posted events run."""
    for _ in range(rounds):
        await asyncio.sleep(0)
