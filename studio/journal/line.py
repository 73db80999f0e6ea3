"""How a row is written, and how rows are chained, so that one altered byte is found. Pure.

A journal is JSON lines: a header, then rows. ``digest`` is over all of a row that can be deleted (person,
words, body, and a ``salt`` that goes with them: without it, whoever guesses a name could prove the guess by
the digest). ``chain`` is over the chain before it, the digest, and the numbers that stay. So a row whose
person was deleted still chains. A line has one spelling: what does not encode to the very same bytes was
altered.

The chain finds accidents and careless hands. Nothing stops an owner who computes all of it anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from studio.journal.entry import Entry
from studio.model.room import Person

#: The longest line that is read, bytes: JSON spells a byte of a body with at most six.
MAX_LINE = 16 << 20
#: A row that says whose rows were emptied. Its ``seq`` is 0: it is about the file, not of the LIVE.
REDACTED = "redacted"
#: Of a salt, in hexadecimal digits.
SALT = 16

_SEQ = b'{"seq":'


class BrokenLine(ValueError):
    """A line that is no row; the message says why."""


class Who(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """The person in the file: of its own, so that a new field of `Person` does not change old spellings."""

    id: str
    handle: str
    name: str

    @classmethod
    def of(cls, person: Person) -> Who:
        return cls(person.id, person.handle, person.name)

    def person(self) -> Person:
        return Person(id=self.id, handle=self.handle, name=self.name)


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A line below the header. A ``body`` of None was deleted."""

    seq: int
    at_ms: int
    kind: str
    person: Who | None = None
    text: str = ""
    gift_id: int = 0
    count: int = 0
    coins: int = 0
    diamonds: int = 0
    body: str | None = None
    salt: str = ""
    digest: str
    chain: str

    @property
    def emptied(self) -> bool:
        return self.body is None

    def entry(self) -> Entry:
        """As it was given."""
        return Entry(
            seq=self.seq,
            at_ms=self.at_ms,
            kind=self.kind,
            person=self.person.person() if self.person else None,
            text=self.text,
            gift_id=self.gift_id,
            count=self.count,
            coins=self.coins,
            diamonds=self.diamonds,
            body=self.body.encode() if self.body is not None else b"",
        )


class Redaction(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a `REDACTED` row. ``who`` numbers the people deleted from this file, so that each still
    counts as one; ``rows`` are their seqs, ``added`` says of those that were gifts how many.
    """

    who: int
    rows: tuple[int, ...]
    added: dict[int, int] = {}


_encode = msgspec.json.Encoder().encode
_rows = msgspec.json.Decoder(Row)
_redactions = msgspec.json.Decoder(Redaction)


def seal(entry: Entry, chain: str, salt: str) -> tuple[bytes, str]:
    """The line of an entry after ``chain``, and the chain it makes."""
    person = entry.person
    who = Who.of(person) if person is not None else None
    body = entry.body.decode()
    digest = _digest(salt, who, entry.text, body)
    sealed = _chain(chain, entry, digest)
    row = Row(
        seq=entry.seq,
        at_ms=entry.at_ms,
        kind=entry.kind,
        person=who,
        text=entry.text,
        gift_id=entry.gift_id,
        count=entry.count,
        coins=entry.coins,
        diamonds=entry.diamonds,
        body=body,
        salt=salt,
        digest=digest,
        chain=sealed,
    )
    return _encode(row) + b"\n", sealed


def read_row(line: bytes) -> Row:
    """Raises BrokenLine."""
    try:
        return _rows.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenLine(f"it cannot be read: {error}") from error


def looks_whole(line: bytes) -> bool:
    """Whether it begins and ends like a row, so that it was one once."""
    return line.startswith(_SEQ) and line.endswith(b'"}\n')


def peek_seq(line: bytes) -> int | None:
    """The seq of a line without reading the rest of it; None when it does not begin like a row."""
    end = line.find(b",", len(_SEQ), len(_SEQ) + 20)
    digits = line[len(_SEQ) : end] if end > 0 and line.startswith(_SEQ) else b""
    return int(digits) if digits.isdigit() else None


def fault_of(row: Row, line: bytes, before: str | None) -> str:
    """Why this row is not as it was written after the chain ``before`` (None: unknown); empty when it is."""
    if _encode(row) + b"\n" != line:
        return "its spelling was altered"
    if row.body is not None and _digest(row.salt, row.person, row.text, row.body) != row.digest:
        return "its person, words or body were altered"
    if row.body is None and (row.person is not None or row.text or row.salt or not row.seq):
        return "it was emptied in part"
    if before is not None and _chain(before, row, row.digest) != row.chain:
        return "its numbers were altered, or a row before it is gone"
    return ""


def empty(row: Row) -> bytes:
    """The line of a row without all that is about its person."""
    return _encode(msgspec.structs.replace(row, person=None, text="", body=None, salt="")) + b"\n"


def redaction_entry(redaction: Redaction, at_ms: int) -> Entry:
    """As a row: it is sealed like any other."""
    return Entry(seq=0, at_ms=at_ms, kind=REDACTED, body=_encode(redaction))


def read_redaction(entry: Entry) -> Redaction:
    """Raises BrokenLine."""
    try:
        return _redactions.decode(entry.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenLine(f"what was deleted cannot be read: {error}") from error


def seal_all(entries: Iterable[tuple[Entry, str]], chain: str) -> tuple[list[bytes], str]:
    """The lines of entries, each with its salt, and the chain after the last."""
    lines = []
    for entry, salt in entries:
        line, chain = seal(entry, chain, salt)
        lines.append(line)
    return lines, chain


def _digest(salt: str, who: Who | None, text: str, body: str) -> str:
    named = "-" if who is None else f"{who.id}\0{who.handle}\0{who.name}"
    return sha(f"{salt}\0{named}\0{text}\0{body}".encode())


def _chain(before: str, row: Entry | Row, digest: str) -> str:
    numbers = f"{row.seq} {row.at_ms} {row.gift_id} {row.count} {row.coins} {row.diamonds}"
    return sha(f"{before} {numbers} {digest} {row.kind}".encode())


def sha(data: bytes) -> str:
    """Of a digest or a chain, as it is written."""
    return hashlib.sha256(data).hexdigest()
