"""Screens and windows on a real X server: what another program shows is read back, closed and found again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(
    not (sys.platform.startswith("linux") and shutil.which("Xvfb") and shutil.which("xprop")),
    reason="needs Xvfb and xprop (Debian: xvfb, x11-utils)",
)

HERE = Path(__file__).parent
TITLE = "Notes - Sample Editor"


class Told:
    """A program that answers every line with one."""

    def __init__(self, script: str, display: str, *arguments: str) -> None:
        keep = ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE")
        environment = {name: value for name, value in os.environ.items() if name not in keep}
        environment |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(HERE.parents[1])}
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def tell(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self.line()

    def ask(self, line: str) -> Any:
        return json.loads(self.tell(line))

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    yield f":{server.stdout.readline().strip()}"
    server.terminate()
    server.wait(20)
    server.stdout.close()


@pytest.fixture
def window(display: str) -> Iterator[Told]:
    told = Told("window_of_one_colour.py", display, TITLE)
    try:
        assert told.line() == "done"
        yield told
    finally:
        told.end()


@pytest.fixture
def studio(display: str) -> Iterator[Told]:
    told = Told("look_at_screen.py", display)
    yield told
    told.end()


def test_the_screen_and_what_is_on_it(window: Told, studio: Told) -> None:
    screens, windows = studio.ask("lists")
    assert len(screens) == 1
    assert TITLE in windows
    assert studio.ask(f"screen {screens[0]}") == [640, 480]
    assert studio.ask("pixel 250 180") == [0, 32, 255], "blue, green, red of #ff2000"
    assert studio.ask("pixel 20 20") == [0, 0, 0]
    window.tell("#00c040")
    assert studio.ask("pixel 250 180") == [64, 192, 0]
    assert studio.ask("close") == ["MainThread", "capture"], "its thread has ended"


def test_the_mouse_pointer_is_drawn_when_wanted(window: Told, studio: Told) -> None:
    assert studio.ask("pointer 250 180") == [640, 480]
    assert studio.ask("pixel 252 190") == [255, 255, 255], "inside of the arrow"
    assert studio.ask("pixel 280 190") == [0, 32, 255]


def test_a_window_is_shown_lost_and_found_again(window: Told, studio: Told) -> None:
    assert studio.ask(f"window {TITLE}") == [300, 200]
    assert studio.ask("pixel 5 5") == [0, 32, 255]
    window.tell("close")
    lost = studio.ask("read")
    assert lost["error"] == "SourceLost"
    assert "comes back by itself" in lost["says"]
    away = studio.ask("reopen")
    assert away["error"] in ("CameraMissing", "SourceLost")
    window.tell("open")
    assert studio.ask("reopen") == [300, 200]
    assert studio.ask("pixel 5 5") == [0, 32, 255]


def test_a_window_whose_title_changed_is_the_same(window: Told, studio: Told) -> None:
    assert studio.ask("window Another document - Sample Editor") == [300, 200]


def test_what_is_not_there_says_so(studio: Told) -> None:
    screen = studio.ask("screen HDMI-7")
    assert screen == {
        "error": "CameraMissing",
        "says": "The screen “HDMI-7” is not connected. Connect it, or choose another one.",
    }
    assert "is not open" in studio.ask("window Nothing of the kind")["says"]
