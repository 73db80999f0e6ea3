"""Fixtures of the system tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from studio.app import Studio
from tests.studio_parts import Run, build, on_qt_loop

__all__ = ["build", "on_qt_loop"]

Story = Callable[[Studio, list[str]], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture
def play(build: Callable[..., Studio], on_qt_loop: Run) -> Play:  # type: ignore[type-arg]
    """Runs a story with a studio and the sentences a person reads in it; stops the studio after that."""

    def _play(story: Story) -> None:
        async def whole() -> None:
            studio = build()
            said: list[str] = []
            for service in (studio.services.account, studio.services.live, studio.services.broadcast):
                service.failed.connect(said.append)
            try:
                await story(studio, said)
            finally:
                await studio.stop()

        on_qt_loop(whole())

    return _play
