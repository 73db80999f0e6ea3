"""A whole studio in one test: the real app's parts on a Qt loop, the real backend in a process of its own."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from studio import app as studio_app
from studio.app import Studio

T = TypeVar("T")
Run = Callable[[Awaitable[T]], T]


@pytest.fixture
def on_qt_loop(qapp: QApplication) -> Iterator[Run]:  # type: ignore[type-arg]
    """``on_qt_loop(coroutine)`` runs it to its end on the loop that Qt and asyncio share."""
    qapp.setQuitOnLastWindowClosed(False)  # as the app does: closing is the parts' affair
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    def run(work: Awaitable[T]) -> T:
        return loop.run_until_complete(asyncio.wait_for(work, 90))

    with loop:
        yield run
    asyncio.set_event_loop(None)
    # Here, on the GUI thread: timers of a studio collected later, by a thread that happens to allocate, would
    # be destroyed on that thread, and Qt would fire them once more.
    gc.collect()


@pytest.fixture
def build(tmp_path: Path, on_qt_loop: Run) -> Iterator[Callable[..., Studio]]:  # type: ignore[type-arg]
    """Builds a studio on folders of this test; ``name`` tells several apart. Stops what the test left.

    ``options``: more of the backend's.
    """
    built: list[Studio] = []

    def _build(name: str = "studio", backend: str = "backend", options: tuple[str, ...] = ()) -> Studio:
        config = tmp_path / name
        config.mkdir(exist_ok=True)
        studio = studio_app.build_studio(
            config, config, tmp_path / backend, [*studio_app.PRACTICE_BACKEND, *options]
        )
        built.append(studio)
        return studio

    yield _build
    for studio in built:
        on_qt_loop(studio.stop())


async def until(
    condition: Callable[[], bool], what: str = "what the test waits for", timeout_s: float = 20.0
) -> None:
    """Waits for ``condition``; fails with ``what`` otherwise."""
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout_s
    while not condition():
        assert loop.time() < end, f"did not happen in {timeout_s} s: {what}"
        await asyncio.sleep(0.02)
