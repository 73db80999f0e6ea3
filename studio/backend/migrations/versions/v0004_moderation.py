"""Moderation: a host's rules, and the log of what was done about comments and people.

Entries are history: triggers refuse to change them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from studio.backend.storage.immutable import refuse_changes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderation_rules",
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("host_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "moderation_log",
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("answers", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("host_id", "no"),
        sqlite_with_rowid=False,
    )
    op.create_index("moderation_of_a_room", "moderation_log", ["room_id"])
    op.create_index("moderation_answers", "moderation_log", ["host_id", "answers"])
    refuse_changes("moderation_log")
