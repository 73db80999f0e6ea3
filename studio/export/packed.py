"""Rows written down but for their numbers, many at a time: those of one LIVE. Pure.

Which number a row has is known when all before it are written; all else about it can be written elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

import msgspec

from studio.export import csv_form, json_form
from studio.export.row import Row, Sums

FORMS: dict[str, ModuleType] = {"csv": csv_form, "json": json_form}


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """``text``: a row a line, without its number. ``broken``: lines of the journal that could not be read."""

    text: bytes
    sums: Sums
    broken: int = 0

    def bodies(self) -> list[bytes]:
        """The rows; a line's end never stands in one, in no form."""
        return self.text.split(b"\n") if self.text else []


def packed(rows: Iterable[Row], form_name: str | None) -> Packed:
    """Writes rows down, their own numbers do not matter; only sums without a form."""
    sums = Sums()
    bodies: list[bytes] = []
    write = FORMS[form_name].row_body if form_name is not None else None
    for row in rows:
        sums.add(row)
        if write is not None:
            bodies.append(write(row))
    return Packed(text=b"\n".join(bodies), sums=sums)
