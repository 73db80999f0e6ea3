"""Cube files: colour tables as Adobe's "Cube LUT Specification 1.0" writes them.

Purpose: reads one, strictly, and looks colours up in it. Thread: any; reading takes up to half a second, so
not the GUI thread. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.media.errors import MediaError

Values = npt.NDArray[np.float32]

#: A table of 65 a side with long numbers; what is larger is no table for a camera.
MAX_BYTES = 12_000_000
_MAX_1D, _MAX_3D = 65_536, 65
_NAME_MAX = 30
#: Numbers are about 0 to 1; for light beyond white, tables go to some hundreds.
_BEYOND = 1e6
_NUMBERS = frozenset("0123456789+-.eE \t")
#: Of LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE, which colour-grading programs write instead of DOMAIN_*.
_RANGES = ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE")


class CubeUnreadable(MediaError):
    """The file is no colour table, or not a whole one. `str(error)` says what is wrong and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """A checked table.

    Attributes:
        values: RGB, 0 to 1; size x size x size x 3 by blue, green, red, or size x 3, a curve a channel.
        low, high: RGB of the first and the last entry.
    """

    title: str
    values: Values
    low: tuple[float, float, float]
    high: tuple[float, float, float]

    def colours(self, rgb: Values) -> Values:
        """What becomes of colours: n x 3, 0 to 1, straight lines between the entries."""
        low, high = np.array(self.low, np.float32), np.array(self.high, np.float32)
        size = self.values.shape[0]
        place = np.clip((rgb - low) / (high - low), 0, 1) * np.float32(size - 1)
        below = np.minimum(place.astype(np.intp), size - 2)
        share = place - below
        if self.values.ndim == 2:
            channel = np.arange(3)
            first, second = self.values[below, channel], self.values[below + 1, channel]
            curve: Values = np.clip(first + (second - first) * share, 0, 1)
            return curve
        found = np.zeros_like(rgb)
        for corner in range(8):
            step = np.array([corner & 1, corner >> 1 & 1, corner >> 2])
            weight = np.where(step, share, 1 - share).prod(axis=1, keepdims=True)
            red, green, blue = (below + step).T
            found += weight * self.values[blue, green, red]
        return np.clip(found, 0, 1)


def shown_name(path: Path) -> str:
    """The file's name as a sentence has room for it."""
    name = path.name
    return name if len(name) <= _NAME_MAX else f"{name[: _NAME_MAX - 8]}…{name[-7:]}"


def read_cube(path: Path) -> Cube:
    """The table in `path`. CubeUnreadable when it is none."""
    name = shown_name(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no system takes
        reason = getattr(error, "strerror", None) or "not a file name"
        raise CubeUnreadable(f"“{name}” cannot be read ({reason}); choose the file again.") from error
    if not raw:
        raise CubeUnreadable(f"“{name}” is empty; get the file again from where it came.")
    if len(raw) > MAX_BYTES:
        raise CubeUnreadable(f"“{name}” is larger than a colour table can be; choose a .cube file.")
    try:
        if b"\0" in raw:
            raise ValueError
        text = raw.decode("utf-8-sig")
    except ValueError as error:
        raise CubeUnreadable(f"“{name}” is not text, so no colour table; choose a .cube file.") from error
    return _Reader(name).read(text)


class _Reader:
    """Goes through the lines once. Invariant: whatever it does not know is refused, never skipped."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._title = ""
        self._size: tuple[str, int] | None = None
        self._domain = {"DOMAIN_MIN": (0.0, 0.0, 0.0), "DOMAIN_MAX": (1.0, 1.0, 1.0)}
        self._rows: list[list[str]] = []

    def read(self, text: str) -> Cube:
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0][0].isalpha() and words[0].lower() not in ("nan", "inf"):
                self._keyword(number, words, line)
            elif len(words) == 3 and _NUMBERS.issuperset(line):
                self._rows.append(words)
            else:
                raise self._broken(f"line {number} is not three numbers")
        return self._cube()

    def _keyword(self, number: int, words: list[str], line: str) -> None:
        word, rest = words[0], words[1:]
        if self._rows:
            raise self._broken(f"line {number} comes after the colours began")
        if word == "TITLE":
            self._title = line.strip()[len(word) :].strip().strip('"')
        elif word in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            self._sized(word, rest)
        elif word in self._domain:
            first, second, third = self._floats(word, rest, 3)
            self._domain[word] = (first, second, third)
        elif word in _RANGES:
            low, high = self._floats(word, rest, 2)
            self._domain.update(DOMAIN_MIN=(low,) * 3, DOMAIN_MAX=(high,) * 3)
        else:
            raise self._broken(f"line {number} begins with {word[:40]!r}")

    def _sized(self, word: str, rest: list[str]) -> None:
        most = _MAX_3D if word == "LUT_3D_SIZE" else _MAX_1D
        if self._size is not None:
            raise self._broken("it says its size twice")
        if len(rest) != 1 or not (rest[0].isascii() and rest[0].isdigit()) or len(rest[0]) > 6:
            raise self._broken(f"its {word} is no number")
        if not 2 <= int(rest[0]) <= most:
            raise self._broken(f"its {word} is {int(rest[0])}, not 2 to {most}")
        self._size = word, int(rest[0])

    def _floats(self, word: str, rest: list[str], count: int) -> list[float]:
        try:
            if len(rest) != count or not _NUMBERS.issuperset("".join(rest)):
                raise ValueError
            return [float(text) for text in rest]
        except ValueError as error:
            raise self._broken(f"its {word} is not {count} numbers") from error

    def _cube(self) -> Cube:
        if self._size is None:
            raise self._broken("it does not say LUT_3D_SIZE or LUT_1D_SIZE")
        word, size = self._size
        shape = (size, size, size, 3) if word == "LUT_3D_SIZE" else (size, 3)
        count = size**3 if word == "LUT_3D_SIZE" else size
        if len(self._rows) != count:
            raise self._broken(f"it has {len(self._rows):,} colours where {count:,} belong")
        low, high = self._domain["DOMAIN_MIN"], self._domain["DOMAIN_MAX"]
        if not all(
            0 < top - bottom < _BEYOND and abs(bottom) < _BEYOND
            for bottom, top in zip(low, high, strict=True)
        ):
            raise self._broken("its DOMAIN_MAX does not lie above its DOMAIN_MIN")
        try:
            values = np.array(self._rows, dtype=np.float64)
        except ValueError as error:
            raise self._broken("one of its colours is not three numbers") from error
        if not bool((np.abs(values) < _BEYOND).all()):
            raise self._broken("one of its numbers is beyond all bounds")
        return Cube(self._title, values.astype(np.float32).reshape(shape), low, high)

    def _broken(self, what: str) -> CubeUnreadable:
        return CubeUnreadable(f"“{self._name}” is not a whole .cube file: {what}. Get it again, or another.")
