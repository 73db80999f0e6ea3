"""The audience's process: its lines, and that it is gone afterwards, whatever it does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import pytest

from studio.services import practice_stage
from studio.services.practice_stage import AudienceProcess
from studio.services.tasks import Tasks
from tests.studio_parts import Run, on_qt_loop

__all__ = ["on_qt_loop"]

_TALKS = """
import sys
print("one", flush=True)
sys.stdin.read()
print("the last", flush=True)
"""
_HURRIES = """
for number in range(900):
    print(number, flush=True)
"""
_STAYS = """
import time
print("one", flush=True)
while True:
    time.sleep(60)
"""


@pytest.fixture
def story(on_qt_loop: Run) -> Callable[..., Any]:  # type: ignore[type-arg]
    """Runs ``tell(audience)`` with an audience of the given program."""

    def run(program: str, tell: Callable[[AudienceProcess], Any]) -> None:
        async def whole() -> None:
            tasks = Tasks()
            audience = AudienceProcess(tasks)
            await audience.start([sys.executable, "-c", program])
            try:
                await tell(audience)
            finally:
                await audience.finish()
                await tasks.stop()

        on_qt_loop(whole())

    return run


def test_lines_come_one_by_one_and_a_quiet_audience_is_waited_for(story: Callable[..., Any]) -> None:
    async def tell(audience: AudienceProcess) -> None:
        assert await audience.line(30) == "one\n"
        assert await audience.line(0.05) is None
        await asyncio.gather(audience.finish(), audience.finish())
        assert await audience.line(30) == "the last\n"
        assert await audience.line(30) == "" == await audience.line(30), "it is gone, and says so"

    story(_TALKS, tell)


def test_a_hurried_audience_loses_no_line(story: Callable[..., Any]) -> None:
    async def tell(audience: AudienceProcess) -> None:
        lines = [await audience.line(30) for _ in range(900)]
        assert lines == [f"{number}\n" for number in range(900)]
        assert await audience.line(30) == ""

    story(_HURRIES, tell)


def test_an_audience_that_will_not_leave_is_killed(
    story: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice_stage, "_AUDIENCE_TIMEOUT_S", 0.3)

    async def tell(audience: AudienceProcess) -> None:
        assert await audience.line(30) == "one\n"
        process = audience._process
        assert process is not None
        await audience.finish()
        assert process.poll() is not None

    story(_STAYS, tell)
