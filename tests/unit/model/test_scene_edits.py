"""Edits of scenes give valid books, whatever is done in whatever order, and all of it can be undone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model import scene_edits as edits
from studio.model.history import History
from studio.model.scene import MAX_LAYERS, NAME_MAX, Layer, Placement, SceneBook, SourceKind, SourceSpec

IMAGE = Layer(id="image", name="Image", source=SourceSpec(kind=SourceKind.IMAGE, target="a.png"))
Edit = Callable[[SceneBook, int], SceneBook]


def _layer_id(book: SceneBook, number: int) -> str:
    layers = book.scene.layers
    return layers[number % len(layers)].id if layers else "none"


EDITS: dict[str, Edit] = {
    "add scene": lambda book, n: edits.add_scene(book, f"Scene {n % 3}"),
    "copy scene": lambda book, n: edits.duplicate_scene(book, book.current),
    "remove scene": lambda book, n: edits.remove_scene(book, book.scenes[n % len(book.scenes)].id),
    "rename scene": lambda book, n: edits.rename_scene(book, book.current, "名" * (n % 50)),
    "move scene": lambda book, n: edits.move_scene(book, book.current, n - 5),
    "switch": lambda book, n: edits.switch(book, book.scenes[n % len(book.scenes)].id),
    "add layer": lambda book, n: edits.add_layer(book, book.current, IMAGE)[0],
    "copy layer": lambda book, n: edits.duplicate_layer(book, book.current, _layer_id(book, n))[0],
    "remove layer": lambda book, n: edits.remove_layer(book, book.current, _layer_id(book, n)),
    "move layer": lambda book, n: edits.move_layer(book, book.current, _layer_id(book, n), n - 5),
    "place": lambda book, n: edits.with_layer(
        book, book.current, _layer_id(book, n), lambda layer: replace(layer, placement=Placement(x=n / 20))
    ),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 19)), max_size=40))
def test_any_edits_keep_the_book_valid_and_can_be_undone_and_done_again(steps: list[tuple[str, int]]) -> None:
    history = History(SceneBook())
    for name, number in steps:
        with contextlib.suppress(ValueError):  # refused by a rule: then nothing has changed
            history.do(EDITS[name](history.value, number))
        book = history.value
        assert book.scene in book.scenes
        for scene in book.scenes:
            assert len({layer.name for layer in scene.layers}) == len(scene.layers)
    end = history.value
    while history.undo():
        pass
    assert history.value == SceneBook()
    while history.redo():
        pass
    assert history.value == end


def test_a_drag_is_one_step_and_the_next_drag_another() -> None:
    history = History(0)
    for value in (1, 2, 3):
        assert history.do(value, "drag")
    history.settle()
    for value in (4, 5):
        history.do(value, "drag")
    assert history.undo() and history.value == 3
    assert history.undo() and history.value == 0
    assert not history.undo()


def test_a_new_step_ends_what_could_be_redone() -> None:
    history = History("a")
    history.do("b")
    history.undo()
    history.do("c")
    assert not history.can_redo
    assert not history.do("c"), "nothing has changed"


def test_steps_are_bounded() -> None:
    history = History(0, steps=3)
    for value in range(1, 10):
        history.do(value)
    while history.undo():
        pass
    assert history.value == 6


def test_the_last_scene_stays() -> None:
    with pytest.raises(ValueError, match="last scene"):
        edits.remove_scene(SceneBook(), "camera")


def test_a_scene_that_goes_while_it_is_on_hands_over_to_its_neighbour() -> None:
    book = edits.add_scene(edits.add_scene(SceneBook(), "Two"), "Three")
    book = edits.remove_scene(edits.switch(book, book.scenes[1].id), book.scenes[1].id)
    assert book.scene.name == "Three"


def test_a_full_scene_takes_no_more_layers() -> None:
    book = SceneBook()
    for _ in range(MAX_LAYERS - 1):
        book, _ = edits.add_layer(book, "camera", IMAGE)
    with pytest.raises(ValueError, match="at most"):
        edits.add_layer(book, "camera", IMAGE)


def test_names_are_made_free_and_never_too_long() -> None:
    long = "x" * 100
    first = edits.free_name(set(), long)
    second = edits.free_name({first}, long)
    assert first != second and max(len(first), len(second)) <= NAME_MAX


def test_a_copy_lies_right_over_its_layer_and_aside() -> None:
    small = replace(IMAGE, placement=Placement(width=0.5, height=0.5))
    book, below = edits.add_layer(SceneBook(), "camera", small)
    book, _ = edits.add_layer(book, "camera", replace(IMAGE, name="Top"))
    book, made = edits.duplicate_layer(book, "camera", below)
    assert [layer.id for layer in book.scene.layers] == ["main", below, made, "image-2"]
    assert edits.layer_of(book.scene, made).placement.x > small.placement.x


@pytest.mark.parametrize("name", ["remove layer", "copy layer", "move layer", "place"])
def test_what_is_not_there_is_refused(name: str) -> None:
    empty = edits.add_scene(SceneBook(), "Empty")
    with pytest.raises(ValueError, match="not there any more"):
        EDITS[name](empty, 0)
