"""Arrays to draw pictures in again once nobody holds them.

Purpose: a new array of 2.8 MB for every picture costs 1.8 ms in page faults when two are made in turn: the
allocator gives the memory back to the system each time. Thread: the one that draws. Must not import: Qt, net.
"""

from __future__ import annotations

import sys

import numpy as np

from studio.media.frame import Pixels

#: One being drawn, one kept to be shown again, two with whom they were given to.
CAPACITY = 4


def _references(arrays: list[Pixels]) -> list[int]:
    return [sys.getrefcount(array) for array in arrays]


#: What is counted for an array that nobody but a list has; Python versions differ in it.
_OURS = _references([np.empty(1, np.uint8)])[0]


class SparePictures:
    """Invariant: an array that anyone still holds, or sees through a view, is never handed out again."""

    def __init__(self, width: int, height: int, *, plane: bool = False, capacity: int = CAPACITY) -> None:
        """`plane`: of height x width, not x 3."""
        self._shape = (height, width) if plane else (height, width, 3)
        self._capacity = capacity
        self._arrays: list[Pixels] = []

    def take(self) -> Pixels:
        """A writable array of height x width x 3 (or a plane) with anything in it."""
        for place, references in enumerate(_references(self._arrays)):
            if references == _OURS:
                free = self._arrays[place]
                free.flags.writeable = True
                return free
        made: Pixels = np.empty(self._shape, dtype=np.uint8)
        if len(self._arrays) < self._capacity:
            self._arrays.append(made)
        return made
