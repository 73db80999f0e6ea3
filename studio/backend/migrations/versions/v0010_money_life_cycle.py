"""Diamonds are pending, available or reserved; payouts, reversals, closings of days.

What hosts had in their one account ``earned`` goes to ``available``, a transfer a LIVE, as a hold that ends.
"""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from alembic import op

from studio.backend.storage.immutable import refuse_changes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NEW_CHECK = "owner_id = 'platform' OR debits <= credits OR (ledger = 'diamonds' AND code = 'available')"
_RELEASE = sa.text(
    "INSERT INTO transfers (id, link_id, pending_id, ledger, code, debit_account, credit_account, amount,"
    " actor_id, room_id, event_seq, item, quantity, diamonds_per_coin, micro_dollars_per_diamond, at_ms,"
    " share_ppm) VALUES (:id, :link, '', 'diamonds', 'hold_released', :earned, :available, :amount,"
    " :host, :room, :last, :item, :gifts, :per_coin, :per_diamond, :now, 0)"
)
_EARNED = sa.text(
    "SELECT r.host_id AS host, r.id AS room, sum(t.amount) AS amount, count(*) AS gifts,"
    " min(t.event_seq) AS first, max(t.event_seq) AS last, max(t.diamonds_per_coin) AS per_coin,"
    " max(t.micro_dollars_per_diamond) AS per_diamond FROM transfers t JOIN rooms r ON r.id = t.room_id"
    " WHERE t.code = 'gift_diamonds' GROUP BY r.host_id, r.id, r.started_ms ORDER BY r.started_ms, r.id"
)


def upgrade() -> None:
    _change_transfers()
    _loosen_check()
    op.create_index("rooms_of_a_host", "rooms", ["host_id"])
    _create_statements()
    _create_payouts()
    _create_records()
    _carry_over()


def _change_transfers() -> None:
    op.add_column("transfers", sa.Column("share_ppm", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_index("transfers_of_a_room", "transfers")
    op.create_index("transfers_of_a_room", "transfers", ["room_id", "code", "event_seq"])
    named = sa.text("pending_id <> ''")
    op.create_index(
        "settled_once",
        "transfers",
        ["pending_id"],
        unique=True,
        sqlite_where=named,
        postgresql_where=named,
    )


def _loosen_check() -> None:
    """A chargeback may take more than is there. SQLite changes a check only by making the table anew."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("nobody_spends_what_is_not_there", "ledger_accounts", type_="check")
        op.create_check_constraint("nobody_spends_what_is_not_there", "ledger_accounts", _NEW_CHECK)
        return
    op.create_table(
        "ledger_accounts_new",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("ledger", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("debits", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("debits >= 0 AND credits >= 0", name="sums_only_grow_from_zero"),
        sa.CheckConstraint(_NEW_CHECK, name="nobody_spends_what_is_not_there"),
        sa.CheckConstraint("ledger IN ('coins', 'diamonds', 'micro_dollars')", name="known_ledger"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO ledger_accounts_new SELECT * FROM ledger_accounts")
    op.drop_table("ledger_accounts")
    op.rename_table("ledger_accounts_new", "ledger_accounts")


def _create_statements() -> None:
    op.create_table(
        "statement_lines",
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transfer_id", sa.String(length=128), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("diamonds", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"]),
        sa.PrimaryKeyConstraint("host_id", "no"),
        sa.UniqueConstraint("transfer_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reversals",
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transfer_id", sa.String(length=128), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"]),
        sa.PrimaryKeyConstraint("host_id", "no"),
        sqlite_with_rowid=False,
    )
    for table in ("statement_lines", "reversals"):
        refuse_changes(table)


def _create_payouts() -> None:
    op.create_table(
        "payouts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("diamonds", sa.BigInteger(), nullable=False),
        sa.Column("micro_dollars", sa.BigInteger(), nullable=False),
        sa.Column("micro_dollars_per_diamond", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("requested_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('requested', 'sent', 'paid', 'returned')", name="known_state"),
        sa.CheckConstraint("diamonds > 0 AND micro_dollars > 0", name="payout_is_positive"),
        sa.ForeignKeyConstraint(["host_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("payouts_of_a_host", "payouts", ["host_id", "no"], unique=True)
    under_way = sa.text("state IN ('requested', 'sent')")
    op.create_index(
        "one_payout_under_way",
        "payouts",
        ["host_id"],
        unique=True,
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_table(
        "payout_callbacks",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("payout_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    refuse_changes("payout_callbacks")


def _create_records() -> None:
    op.create_table(
        "day_closings",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("closed_ms", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rate_changes",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "operator_orders",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    waits = sa.text("done_ms = 0")
    op.create_index("open_orders", "operator_orders", ["at_ms"], sqlite_where=waits, postgresql_where=waits)
    for table in ("day_closings", "rate_changes"):
        refuse_changes(table)


def _carry_over() -> None:
    """Rows of history stay as they are: what was earned is moved on by new transfers."""
    connection, now = op.get_bind(), time.time_ns() // 1_000_000
    earned: dict[str, list[Any]] = {}
    for row in connection.execute(_EARNED).all():
        earned.setdefault(row.host, []).append(row)
    for host, rooms in earned.items():
        total = sum(int(room.amount) for room in rooms)
        connection.execute(
            sa.text("INSERT INTO ledger_accounts VALUES (:id, :host, 'diamonds', 'available', 0, :total)"),
            {"id": f"{host}:diamonds:available", "host": host, "total": total},
        )
        connection.execute(
            sa.text("UPDATE ledger_accounts SET debits = debits + :total WHERE id = :id"),
            {"id": f"{host}:diamonds:earned", "total": total},
        )
        _release(connection, host, rooms, now)


def _release(connection: sa.Connection, host: str, rooms: list[Any], now: int) -> None:
    balance = 0
    for room in rooms:
        link = f"{room.room}.{room.last}"
        balance += int(room.amount)
        connection.execute(
            _RELEASE,
            {
                "id": f"{link}.hold_released",
                "link": link,
                "amount": room.amount,
                "host": host,
                "earned": f"{host}:diamonds:earned",
                "available": f"{host}:diamonds:available",
                "room": room.room,
                "last": room.last,
                "item": f"{room.first}-{room.last}",
                "gifts": room.gifts,
                "per_coin": room.per_coin,
                "per_diamond": room.per_diamond,
                "now": now,
            },
        )
        connection.execute(
            sa.text(
                "INSERT INTO statement_lines VALUES (:host, :no, :id, 'hold_released', :amount, :balance)"
            ),
            {
                "host": host,
                "no": balance,
                "id": f"{link}.hold_released",
                "amount": room.amount,
                "balance": balance,
            },
        )
