"""Audit: gifts. Events and transfers of a LIVE are read side by side in the order of their seq."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from studio.backend.money.findings import AuditReport
from studio.backend.money.ledger import GIFT_COINS, GIFT_DIAMONDS, GIFT_SHARE
from studio.backend.storage import schema
from studio.model.money import MILLION
from studio.model.room import RoomTotals


class _Gift(msgspec.Struct):
    seq: int
    transfer_id: str
    added: int
    coins: int
    diamonds: int
    room_diamonds: int


_gift_decoder = msgspec.json.Decoder(_Gift)
_totals_decoder = msgspec.json.Decoder(RoomTotals)
#: Of a transfer: seq, id, amount, quantity, diamonds a coin, share, micro-dollars a diamond, link.
_Row = tuple[int, str, int, int, int, int, int, str]


def check_gifts(connection: Connection, report: AuditReport) -> None:
    """Each gift event has its transfers and each transfer its event; shares and totals add up."""
    rooms = schema.rooms
    for room in connection.execute(select(rooms.c.id, rooms.c.totals)).all():
        diamonds, money = _check_room(connection, report, room.id)
        stored = _totals_decoder.decode(room.totals)
        if (stored.diamonds, stored.micro_dollars) != (diamonds, money):
            what = f"{stored.diamonds} diamonds, {stored.micro_dollars}; its gifts {diamonds}, {money}"
            report.broken("a LIVE's totals are its gifts'", "rooms", room.id, what)


def _check_room(connection: Connection, report: AuditReport, room_id: str) -> tuple[int, int]:
    """The room's diamonds and micro-dollars, added up."""
    coins, diamonds, shares = (
        _Side(_transfers(connection, room_id, code), report)
        for code in (GIFT_COINS, GIFT_DIAMONDS, GIFT_SHARE)
    )
    running, money = 0, 0
    for gift in _events(connection, room_id):
        running += gift.diamonds
        if gift.room_diamonds != running:
            what = f"tells {gift.room_diamonds}, it is {running}"
            report.broken("a gift tells the LIVE's total", "events", f"{room_id}.{gift.seq}", what)
        if gift.added:
            report.gifts += 1
            given = coins.of(gift.seq), diamonds.of(gift.seq), shares.of(gift.seq)
            money += _check_gift(report, room_id, gift, *given)
    for side in (coins, diamonds, shares):
        side.finish()
    return running, money


def _check_gift(
    report: AuditReport,
    room_id: str,
    gift: _Gift,
    coins: _Row | None,
    diamonds: _Row | None,
    share: _Row | None,
) -> int:
    """What the gift was worth, by its rows' rate."""
    place = f"{room_id}.{gift.seq}"
    if coins is None or coins[1:4] != (gift.transfer_id, gift.coins, gift.added):
        report.broken("a gift's event has its coins", "events", place, f"{gift} and {coins}")
        return 0
    if diamonds is None or (diamonds[2], diamonds[3], diamonds[7]) != (gift.diamonds, gift.added, coins[7]):
        report.broken("a gift's event has its diamonds", "events", place, f"{gift} and {diamonds}")
        return 0
    gross = coins[2] * diamonds[4]
    of_platform = share[2] if share is not None else 0
    if of_platform != gross * diamonds[5] // MILLION or diamonds[2] + of_platform != gross:
        what = f"{coins[2]} coins at {diamonds[4]} made {diamonds[2]} and {of_platform} at {diamonds[5]} ppm"
        report.broken("a gift is shared by its row's rates", "transfers", diamonds[1], what)
    return diamonds[2] * diamonds[6]


class _Side:
    """One code's transfers of a LIVE, asked for in order of seq; those nobody asks for have no event."""

    def __init__(self, rows: Iterator[_Row], report: AuditReport) -> None:
        self._rows = rows
        self._report = report
        self._next = next(rows, None)

    def of(self, seq: int) -> _Row | None:
        while self._next is not None and self._next[0] < seq:
            self._leave()
        found = self._next
        if found is None or found[0] != seq:
            return None
        self._next = next(self._rows, None)
        return found

    def finish(self) -> None:
        while self._next is not None:
            self._leave()

    def _leave(self) -> None:
        assert self._next is not None
        self._report.broken("a gift's transfer has its event", "transfers", self._next[1], "has none")
        self._next = next(self._rows, None)


def _transfers(connection: Connection, room_id: str, code: str) -> Iterator[Any]:
    rows = schema.transfers.c
    names = ("event_seq", "id", "amount", "quantity", "diamonds_per_coin", "share_ppm")
    query = (
        select(*(rows[name] for name in names), rows.micro_dollars_per_diamond, rows.link_id)
        .where(rows.room_id == room_id, rows.code == code)
        .order_by(rows.event_seq)
    )
    for row in connection.execution_options(yield_per=2_000).execute(query):
        yield tuple(row)


def _events(connection: Connection, room_id: str) -> Iterator[_Gift]:
    events = schema.events.c
    query = select(events.body).where(events.room_id == room_id, events.kind == "gift").order_by(events.seq)
    for (body,) in connection.execution_options(yield_per=2_000).execute(query):
        yield _gift_decoder.decode(body)
