"""Alembic's entry: runs the migrations on the connection that `storage.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from studio.backend.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
