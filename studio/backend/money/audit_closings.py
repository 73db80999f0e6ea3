"""Audit: closed days. Their totals are added up again from the transfers of the day."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from studio.backend.money.closings import DayTotals, add_up, closed_until
from studio.backend.money.findings import AuditReport
from studio.backend.storage import schema

_decoder = msgspec.json.Decoder(DayTotals)


def check_closings(connection: Connection, report: AuditReport) -> None:
    """Each closed day has the totals of its transfers; no day before the last closing was left out."""
    until = closed_until(connection)
    if not until:
        return
    days = add_up(connection, 0, until)
    table = schema.day_closings
    for row in connection.execute(select(table).order_by(table.c.day)):
        found, stored = days.pop(row.day, DayTotals(0, ())), _decoder.decode(row.body)
        if found != stored:
            what = f"closed with {stored.transfers} transfers, has {found.transfers}"
            if found.transfers == stored.transfers:
                what = f"closed with {stored.by_code}, has {found.by_code}"
            report.broken("a closed day stays as it was", "day_closings", row.day, what)
    for day in days:
        report.broken("every day with transfers is closed", "day_closings", day, "is missing")
