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
    """``text``: a row a line, without its number; the rest are sums of the rows.

    ``broken``: lines of the journal that could not be read.
    """

    text: bytes = b""
    rows: int = 0
    gifts: int = 0
    coins: int = 0
    diamonds: int = 0
    paid_micro_dollars: int = 0
    broken: int = 0

    def bodies(self) -> list[bytes]:
        """The rows; a line's end never stands in one, in no form."""
        return self.text.split(b"\n") if self.rows else []


def packed(rows: Iterable[Row], form_name: str, broken: int = 0) -> Packed:
    """Writes rows down; their own numbers do not matter."""
    form, sums = FORMS[form_name], Sums()
    bodies: list[bytes] = []
    for row in rows:
        bodies.append(form.row_body(row))
        sums.add(row)
    return Packed(
        text=b"\n".join(bodies),
        rows=len(bodies),
        gifts=sums.gifts,
        coins=sums.coins,
        diamonds=sums.diamonds,
        paid_micro_dollars=sums.paid_micro_dollars,
        broken=broken,
    )
