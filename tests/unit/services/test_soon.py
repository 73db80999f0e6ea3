"""One telling for many changes: soon after the first, and when it is prompt, at once after a pause."""

from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from studio.services.soon import Soon


def told_after(qtbot: QtBot, soon: Soon, told: list[float]) -> float:
    asked, before = time.perf_counter(), len(told)
    soon.ask()
    qtbot.waitUntil(lambda: len(told) > before)
    return (told[-1] - asked) * 1_000


def test_many_askings_are_one_telling_and_put_nothing_off(qtbot: QtBot) -> None:
    told: list[float] = []
    soon = Soon(60, lambda: told.append(time.perf_counter()))
    asked = time.perf_counter()
    while not told:
        soon.ask()
        qtbot.wait(5)
    assert len(told) == 1
    assert told[0] - asked >= 0.055
    assert told_after(qtbot, soon, told) >= 55


def test_a_prompt_one_tells_at_once_after_a_pause_and_not_sooner_again(qtbot: QtBot) -> None:
    told: list[float] = []
    soon = Soon(400, lambda: told.append(time.perf_counter()), prompt=True)
    assert told_after(qtbot, soon, told) < 390
    qtbot.wait(450)
    assert told_after(qtbot, soon, told) < 390
    assert told_after(qtbot, soon, told) >= 300
