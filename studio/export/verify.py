"""Checking an export: every byte as it was written, sums that fit, totals the backend signed. Blocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from studio.export import csv_form, json_form, pdf_form
from studio.export.row import FORMAT, VERSION, BadExport, Head, Row, Signed, Sums, Tail
from studio.export.seal import START, digest
from studio.model.statement import Statement

#: No line of ours is longer.
_LONGEST = 1 << 20
#: Bytes; a statement of a thousand LIVEs has half a million.
_LARGEST_PDF = 64 << 20
_UNSIGNED = "The backend has not signed anything: the rows are those of journals on one computer alone."


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """``altered``: what is wrong and where, empty when every byte is as it was written. ``row``: the first
    row that is not (0: the head, or the file as such). ``notes``: what else is to be known.
    """

    altered: str = ""
    row: int = 0
    rows: int = 0
    head: Head | None = None
    statement: Statement | None = None
    public_key: str = ""
    notes: tuple[str, ...] = ()


def verify(path: Path) -> Verdict:
    """Reads all of it. Raises OSError, and `BadExport` when it is no export at all."""
    with path.open("rb") as file:
        start = file.read(512)
        if start.startswith(pdf_form.MAGIC):
            return _verify_pdf(start + file.read(_LARGEST_PDF))
        form = _form_of(start)
        file.seek(len(form.first_line()))
        return _Check(form).run(_lines(file))


def _verify_pdf(data: bytes) -> Verdict:
    document, said, lines, end_is_right = pdf_form.parted(data)
    if pdf_form.document_digest(document) != said:
        return Verdict(altered="The pages: they are not as they were written.")
    verdict = _Check(json_form, said).run(iter(lines))
    if not verdict.altered and not end_is_right:
        return Verdict(altered="Something was altered behind the totals.", row=verdict.rows + 1)
    return verdict


def _form_of(start: bytes) -> ModuleType:
    if start.startswith(b'{"head":'):
        return json_form
    if start.startswith(csv_form.first_line()):
        return csv_form
    raise BadExport("This is no export of Host Studio, or its first line was altered.")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(_LONGEST):
        yield line


class _Check:
    """One file, line by line."""

    def __init__(self, form: ModuleType, start: str = START) -> None:
        self._form = form
        self._seal = start
        self._sums = Sums()
        self._head: Head | None = None
        self._tail: Tail | None = None
        self._ended = False  # the row before said that it is the last one

    def run(self, lines: Iterator[bytes]) -> Verdict:
        for line in lines:
            if self._tail is not None:
                return self._altered("something was added behind the totals")
            try:
                self._take(line)
            except BadExport as error:
                return self._altered(str(error))
        if self._head is None or self._tail is None:
            return self._altered("the end is missing: the totals are not there")
        return self._judge(self._head, self._tail)

    def _take(self, line: bytes) -> None:
        form = self._form
        body, seal = form.opened(line)
        found: Row | Head | Tail = form.read_body(body)
        if isinstance(found, Row) and found.no != self._sums.rows + 1:
            raise BadExport(f"here is row {found.no}: one is missing, was added or was moved")
        last = line == form.sealed(body, seal, last=True)
        if not (last or line == form.sealed(body, seal)) or seal != digest(self._seal, body):
            raise BadExport("it is not as it was written")
        self._seal = seal
        if isinstance(found, Head):
            self._take_head(found)
        elif self._head is None:
            raise BadExport("the head is missing")
        elif isinstance(found, Row):
            self._take_row(found, last)
        else:
            self._take_tail(found)

    def _take_head(self, head: Head) -> None:
        if self._head is not None:
            raise BadExport("a second head")
        if head.format != FORMAT or head.version != VERSION:
            raise BadExport(f"it was written by another version ({head.format} {head.version})")
        self._head = head

    def _take_row(self, row: Row, last: bool) -> None:
        if self._ended and self._form is json_form:
            raise BadExport("it stands behind the last row")
        self._ended = last
        self._sums.add(row)

    def _take_tail(self, tail: Tail) -> None:
        if self._form is json_form and self._sums.rows and not self._ended:
            raise BadExport("a row is missing before the totals")
        self._tail = tail

    def _altered(self, what: str) -> Verdict:
        row = self._sums.rows + 1 if self._head is not None else 0
        where = f"Row {row}" if row else "The head"
        return Verdict(altered=f"{where}: {what}.", row=row, rows=self._sums.rows, head=self._head)

    def _judge(self, head: Head, tail: Tail) -> Verdict:
        """Every line is as it was written: do they say the same?"""
        if tail != self._sums.tail(tail.signed):
            return self._altered("the totals are not those of the rows")
        if tail.signed is None:
            return Verdict(rows=tail.rows, head=head, notes=(_UNSIGNED,))
        statement = _checked(tail.signed)
        if statement is None:
            return self._altered("the backend’s signature does not fit what is said to be signed")
        told = (statement.host_id, statement.from_ms, statement.until_ms)
        if told != (head.host_id, head.from_ms, head.until_ms):
            return self._altered("what the backend signed is of another host or time")
        return Verdict(
            rows=tail.rows,
            head=head,
            statement=statement,
            public_key=tail.signed.public_key,
            notes=tuple(_differences(tail, statement)),
        )


def _checked(signed: Signed) -> Statement | None:
    """The statement, when its signature is right."""
    text = signed.statement.encode()
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed.public_key))
        key.verify(bytes.fromhex(signed.signature), text)
        return msgspec.json.decode(text, type=Statement)
    except (InvalidSignature, ValueError, msgspec.DecodeError):
        return None


def _differences(tail: Tail, statement: Statement) -> Iterator[str]:
    for name, here, there in (
        ("gift messages", tail.gifts, statement.gifts),
        ("coins", tail.coins, statement.coins),
        ("diamonds", tail.diamonds, statement.diamonds),
    ):
        if here != there:
            yield (
                f"The rows have {here:,} {name}, the backend signed {there:,}: LIVEs hosted from another "
                "computer, or deleted here, are missing in the rows."
            )
