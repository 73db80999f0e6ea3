"""Whether somebody was here before is asked by person."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("visits_of_a_person", "visits", ["account_id"])
