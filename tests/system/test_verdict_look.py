"""A look too slow for the camera's rate: the verdict names the look, with its figures, and comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from studio.app import Studio
from studio.media.look.colours import ColourPass
from studio.services.verdict import Layer
from tests.studio_parts import Run, until
from tests.system.test_verdict import CHOICE, PacedCamera, Told, go_live

SLOW_S = 0.06


@pytest.mark.timeout(120)
def test_the_verdict_names_the_look_and_not_the_camera(
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick, pause = ColourPass.__call__, threading.Event()

    def slow(self: ColourPass, *pictures: Any) -> None:
        pause.wait(SLOW_S)
        quick(self, *pictures)

    monkeypatch.setattr(ColourPass, "__call__", slow)

    async def story() -> None:
        studio = build()
        services = studio.services
        await go_live(studio)
        told = Told(studio)
        services.broadcast.source.show(CHOICE, PacedCamera(30))
        services.look.adjust(saturation=0.3)
        # Not what else may be slow on a machine full of tests: the look comes before all but the processor.
        await until(lambda: told.layer is Layer.LOOK, "the look is named", 40)
        assert told.verdict.failing is not None
        assert told.verdict.failing.title == "Slow look"
        evidence = told.verdict.failing.evidence
        assert evidence.startswith("The look takes ") and ", 33 allowed. Switch" in evidence
        lines = {line.layer: line for line in told.verdict.lines()}
        assert lines[Layer.LOOK].figures == evidence and lines[Layer.LOOK].tone == "gold"
        assert lines[Layer.CAMERA].tone == "teal", "the camera does what it can"
        services.look.reset()
        await until(lambda: told.layer is not Layer.LOOK, "the look is off", 40)
        assert Layer.LOOK not in {line.layer for line in told.verdict.lines()}
        await services.live.end_live()
        await studio.stop()

    on_qt_loop(story())
