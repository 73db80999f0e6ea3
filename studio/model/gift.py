"""Gifts: what a viewer can send, keyed by id (names repeat across ids).

Pure values, any thread. The catalogue's file lies in ``resources/gifts``; reading it is the caller's.
"""

from __future__ import annotations

import msgspec


class Gift(msgspec.Struct, frozen=True, kw_only=True):
    """One gift: price in coins, whether repeats merge into a streak, tier 1 (small) to 5, drawing."""

    id: int
    name: str
    coins: int
    streakable: bool = False
    tier: int = 1
    art: str = ""


class GiftCatalogue:
    """The gifts on sale. Invariant: ids are unique and every price is positive."""

    def __init__(self, gifts: tuple[Gift, ...]) -> None:
        self._by_id = {gift.id: gift for gift in gifts}
        if len(self._by_id) != len(gifts):
            raise ValueError(f"the gift catalogue lists an id twice: {_repeated(gifts)}")
        bad = [gift.name for gift in gifts if gift.coins <= 0]
        if bad:
            raise ValueError(f"gifts without a price: {', '.join(bad)}")
        self.gifts = tuple(sorted(gifts, key=lambda gift: (gift.coins, gift.id)))

    @classmethod
    def from_json(cls, data: bytes) -> GiftCatalogue:
        """Reads the catalogue file's bytes; ``msgspec.DecodeError`` or ``ValueError`` when it is not one."""
        return cls(msgspec.json.decode(data, type=tuple[Gift, ...]))

    def get(self, gift_id: int) -> Gift | None:
        """The gift of that id, or None: events may name gifts this catalogue does not know."""
        return self._by_id.get(gift_id)

    def __len__(self) -> int:
        return len(self.gifts)


def _repeated(gifts: tuple[Gift, ...]) -> str:
    names: dict[int, list[str]] = {}
    for gift in gifts:
        names.setdefault(gift.id, []).append(gift.name)
    return "; ".join(f"{key} ({', '.join(same)})" for key, same in names.items() if len(same) > 1)
