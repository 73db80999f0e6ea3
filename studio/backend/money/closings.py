"""Days that ended (UTC) are closed with their totals; a closed day gets no transfer any more.

First the writer fixes the border (`close_until`), then a reading thread adds the days up, then the writer
stores them. A backend killed in between does it again: the rows of an ended day stay as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, func, select

from studio.backend.storage import schema
from studio.backend.storage.tx import Tx

DAY_MS = 86_400_000
_encode = msgspec.json.Encoder().encode


class CodeTotals(msgspec.Struct, frozen=True):
    """Of the transfers of one code in one ledger."""

    ledger: str
    code: str
    transfers: int
    amount: int


class DayTotals(msgspec.Struct, frozen=True):
    """``by_code``: in order of ledger and code; debits and credits of a day are the same sums."""

    transfers: int
    by_code: tuple[CodeTotals, ...]


def day_name(day: int) -> str:
    """Days since 1970 as ``2026-01-31``."""
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%d")


def day_number(name: str) -> int:
    return int(datetime.strptime(name, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) // 86_400


def closed_until(connection: Connection) -> int:
    """Where the last closed day ended, Unix milliseconds; 0: none is closed."""
    last = connection.execute(select(func.max(schema.day_closings.c.day))).scalar()
    return (day_number(last) + 1) * DAY_MS if last else 0


def remember_closed(tx: Tx) -> None:
    """After a start: nothing is booked into days that are closed."""
    tx.close_days(tx.ask(closed_until))


def fix_border(tx: Tx) -> tuple[int, int]:
    """From where to where days are to be closed: from the last closing to the beginning of today."""
    begin, end = tx.ask(closed_until), tx.now_ms // DAY_MS * DAY_MS
    tx.close_days(max(begin, end))
    return begin, end


def add_up(connection: Connection, begin_ms: int, end_ms: int) -> dict[str, DayTotals]:
    """The days between that have transfers."""
    rows = schema.transfers
    day = rows.c.at_ms // DAY_MS
    query = (
        select(day.label("day"), rows.c.ledger, rows.c.code, func.count(), func.sum(rows.c.amount))
        .where(rows.c.at_ms >= begin_ms, rows.c.at_ms < end_ms)
        .group_by(day, rows.c.ledger, rows.c.code)
        .order_by(day, rows.c.ledger, rows.c.code)
    )
    days: dict[str, list[CodeTotals]] = {}
    for number, ledger, code, count, amount in connection.execute(query):
        days.setdefault(day_name(number), []).append(CodeTotals(ledger, code, count, int(amount)))
    return {
        name: DayTotals(sum(one.transfers for one in codes), tuple(codes)) for name, codes in days.items()
    }


def store(tx: Tx, days: dict[str, DayTotals], end_ms: int) -> None:
    """The closings, and one of yesterday in any case: from there the next one goes on."""
    begin = tx.ask(closed_until)
    yesterday = day_name(end_ms // DAY_MS - 1)
    for name, totals in sorted({yesterday: DayTotals(0, ()), **days}.items()):
        if day_number(name) * DAY_MS >= begin:
            tx.add_row("day_closings", (name, tx.now_ms, _encode(totals).decode()))
