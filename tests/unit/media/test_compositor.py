"""The compositor on a clock that jumps: ticks, repeats, lag, hold, overlay."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from studio.media.compositor import HOLD_NS, SLATE_BGR, Compositor
from studio.media.frame import Frame
from studio.media.mailbox import Mailbox
from studio.media.overlay import MAX_OVERLAYS, Overlay
from studio.media.program import ProgramFrame
from studio.media.queues import DropOldestQueue
from studio.media.settings import CanvasSettings
from tests.fakes.media_clock import JumpingClock
from tests.fakes.sources import plain

CANVAS = CanvasSettings(72, 128, 30)


def make(clock: JumpingClock | None = None, **more: object) -> tuple[Compositor, Mailbox[ProgramFrame]]:
    preview: Mailbox[ProgramFrame] = Mailbox()
    return Compositor(CANVAS, preview, clock=clock or JumpingClock(), **more), preview  # type: ignore[arg-type]


def run_ticks(
    compositor: Compositor, clock: JumpingClock, ticks: int, late_ns: dict[int, int] | None = None
) -> list[ProgramFrame]:
    """Runs the real thread for `ticks` ticks; `late_ns` delays the wake-up of the nth wait."""
    queue: DropOldestQueue[ProgramFrame] = DropOldestQueue(ticks + 1)
    compositor.set_encoder_queue(queue)

    def on_wait(_deadline_ns: int) -> None:
        waited = len(clock.waits) - 1
        clock.time_ns += (late_ns or {}).get(waited, 0)
        if waited >= ticks:
            compositor.stop_soon()

    clock.on_wait = on_wait
    compositor.start()
    assert compositor.join(30), "the compositor did not end"
    queue.close()
    return list(iter(queue.get, None))


def test_overlays_for_the_host_alone_are_not_in_the_picture_that_is_sent() -> None:
    compositor = Compositor(CanvasSettings(64, 64), Mailbox())
    compositor.set_overlays((Overlay(np.full((8, 8, 4), 255, np.uint8), 0, 0),))
    compositor.set_overlays_for_viewers(False)
    for mirrored in (False, True):
        compositor.set_mirrored(mirrored)
        program = compositor.compose(1, 0)
        assert (program.host[:8, :8] == 255).all()
        assert not (program.array[:8, :8] == 255).any()
    compositor.set_overlays_for_viewers(True)
    program = compositor.compose(2, 0)
    assert (program.host[:8, :8] == 255).all() and (program.array[:8, :8] == 255).all()


def test_ticks_are_on_the_grid_and_never_drift() -> None:
    clock = JumpingClock()
    compositor, _ = make(clock)
    start_ns = clock.time_ns
    frames = run_ticks(compositor, clock, 90)
    assert [frame.number for frame in frames] == list(range(90))
    assert [frame.pts_ns - start_ns for frame in frames] == [n * 10**9 // 30 for n in range(90)]
    assert (compositor.composed, compositor.lagged) == (90, 0)


def test_another_canvas_from_the_next_tick_on_with_its_own_rate() -> None:
    clock = JumpingClock()
    compositor, preview = make(clock)
    queue: DropOldestQueue[ProgramFrame] = DropOldestQueue(20)
    wide = CanvasSettings(128, 72, 60)

    def on_wait(_deadline_ns: int) -> None:
        if len(clock.waits) == 4:
            compositor.set_canvas(wide)  # asked for while a tick is waited for, as from another thread
            compositor.set_encoder_queue(queue)
        if len(clock.waits) > 10:
            compositor.stop_soon()

    clock.on_wait = on_wait
    compositor.start()
    assert compositor.join(30)
    queue.close()
    frames = list(iter(queue.get, None))
    assert {frame.array.shape for frame in frames} == {(72, 128, 3)}, "the encoder sees no other size"
    steps = {after.pts_ns - before.pts_ns for before, after in pairwise(frames)}
    assert steps <= {10**9 // 60, 10**9 // 60 + 1}
    shown = preview.take()
    assert shown is not None and shown.array.shape == (72, 128, 3)


def test_missed_ticks_are_counted_and_not_made_up_for() -> None:
    clock = JumpingClock()
    compositor, _ = make(clock)
    frames = run_ticks(compositor, clock, 6, late_ns={2: 105_000_000, 4: 10_000_000})
    # Tick 2 woke 105 ms late: ticks 2, 3, 4 were missed, 5 is made. 10 ms late is no tick missed.
    assert [frame.number for frame in frames] == [0, 1, 5, 6, 7, 8]
    assert (compositor.lagged, compositor.starved) == (3, 3)


def test_ticks_missed_by_drawing_are_the_compositors_own(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = JumpingClock()
    compositor, _ = make(clock)
    compose = compositor.compose

    def slow(number: int, pts_ns: int) -> ProgramFrame:
        if number == 2:
            clock.time_ns += 105_000_000
        return compose(number, pts_ns)

    monkeypatch.setattr(compositor, "compose", slow)
    run_ticks(compositor, clock, 6, late_ns={})
    assert (compositor.lagged, compositor.starved) == (2, 0)


def test_before_any_picture_there_is_a_slate() -> None:
    compositor, _ = make()
    frame = compositor.compose(0, 0)
    assert frame.captured_ns is None
    assert (frame.array == SLATE_BGR).all()
    assert frame.array.shape == (128, 72, 3)


def test_repeats_are_counted_apart_from_lag_and_cost_nothing() -> None:
    compositor, _ = make()
    box: Mailbox[Frame] = Mailbox()
    compositor.set_input(box)
    box.put(Frame(plain(64, 48, 9), 5))
    first = compositor.compose(0, 10)
    second = compositor.compose(1, 20)
    assert (first.repeated, second.repeated) == (False, True)
    assert second.array is first.array
    assert second.captured_ns == 5
    assert (compositor.repeated, compositor.lagged) == (1, 0)


def test_program_frames_cannot_be_written() -> None:
    compositor, _ = make()
    box: Mailbox[Frame] = Mailbox()
    compositor.set_input(box)
    box.put(Frame(plain(72, 128), 0))
    for frame in (compositor.compose(0, 0), compositor.compose(1, 0)):
        assert frame.array.flags.c_contiguous
        with pytest.raises(ValueError, match="read-only"):
            frame.array[0] = 0


def test_after_a_switch_the_last_picture_stays_until_the_first_new_one() -> None:
    compositor, _ = make()
    old: Mailbox[Frame] = Mailbox()
    new: Mailbox[Frame] = Mailbox()
    compositor.set_input(old)
    old.put(Frame(plain(64, 48, 10), 1))
    compositor.compose(0, 1)
    compositor.set_input(new)
    old.put(Frame(plain(64, 48, 99), 2))
    assert compositor.compose(1, 2).array[0, 0, 0] == 10
    new.put(Frame(plain(64, 48, 20), 3))
    assert compositor.compose(2, 3).array[0, 0, 0] == 20


def test_a_frozen_picture_gives_way_to_the_slate() -> None:
    compositor, _ = make()
    box: Mailbox[Frame] = Mailbox()
    compositor.set_input(box)
    box.put(Frame(plain(64, 48, 200), 1000))
    assert compositor.compose(0, 1000).captured_ns == 1000
    assert compositor.compose(1, 1000 + HOLD_NS).captured_ns == 1000
    slate = compositor.compose(2, 1001 + HOLD_NS)
    assert slate.captured_ns is None
    assert (slate.array == SLATE_BGR).all()
    box.put(Frame(plain(64, 48, 201), 2 * HOLD_NS))
    assert compositor.compose(3, 2 * HOLD_NS).array[0, 0, 0] == 201


def test_an_overlay_shows_on_pictures_and_slate_and_goes_again() -> None:
    compositor, _ = make()
    box: Mailbox[Frame] = Mailbox()
    compositor.set_input(box)
    source = plain(72, 128, 50)  # canvas-sized: fit shares its memory, and it must not be drawn on
    compositor.set_overlays((Overlay(np.full((4, 4, 4), 255, np.uint8), 0, 0),))
    assert compositor.compose(0, 0).array[0, 0, 0] == 255
    box.put(Frame(source, 0))
    with_overlay = compositor.compose(1, 0)
    assert with_overlay.array[0, 0, 0] == 255
    assert with_overlay.array[5, 5, 0] == 50
    assert source[0, 0, 0] == 50
    compositor.set_overlays(())
    without = compositor.compose(2, 0)
    assert without.array[0, 0, 0] == 50
    assert with_overlay.array[0, 0, 0] == 255, "what was handed out stays as it was"


def test_overlays_lie_in_their_order_and_their_number_is_bounded() -> None:
    compositor, _ = make()
    below, above = np.full((2, 2, 8, 4), 255, np.uint8)
    below[..., :3] = 10
    above[..., :3] = 90
    compositor.set_overlays((Overlay(below, 4, 4), Overlay(above, 8, 4)))
    row = compositor.compose(0, 0).array[4, :, 0]
    assert row[4:8].tolist() == [10] * 4
    assert row[8:16].tolist() == [90] * 8
    with pytest.raises(ValueError, match="at most"):
        compositor.set_overlays((Overlay(below),) * (MAX_OVERLAYS + 1))


def test_only_the_host_sees_the_camera_mirrored_and_nobody_the_words() -> None:
    compositor, _ = make()
    box: Mailbox[Frame] = Mailbox()
    compositor.set_input(box)
    source = plain(72, 128, 50)
    source[:, :36] = 200  # a bright left half
    box.put(Frame(source, 0))
    straight = compositor.compose(0, 0)
    assert straight.host is straight.array, "nothing is drawn twice without need"
    ink = np.zeros((4, 6, 4), np.uint8)
    ink[:, :3] = (0, 0, 255, 255)
    ink[:, 3:] = (255, 0, 0, 255)
    compositor.set_overlays((Overlay(ink, 10, 100),))
    compositor.set_mirrored(True)
    frame = compositor.compose(1, 0)
    assert frame.host is not None
    assert (frame.array[0, 0, 0], frame.array[0, 71, 0]) == (200, 50)
    assert (frame.host[0, 0, 0], frame.host[0, 71, 0]) == (50, 200)
    for seen in (frame.array, frame.host):
        assert seen[100, 10:16].tolist() == [[0, 0, 255]] * 3 + [[255, 0, 0]] * 3
        assert not seen.flags.writeable
    assert compositor.compose(2, 0).host is frame.host, "an unchanged picture is drawn once"


def test_ready_comes_once_until_the_preview_is_taken() -> None:
    clock = JumpingClock()
    ready: list[int] = []
    compositor, preview = make(clock, on_preview_ready=lambda: ready.append(1))
    run_ticks(compositor, clock, 5)
    assert len(ready) == 1
    newest = preview.take()
    assert newest is not None
    assert newest.number == 4
    assert preview.replaced == 4
