"""The rows of an export: gifts from the journals, payouts and reversals as the backend told them. Blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from pathlib import Path

import msgspec

from studio.export.gift_rows import Wanted, gifts_of, one_line
from studio.export.packed import Packed, packed
from studio.export.period import Period, local_words, zone_named
from studio.export.row import Kind, Row, Signed
from studio.export.workers import in_order
from studio.journal.entry import JournalError
from studio.journal.files import journal_path
from studio.journal.index import Index, Session
from studio.journal.reader import Reader
from studio.model.payout import Payout, Reversal

_MOST_LIVES = 100_000
#: Gift messages up to which starting processes would take longer than the work.
_BY_ONE = 40_000


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """What the backend told: its rate, what it signed, payouts and reversals of the time."""

    micro_dollars_per_diamond: int = 5_000
    signed: Signed | None = None
    payouts: tuple[Payout, ...] = ()
    reversals: tuple[Reversal, ...] = ()


class Journals:
    """The journals of one host in a folder. ``unreadable``: what could not be read, a sentence each."""

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

    def gifts(
        self, period: Period, zone: str, rate: int, form: str | None, stop: Callable[[], bool]
    ) -> Iterator[tuple[Session, Packed]]:
        """Every gift message of the time, a LIVE after the other; ends early when ``stop`` says so."""
        lives = self.of(period)
        wanted = [
            Wanted(
                path=str(journal_path(self._folder, live.room_id)),
                title=live.title,
                from_ms=period.from_ms,
                until_ms=period.until_ms,
                zone=zone,
                rate=rate,
                form=form,
            )
            for live in lives
        ]
        many = sum(live.gifts for live in lives) > _BY_ONE
        answers = in_order(gifts_of, wanted, many=many, stop=stop, failures=(JournalError, OSError))
        for live, answer in zip(lives, answers, strict=False):
            if not isinstance(answer, Packed):
                self.unreadable.append(f"{live.title}: {answer}")
                continue
            if answer.broken:
                self.unreadable.append(f"{live.title}: {answer.broken:,} lines are damaged")
            yield live, answer


def packs_of(
    journals: Journals,
    period: Period,
    zone_name: str,
    money: Money,
    form: str,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Packed]:
    """All of an export's rows: gifts, payouts, reversals. Raises `BadPeriod` for an unknown zone."""
    zone, rate = zone_named(zone_name), money.micro_dollars_per_diamond
    for _, pack in journals.gifts(period, zone_name, rate, form, stop):
        yield pack
    yield packed(money_rows(money, period, zone), form)


def live_rows(
    journals: Journals, period: Period, zone_name: str, rate: int, *, stop: Callable[[], bool] = lambda: False
) -> Iterator[Row]:
    """A row for each LIVE that brought gifts in that time."""
    zone = zone_named(zone_name)
    for live, pack in journals.gifts(period, zone_name, rate, None, stop):
        if pack.sums.gifts:
            yield Row(
                no=0,
                kind=Kind.LIVE,
                at_ms=live.started_ms,
                local=local_words(live.started_ms, zone),
                live=one_line(live.title),
                handle="",
                name="",
                what="Gifts",
                count=pack.sums.gifts,
                coins=pack.sums.coins,
                diamonds=pack.sums.diamonds,
                micro_dollars=pack.sums.diamonds * rate,
                transfer=live.room_id,
            )


def money_rows(money: Money, period: Period, zone: tzinfo | None) -> Iterator[Row]:
    """Payouts, then reversals of that time."""
    for payout in sorted(_in(money.payouts, period), key=lambda one: one.changed_ms):
        yield Row(
            no=0,
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
            yield _reversal_row(one, zone, money.micro_dollars_per_diamond)


def _in(payouts: Iterable[Payout], period: Period) -> list[Payout]:
    return [one for one in payouts if period.from_ms <= one.changed_ms < period.until_ms]


def _reversal_row(one: Reversal, zone: tzinfo | None, rate: int) -> Row:
    return Row(
        no=0,
        kind=Kind.REVERSAL,
        at_ms=one.at_ms,
        local=local_words(one.at_ms, zone),
        live="",
        handle=one_line(one.person.handle),
        name=one_line(one.person.name),
        what=one_line(f"Taken back: {one.reason}"),
        count=1,
        coins=-one.coins,
        diamonds=-one.diamonds,
        micro_dollars=-one.diamonds * rate,
        transfer=one_line(one.gift_transfer_id),
    )
