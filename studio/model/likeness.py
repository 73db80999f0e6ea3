"""When two comments say the same: what is left of a text once case, width, accents and stretching are gone.

Pure functions, any thread. What goes and what stays is said in `folding`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from studio.model.folding import fold

#: Longer texts are not compared: each stands for itself.
LONGEST = 500
#: A letter so often in a row is stretched ("goooo"): then its number says nothing.
STRETCHED = 3
_KEPT = 2_048

_RUN = re.compile(r"(\S)\1+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """``letters`` has every letter of a row of equal ones once; ``line`` as often as it was written."""

    letters: str
    line: str

    def alike(self, other: Likeness) -> bool:
        """Stretched is alike what it was stretched from: "gooood" both "good" and "god", which differ."""
        if self.line == other.line:
            return True
        if self.letters != other.letters:
            return False
        pairs = zip(_runs(self.line), _runs(other.line), strict=True)
        return all(one == two or max(one, two) >= STRETCHED for one, two in pairs)


def _runs(line: str) -> list[int]:
    """How often each letter stands in a row; 1 for each of several equal digits: they are a number."""
    return [
        length
        for char, same in groupby(line)
        for length in ([1] * len(list(same)) if char.isdecimal() else [len(list(same))])
    ]


@lru_cache(maxsize=_KEPT)
def likeness_of(text: str) -> Likeness | None:
    """What ``text`` says, for comparing; None when it is too long or nothing is left of it."""
    if len(text) > LONGEST:
        return None
    line = fold(text)
    if _RUN.search(line) is None:  # most of them
        return Likeness(line, line) if line else None
    line = _RUN.sub(lambda run: run[0] if run[1].isalnum() else run[1], line)
    return Likeness(_RUN.sub(lambda run: run[0] if run[1].isdecimal() else run[1], line), line)
