"""How an amount of diamonds came about, transfer by transfer. Reading threads, with a connection.

A statement: what was there before, every gift and everything taken since, what is there then. Available
diamonds are told since the last payout was asked for; a payout from the one before it to itself. So every
gift stands in exactly one payout's derivation, and all its lines add up to the last diamond.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from studio.backend.errors import Rejected
from studio.backend.money import holds, ledger
from studio.backend.storage import schema
from studio.backend.storage.reader import purse_of
from studio.model.payout import DerivationLine, LineKind, PayoutState
from studio.model.person import Person
from studio.model.room import RoomTotals
from studio.protocol.codes import ErrorCode
from studio.protocol.money import AVAILABLE, LIVE, PENDING, RESERVED, Derivation, GetDerivation

#: Lines in one answer.
A_PAGE = 200
_rows = schema.transfers
_lines = schema.statement_lines
_payouts = schema.payouts
#: Where a page ended: number of the statement's line, seq of the gift in it, and what of that gift was told.
_Place = tuple[int, int, int]
#: What a line is made of: its transfer, its kind, its diamonds.
_Step = tuple[_Place, Any, LineKind, int]


def derive(connection: Connection, host_id: str, asked: GetDerivation, rate: int) -> Derivation:
    """One page. ``rate``: micro-dollars a diamond, now. Raises `Rejected`."""
    of, place = asked.of, _parse(asked.after)
    if of == LIVE:
        return _of_live(connection, host_id, asked.room_id, place, rate)
    if of == PENDING:
        balance = purse_of(connection, host_id).pending
        return _page(connection, _pending(connection, host_id, place), _figures(0, balance, balance, rate))
    payout = _payout(connection, host_id, of)
    if payout is None and of == RESERVED:
        return _figures(0, 0, 0, rate)
    if payout is None and of != AVAILABLE:
        raise Rejected(ErrorCode.NO_SUCH_PAYOUT)
    rate = payout.micro_dollars_per_diamond if payout is not None else rate
    until = _line_of(connection, host_id, payout.id) if payout is not None else None
    begin = _reserve_before(connection, host_id, until.no if until is not None else None)
    opening = begin.balance if begin is not None else 0
    if until is not None:
        closing, amount = until.balance - until.diamonds, -until.diamonds
    else:
        closing = amount = purse_of(connection, host_id).available
    first, last = (begin.no if begin is not None else 0), (until.no if until is not None else None)
    found = _available(connection, host_id, first, last, place)
    return _page(connection, found, _figures(opening, closing, amount, rate))


def _of_live(connection: Connection, host_id: str, room_id: str, place: _Place, rate: int) -> Derivation:
    rooms = schema.rooms
    query = select(rooms.c.totals).where(rooms.c.id == room_id, rooms.c.host_id == host_id)
    totals = connection.execute(query).scalar()
    if totals is None:
        raise Rejected(ErrorCode.NO_SUCH_ROOM)
    taken = select(func.coalesce(func.sum(_rows.c.amount), 0)).where(
        _rows.c.room_id == room_id, _rows.c.code == ledger.GIFT_REVERSED
    )
    # What the LIVE's totals say (the audit adds them up from the transfers): adding up a hundred thousand
    # gifts here would take longer than a person waits.
    amount = msgspec.json.decode(totals, type=RoomTotals).diamonds
    amount -= int(connection.execute(taken).scalar_one())
    found = _gifts(connection, room_id, 1, None, place, taken_from="%")
    return _page(connection, found, _figures(0, amount, amount, rate))


def _figures(opening: int, closing: int, amount: int, rate: int) -> Derivation:
    return Derivation(
        opening=opening,
        closing=closing,
        amount=amount,
        micro_dollars=amount * rate,
        micro_dollars_per_diamond=rate,
        lines=(),
    )


def _page(connection: Connection, found: Iterator[_Step], whole: Derivation) -> Derivation:
    page = list(islice(found, A_PAGE + 1))
    lines = tuple(_told(connection, page[:A_PAGE], whole.micro_dollars_per_diamond))
    after = ".".join(map(str, page[A_PAGE - 1][0])) if len(page) > A_PAGE else ""
    return msgspec.structs.replace(whole, lines=lines, next=after)


def _parse(after: str) -> _Place:
    parts = after.split(".") if after else ["0", "0", "0"]
    if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) <= 16 for one in parts):
        raise Rejected(ErrorCode.MALFORMED, "`after` is the `next` of the page before.")
    return int(parts[0]), int(parts[1]), int(parts[2])


def _payout(connection: Connection, host_id: str, of: str) -> Any:
    query = select(_payouts).where(_payouts.c.host_id == host_id)
    if of == RESERVED:
        query = query.where(_payouts.c.state.in_((PayoutState.REQUESTED.value, PayoutState.SENT.value)))
    else:
        query = query.where(_payouts.c.id == of)
    return connection.execute(query).one_or_none()


def _line_of(connection: Connection, host_id: str, payout_id: str) -> Any:
    reserve = f"{payout_id}.{ledger.PAYOUT_RESERVED}"
    return connection.execute(select(_lines).where(_lines.c.transfer_id == reserve)).one()


def _reserve_before(connection: Connection, host_id: str, no: int | None) -> Any:
    query = select(_lines).where(_lines.c.host_id == host_id, _lines.c.code == ledger.PAYOUT_RESERVED)
    if no is not None:
        query = query.where(_lines.c.no < no)
    return connection.execute(query.order_by(_lines.c.no.desc()).limit(1)).one_or_none()


def _available(
    connection: Connection, host_id: str, first: int, last: int | None, place: _Place
) -> Iterator[_Step]:
    """Of the statement's lines after ``first`` and before ``last``; releases as the gifts in them."""
    query = select(_rows, _lines.c.no, _lines.c.diamonds).join(_lines, _lines.c.transfer_id == _rows.c.id)
    query = query.where(_lines.c.host_id == host_id, _lines.c.no > first, _lines.c.no >= place[0])
    if last is not None:
        query = query.where(_lines.c.no < last)
    for row in connection.execute(query.order_by(_lines.c.no)):
        begin = place if row.no == place[0] else (row.no, 0, 0)
        if row.code == ledger.HOLD_RELEASED:
            low, high = (int(one) for one in row.item.split("-"))
            yield from _gifts(connection, row.room_id, low, high, begin)
        elif begin == (row.no, 0, 0):
            kind = LineKind.REVERSAL if row.code == ledger.GIFT_REVERSED else LineKind.PAYOUT_RETURNED
            yield (row.no, 1, 0), row, kind, row.diamonds


def _pending(connection: Connection, host_id: str, place: _Place) -> Iterator[_Step]:
    """Of each LIVE the gifts that are not released."""
    for number, room_id in enumerate(holds.unreleased_rooms(connection, host_id)):
        if number < place[0]:
            continue
        begin = place if number == place[0] else (number, 0, 0)
        low = holds.released_to(connection, room_id) + 1
        yield from _gifts(connection, room_id, low, None, begin)


def _gifts(
    connection: Connection,
    room_id: str,
    low: int,
    high: int | None,
    begin: _Place,
    taken_from: str = "%:pending",
) -> Iterator[_Step]:
    """The LIVE's gifts, each followed by what was taken back of it: while it was pending, or ever (``%``)."""
    no, seq, told = begin
    gifts = _gift_query(room_id, max(low, seq), high)
    taken = _taken(connection, room_id, max(low, seq), high, taken_from)
    for gift in connection.execute(gifts):
        steps = [(LineKind.GIFT, gift, gift.amount)]
        steps += [(LineKind.REVERSAL, row, -row.amount) for row in taken.get(gift.event_seq, ())]
        for step, (kind, row, diamonds) in enumerate(steps, 1):
            if gift.event_seq > seq or step > told:
                yield (no, gift.event_seq, step), row, kind, diamonds


def _gift_query(room_id: str, low: int, high: int | None) -> Select[Any]:
    query = select(_rows).where(
        _rows.c.room_id == room_id, _rows.c.code == ledger.GIFT_DIAMONDS, _rows.c.event_seq >= low
    )
    if high is not None:
        query = query.where(_rows.c.event_seq <= high)
    return query.order_by(_rows.c.event_seq).limit(A_PAGE + 2)


def _taken(
    connection: Connection, room_id: str, low: int, high: int | None, taken_from: str
) -> dict[int, list[Any]]:
    query = select(_rows).where(
        _rows.c.room_id == room_id,
        _rows.c.code == ledger.GIFT_REVERSED,
        _rows.c.debit_account.like(taken_from),
        _rows.c.event_seq >= low,
    )
    if high is not None:
        query = query.where(_rows.c.event_seq <= high)
    found: dict[int, list[Any]] = {}
    for row in connection.execute(query.order_by(_rows.c.event_seq, _rows.c.id)):
        found.setdefault(row.event_seq, []).append(row)
    return found


def _told(connection: Connection, steps: list[_Step], rate: int) -> Iterator[DerivationLine]:
    """The lines of a page. What belongs to a transfer of it is read for all of them at once."""
    gifts = [row for _, row, kind, _ in steps if kind is not LineKind.PAYOUT_RETURNED]
    beside = [id_ for row in gifts for id_ in _beside(row)]
    query = select(_rows.c.id, _rows.c.amount).where(_rows.c.id.in_(beside))
    amounts: dict[str, int] = {row.id: row.amount for row in connection.execute(query)}
    accounts = schema.accounts
    who = select(accounts.c.id, accounts.c.handle, accounts.c.name)
    who = who.where(accounts.c.id.in_({row.actor_id for row in gifts}))
    people = {row.id: Person(id=row.id, handle=row.handle, name=row.name) for row in connection.execute(who)}
    for _, row, kind, diamonds in steps:
        line = DerivationLine(
            transfer_id=row.id,
            kind=kind,
            at_ms=row.at_ms,
            diamonds=diamonds,
            micro_dollars=diamonds * rate,
            diamonds_per_coin=row.diamonds_per_coin,
            micro_dollars_per_diamond=row.micro_dollars_per_diamond,
            share_ppm=row.share_ppm,
            room_id=row.room_id,
            event_seq=row.event_seq,
        )
        if kind is not LineKind.PAYOUT_RETURNED:
            share, coins = _beside(row)
            line = msgspec.structs.replace(
                line,
                share=amounts.get(share, 0),
                coins=amounts.get(coins, 0),
                gift_id=int(row.item),
                count=row.quantity,
                person=people[row.actor_id],
            )
        yield line


def _beside(row: Any) -> tuple[str, str]:
    """Ids of the transfers of the platform's share and of the coins that go with a gift, or its reversal."""
    given = row.code == ledger.GIFT_DIAMONDS
    share = ledger.GIFT_SHARE if given else ledger.SHARE_REVERSED
    coins = ledger.GIFT_COINS if given else ledger.GIFT_UNREDEEMED
    part = row.id.removeprefix(f"{row.link_id}.{row.code}")
    return f"{row.link_id}.{share}{part}", f"{row.link_id}.{coins}{part}"
