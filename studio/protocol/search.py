"""Looking for what was said and given in a room."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from studio.protocol.command import Command, Id, Result, Seq, Text


class RoomFound(Result, frozen=True, kw_only=True):
    """What fits, newest first, at most 200; of a streak only its last event. ``hidden``: ids of those that
    viewers do not see. ``next_before``: where to go on, 0 when everything was looked at.
    """

    events: tuple[msgspec.Raw, ...]
    hidden: tuple[str, ...] = ()
    next_before: int = 0


class SearchRoom(Command, frozen=True, kw_only=True, tag="search_room"):
    """Host: comments, gifts and questions whose words, names or gifts have all words of ``text``.

    Case, accents and width do not matter. ``kinds``: of events, none is all three. ``before_seq``: only
    earlier ones (0: from the newest).
    """

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = RoomFound
    room_id: Id
    text: Text = ""
    kinds: Annotated[tuple[str, ...], msgspec.Meta(max_length=8)] = ()
    before_seq: Seq = 0
