"""Rows of an export for tests."""

from __future__ import annotations

import msgspec

from studio.export.row import Kind, Row


def row(no: int, **changes: object) -> Row:
    plain = Row(
        no=no,
        kind=Kind.GIFT,
        at_ms=1_767_225_600_000 + no * 1_234,
        local="2026-01-01 01:00:00",
        live="Ink, tea & “friends”",
        handle="ben",
        name="بن 🌿",
        what="Rose",
        count=3,
        coins=3,
        diamonds=3,
        micro_dollars=15_000,
        transfer=f"t-{no}",
    )
    return msgspec.structs.replace(plain, **changes)
