"""When two comments say the same: what is left of a text once case, width, accents and stretching are gone.

Pure functions, any thread. Marks that are accents go (Unicode's inherited ones and Arabic's vowel signs);
marks that are letters stay (kana's voicing, vowels of Thai and of Indic scripts).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

#: Longer texts are not compared: each stands for itself.
LONGEST = 500
#: A letter so often in a row is stretched ("goooo"): then its number says nothing.
STRETCHED = 3
_KEPT = 2_048

#: Accents and emoji variants, Arabic vowel signs and its stretching stroke, what has no width, skin tones.
_IGNORED = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u064b-\u065f\u0670\u0640"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]+"
)
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
    line = text
    if not text.isascii():
        line = _IGNORED.sub("", unicodedata.normalize("NFKD", line))
    line = " ".join(line.casefold().split())
    if not line.isascii():
        line = _IGNORED.sub("", unicodedata.normalize("NFKD", line))
    if _RUN.search(line) is None:  # most of them
        return Likeness(line, line) if line else None
    line = _RUN.sub(lambda run: run[0] if run[1].isalnum() else run[1], line)
    return Likeness(_RUN.sub(lambda run: run[0] if run[1].isdecimal() else run[1], line), line)
