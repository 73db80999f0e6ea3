"""A book of scenes as a file to take along: JSON, checked when it comes back. Not on the GUI thread."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import msgspec

from studio.model.scene import Scene, SceneBook, SourceKind

SUFFIX = ".hoststudio-scenes"
VERSION = 1
#: Twenty scenes of twelve layers are 200 kB.
_MOST_BYTES = 2_000_000
_FORMAT = "host-studio-scenes"
_FILES = (SourceKind.IMAGE, SourceKind.VIDEO)


class SceneFileError(ValueError):
    """The file cannot be used; `str(error)` is a sentence."""


class _File(msgspec.Struct, kw_only=True):
    format: str
    version: int
    book: msgspec.Raw


def write_scenes(path: Path, book: SceneBook) -> None:
    """Writes a new file beside it and renames that over it. OSError as the disk does."""
    data = _File(format=_FORMAT, version=VERSION, book=msgspec.Raw(msgspec.json.encode(book)))
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(data), indent=2))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read_scenes(path: Path) -> SceneBook:
    """The book in it. Raises SceneFileError with a sentence for whatever is wrong."""
    name = f"“{path.name}”"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SceneFileError(f"{name} is too large to be a file of scenes.")
        data = path.read_bytes()
    except OSError as error:
        raise SceneFileError(f"{name} cannot be read ({error.strerror or error}).") from error
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SceneFileError(f"{name} is not a file of scenes.") from error
    if file.format != _FORMAT:
        raise SceneFileError(f"{name} is not a file of scenes.")
    if file.version > VERSION:
        raise SceneFileError(f"{name} was made by a newer Host Studio; update this one to open it.")
    try:
        return msgspec.json.decode(file.book, type=SceneBook)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SceneFileError(f"{name} is damaged: {error}.") from error


def missing_files(book: SceneBook) -> tuple[str, ...]:
    """Paths that layers and looks name and that are not on this machine."""
    named = {
        path
        for scene in book.scenes
        for layer in scene.layers
        for path in (layer.source.target if layer.source.kind in _FILES else "", layer.look.lut)
        if path
    }
    return tuple(sorted(path for path in named if not Path(path).is_file()))


def merged(book: SceneBook, others: SceneBook) -> SceneBook:
    """`book` with the scenes of `others` at its end, under free ids and names. ValueError when too many."""
    ids = {scene.id for scene in book.scenes}
    names = {scene.name for scene in book.scenes}
    added: list[Scene] = []
    for scene in others.scenes:
        made = replace(scene, id=_free(ids, scene.id, 64), name=_free(names, scene.name, 32))
        ids.add(made.id)
        names.add(made.name)
        added.append(made)
    return replace(book, scenes=(*book.scenes, *added))


def _free(taken: set[str], wanted: str, most: int) -> str:
    made, number = wanted, 1
    while made in taken:
        number += 1
        made = f"{wanted[: most - 4]} {number}"
    return made
