"""The gifts of a journal alone: other lines are passed over unread, so a year of LIVEs is quick. Blocks."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from studio.journal.line import Who
from studio.journal.reader import Reader

#: Where a line says what it is: behind two numbers. No text can hold these bytes: quotes in it are escaped.
_KIND, _WITHIN = b',"kind":"', 80
_GIFT = b',"kind":"gift"'


class KeptGift(msgspec.Struct, frozen=True, gc=False):
    """What a gift's line tells; see `Entry`. ``body`` is None when it was deleted."""

    seq: int
    at_ms: int
    person: Who | None = None
    gift_id: int = 0
    coins: int = 0
    diamonds: int = 0
    body: str | None = None


_gifts = msgspec.json.Decoder(KeptGift)


class GiftLines:
    """Every gift message in the file's order. ``broken``: lines so far that could not be read."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.broken = 0

    def __iter__(self) -> Iterator[KeptGift]:
        decode = _gifts.decode
        for line in self._reader.lines(0, 0):
            data = line.data
            if data.find(_GIFT, 0, _WITHIN) > 0:
                try:
                    yield decode(data)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    self.broken += 1
            elif line.row and data.find(_KIND, 0, _WITHIN) < 0:
                self.broken += 1  # not even what it is can be read
