"""Marks: moments of a recording worth finding again. They become chapters, and clips are cut around them.

Pure values, any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import msgspec

from studio.model.text import cut_to

#: What a LIVE of many hours has room for; each is a line of about a hundred bytes.
MOST_MARKS = 500
_LABEL_MAX = 120
#: A first chapter shorter than this would only be in the way.
_SHORTEST_START_MS = 1_000


class MarkKind(Enum):
    """Who set it: the host, a burst of gifts, or one large gift."""

    HAND = "hand"
    SPIKE = "spike"
    GIFT = "gift"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One moment: ``at_ms`` of its file's own time, ``wall_ms`` of the day (Unix), and what it was."""

    at_ms: int
    wall_ms: int
    kind: MarkKind = MarkKind.HAND
    label: str = ""

    @property
    def title(self) -> str:
        """What a chapter or a clip is called."""
        return self.label or "Mark"


class Chapter(msgspec.Struct, frozen=True):
    """A stretch of a film with a title, milliseconds from its beginning."""

    start_ms: int
    end_ms: int
    title: str


def shortened(label: str) -> str:
    """``label`` on one line and of a length that fits a list."""
    return cut_to(" ".join(label.split()), _LABEL_MAX)


def chapters_of(marks: Sequence[Mark], duration_ms: int) -> tuple[Chapter, ...]:
    """The film's chapters: from each mark to the next, and what comes before the first."""
    starts: list[tuple[int, str]] = []
    for mark in sorted(marks, key=lambda mark: mark.at_ms):
        if not 0 <= mark.at_ms < duration_ms:
            continue
        if starts and mark.at_ms == starts[-1][0]:
            starts[-1] = (mark.at_ms, f"{starts[-1][1]}, {mark.title}")
        else:
            starts.append((mark.at_ms, mark.title))
    if not starts:
        return ()
    if starts[0][0] >= _SHORTEST_START_MS:
        starts.insert(0, (0, "Start"))
    ends = [start for start, _ in starts[1:]] + [duration_ms]
    return tuple(Chapter(start, end, title) for (start, title), end in zip(starts, ends, strict=True))
