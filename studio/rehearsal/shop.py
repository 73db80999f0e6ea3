"""What an audience can give: the catalogue, asked once and shared by its viewers. One loop; no sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from studio.model.gift import Gift
from studio.model.money import CoinPack
from studio.protocol.commands import Catalogue

#: Who buys for small gifts buys for a while: about this many of them.
_SMALL_GIFTS_AHEAD = 60
#: What a gift costs if the server does not sell it under its name: the nearest price is taken.
_USUAL_COINS = {"Lion": 29_999, "Universe": 44_999, "Galaxy": 1_000, "Money Gun": 500, "Corgi": 299}


class Shop:
    """Gifts by name and packs by need. Invariant: asks the server for its catalogue at most once."""

    def __init__(self) -> None:
        self._catalogue: Catalogue | None = None
        self._asking = asyncio.Lock()

    async def open(self, ask: Callable[[], Awaitable[Catalogue]]) -> Catalogue:
        """The catalogue; ``ask`` gets it if nobody did."""
        async with self._asking:
            if self._catalogue is None:
                self._catalogue = await ask()
            return self._catalogue

    @staticmethod
    def wanted(catalogue: Catalogue, gift_id: int, name: str) -> Gift | None:
        """The gift of that id; without an id by its name. None when it is not sold."""
        if not gift_id:
            return Shop.gift(catalogue, name)
        return next((gift for gift in catalogue.gifts if gift.id == gift_id), None)

    @staticmethod
    def gift(catalogue: Catalogue, name: str) -> Gift | None:
        """The (first) gift of that name, else the nearest in price; None when nothing is sold."""
        for gift in catalogue.gifts:
            if gift.name == name:
                return gift
        usual = _USUAL_COINS.get(name, 1)
        return min(catalogue.gifts, key=lambda gift: (abs(gift.coins - usual), gift.id), default=None)

    @staticmethod
    def packs(catalogue: Catalogue, price: int, coins: int) -> list[CoinPack]:
        """What someone with ``coins`` buys to pay this: few packs, for small gifts enough for a while."""
        if not catalogue.packs:
            return []
        missing = max(price, min(price * _SMALL_GIFTS_AHEAD, 300)) - coins
        by_size = sorted(catalogue.packs, key=lambda pack: pack.coins)
        bought: list[CoinPack] = []
        while missing > 0:
            enough = [pack for pack in by_size if pack.coins >= missing]
            bought.append(enough[0] if enough else by_size[-1])
            missing -= bought[-1].coins
        return bought
