"""Money as integers: coins, diamonds and micro-dollars, and the rates between them.

Used on any thread (pure values). Must not import anything but the standard library and msgspec.
Nothing here is ever a float: 1 dollar = 1,000,000 micro-dollars.
"""

from __future__ import annotations

import msgspec

MICRO_PER_DOLLAR = 1_000_000
MICRO_PER_CENT = 10_000

MILLION = 1_000_000
#: A rate beyond it is a slip of the hand: the largest gift would not fit.
MAX_RATE = 1_000_000
#: No single amount on the wire or in the ledger may exceed this (a 64-bit column has room to sum).
MAX_AMOUNT = 2**53 - 1


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """The backend's conversion settings; every ledger row keeps the ones it was made with.

    Defaults are the field's: a gift's diamonds equal its coin price and a host gets about half a
    cent a diamond; payouts from $10, at most $1,000 a day. ``share_ppm``: the platform's share of every
    gift's diamonds, in millionths; 0, as the platform's part lies in the coins' price already.
    """

    diamonds_per_coin: int = 1
    micro_dollars_per_diamond: int = 5_000
    payout_min_micro_dollars: int = 10 * MICRO_PER_DOLLAR
    payout_max_micro_dollars_per_day: int = 1_000 * MICRO_PER_DOLLAR
    share_ppm: int = 0

    def share(self, diamonds: int) -> int:
        """What of a gift's ``diamonds`` is the platform's: ``share_ppm`` millionths of them, rounded down.

        The host gets all the rest, remainder included: together they are the gift, to the last diamond.
        """
        return diamonds * self.share_ppm // MILLION

    def wrong(self) -> str:
        """What makes these rates unusable, as a sentence; empty when nothing does."""
        for name in ("diamonds_per_coin", "micro_dollars_per_diamond"):
            if not 1 <= getattr(self, name) <= MAX_RATE:
                return f"{name} is 1 to {MAX_RATE:,}."
        for name in ("payout_min_micro_dollars", "payout_max_micro_dollars_per_day"):
            if not 1 <= getattr(self, name) <= MAX_AMOUNT:
                return f"{name} is 1 to {MAX_AMOUNT:,}."
        return "" if 0 <= self.share_ppm < MILLION else f"share_ppm is 0 to {MILLION - 1:,}."

    def diamonds(self, coins: int) -> int:
        """Diamonds a gift worth ``coins`` makes: the host's and the platform's `share` of them."""
        return coins * self.diamonds_per_coin

    def micro_dollars(self, diamonds: int) -> int:
        """What ``diamonds`` are worth to the host, in micro-dollars."""
        return diamonds * self.micro_dollars_per_diamond


class CoinPack(msgspec.Struct, frozen=True, kw_only=True):
    """A pack of coins in the shop: ``coins`` for ``price_micro_dollars``."""

    pack_id: str
    coins: int
    price_micro_dollars: int


#: The field's price list (70 coins = $0.99 ... 17,500 = $249.99).
COIN_PACKS: tuple[CoinPack, ...] = tuple(
    CoinPack(pack_id=f"coins-{coins}", coins=coins, price_micro_dollars=cents * MICRO_PER_CENT)
    for coins, cents in (
        (70, 99),
        (350, 499),
        (700, 999),
        (1_400, 1_999),
        (3_500, 4_999),
        (7_000, 9_999),
        (17_500, 24_999),
    )
)


def format_dollars(micro_dollars: int) -> str:
    """``157_400_000`` -> ``"$157.40"``. Rounds down: a host is never shown more than there is."""
    cents = abs(micro_dollars) // MICRO_PER_CENT
    sign = "-" if micro_dollars < 0 and cents else ""
    return f"{sign}${cents // 100:,}.{cents % 100:02d}"


def format_count(value: int) -> str:
    """``31480`` -> ``"31,480"``."""
    return f"{value:,}"


def format_short(value: int) -> str:
    """A count that must stay short: ``48_213`` -> ``"48.2K"``, ``999`` -> ``"999"``. Never rounds up."""
    for limit, suffix in ((1_000_000_000, "B"), (1_000_000, "M"), (10_000, "K")):
        if value >= limit:
            unit = 1_000 if suffix == "K" else limit
            tenths = value * 10 // unit
            whole, tenth = divmod(tenths, 10)
            return f"{whole:,}.{tenth}{suffix}" if tenth and whole < 1_000 else f"{whole:,}{suffix}"
    return f"{value:,}"
