"""Outputs that join and leave on air: the others lose nothing, a newcomer begins with a keyframe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.media.audio.thread import SoundThread
from studio.media.engine import MediaEngine
from studio.media.outputs.fragment_output import Fragment, FragmentOutput
from studio.media.outputs.output import OutputState
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource

CANVAS = CanvasSettings(96, 160, 30)
#: Keyframes far apart: those that come were asked for.
FAST = EncoderSettings(bit_rate=300_000, preset="ultrafast", keyframe_interval_s=10.0, threads=1)
WAIT_S = 30


@pytest.fixture
def engine() -> Iterator[MediaEngine]:
    made = MediaEngine(CANVAS, sound=SoundThread())
    made.start_preview(TestPatternSource(CANVAS.width, CANVAS.height, 30.0))
    yield made
    assert made.stop()


def take(output: FragmentOutput, pictures: int, sounds: int) -> list[Fragment]:
    """At least so many of both, in the order they came."""
    found: list[Fragment] = []
    counts = output.counters()
    while counts.packets < pictures or counts.sound_packets < sounds:
        fragment = output.get(WAIT_S)
        assert fragment is not None, "the broadcast ended or stalled"
        found.append(fragment)
        counts = output.counters()
    return found


def rest(output: FragmentOutput) -> list[Fragment]:
    return list(iter(lambda: output.get(0), None))


def test_a_newcomer_begins_with_a_keyframe_and_the_others_lose_nothing(engine: MediaEngine) -> None:
    first, second = FragmentOutput("first", capacity_ms=60_000), FragmentOutput("second", capacity_ms=60_000)
    engine.go_on_air([first], FAST)
    before = take(first, 10, 10)
    engine.add_output(second)
    got = take(second, 20, 20)
    assert second.config == first.config, "picture and sound are told"
    assert got[0].is_key
    assert got[0].pts_us > before[-1].pts_us, "on the time line of the broadcast"
    assert (second.counters().dropped, second.counters().sound_dropped) == (0, 0)
    engine.remove_output(second)
    left = second.counters()
    assert second.state is OutputState.STOPPED
    after = take(first, first.counters().packets + 10, 0)
    assert engine.leave_air()
    everything = [*before, *after, *rest(first)]
    assert first.counters().packets == engine.counters().encoded
    assert (first.counters().dropped, first.counters().sound_dropped) == (0, 0)
    keys = [fragment.pts_us for fragment in everything if fragment.is_key]
    assert keys == [0, got[0].pts_us], "one keyframe for the newcomer, none for its leaving"
    assert second.counters().packets + len(rest(second)) <= left.packets + left.queued_ms + 1
    assert [counted.name for counted in engine.counters().outputs] == ["first"]


def test_outputs_join_only_on_air_and_serve_once(engine: MediaEngine) -> None:
    output = FragmentOutput()
    with pytest.raises(RuntimeError, match="not on air"):
        engine.add_output(output)
    engine.remove_output(output)
    assert output.state is OutputState.IDLE, "it never was on air"
    engine.go_on_air([output], FAST)
    take(output, 1, 0)
    with pytest.raises(ValueError, match="serves one broadcast"):
        engine.add_output(output)
    late = FragmentOutput("late")
    engine.add_output(late)
    engine.remove_output(late)  # perhaps before it was let in
    assert late.state is OutputState.STOPPED
    assert engine.leave_air()
    assert output.state is OutputState.STOPPED


def test_what_joins_when_the_encoder_has_ended_is_stopped(engine: MediaEngine) -> None:
    output = FragmentOutput()
    engine.go_on_air([output], FAST)
    take(output, 1, 0)
    assert engine._broadcast is not None
    encoder = engine._broadcast.encoder
    assert encoder.stop(WAIT_S)
    late = FragmentOutput("late")
    encoder.add_output(late)
    assert late.state is OutputState.STOPPED
