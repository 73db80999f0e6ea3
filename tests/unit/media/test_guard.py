"""The picture guard: troubles by fake times, and what the capture thread and compositor do for it."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest

from studio.media.capture import CaptureState, CaptureThread
from studio.media.compositor import Compositor
from studio.media.frame import Frame, Pixels
from studio.media.guard import (
    LOOK_NS,
    Finding,
    PictureGuard,
    PictureWatch,
    Sight,
    TroubleKind,
    is_black,
    thumbnail,
)
from studio.media.mailbox import Mailbox
from studio.media.settings import CanvasSettings
from tests.fakes.sources import FakeSource, plain

S = 1_000_000_000
FRAME = S // 30
DICE = np.random.default_rng(5)
SEEN = 9  # pictures of a still scene in turn; noise is dear to make


def noisy(shade: int = 120, size: tuple[int, int] = (360, 640)) -> Pixels:
    """What a sensor gives of a still scene: the same, but for a little noise."""
    noise = DICE.normal(0, 2.0, (*size, 3))
    return np.clip(shade + noise, 0, 255).astype(np.uint8)


class Rig:
    """A camera by hand: `run` lets seconds pass, with these pictures at this rate."""

    def __init__(self, claimed_fps: float = 30.0, canvas_fps: float = 30.0) -> None:
        self.watch, self.guard = PictureWatch(), PictureGuard()
        self.canvas_fps = canvas_fps
        self.claimed_fps = claimed_fps
        self.state = CaptureState.RUNNING
        self.now_ns = 100 * S
        self.number = 1
        self.times: list[int] = []
        self.changes: list[Finding] = []
        self._scene = itertools.cycle([noisy() for _ in range(SEEN)])

    def run(self, seconds: float, picture: Pixels | None, fps: float = 30.0, *, device: bool = True) -> None:
        end = self.now_ns + round(seconds * S)
        next_look = self.now_ns
        while self.now_ns < end:
            self.now_ns += round(S / fps) if fps else S // 4
            if fps:
                self.times.append(self.now_ns)
                self.watch.see(Frame((next(self._scene) if picture is None else picture).copy(), self.now_ns))
            if self.now_ns >= next_look:
                next_look += S // 4
                self.changes += self.guard.judge(
                    self.sight(), self.now_ns, device=device, canvas_fps=self.canvas_fps
                )

    def sight(self) -> Sight:
        last, same, black = self.watch.times()
        recent = [time for time in self.times if self.now_ns - time <= 2 * S]
        return Sight(self.number, self.state, last, same, black, len(recent) / 2, self.claimed_fps)

    def kinds(self) -> list[tuple[TroubleKind, bool]]:
        return [(found.kind, found.recovered_ns is not None) for found in self.changes]


def test_a_still_scene_before_a_real_sensor_is_no_trouble() -> None:
    rig = Rig()
    rig.run(10, None)
    assert rig.changes == []


def test_a_frozen_camera_is_found_after_two_seconds_and_recovers_with_other_pictures() -> None:
    rig = Rig()
    rig.run(3, None)
    froze = rig.now_ns
    rig.run(1.9, still := noisy())
    assert rig.changes == []
    rig.run(0.6, still)
    (found,) = rig.changes
    assert found.kind is TroubleKind.FROZEN
    assert 0 <= found.began_ns - froze <= LOOK_NS + FRAME
    assert rig.guard.open == (found,)
    rig.run(0.3, None)
    assert rig.kinds() == [(TroubleKind.FROZEN, False), (TroubleKind.FROZEN, True)]
    assert rig.guard.open == ()


def test_a_file_may_stand_still_and_be_black() -> None:
    rig = Rig()
    rig.run(5, noisy(), device=False)
    rig.run(5, plain(640, 360, 0), device=False)
    assert rig.changes == []


def test_a_lens_cap_is_black_not_frozen_whether_it_has_noise_or_not() -> None:
    for picture in (plain(640, 360, 3), None):
        rig = Rig()
        rig.run(3, None)
        for _ in range(25):
            rig.run(0.1, noisy(6) if picture is None else picture)
        assert rig.kinds() == [(TroubleKind.BLACK, False)]
        rig.run(0.3, None)
        assert rig.kinds() == [(TroubleKind.BLACK, False), (TroubleKind.BLACK, True)]


def test_black_is_ffmpegs_black_in_every_colour() -> None:
    assert is_black(thumbnail(plain(640, 360, 24)))
    assert not is_black(thumbnail(plain(640, 360, 27)))
    blue = plain(640, 360, 0)
    blue[:, :, 0] = 90
    assert not is_black(thumbnail(blue))
    face_in_the_dark = plain(640, 360, 5)
    face_in_the_dark[150:250, 280:360] = 120
    assert not is_black(thumbnail(face_in_the_dark))


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (17, 31), (720, 1280), (4320, 7680)])
def test_a_thumbnail_of_any_size_is_small_and_not_empty(size: tuple[int, int]) -> None:
    samples = thumbnail(np.zeros((*size, 3), dtype=np.uint8))
    assert 1 <= samples.shape[0] <= 18
    assert 1 <= samples.shape[1] <= 32


def test_no_pictures_for_two_seconds_is_a_trouble_of_every_source() -> None:
    rig = Rig()
    rig.run(1, None, device=False)
    last = rig.now_ns
    rig.run(2.5, None, fps=0, device=False)
    (found,) = rig.changes
    assert (found.kind, found.began_ns) == (TroubleKind.SILENT, last)
    rig.run(0.3, None, device=False)
    assert rig.kinds()[-1] == (TroubleKind.SILENT, True)


def test_a_lost_camera_is_told_at_once_and_being_opened_for_the_first_time_is_not() -> None:
    rig = Rig()
    rig.state = CaptureState.OPENING
    rig.run(10, None, fps=0)
    assert rig.changes == []
    rig.state = CaptureState.LOST
    rig.run(0.25, None, fps=0)
    assert rig.kinds() == [(TroubleKind.SILENT, False)]
    rig.state = CaptureState.OPENING  # the next try: still no picture
    rig.run(1, None, fps=0)
    assert rig.kinds() == [(TroubleKind.SILENT, False)]
    rig.state = CaptureState.RUNNING
    rig.run(0.3, None)
    assert rig.kinds()[-1] == (TroubleKind.SILENT, True)


def test_a_camera_that_slows_down_is_found_by_its_claim_or_by_its_own_steady_rate() -> None:
    for claimed in (30.0, 0.0):
        rig = Rig(claimed_fps=claimed)
        rig.run(6, None)
        slowed = rig.now_ns
        rig.run(7, None, fps=15)
        assert rig.kinds() == [(TroubleKind.SLOW, False)]
        assert rig.changes[0].began_ns - slowed < 2 * S
        assert 14 <= rig.changes[0].fps <= 16
        assert rig.changes[0].expected_fps == pytest.approx(30, abs=1)
        rig.run(5, None)
        assert rig.kinds()[-1] == (TroubleKind.SLOW, True)


def test_the_canvas_rate_of_now_counts() -> None:
    """From 30 to 60 fps, a camera of 60 that gives half of it is slow; back at 30 it is well."""
    still = plain(32, 18)
    rig = Rig(claimed_fps=60.0, canvas_fps=30.0)
    rig.run(8, still, fps=30, device=False)
    assert rig.changes == []
    rig.canvas_fps = 60.0
    rig.run(7, still, fps=30, device=False)
    assert rig.kinds() == [(TroubleKind.SLOW, False)]
    assert rig.changes[0].expected_fps == 60
    rig.canvas_fps = 30.0
    rig.run(3, still, fps=30, device=False)
    assert rig.kinds()[-1] == (TroubleKind.SLOW, True)


def test_a_camera_faster_than_the_canvas_may_fall_to_the_canvas_rate() -> None:
    rig = Rig(claimed_fps=60.0)
    rig.run(6, None, fps=60)
    rig.run(8, None, fps=30)
    assert rig.changes == []


def test_another_source_ends_the_findings_of_the_one_before() -> None:
    rig = Rig()
    rig.run(4, noisy())
    assert rig.kinds() == [(TroubleKind.FROZEN, False)]
    rig.watch, rig.number = PictureWatch(), 2
    rig.run(0.3, None)
    assert rig.kinds()[-1] == (TroubleKind.FROZEN, True)


def test_reopening_closes_and_opens_the_device_on_its_own_thread() -> None:
    source, states = FakeSource(), []
    opened_again = threading.Event()
    seen: list[Frame] = []

    def on_state(state: CaptureState, _error: object) -> None:
        states.append(state)
        if states.count(CaptureState.RUNNING) == 2:
            opened_again.set()

    running = threading.Event()

    def on_frame(frame: Frame) -> None:
        seen.append(frame)
        running.set()

    capture = CaptureThread(source, Mailbox(), on_state=on_state, on_frame=on_frame)
    capture.start()
    source.give(plain(8, 8))
    assert running.wait(5)
    capture.reopen()
    source.give(plain(8, 8))
    assert opened_again.wait(5)
    assert capture.stop(5)
    assert source.opened == 2
    assert len(seen) == 2
    assert states == [
        CaptureState.OPENING,
        CaptureState.RUNNING,
        CaptureState.OPENING,
        CaptureState.RUNNING,
        CaptureState.STOPPED,
    ]


def test_a_curtain_hides_the_source_and_goes_again() -> None:
    canvas = CanvasSettings(64, 96)
    compositor = Compositor(canvas, Mailbox())
    mailbox: Mailbox[Frame] = Mailbox()
    compositor.set_input(mailbox)
    mailbox.put(Frame(plain(64, 96, 200), 0))
    assert compositor.compose(0, 0).array[0, 0, 0] == 200
    compositor.set_curtain(plain(64, 96, 40))
    hidden = compositor.compose(1, 1)
    assert (hidden.array == 40).all()
    assert hidden.captured_ns is None
    mailbox.put(Frame(plain(64, 96, 210), 5))
    assert (compositor.compose(2, 5).array == 40).all()
    compositor.set_curtain(None)
    shown = compositor.compose(3, 6)
    assert (shown.array == 210).all()
    assert shown.captured_ns == 5


def test_a_curtain_is_not_mirrored_for_the_host() -> None:
    compositor = Compositor(CanvasSettings(64, 96), Mailbox())
    compositor.set_mirrored(True)
    words = plain(64, 96, 40)
    words[:, :10] = 250
    compositor.set_curtain(words)
    program = compositor.compose(0, 0)
    assert program.host is None or (program.host == program.array).all()
