"""Audit: purchases that were taken back, and the gifts that went with them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, func, select

from studio.backend.money import ledger
from studio.backend.money.findings import AuditReport
from studio.backend.storage import schema

_rows = schema.transfers
_CODES = (
    ledger.REFUND_PAID,
    ledger.REFUND_COINS,
    ledger.REFUND_LOST,
    ledger.GIFT_UNREDEEMED,
    ledger.GIFT_REVERSED,
    ledger.SHARE_REVERSED,
)


def check_refunds(connection: Connection, report: AuditReport) -> None:
    """A refund takes back all money and all coins of its purchase; gifts give back their part, once."""
    links: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    gifts: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    notes: set[str] = set()
    for row in connection.execute(select(_rows).where(_rows.c.code.in_(_CODES)).order_by(_rows.c.id)):
        links[row.link_id][row.code] += row.amount
        if row.room_id:
            gifts[row.room_id, row.event_seq][row.code] += row.amount
        if row.code in (ledger.GIFT_UNREDEEMED, ledger.GIFT_REVERSED):
            notes.add(f"{row.link_id}/{row.room_id}/{row.event_seq}")
    for link, amounts in links.items():
        _check_purchase(connection, report, link, amounts)
    for place, amounts in gifts.items():
        _check_gift(connection, report, place, amounts)
    told = schema.reversals
    query = select(told.c.transfer_id, _rows.c.link_id, _rows.c.room_id, _rows.c.event_seq).join(
        _rows, _rows.c.id == told.c.transfer_id
    )
    named = {f"{row.link_id}/{row.room_id}/{row.event_seq}" for row in connection.execute(query)}
    for one in sorted(notes ^ named):
        report.broken("a host is told what is taken back", "reversals", one, "stands on one side only")


def _check_purchase(connection: Connection, report: AuditReport, link: str, back: dict[str, int]) -> None:
    ids = [f"{link}.{code}" for code in (ledger.PURCHASE_PAID, ledger.PURCHASE_COINS)]
    query = select(_rows.c.code, _rows.c.amount).where(_rows.c.id.in_(ids))
    bought: dict[str, int] = {row.code: row.amount for row in connection.execute(query)}
    coins = back[ledger.REFUND_COINS] + back[ledger.GIFT_UNREDEEMED] + back[ledger.REFUND_LOST]
    found = (back[ledger.REFUND_PAID], coins)
    wanted = (bought.get(ledger.PURCHASE_PAID), bought.get(ledger.PURCHASE_COINS))
    if found != wanted:
        report.broken("a refund is its purchase", "transfers", ids[0], f"{wanted} bought, {found} back")


def _check_gift(
    connection: Connection, report: AuditReport, place: tuple[str, int], back: dict[str, int]
) -> None:
    def amount(code: str) -> int:
        query: Any = select(func.coalesce(func.sum(_rows.c.amount), 0)).where(
            _rows.c.room_id == place[0], _rows.c.code == code, _rows.c.event_seq == place[1]
        )
        return int(connection.execute(query).scalar_one())

    whole, coins = amount(ledger.GIFT_COINS), back[ledger.GIFT_UNREDEEMED]
    if not 0 < coins <= whole:
        report.broken("no more of a gift is taken than it was", "events", place, f"{coins} of {whole} coins")
        return
    for given, taken in (
        (ledger.GIFT_DIAMONDS, ledger.GIFT_REVERSED),
        (ledger.GIFT_SHARE, ledger.SHARE_REVERSED),
    ):
        if back[taken] != amount(given) * coins // whole:
            what = f"{back[taken]} of {amount(given)} for {coins} of {whole} coins"
            report.broken("a gift gives back its part", "events", place, what)
