"""What all events of a room have in common. Any thread; pure."""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind"):
    """Base of all room events. ``at_ms``: Unix milliseconds of the server's clock when it was stored."""

    seq: int = 0
    at_ms: int = 0
