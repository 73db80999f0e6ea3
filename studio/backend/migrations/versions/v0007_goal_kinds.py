"""A goal may count likes, followers, shares or one gift; those of before count diamonds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rooms", sa.Column("goal_kind", sa.String(length=16), server_default="diamonds", nullable=False)
    )
    op.add_column("rooms", sa.Column("goal_gift_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("rooms", sa.Column("goal_gift_name", sa.Text(), server_default="", nullable=False))
