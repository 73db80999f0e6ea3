"""Texts and amounts as cells of a table that a spreadsheet opens, and back. Pure.

A spreadsheet takes a cell that begins with one of a few characters for a formula and runs it: what viewers
called themselves must not be. An apostrophe before it keeps it a text (OWASP, "CSV Injection"), also one that
looks like a number: 007 would become 7, and 1,5 another one in each language.
"""

from __future__ import annotations

import re

from studio.model.money import MICRO_PER_DOLLAR

#: OWASP's list, and the full-width forms that East Asian spreadsheets read alike.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GUARD = "'"
_NUMBER = re.compile(r"[\d .,:/%eE\u00a0\u202f-]*\d[\d .,:/%eE\u00a0\u202f-]*")


def text_cell(text: str) -> str:
    """On one line, never a formula and never a number."""
    line = " ".join(text.split())
    return _GUARD + line if line.startswith((*_FORMULA, _GUARD)) or _NUMBER.fullmatch(line) else line


def text_of(cell: str) -> str:
    return cell[1:] if cell.startswith(_GUARD) else cell


def dollars_cell(micro_dollars: int) -> str:
    """``149_995_000`` -> ``"149.995000"``.

    Always six places: where a point parts thousands, 149.995 would be taken for a thousand times as much.
    """
    whole, micro = divmod(abs(micro_dollars), MICRO_PER_DOLLAR)
    sign = "-" if micro_dollars < 0 else ""
    return f"{sign}{whole}.{micro:06d}"


def micro_of(cell: str) -> int:
    """`ValueError` when it is no amount of ours."""
    sign, digits = (-1, cell[1:]) if cell.startswith("-") else (1, cell)
    whole, point, part = digits.partition(".")
    if not (point and _digits(whole) and _digits(part) and len(part) <= 6):
        raise ValueError(f"{cell!r} is no amount")
    return sign * (int(whole) * MICRO_PER_DOLLAR + int(part.ljust(6, "0")))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
