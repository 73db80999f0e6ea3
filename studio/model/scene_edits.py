"""Edits of scenes: each takes a book and gives another one, or says in a sentence why not.

Pure. All raise ValueError for what does not exist, and for what the rules of `model/scene.py` refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from studio.model.scene import NAME_MAX, Layer, Scene, SceneBook


def free_id(taken: set[str], wanted: str) -> str:
    """`wanted`, or it with the first number from 2 on that nothing in `taken` has; at most 64 characters."""
    made, number = wanted[:60], 1
    while made in taken:
        number += 1
        made = f"{wanted[:56]}-{number}"
    return made


def free_name(taken: set[str], wanted: str) -> str:
    """A name of at most `NAME_MAX` characters that nothing in `taken` has: "Image", "Image 2" and so on."""
    wanted = wanted.strip() or "Layer"
    made, number = wanted[:NAME_MAX].strip(), 1
    while made in taken:
        number += 1
        made = f"{wanted[: NAME_MAX - 4].strip()} {number}"
    return made


def scene_of(book: SceneBook, scene_id: str) -> Scene:
    """That scene of the book."""
    found = next((scene for scene in book.scenes if scene.id == scene_id), None)
    if found is None:
        raise ValueError("that scene is not there any more")
    return found


def layer_of(scene: Scene, layer_id: str) -> Layer:
    """That layer of the scene."""
    found = next((layer for layer in scene.layers if layer.id == layer_id), None)
    if found is None:
        raise ValueError("that layer is not there any more")
    return found


def switch(book: SceneBook, scene_id: str) -> SceneBook:
    """That scene is on."""
    return replace(book, current=scene_of(book, scene_id).id)


def add_scene(book: SceneBook, name: str) -> SceneBook:
    """A further scene at the end, without layers, and on."""
    made = Scene(id=_free_scene_id(book, "scene"), name=_free_scene_name(book, name or "Scene"))
    return replace(book, scenes=(*book.scenes, made), current=made.id)


def duplicate_scene(book: SceneBook, scene_id: str) -> SceneBook:
    """A copy right behind the scene, and on."""
    known = scene_of(book, scene_id)
    made = replace(known, id=_free_scene_id(book, known.id), name=_free_scene_name(book, known.name))
    place = book.scenes.index(known) + 1
    return replace(book, scenes=(*book.scenes[:place], made, *book.scenes[place:]), current=made.id)


def remove_scene(book: SceneBook, scene_id: str) -> SceneBook:
    """Without that scene. Where it was on, its neighbour is; the last one stays."""
    known = scene_of(book, scene_id)
    if len(book.scenes) == 1:
        raise ValueError("the last scene stays; add another one first")
    place = book.scenes.index(known)
    left = tuple(scene for scene in book.scenes if scene is not known)
    current = left[min(place, len(left) - 1)].id if book.current == scene_id else book.current
    return replace(book, scenes=left, current=current)


def rename_scene(book: SceneBook, scene_id: str, name: str) -> SceneBook:
    """Gives the scene that name, cut to what fits."""
    return with_scene(book, scene_id, lambda scene: replace(scene, name=name.strip()[:NAME_MAX].strip()))


def move_scene(book: SceneBook, scene_id: str, place: int) -> SceneBook:
    """Puts the scene at `place` of the list, 0 is the first; beyond the ends it stops there."""
    known = scene_of(book, scene_id)
    others = [scene for scene in book.scenes if scene is not known]
    others.insert(max(0, min(place, len(others))), known)
    return replace(book, scenes=tuple(others))


def add_layer(book: SceneBook, scene_id: str, layer: Layer) -> tuple[SceneBook, str]:
    """`layer` on top of the scene, with an id and a name that are free there; also gives that id."""
    scene = scene_of(book, scene_id)
    made = replace(
        layer,
        id=free_id({known.id for known in scene.layers}, layer.id),
        name=free_name({known.name for known in scene.layers}, layer.name),
    )
    return with_scene(book, scene_id, lambda known: replace(known, layers=(*known.layers, made))), made.id


def duplicate_layer(book: SceneBook, scene_id: str, layer_id: str) -> tuple[SceneBook, str]:
    """A copy right over the layer, a little aside so that it is seen; also gives its id."""
    layer = layer_of(scene_of(book, scene_id), layer_id)
    aside = layer.placement
    if not aside.whole_canvas:
        aside = replace(aside, x=min(2.0, aside.x + 0.03), y=min(2.0, aside.y + 0.03))
    book, made = add_layer(book, scene_id, replace(layer, placement=aside, locked=False))
    place = scene_of(book, scene_id).layers.index(layer) + 1
    return move_layer(book, scene_id, made, place), made


def remove_layer(book: SceneBook, scene_id: str, layer_id: str) -> SceneBook:
    """Without that layer."""
    gone = layer_of(scene_of(book, scene_id), layer_id)
    return with_scene(
        book,
        scene_id,
        lambda scene: replace(scene, layers=tuple(layer for layer in scene.layers if layer is not gone)),
    )


def move_layer(book: SceneBook, scene_id: str, layer_id: str, place: int) -> SceneBook:
    """Puts the layer at `place` from below, 0 is the lowest; beyond the ends it stops there."""
    scene = scene_of(book, scene_id)
    known = layer_of(scene, layer_id)
    others = [layer for layer in scene.layers if layer is not known]
    others.insert(max(0, min(place, len(others))), known)
    return with_scene(book, scene_id, lambda scene: replace(scene, layers=tuple(others)))


def with_layer(book: SceneBook, scene_id: str, layer_id: str, edit: Callable[[Layer], Layer]) -> SceneBook:
    """The book with that layer as `edit` gives it."""
    known = layer_of(scene_of(book, scene_id), layer_id)
    made = edit(known)
    return with_scene(
        book,
        scene_id,
        lambda scene: replace(
            scene, layers=tuple(made if layer is known else layer for layer in scene.layers)
        ),
    )


def with_scene(book: SceneBook, scene_id: str, edit: Callable[[Scene], Scene]) -> SceneBook:
    """The book with that scene as `edit` gives it."""
    known = scene_of(book, scene_id)
    made = edit(known)
    return replace(book, scenes=tuple(made if scene is known else scene for scene in book.scenes))


def _free_scene_id(book: SceneBook, wanted: str) -> str:
    return free_id({scene.id for scene in book.scenes}, wanted)


def _free_scene_name(book: SceneBook, wanted: str) -> str:
    return free_name({scene.name for scene in book.scenes}, wanted)
