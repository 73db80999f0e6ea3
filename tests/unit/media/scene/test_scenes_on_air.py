"""Scenes changed while on air: what viewers get, decoded again."""

from __future__ import annotations

import io
from itertools import pairwise

import av
import pytest

from studio.media.engine import MediaEngine
from studio.media.outputs.fragment_output import Fragment, FragmentOutput
from studio.media.scene.stage import MAIN, StageLayer
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from studio.media.sources.still import colour_source
from studio.model.scene import Placement, Transition

CANVAS = CanvasSettings(144, 256, 30)
FAST = EncoderSettings(bit_rate=800_000, preset="ultrafast", keyframe_interval_s=1.0)
WAIT_S = 30
FADE_MS = 800


def shades(output: FragmentOutput, fragments: list[Fragment]) -> list[tuple[float, float]]:
    """When each picture is shown in milliseconds, and how bright it is."""
    assert output.init_segment is not None
    with av.open(io.BytesIO(output.init_segment + b"".join(f.data for f in fragments))) as container:
        return [
            (float(frame.pts * frame.time_base * 1000), float(frame.to_ndarray(format="gray").mean()))
            for frame in container.decode(video=0)
            if frame.pts is not None and frame.time_base is not None
        ]


def take(output: FragmentOutput, count: int) -> list[Fragment]:
    found = []
    while len(found) < count:
        fragment = output.get(WAIT_S)
        assert fragment is not None, "the broadcast ended or stalled"
        found.append(fragment)
    return found


def test_a_fade_while_on_air_is_even_and_the_live_goes_on() -> None:
    engine = MediaEngine(CANVAS)
    engine.set_input("dark", colour_source("#202020"), pause_hidden=True)
    engine.set_input("bright", colour_source("#e0e0e0"), pause_hidden=True)
    engine.show_scene((StageLayer(id="one", input="dark"),))
    engine.start_preview(TestPatternSource(144, 256))
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], FAST)
    fragments = take(output, 15)
    # Both inputs run before the fade, so that it begins with a picture on both sides.
    small = Placement(width=0.01, height=0.01)
    engine.show_scene(
        (StageLayer(id="one", input="dark"), StageLayer(id="dot", input="bright", placement=small))
    )
    fragments += take(output, 15)
    engine.show_scene((StageLayer(id="two", input="bright"),), transition=Transition.FADE, fade_ms=FADE_MS)
    fragments += take(output, 45)
    engine.show_scene((StageLayer(id="main", input=MAIN),))
    fragments += take(output, 5)
    assert engine.leave_air(WAIT_S)
    fragments += list(iter(lambda: output.get(0), None))
    assert engine.stop(WAIT_S)

    seen = shades(output, fragments)
    assert all(later > earlier for (earlier, _), (later, _) in pairwise(seen)), "time goes on"
    dark, bright = seen[0][1], max(shade for _, shade in seen)
    end = next(at for at, (_, shade) in enumerate(seen) if shade > bright - 2)
    fading = [(ms, shade) for ms, shade in seen[:end] if shade > dark + 8]
    assert all(later > earlier - 1 for (_, earlier), (_, later) in pairwise(fading)), "never back"
    (first_ms, first), (last_ms, last) = fading[0], fading[-1]
    assert last_ms - first_ms > FADE_MS / 3, "seen on its way"
    # By the clock, not by the ticks: as fast however many of them a busy machine missed.
    assert (last - first) / (last_ms - first_ms) == pytest.approx((bright - dark) / FADE_MS, rel=0.1)
