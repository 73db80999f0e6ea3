"""Scenes and looks as a file format: what may be in one, and what is refused with a sentence."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.look import ChromaKey, Look
from studio.model.scene import (
    MAX_LAYERS,
    MAX_SCENES,
    Fit,
    Layer,
    Placement,
    Scene,
    SceneBook,
    SourceKind,
    SourceSpec,
    camera_scene,
)

shares = st.floats(0, 1)
placements = st.builds(
    Placement,
    x=st.floats(-2, 3),
    y=st.floats(-2, 3),
    width=st.floats(0.01, 4),
    height=st.floats(0.01, 4),
    crop_left=st.floats(0, 0.49),
    crop_right=st.floats(0, 0.49),
    zoom=st.floats(1, 10),
    rotation_deg=st.floats(-360, 360),
    mirror=st.booleans(),
    opacity=shares,
    fit=st.sampled_from(Fit),
)
looks = st.builds(
    Look,
    brightness=st.floats(-1, 1),
    smoothing=shares,
    lut=st.text(max_size=20),
    chroma=st.none() | st.builds(ChromaKey, similarity=shares),
)


def layer(number: int = 0, **fields: Any) -> Layer:
    return Layer(id=f"layer{number}", name=f"Layer {number}", **fields)


@given(placements, looks, st.sampled_from(SourceKind))
def test_a_book_survives_the_file(placement: Placement, look: Look, kind: SourceKind) -> None:
    one = layer(source=SourceSpec(kind=kind, text="日本語 🎨"), placement=placement, look=look)
    book = SceneBook(scenes=(camera_scene(), Scene(id="two", name="Two", layers=(one,))), current="two")
    assert msgspec.json.decode(msgspec.json.encode(book), type=SceneBook) == book


def test_everybody_begins_with_the_camera_all_over_the_canvas() -> None:
    book = SceneBook()
    assert [one.source.kind for one in book.scene.shown] == [SourceKind.MAIN]
    assert book.scene.layers[0].placement.whole_canvas
    assert book.scene.layers[0].look.neutral


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"opacity": 1.01}, "opacity"),
        ({"x": math.nan}, "x is between"),
        ({"width": 0.0}, "width"),
        ({"zoom": 0.5}, "zoom"),
        ({"rotation_deg": math.inf}, "rotation"),
        ({"crop_left": 0.5, "crop_right": 0.49}, "nothing of the picture"),
    ],
)
def test_an_impossible_place_is_refused_with_a_reason(fields: dict[str, float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Placement(**fields)


@pytest.mark.parametrize(
    "text",
    [
        '{"scenes": []}',
        '{"current": "nowhere"}',
        '{"scenes": [{"id": "a", "name": " "}], "current": "a"}',
        '{"scenes": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}], "current": "a"}',
        '{"scenes": [{"id": "a", "name": "A", "layers": [{"id": "l", "name": "L", "look": {"chroma": '
        '{"colour": "green"}}}]}], "current": "a"}',
        '{"fade_ms": 0}',
    ],
)
def test_a_broken_file_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=SceneBook)


def test_scenes_and_layers_are_bounded() -> None:
    Scene(id="s", name="S", layers=tuple(layer(number) for number in range(MAX_LAYERS)))
    with pytest.raises(ValueError, match="at most"):
        Scene(id="s", name="S", layers=tuple(layer(number) for number in range(MAX_LAYERS + 1)))
    with pytest.raises(ValueError, match="one id"):
        Scene(id="s", name="S", layers=(layer(), layer()))
    scenes = tuple(Scene(id=str(number), name="S") for number in range(MAX_SCENES + 1))
    with pytest.raises(ValueError, match="1 to"):
        SceneBook(scenes=scenes, current="0")


def test_only_what_hides_all_of_the_canvas_counts_as_whole() -> None:
    assert Placement(mirror=True, zoom=2).whole_canvas
    for other in (
        Placement(x=0.4),
        Placement(rotation_deg=1),
        Placement(opacity=0.5),
        Placement(fit=Fit.CONTAIN),
    ):
        assert not other.whole_canvas


def test_hidden_layers_are_not_shown_and_order_stays() -> None:
    scene = Scene(id="s", name="S", layers=(layer(0), layer(1, visible=False), layer(2)))
    assert [one.id for one in scene.shown] == ["layer0", "layer2"]


def test_a_look_is_neutral_until_something_is_set() -> None:
    assert Look(lut_strength=0.5).neutral
    assert not Look(temperature=0.1).neutral
    assert not Look(chroma=ChromaKey()).neutral
