"""Somebody in a LIVE. Pure values."""

from __future__ import annotations

import msgspec


class Person(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Someone in a room. ``id`` is the account's; an anonymous viewer has an empty id and cannot act."""

    id: str
    handle: str
    name: str = ""

    @property
    def shown_name(self) -> str:
        return self.name or self.handle
