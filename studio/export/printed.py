"""A statement to be printed: what stands in it, and writing it with its proof. Blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from studio.export import json_form, pdf_form
from studio.export.packed import FORMS, packed
from studio.export.row import Head, Kind, Row, Signed, Tail
from studio.export.writing import Cancelled, whole_or_nothing, write_lines
from studio.model.statement import Statement


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """``statement``: what the backend signed. ``rows``: LIVEs, payouts and reversals.

    ``rate``: micro-dollars a diamond that LIVEs' money is reckoned at.
    """

    head: Head
    statement: Statement | None
    public_key: str
    rows: tuple[Row, ...]
    rate: int

    def of(self, kind: Kind) -> list[Row]:
        return [row for row in self.rows if row.kind is kind]


#: All that can be written.
EVERY_FORM = (*FORMS, "pdf")
#: Makes the pages, a PDF: shapes every script, which needs a text engine this room does without.
Draw = Callable[[Printed], bytes]


def write_printed(
    path: Path,
    head: Head,
    rows: Sequence[Row],
    rate: int,
    signed: Signed | None,
    draw: Draw,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Tail:
    """Writes all of it, or nothing. Raises OSError, `Cancelled`."""
    statement = msgspec.json.decode(signed.statement, type=Statement) if signed is not None else None
    document = draw(
        Printed(
            head=head,
            statement=statement,
            public_key=signed.public_key if signed is not None else "",
            rows=tuple(rows),
            rate=rate,
        )
    )
    if stop():
        raise Cancelled
    document = pdf_form.closed(document)
    lines: list[bytes] = []
    tail = write_lines(
        lines.append,
        json_form,
        head,
        [packed(rows, "json")],
        signed,
        stop=stop,
        start=pdf_form.document_digest(document),
    )
    with whole_or_nothing(path) as file:
        file.write(pdf_form.joined(document, [line for line in lines if line]))
    return tail
