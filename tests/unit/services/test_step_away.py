"""Stepping away restores exactly what was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from studio.media.frame import Pixels
from studio.services.live import Phase
from studio.services.slate import ProgramSlate, SlateReason
from studio.services.step_away import StepAwayService
from tests.fakes.feed_services import Rig


class Room:
    """Microphone, alerts and curtain by hand."""

    canvas = (72, 128)

    def __init__(self, *, muted: bool = False, alerts_paused: bool = False) -> None:
        self.muted, self.alerts_paused = muted, alerts_paused
        self.curtain: Pixels | None = None

    def pause_alerts(self, paused: bool) -> None:
        self.alerts_paused = paused

    def set_curtain(self, picture: Pixels | None) -> None:
        self.curtain = picture


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path) -> Rig:
    return Rig(tmp_path)


@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize("paused", [False, True])
def test_coming_back_restores_what_was(rig: Rig, muted: bool, paused: bool) -> None:
    room = Room(muted=muted, alerts_paused=paused)
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    away.toggle()
    assert (away.away, room.muted, room.alerts_paused) == (True, True, True)
    assert room.curtain is not None
    away.toggle()
    assert (away.away, room.muted, room.alerts_paused) == (False, muted, paused)
    assert room.curtain is None


def test_a_slate_of_the_guard_stays_when_the_host_comes_back(rig: Rig) -> None:
    room = Room()
    slate = ProgramSlate(room)
    away = StepAwayService(rig.services.live, slate, room, room)
    rig.go_live()
    slate.put_up(SlateReason.TROUBLE, "Back in a moment")
    trouble = room.curtain
    away.toggle()
    assert not np.array_equal(room.curtain, trouble)
    away.toggle()
    assert np.array_equal(room.curtain, trouble)


def test_off_air_there_is_nothing_to_step_away_from(rig: Rig) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.sign_in()
    away.toggle()
    assert not away.away
    assert not room.muted


def test_the_end_of_the_live_brings_everything_back(rig: Rig) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    away.toggle()
    rig.services.live._set_phase(Phase.ENDING)
    assert away.away
    rig.services.live._set_phase(Phase.SUMMARY)
    assert (away.away, room.muted, room.alerts_paused, room.curtain) == (False, False, False, None)


def test_it_works_without_microphone_and_alerts_and_says_for_how_long(rig: Rig) -> None:
    room, now = Room(), [50.0]
    away = StepAwayService(rig.services.live, ProgramSlate(room), clock=lambda: now[0])
    rig.go_live()
    changes: list[bool] = []
    away.changed.connect(lambda: changes.append(away.away))
    assert away.away_s == 0
    away.toggle()
    now[0] += 42.7
    assert (away.away_s, away.hushes) == (42, ())
    away.toggle()
    assert (away.away_s, changes) == (0, [True, False])
