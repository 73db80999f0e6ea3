"""Audit: payouts, their two phases, and what the provider said."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from studio.backend.money import ledger
from studio.backend.money.findings import AuditReport
from studio.backend.money.provider import Callback
from studio.backend.storage import schema

_rows = schema.transfers
_CODES = (ledger.PAYOUT_RESERVED, ledger.PAYOUT_PAID, ledger.PAYOUT_RETURNED, ledger.PAYOUT_MONEY)
_callback = msgspec.json.Decoder(Callback)


def check_payouts(connection: Connection, report: AuditReport) -> None:
    """A payout's state is that of its transfers; a first phase is posted or voided, once."""
    booked: dict[str, dict[str, Any]] = {}
    settled: set[str] = set()
    query = select(_rows).where(_rows.c.code.in_(_CODES) | (_rows.c.pending_id != "")).order_by(_rows.c.id)
    for row in connection.execute(query):
        if row.code not in _CODES or (row.pending_id != "") != (
            row.code in (ledger.PAYOUT_PAID, ledger.PAYOUT_RETURNED)
        ):
            report.broken(
                "only payouts have phases", "transfers", row.id, f"{row.code} of {row.pending_id!r}"
            )
            continue
        if row.pending_id in settled:
            report.broken("posted or voided once", "transfers", row.id, f"{row.pending_id} had ended")
        if row.pending_id:
            settled.add(row.pending_id)
        booked.setdefault(row.link_id, {})[row.code] = row
    said: dict[str, set[str]] = {}
    for row in connection.execute(select(schema.payout_callbacks)):
        said.setdefault(row.payout_id, set()).add(_callback.decode(row.body).word.value)
    for row in connection.execute(select(schema.payouts).order_by(schema.payouts.c.id)):
        report.payouts += 1
        _check_payout(report, row, booked.pop(row.id, {}), said.get(row.id, set()))
    for link, transfers in booked.items():
        what = f"{sorted(transfers)} of no payout"
        report.broken("a payout's transfers have their payout", "transfers", link, what)


def _check_payout(report: AuditReport, payout: Any, booked: dict[str, Any], said: set[str]) -> None:
    host, first = payout.host_id, f"{payout.id}.{ledger.PAYOUT_RESERVED}"
    available, reserved = (f"{host}:diamonds:{code}" for code in ("available", "reserved"))
    wanted = {ledger.PAYOUT_RESERVED: (payout.diamonds, available, reserved, "")}
    if payout.state == "paid":
        gone, sales, paid = (
            f"{ledger.PLATFORM}:{account}"
            for account in ("diamonds:paid_out", "micro_dollars:sales", "micro_dollars:payouts")
        )
        wanted[ledger.PAYOUT_PAID] = (payout.diamonds, reserved, gone, first)
        wanted[ledger.PAYOUT_MONEY] = (payout.micro_dollars, sales, paid, "")
    elif payout.state == "returned":
        wanted[ledger.PAYOUT_RETURNED] = (payout.diamonds, reserved, available, first)
    found = {
        code: (row.amount, row.debit_account, row.credit_account, row.pending_id)
        for code, row in booked.items()
    }
    if found != wanted:
        what = f"is {payout.state}, booked is {found}"
        report.broken("a payout's state is its transfers'", "payouts", payout.id, what)
    if payout.diamonds * payout.micro_dollars_per_diamond != payout.micro_dollars:
        report.broken("a payout's money is its diamonds'", "payouts", payout.id, str(payout.micro_dollars))
    heard = said & {"paid", "returned"}
    if (payout.state in ("paid", "returned")) != bool(heard) or (heard and payout.state not in heard):
        report.broken("a payout ends by its provider's word", "payouts", payout.id, f"{payout.state}: {said}")
