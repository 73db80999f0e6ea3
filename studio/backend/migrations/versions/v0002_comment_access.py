"""Rooms remember who may comment in them; in those of before everyone may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rooms", sa.Column("commenters", sa.String(length=16), server_default="everyone", nullable=False)
    )
    op.add_column("rooms", sa.Column("follow_age_s", sa.BigInteger(), server_default="0", nullable=False))
