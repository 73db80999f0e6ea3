"""The rows of an export: gifts from the journals, payouts and reversals as the backend told them. Blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from functools import lru_cache
from itertools import count
from pathlib import Path

import msgspec

from studio.export.period import Period, local_words
from studio.export.row import Kind, Row, Signed
from studio.journal.entry import Entry, JournalError
from studio.journal.files import journal_path
from studio.journal.index import Index, Session
from studio.journal.reader import Reader
from studio.model.payout import Payout, Reversal

_MOST_LIVES = 100_000


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """What the backend told: its rate, what it signed, payouts and reversals of the time."""

    micro_dollars_per_diamond: int = 5_000
    signed: Signed | None = None
    payouts: tuple[Payout, ...] = ()
    reversals: tuple[Reversal, ...] = ()


class _Gift(msgspec.Struct):
    transfer_id: str
    gift_name: str
    added: int


_gift = msgspec.json.Decoder(_Gift)


class Journals:
    """The journals of one host in a folder. ``unreadable``: names of those that could not be read."""

    def __init__(self, folder: Path, host_id: str = "") -> None:
        """Raises JournalError, OSError."""
        self._folder = folder
        index = Index(folder)
        try:
            index.refresh()
            self.sessions = index.sessions(_MOST_LIVES, host_id=host_id)
        finally:
            index.close()
        self.unreadable: list[str] = []

    @property
    def hosts(self) -> tuple[str, ...]:
        """Ids of the hosts whose LIVEs there are."""
        return tuple(sorted({one.host_id for one in self.sessions}))

    def handle(self) -> str:
        """What the host of the newest LIVE is called; empty when there is none."""
        for session in self.sessions:
            with Reader(journal_path(self._folder, session.room_id)) as reader:
                if reader.header is not None:
                    return reader.header.host.handle
        return ""

    def of(self, period: Period) -> list[Session]:
        """LIVEs that reach into the time, the oldest first."""
        return [
            one
            for one in reversed(self.sessions)
            if one.started_ms < period.until_ms and one.ended_ms >= period.from_ms
        ]

    def gifts(self, period: Period) -> Iterator[tuple[Session, Entry]]:
        """Every gift message of the time, in order."""
        for session in self.of(period):
            try:
                with Reader(journal_path(self._folder, session.room_id)) as reader:
                    last = 0
                    for entry in reader.stream():
                        if entry.seq <= last:
                            continue
                        last = entry.seq
                        inside = period.from_ms <= entry.at_ms < period.until_ms
                        if entry.kind == "gift" and entry.coins and inside:
                            yield session, entry
            except (JournalError, OSError) as error:
                self.unreadable.append(f"{session.title}: {error}")


def rows_of(journals: Journals, period: Period, zone: tzinfo | None, money: Money) -> Iterator[Row]:
    """All of an export's, numbered from 1."""
    numbers = count(1)
    for session, entry in journals.gifts(period):
        yield _gift_row(next(numbers), session, entry, zone, money.micro_dollars_per_diamond)
    for payout in sorted(_in(money.payouts, period), key=lambda one: one.changed_ms):
        yield Row(
            no=next(numbers),
            kind=Kind.PAYOUT,
            at_ms=payout.changed_ms,
            local=local_words(payout.changed_ms, zone),
            live="",
            handle="",
            name="",
            what=f"Payout {payout.state.value}",
            count=1,
            coins=0,
            diamonds=payout.diamonds,
            micro_dollars=payout.micro_dollars if payout.state == "paid" else 0,
            transfer=payout.payout_id,
        )
    for one in sorted(money.reversals, key=lambda one: one.no):
        if period.from_ms <= one.at_ms < period.until_ms:
            yield _reversal_row(next(numbers), one, zone, money.micro_dollars_per_diamond)


def _in(payouts: Iterable[Payout], period: Period) -> list[Payout]:
    return [one for one in payouts if period.from_ms <= one.changed_ms < period.until_ms]


def _gift_row(no: int, session: Session, entry: Entry, zone: tzinfo | None, rate: int) -> Row:
    said: _Gift | None = None
    if entry.body:
        try:
            said = _gift.decode(entry.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            said = None
    person = entry.person
    return Row(
        no=no,
        kind=Kind.GIFT,
        at_ms=entry.at_ms,
        local=local_words(entry.at_ms, zone),
        live=_one_line(session.title),
        handle=_one_line(person.handle) if person is not None else "",
        name=_one_line(person.name) if person is not None else "",
        what=_one_line(said.gift_name) if said is not None else f"Gift {entry.gift_id}",
        count=said.added if said is not None else 0,
        coins=entry.coins,
        diamonds=entry.diamonds,
        micro_dollars=entry.diamonds * rate,
        transfer=_one_line(said.transfer_id) if said is not None else "",
    )


def _reversal_row(no: int, one: Reversal, zone: tzinfo | None, rate: int) -> Row:
    return Row(
        no=no,
        kind=Kind.REVERSAL,
        at_ms=one.at_ms,
        local=local_words(one.at_ms, zone),
        live="",
        handle=_one_line(one.person.handle),
        name=_one_line(one.person.name),
        what=_one_line(f"Taken back: {one.reason}"),
        count=1,
        coins=-one.coins,
        diamonds=-one.diamonds,
        micro_dollars=-one.diamonds * rate,
        transfer=_one_line(one.gift_transfer_id),
    )


@lru_cache(maxsize=20_000)
def _one_line(text: str) -> str:
    return " ".join(text.split()).encode("utf-8", "replace").decode()
