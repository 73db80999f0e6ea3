"""The first schema: accounts, rooms, events, the double-entry ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from studio.backend.storage.immutable import refuse_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: History is never changed: corrections are new rows.
_IMMUTABLE = ("transfers", "events")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("handle", sa.String(length=24), nullable=False),
        sa.Column("handle_key", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('viewer', 'host')", name="known_role"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handle_key"),
    )
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("ledger", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("debits", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ledger IN ('coins', 'diamonds', 'micro_dollars')", name="known_ledger"),
        sa.CheckConstraint(
            "owner_id = 'platform' OR debits <= credits", name="nobody_spends_what_is_not_there"
        ),
        sa.CheckConstraint("debits >= 0 AND credits >= 0", name="sums_only_grow_from_zero"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "requests",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=16), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "request_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_requests_at_ms"), "requests", ["at_ms"], unique=False)
    op.create_table(
        "follows",
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("follower_id", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["host_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("host_id", "follower_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("end_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("goal_title", sa.Text(), server_default="", nullable=False),
        sa.Column("goal_target", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("goal_base", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pinned", sa.Text(), server_default="", nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["host_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_live_a_host",
        "rooms",
        ["host_id"],
        unique=True,
        sqlite_where=sa.text("ended_ms = 0"),
        postgresql_where=sa.text("ended_ms = 0"),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index(op.f("ix_tokens_account_id"), "tokens", ["account_id"], unique=False)
    op.create_table(
        "transfers",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("link_id", sa.String(length=128), nullable=False),
        sa.Column("pending_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("ledger", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("debit_account", sa.String(length=80), nullable=False),
        sa.Column("credit_account", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("room_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("event_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("item", sa.String(length=64), server_default="", nullable=False),
        sa.Column("quantity", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("diamonds_per_coin", sa.BigInteger(), nullable=False),
        sa.Column("micro_dollars_per_diamond", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name="amount_is_positive"),
        sa.CheckConstraint("debit_account <> credit_account", name="two_accounts"),
        sa.ForeignKeyConstraint(
            ["credit_account"],
            ["ledger_accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["debit_account"],
            ["ledger_accounts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("transfers_of_a_room", "transfers", ["room_id", "code"], unique=False)
    op.create_table(
        "events",
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
        ),
        sa.PrimaryKeyConstraint("room_id", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mutes",
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
        ),
        sa.PrimaryKeyConstraint("room_id", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "streaks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("gift_id", sa.BigInteger(), nullable=False),
        sa.Column("gift_name", sa.Text(), nullable=False),
        sa.Column("coins_each", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("transfer_id", sa.Text(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "running_streaks",
        "streaks",
        ["room_id"],
        unique=False,
        sqlite_where=sa.text("ended = 0"),
        postgresql_where=sa.text("ended = 0"),
    )
    op.create_table(
        "visits",
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
        ),
        sa.PrimaryKeyConstraint("room_id", "account_id"),
        sqlite_with_rowid=False,
    )
    for table in _IMMUTABLE:
        refuse_changes(table)
