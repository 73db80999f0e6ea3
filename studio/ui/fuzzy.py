"""Finds a command from a few of its letters. Pure, any thread."""

from __future__ import annotations

import unicodedata

_START, _RUN, _EARLY = 12, 6, 4


def fold(text: str) -> str:
    """Lower case without accents, so that "resume" finds "Résumé"."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def score(query: str, text: str) -> int | None:
    """How well the letters of ``query`` lie in ``text`` in that order; None when they do not. Letters at the
    start of words and letters that follow each other count more.
    """
    wanted, place = fold(query).replace(" ", ""), fold(text)
    at, total, previous = 0, 0, -2
    for char in wanted:
        found = _best(place, char, at, previous)
        if found < 0:
            return None
        starts = found == 0 or not place[found - 1].isalnum()
        total += 1 + (_START if starts else 0) + (_RUN if found == previous + 1 else 0)
        previous, at = found, found + 1
    return total + (_EARLY if wanted and place.startswith(wanted[0]) else 0) - len(place) // 16


def _best(place: str, char: str, start: int, previous: int) -> int:
    """Where to take ``char`` from: right after the last one, else a word's start, else anywhere."""
    if previous + 1 == start and place[start : start + 1] == char:
        return start
    at = place.find(char, start)
    first = at
    while at >= 0:
        if at == 0 or not place[at - 1].isalnum():
            return at
        at = place.find(char, at + 1)
    return first
