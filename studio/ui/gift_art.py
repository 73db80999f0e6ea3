"""Which drawing belongs to a gift, by its id. GUI thread; reads the shipped catalogue once."""

from __future__ import annotations

from functools import cache

from studio.model.gift import GiftCatalogue
from studio.places import resource_path


@cache
def _catalogue() -> GiftCatalogue:
    return GiftCatalogue.from_json(resource_path("gifts", "catalogue.json").read_bytes())


def art_of(gift_id: int) -> str:
    """The drawing's file name; empty for a gift this version does not know."""
    gift = _catalogue().get(gift_id)
    return gift.art if gift else ""
