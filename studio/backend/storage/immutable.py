"""Tables whose rows are history: triggers refuse UPDATE and DELETE. For the migrations."""

from __future__ import annotations

from alembic import op


def refuse_changes(table: str) -> None:
    """From now on rows of that table can only be added."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_immutable() RETURNS trigger AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} are immutable'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_immutable()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are immutable'); END"
        )
