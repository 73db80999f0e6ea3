"""What is left of a text once case, width, accents and what cannot be seen are gone, for comparing.

Pure functions, any thread. Marks that are accents go (Unicode's inherited ones and Arabic's vowel signs);
marks that are letters stay (kana's voicing, vowels of Thai and of Indic scripts).
"""

from __future__ import annotations

import re
import unicodedata

#: Accents and emoji variants, Arabic vowel signs and its stretching stroke, what has no width, skin tones.
_IGNORED = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u064b-\u065f\u0670\u0640"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]+"
)


def fold(text: str) -> str:
    """``text`` without case, width and accents, white space as single spaces. Takes time by its length."""
    line = text
    if not text.isascii():
        line = _IGNORED.sub("", unicodedata.normalize("NFKD", line))
    line = " ".join(line.casefold().split())
    if not line.isascii():
        line = _IGNORED.sub("", unicodedata.normalize("NFKD", line))
    return line
