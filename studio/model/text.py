"""Cleaning text that strangers wrote, before anyone stores, shows or measures it.

Pure functions, any thread. Control characters and direction overrides can hide or reorder what
a row says, so they never get past the border (Unicode TR 36, "bidirectional text spoofing").
"""

from __future__ import annotations

import re
import unicodedata

#: Explicit direction controls: they leak into the rest of a row. Marks (LRM, RLM, ALM) and joiners stay.
_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT_FORMAT = frozenset("\u200c\u200d\u200e\u200f\u061c")
#: Combining marks beyond this on one base character are "zalgo": they paint over other rows.
_MAX_MARKS = 4
#: Categories that show nothing without a base character.
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Zs"})


def _is_tag(char: str) -> bool:
    return "\U000e0020" <= char <= "\U000e007f"  # flags of Scotland, Wales...: emoji tag sequences


def _is_noncharacter(char: str) -> bool:
    return "\ufdd0" <= char <= "\ufdef" or ord(char) & 0xFFFE == 0xFFFE


def clean_line(text: str) -> str:
    """One line: no control or direction characters, white space folded, at most 4 marks a character, NFC.

    Empty when nothing that can be seen is left (joiners and marks alone). Characters this Python's
    tables do not know yet are kept: each year's new emoji are such.
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char.isspace() or category in ("Zl", "Zp"):
            char, marks = " ", 0
        elif category in ("Cc", "Cs", "Co") or _is_noncharacter(char):
            continue
        elif category == "Cf":
            if char in _DIRECTION_CONTROLS or not (char in _KEPT_FORMAT or _is_tag(char)):
                continue
        elif category in ("Mn", "Me"):
            marks += 1
            if marks > _MAX_MARKS:
                continue
        else:
            marks = 0
        kept.append(char)
    # Once more: what was dropped may have stood between a letter and its mark.
    line = unicodedata.normalize("NFC", " ".join("".join(kept).split()))
    return line if any(unicodedata.category(char) not in _UNSEEN for char in line) else ""


def isolate(text: str) -> str:
    """Wraps a stranger's text in a first-strong isolate, so that it cannot reorder its row (UAX 9)."""
    return f"\u2068{text}\u2069"


def cut_to(text: str, most: int) -> str:
    """``text``, or what of it goes into ``most`` characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


#: Digits, with or without a mark between the thousands, as people write and paste them.
_WHOLE = re.compile(r"\d+|\d{1,3}(?:([.,\s'’_])\d{3})(?:\1\d{3})*")


def whole_number(text: str) -> int | None:
    """``"50,000"`` -> 50000, an empty text -> 0; None when it is not a whole number."""
    if not text:
        return 0
    if _WHOLE.fullmatch(text) is None:
        return None
    return int("".join(mark for mark in text if mark.isdecimal()))
