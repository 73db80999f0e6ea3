"""A recording's file, plain or gzipped, as JSON records one after the other.

Blocking; any thread. What is damaged inside is a `Damaged` in its place; what is no recording at all raises
`BadRecording` with a sentence for the person. Bounded: 512 MB unpacked, 4 MB a line, 64 MB for a JSON array.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

MOST_BYTES = 512 * 1024 * 1024
MOST_LINE_BYTES = 4 * 1024 * 1024
MOST_ARRAY_BYTES = 64 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_TORN = (EOFError, gzip.BadGzipFile, zlib.error)


class BadRecording(ValueError):
    """The file cannot be played; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A place in the file where a record should be and is not."""

    why: str


def read_records(path: Path) -> Iterator[object]:
    """Every record of the file in its order; a `Damaged` for one that cannot be read."""
    with _opened(path) as file:
        try:
            first = file.readline(MOST_LINE_BYTES + 1)
            while first and not first.removeprefix(_BOM).strip():
                first = file.readline(MOST_LINE_BYTES + 1)
        except _TORN:
            raise BadRecording(
                f"{path} is a damaged gzip file: nothing in it can be unpacked. Copy it again."
            ) from None
        first = first.removeprefix(_BOM)
        if not first:
            raise BadRecording(f"{path} is empty.")
        if first.lstrip().startswith(b"["):
            yield from _array(path, first, file)
        else:
            yield from _lines(first, file)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as plain:
            if plain.peek(2)[:2] == _GZIP:
                with gzip.GzipFile(fileobj=plain) as unpacked:
                    yield io.BufferedReader(unpacked)
            else:
                yield plain
    except OSError as error:
        if isinstance(error, _TORN):  # a BadGzipFile is an OSError, and not about the file's place
            raise
        raise BadRecording(
            f"{path} cannot be read: {error.strerror or error}. Name a recording's file."
        ) from error


def _array(path: Path, first: bytes, file: IO[bytes]) -> Iterator[object]:
    try:
        data = first + file.read(MOST_ARRAY_BYTES + 1)
    except _TORN:
        raise BadRecording(
            f"{path} is cut off or damaged: its JSON list has no end. Copy it again."
        ) from None
    if len(data) > MOST_ARRAY_BYTES:
        raise BadRecording(
            f"{path} is one JSON list of more than {MOST_ARRAY_BYTES >> 20} MB. Write one record a line."
        )
    value = decoded(data)
    if isinstance(value, Damaged):
        raise BadRecording(
            f"{path} begins as a JSON list and is none to its end ({value.why}). Copy it again."
        )
    assert isinstance(value, list), "JSON that begins with a bracket is a list"
    yield from value


def _lines(line: bytes, file: IO[bytes]) -> Iterator[object]:
    size = 0
    while line:
        size += len(line)
        if size > MOST_BYTES:
            yield Damaged(f"what is beyond {MOST_BYTES >> 20} MB was not read")
            return
        try:
            if len(line) > MOST_LINE_BYTES and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = file.readline(MOST_LINE_BYTES)
                    size += len(line)
                yield Damaged(f"a line of more than {MOST_LINE_BYTES >> 20} MB")
            elif line.strip():
                yield decoded(line)
            line = file.readline(MOST_LINE_BYTES + 1)
        except _TORN:
            yield Damaged("the gzip file is cut off or damaged here")
            return


def decoded(data: bytes) -> object:
    """JSON as Python values, or what is wrong with it."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Damaged("a line that is not JSON, or only the beginning of some")
    except RecursionError:
        return Damaged("JSON nested too deeply")
