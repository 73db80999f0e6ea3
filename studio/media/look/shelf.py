"""The colour tables that are in use: each file read once.

Thread: any; `get` reads a file, so not the GUI thread. Must not import: Qt, net.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from studio.media.look.cube import CubeUnreadable, read_cube, shown_name
from studio.media.look.lut import ReadyLut

#: A ready table takes 0.8 MB. When full, the one that was not asked for longest goes.
CAPACITY = 8


class LutShelf:
    """Invariant: a file is read again only when it has changed (by its time and size)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready: OrderedDict[tuple[str, int, int], ReadyLut] = OrderedDict()

    def get(self, path: str) -> ReadyLut:
        """The table in the file; CubeUnreadable when it is none."""
        file = Path(path)
        try:
            state = file.stat()
            key = (path, state.st_mtime_ns, state.st_size)
        except (OSError, ValueError) as error:
            name = shown_name(file)
            raise CubeUnreadable(f"“{name}” is not where it was; choose the LUT file again.") from error
        with self._lock:
            if key not in self._ready:
                self._ready[key] = ReadyLut(read_cube(file))
                while len(self._ready) > CAPACITY:
                    self._ready.popitem(last=False)
            self._ready.move_to_end(key)
            return self._ready[key]
