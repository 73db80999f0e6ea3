"""Scenes follow each other: cuts, fades by the clock, fades broken off, what the host sees mirrored."""

from __future__ import annotations

import numpy as np
import pytest

from studio.media.compositor import HOLD_NS, SLATE_BGR, Compositor
from studio.media.frame import Frame
from studio.media.mailbox import Mailbox
from studio.media.overlay import Overlay
from studio.media.program import ProgramFrame
from studio.media.scene.feed import Feed
from studio.media.scene.stage import MAIN, Stage, StagePart
from studio.media.settings import CanvasSettings
from studio.model.scene import Placement
from tests.fakes.media_clock import JumpingClock
from tests.fakes.sources import plain
from tests.unit.media.scene.stages import Layered

CANVAS = CanvasSettings(72, 128, 30)
MS = 1_000_000


class Program:
    """A compositor without its thread: `at` makes the picture that is due then."""

    def __init__(self) -> None:
        self.settled: list[Stage] = []
        self.compositor = Compositor(CANVAS, Mailbox(), on_settled=self.settled.append, clock=JumpingClock())
        self._number = -1

    def show(self, stage: Stage, fade_ms: int = 0) -> None:
        self.compositor.show(stage, fade_ms)

    def at(self, ms: float) -> ProgramFrame:
        self._number += 1
        return self.compositor.compose(self._number, round(ms * MS))

    def shade(self, ms: float) -> int:
        return int(self.at(ms).array[64, 36, 0])


def scene(shade: int) -> Stage:
    return Layered().add(plain(8, 8, shade)).stage


def two_halves() -> Layered:
    picture = plain(72, 128, 50)
    picture[:, :36] = 200
    return Layered().add(picture, id_=MAIN)


def test_a_cut_comes_with_the_next_tick() -> None:
    program = Program()
    one, two = scene(50), scene(200)
    program.show(one)
    assert program.shade(0) == 50
    program.show(two)
    assert program.shade(33) == 200
    assert program.settled == [one, two]


def test_a_fade_goes_evenly_and_ends_by_the_clock() -> None:
    program = Program()
    program.show(scene(50))
    program.shade(0)
    new = scene(200)
    program.show(new, fade_ms=300)
    shades = [program.shade(1000 + ms) for ms in (0, 75, 150, 225)]
    assert shades == pytest.approx([50, 87, 125, 162], abs=1)
    assert new not in program.settled
    # 20 ticks were missed: the fade is over all the same.
    assert program.shade(2000) == 200
    assert program.settled[-1] is new


def test_a_fade_never_goes_back() -> None:
    program = Program()
    program.show(scene(10))
    program.shade(0)
    program.show(scene(240), fade_ms=1000)
    shades = [program.shade(ms) for ms in range(33, 1200, 17)]
    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == (10, 240)


def test_a_fade_in_a_fade_starts_from_what_is_shown() -> None:
    program = Program()
    program.show(scene(0))
    program.shade(0)
    program.show(scene(200), fade_ms=200)
    program.shade(1000)
    assert program.shade(1099) == pytest.approx(99, abs=1)
    program.show(scene(40), fade_ms=100)
    assert program.shade(1100) == pytest.approx(100, abs=1), "no jump"
    assert program.shade(1150) == pytest.approx(70, abs=1)
    assert program.shade(1200) == 40
    assert len(program.settled) == 2, "the scene that was broken off never was all that showed"


def test_a_cut_ends_a_fade() -> None:
    program = Program()
    program.show(scene(0))
    program.shade(0)
    program.show(scene(200), fade_ms=500)
    program.shade(100)
    program.show(scene(90))
    assert program.shade(133) == 90
    assert program.shade(400) == 90


def test_both_scenes_move_while_they_fade() -> None:
    program = Program()
    old, new = Layered().add(plain(8, 8, 0)), Layered().add(plain(8, 8, 100))
    program.show(old.stage)
    program.shade(0)
    program.show(new.stage, fade_ms=200)
    program.shade(1000)
    old.boxes["layer 0"].put(Frame(plain(8, 8, 200), 1100 * MS))
    assert program.shade(1100) == 150
    new.boxes["layer 0"].put(Frame(plain(8, 8, 220), 1100 * MS))
    assert program.shade(1100) == 210


def test_fades_never_write_on_the_pictures_of_sources() -> None:
    program = Program()
    old, new = plain(72, 128, 50), plain(72, 128, 200)  # as large as the canvas: given on without a copy
    program.compositor.set_overlays((Overlay(np.full((8, 8, 4), 255, np.uint8)),))
    program.show(Layered().add(old).stage)
    program.at(0)
    program.show(Layered().add(new).stage, fade_ms=100)
    for ms in (0, 50, 100, 150):
        assert program.at(ms).array[0, 0, 0] == 255
    assert (old == 50).all() and (new == 200).all()


def test_an_unchanged_scene_is_drawn_once_and_a_still_given_again_costs_nothing() -> None:
    program = Program()
    still = plain(9, 9, 50)
    layered = Layered().add(still).add(plain(8, 8, 90), Placement(width=0.5, height=0.5))
    program.show(layered.stage)
    first = program.at(0)
    layered.boxes["layer 0"].put(Frame(still, 30 * MS))
    again = program.at(33)
    assert again.array is first.array
    assert (first.repeated, again.repeated) == (False, False)
    assert program.at(66).repeated


def test_a_source_that_changes_its_size_is_laid_anew() -> None:
    program = Program()
    layered = Layered().add(plain(8, 8, 10)).add(plain(40, 20, 100), Placement(width=0.5, height=0.5))
    program.show(layered.stage)
    for ms, size in enumerate([(20, 40), (1, 1), (333, 777), (40, 20)]):
        layered.boxes["layer 1"].put(Frame(plain(*size, 100 + ms), ms))
        picture = program.at(ms).array[..., 0]
        assert np.count_nonzero(picture == 100 + ms) == 36 * 64
        assert np.count_nonzero(picture == 10) == 72 * 128 - 36 * 64


def test_a_layer_without_news_goes_after_a_while_and_the_scene_stays() -> None:
    program = Program()
    layered = Layered().add(plain(8, 8, 10), id_=MAIN).add(plain(8, 8, 99), Placement(width=0.5, height=0.5))
    program.show(layered.stage)
    assert program.shade(0) == 99
    late_ms = HOLD_NS / MS + 1
    layered.boxes[MAIN].put(Frame(plain(8, 8, 10), round(late_ms * MS)))
    frame = program.at(late_ms)
    assert frame.array[64, 36, 0] == 10
    assert frame.captured_ns == round(late_ms * MS)
    assert (program.at(2 * late_ms + 1).array == SLATE_BGR).all()


def test_a_picture_that_promises_no_others_stays_as_long_as_its_source_runs() -> None:
    program, feed, box = Program(), Feed(), Mailbox[Frame]()
    runs = [True]
    feed.connect(box, lambda: runs[0])
    box.put(Frame(plain(8, 8, 60), 0))
    program.show(Stage((StagePart("text", Placement(), feed, False),)))
    assert program.shade(0) == 60
    assert program.shade(10 * HOLD_NS / MS) == 60
    runs[0] = False
    assert program.shade(11 * HOLD_NS / MS) == SLATE_BGR[0]


def test_the_curtain_hides_every_scene() -> None:
    program = Program()
    program.show(Layered().add(plain(8, 8, 50)).add(plain(8, 8, 90), Placement(width=0.5)).stage)
    program.at(0)
    program.compositor.set_curtain(plain(8, 8, 33))
    program.show(scene(200), fade_ms=100)
    for ms in (33, 66, 200):
        frame = program.at(ms)
        assert (frame.array == 33).all()
        assert frame.captured_ns is None
    program.compositor.set_curtain(None)
    assert program.shade(233) == 200


def test_the_host_sees_the_camera_mirrored_only_where_it_is_alone() -> None:
    program = Program()
    program.compositor.set_mirrored(True)
    program.show(two_halves().stage)
    frame = program.at(0)
    assert frame.host is not None
    assert (frame.array[64, 0, 0], frame.host[64, 0, 0]) == (200, 50)
    program.show(two_halves().add(plain(8, 8, 1), Placement(width=0.1, height=0.1)).stage)
    frame = program.at(33)
    assert frame.host is frame.array, "with another layer the host sees what viewers see"


def test_a_fade_of_a_mirrored_scene_does_not_jump_for_the_host() -> None:
    program = Program()
    program.compositor.set_mirrored(True)
    program.show(two_halves().stage)
    program.at(0)
    program.show(two_halves().add(plain(8, 8, 1), Placement(width=0.1, height=0.1)).stage, fade_ms=100)
    hosts, viewers = [], []
    for ms in (33, 58, 83, 108, 133):
        frame = program.at(ms)
        assert frame.host is not None
        hosts.append(int(frame.host[20, 0, 0]))
        viewers.append(int(frame.array[20, 0, 0]))
    assert hosts == pytest.approx([50, 87, 125, 162, 200], abs=1)
    assert viewers == [200] * 5


def test_two_layers_of_one_input_show_the_same_picture() -> None:
    program = Program()
    layered = Layered().add(plain(8, 8, 60))
    whole = layered.parts[0]
    small = type(whole)("again", Placement(width=0.5, height=0.5, rotation_deg=10), whole.feed, False)
    program.show(Stage((whole, small)))
    assert (np.abs(program.at(0).array.astype(int) - 60) <= 1).all()
    layered.boxes["layer 0"].put(Frame(plain(8, 8, 80), 1))
    frame = program.at(1)
    assert not frame.repeated
    assert (np.abs(frame.array.astype(int) - 80) <= 1).all()
