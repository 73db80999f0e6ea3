"""The guard service by a fake clock: it tells, opens again, hides and recovers; the slate it hides behind."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from studio.media.capture import CaptureState
from studio.media.frame import Pixels
from studio.media.guard import Sight, TroubleKind
from studio.services.guard import GuardService
from studio.services.slate import ProgramSlate, SlateReason, draw_slate

S = 1_000_000_000


@dataclass
class Chosen:
    name: str
    is_device: bool = True


class Camera:
    """A source and a curtain by hand."""

    canvas_fps = 30
    canvas = (72, 128)

    def __init__(self) -> None:
        self.source = Chosen("C920")
        self.now_ns = 100 * S
        self.same_since: int | None = None
        self.state = CaptureState.RUNNING
        self.last_ns: int | None = None  # None: a picture came just now
        self.fps, self.look_ms = 30.0, 0.0
        self.reopened: list[int] = []
        self.curtains: list[Pixels | None] = []

    def sight(self) -> Sight:
        return Sight(1, self.state, self.last_ns or self.now_ns, self.same_since, None, self.fps, 30.0)

    def reopen_source(self) -> None:
        self.reopened.append(self.now_ns)

    def set_curtain(self, picture: Pixels | None) -> None:
        self.curtains.append(picture)


class Rig:
    def __init__(self) -> None:
        self.camera = Camera()
        self.slate = ProgramSlate(self.camera)
        self.guard = GuardService(
            self.camera, self.slate, lambda: self.camera.now_ns, lambda: self.camera.look_ms
        )
        self.guard.stop()
        self.told: list[str] = []
        self.guard.changed.connect(lambda: self.told.append(self.guard.sentence))

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 4)):
            self.camera.now_ns += S // 4
            self.guard.look()


@pytest.fixture
def rig(qapp: QApplication) -> Rig:
    return Rig()


def test_a_frozen_camera_is_told_in_two_seconds_opened_again_hidden_and_shown_again(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rig.run(1)
    rig.camera.same_since = froze = rig.camera.now_ns
    rig.run(2)
    assert rig.told == ["“C920” is frozen; it is opened again by itself."]
    assert rig.camera.reopened == [froze + 2 * S]
    assert not rig.slate.up
    rig.run(2.5)
    assert rig.slate.up
    assert rig.camera.curtains[-1] is not None
    assert "holding picture" in rig.told[-1]
    rig.camera.same_since = None
    rig.run(0.25)
    assert not rig.slate.up
    assert rig.camera.curtains[-1] is None
    assert rig.guard.sentence == rig.told[-1] == ""
    (row,) = rig.guard.report(100 * S)
    assert row == {"kind": "frozen", "at_s": 1.0, "recovered_after_s": 4.75}
    assert "frozen recovered after 4.8 s" in caplog.text


def test_a_slow_look_is_named_and_the_camera_is_not_blamed(rig: Rig) -> None:
    rig.camera.look_ms, rig.camera.fps = 58.4, 16.0
    rig.run(8)
    assert rig.guard.by_look and rig.guard.headline == "Slow look"
    assert rig.guard.sentence == (
        "The look takes 58 ms a picture, 33 allowed. Switch its background blur or its smoothing off."
    )
    rig.camera.look_ms = 20.0  # now it is the camera that gives no more
    assert not rig.guard.by_look and rig.guard.headline == "Slow camera"
    assert rig.guard.sentence.startswith("“C920” gives 16 of 30 pictures a second.")
    rig.camera.fps = 30.0
    rig.run(1)
    assert rig.guard.sentence == rig.guard.headline == ""


def test_the_guard_follows_the_canvas(rig: Rig) -> None:
    rig.camera.fps = 19.0
    rig.camera.canvas_fps = 25  # type: ignore[misc]
    rig.run(8)
    assert rig.guard.open == (), "19 of 25 is no trouble"
    rig.camera.canvas_fps = 60  # type: ignore[misc]
    rig.run(4)
    assert [found.expected_fps for found in rig.guard.open] == [30.0]


def test_a_camera_that_comes_back_soon_needs_no_slate(rig: Rig) -> None:
    rig.camera.same_since = rig.camera.now_ns
    rig.run(3)
    rig.camera.same_since = None
    rig.run(1)
    assert rig.camera.curtains == []
    assert len(rig.camera.reopened) == 1


def test_opening_again_grows_seldom(rig: Rig) -> None:
    rig.camera.same_since = rig.camera.now_ns
    rig.run(200)
    waits = np.diff(rig.camera.reopened) / S
    assert list(waits[:4]) == [5, 10, 20, 40]
    assert waits.max() == 60


def test_a_lost_camera_is_left_to_its_own_retries(rig: Rig) -> None:
    rig.camera.last_ns = rig.camera.now_ns
    rig.camera.state = CaptureState.LOST
    rig.run(4)
    assert rig.guard.open[0].kind is TroubleKind.SILENT
    assert rig.camera.reopened == []
    assert rig.slate.up


def test_troubles_from_before_going_on_air_are_not_reported(rig: Rig) -> None:
    rig.camera.same_since = rig.camera.now_ns
    rig.run(3)
    rig.camera.same_since = None
    rig.run(1)
    began = rig.camera.now_ns
    rig.camera.same_since = rig.camera.now_ns
    rig.run(3)
    assert rig.guard.report(began) == [{"kind": "frozen", "at_s": 0.0, "recovered_after_s": None}]


def test_stepping_away_comes_before_a_trouble_and_leaves_its_slate_up(qapp: QApplication) -> None:
    camera = Camera()
    slate = ProgramSlate(camera)
    slate.put_up(SlateReason.TROUBLE, "Back in a moment")
    trouble = camera.curtains[-1]
    slate.put_up(SlateReason.AWAY, "I'll be right back", "@rin")
    away = camera.curtains[-1]
    assert trouble is not None and away is not None and not np.array_equal(trouble, away)
    slate.take_down(SlateReason.AWAY)
    assert np.array_equal(camera.curtains[-1], trouble)
    slate.take_down(SlateReason.TROUBLE)
    assert camera.curtains[-1] is None
    slate.take_down(SlateReason.TROUBLE)
    assert len(camera.curtains) == 4


@pytest.mark.parametrize("size", [(720, 1280), (1920, 1080), (16, 16), (722, 1278)])
def test_a_slate_has_the_size_of_the_canvas_and_its_words(qapp: QApplication, size: tuple[int, int]) -> None:
    picture = draw_slate(*size, "Back in a moment", "x" * 300)
    assert picture.shape == (size[1], size[0], 3)
    if min(size) > 100:
        empty = draw_slate(*size, "")
        assert np.count_nonzero((picture != empty).any(axis=2)) > 1000
