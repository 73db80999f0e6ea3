"""The gift messages of one LIVE's journal as an export's rows. Blocks; runs in a process of its own, too."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from studio.export.packed import Packed, packed
from studio.export.period import Period, local_words, zone_named
from studio.export.row import Kind, Row
from studio.journal.gifts import GiftLines, KeptGift
from studio.journal.reader import Reader


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one journal. ``rate``: micro-dollars a diamond. ``form``: None for the sums alone."""

    path: str
    title: str
    from_ms: int
    until_ms: int
    zone: str
    rate: int
    form: str | None


class _Gift(msgspec.Struct, gc=False):
    transfer_id: str
    gift_name: str
    added: int


_gift = msgspec.json.Decoder(_Gift)


def gifts_of(wanted: Wanted) -> Packed:
    """All of it, written down. Raises JournalError, OSError."""
    zone = zone_named(wanted.zone)
    period, live = Period(wanted.from_ms, wanted.until_ms), one_line(wanted.title)

    def rows(lines: GiftLines) -> Iterator[Row]:
        last = 0
        for gift in lines:
            if gift.seq <= last:
                continue
            last = gift.seq
            if gift.coins and period.from_ms <= gift.at_ms < period.until_ms:
                yield _row(gift, live, local_words(gift.at_ms, zone), wanted.rate)

    with Reader(Path(wanted.path)) as reader:
        lines = GiftLines(reader)
        return msgspec.structs.replace(packed(rows(lines), wanted.form), broken=lines.broken)


def _row(gift: KeptGift, live: str, local: str, rate: int) -> Row:
    said: _Gift | None = None
    if gift.body:
        try:
            said = _gift.decode(gift.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            said = None
    who = gift.person
    return Row(
        no=0,
        kind=Kind.GIFT,
        at_ms=gift.at_ms,
        local=local,
        live=live,
        handle=one_line(who.handle) if who is not None else "",
        name=one_line(who.name) if who is not None else "",
        what=one_line(said.gift_name) if said is not None else f"Gift {gift.gift_id}",
        count=said.added if said is not None else 0,
        coins=gift.coins,
        diamonds=gift.diamonds,
        micro_dollars=gift.diamonds * rate,
        transfer=on_one_line(said.transfer_id) if said is not None else "",
    )


def on_one_line(text: str) -> str:
    """Whatever stands for a line's end becomes a space."""
    return " ".join(text.split()).encode("utf-8", "replace").decode()


#: The same for what comes again and again: names, gifts. A transfer never does, and would drive those out.
one_line = lru_cache(maxsize=20_000)(on_one_line)
