"""The recordings of tests/data/events and the catalogue that stands for their gifts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from studio.model.gift import Gift, GiftCatalogue

_ROOT = Path(__file__).parents[3]
EVENTS = _ROOT / "tests" / "data" / "events"
RECORDINGS = sorted(EVENTS.iterdir())
WEBCAST = EVENTS / "tiktok_webcast_decoded.jsonl.gz"


@cache
def catalogue() -> tuple[Gift, ...]:
    return GiftCatalogue.from_json((_ROOT / "resources" / "gifts" / "catalogue.json").read_bytes()).gifts
