"""Cycles are collected on the GUI thread, also those that other threads leave behind."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from studio.services.collector import GuiCollector


@pytest.fixture(autouse=True)
def _as_python_starts() -> Iterator[None]:
    """The test session has switched the collector off already."""
    gc.enable()
    yield
    gc.disable()


class _Cycle:
    def __init__(self, died_on: list[str]) -> None:
        self.me = self
        weakref.finalize(self, lambda: died_on.append(threading.current_thread().name))


def test_garbage_of_another_thread_dies_on_the_gui_thread(qtbot: QtBot) -> None:
    died_on: list[str] = []
    collector = GuiCollector()
    collector.start()
    try:
        assert not gc.isenabled()

        def work() -> None:
            for _ in range(5_000):  # far over the threshold at which it would run here by itself
                _Cycle(died_on)

        thread = threading.Thread(target=work, name="media")
        thread.start()
        thread.join()
        assert died_on == []
        qtbot.waitUntil(lambda: len(died_on) == 5_000)
    finally:
        collector.stop()
        gc.unfreeze()
    assert set(died_on) == {"MainThread"}
    assert gc.isenabled()


def test_it_starts_on_the_gui_thread_only(qtbot: QtBot) -> None:
    collector, caught = GuiCollector(), []

    def elsewhere() -> None:
        with pytest.raises(AssertionError) as error:
            collector.start()
        caught.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert caught and gc.isenabled()
