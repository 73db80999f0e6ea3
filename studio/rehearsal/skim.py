"""Reading the rooms' frames without decoding them: what most of a large audience can afford.

Pure, any thread. Every client gets every Events frame; decoding each event in each of 200 clients would
cost more than the server. The sequence numbers are counted in the bytes instead. That is exact: inside
a JSON string a quote is always escaped, so ``"seq":`` only ever is a key, and no other message has it.
"""

from __future__ import annotations

from typing import NamedTuple

_SEQ = b'"seq":'
_CLOSED = b'"kind":"room_closed"'


class Skimmed(NamedTuple):
    """First and last sequence number of a frame of so many ``events``; ``closes``: the LIVE ended in it."""

    first: int
    last: int
    events: int
    closes: bool


def events_prefix(room_id: str) -> bytes:
    """How an Events frame of that room begins as servers write it; any other spelling is decoded instead."""
    return b'{"frame":"events","room_id":"%s",' % room_id.encode()


def skim(data: bytes) -> Skimmed | None:
    """What a frame's bytes say; None when they do not say it plainly (decode it then)."""
    count = data.count(_SEQ)
    if count == 0:
        return None
    first = _number(data, data.find(_SEQ) + len(_SEQ))
    last = _number(data, data.rfind(_SEQ) + len(_SEQ))
    if first is None or last is None or last - first + 1 != count:
        return None
    return Skimmed(first, last, count, _CLOSED in data)


def _number(data: bytes, start: int) -> int | None:
    end = start
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    return int(data[start:end]) if 0 < end - start < 17 else None
