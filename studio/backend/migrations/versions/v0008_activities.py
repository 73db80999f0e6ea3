"""Polls, countdowns, giveaways, treasure boxes and fan clubs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("activities", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "participations",
        sa.Column("activity_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("choice", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("activity_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "giveaway_seeds",
        sa.Column("giveaway_id", sa.String(length=32), nullable=False),
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"]),
        sa.PrimaryKeyConstraint("giveaway_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fans",
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["host_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("host_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("fans_by_points", "fans", ["host_id", "points"])
