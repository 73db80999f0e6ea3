"""What a recorded gift costs, in our coins, and which gift of our catalogue takes its place.

The rule is what the viewer pays: 70 coins cost $0.99. A diamond of TikTok's price list is a coin; a Bit and a
Jewel, about as dear as a coin, are one too; other money is counted in dollars by rough rates that never
change, because a rehearsal is to be the same every time. Pure functions, any thread; integers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from studio.model.gift import Gift

#: 70 coins cost 990,000 micro-dollars.
_PACK_COINS = 70
_PACK_MICRO_DOLLARS = 990_000
#: Micro-dollars of one unit, rounded: they only say which gift stands for the money.
_RATES: dict[str, int] = {
    "$": 1_000_000, "US$": 1_000_000, "USD": 1_000_000,
    "€": 1_100_000, "EUR": 1_100_000,
    "£": 1_270_000, "GBP": 1_270_000,
    "¥": 6_700, "￥": 6_700, "JPY": 6_700, "JP¥": 6_700,
    "CN¥": 140_000, "₩": 730, "KRW": 730, "₹": 12_000, "INR": 12_000,
    "CA$": 730_000, "CAD": 730_000, "A$": 650_000, "AUD": 650_000, "NZ$": 600_000,
    "NT$": 31_000, "HK$": 128_000, "SGD": 740_000, "MX$": 55_000, "R$": 180_000, "BRL": 180_000,
    "₱": 17_000, "PHP": 17_000, "₫": 40, "฿": 28_000, "THB": 28_000, "IDR": 62, "MYR": 220_000,
    "₪": 270_000, "₺": 29_000, "TRY": 29_000, "PLN": 250_000, "CHF": 1_130_000, "SEK": 95_000,
    "NOK": 94_000, "DKK": 147_000, "CZK": 43_000, "RUB": 11_000, "₽": 11_000, "ARS": 1_000,
}  # fmt: skip
_AMOUNT = re.compile(r"(?P<before>\D{0,12}?)\s*(?P<number>\d[\d.,\s\u00a0\u202f]{0,20})\s*(?P<after>\D{0,6})")


def coins_of_amount(amount: str) -> int:
    """``"￥10,800"`` or ``"2,00 €"`` in coins; 0 when the currency or the number is not known."""
    found = _AMOUNT.fullmatch(amount.strip()[:60])
    if found is None:
        return 0
    rate = _RATES.get(found["before"].strip()) or _RATES.get(found["after"].strip())
    hundredths = _hundredths(found["number"])
    if rate is None or not hundredths:
        return 0
    return max(1, hundredths * rate * _PACK_COINS // (100 * _PACK_MICRO_DOLLARS))


def _hundredths(number: str) -> int:
    number = "".join(number.split()).rstrip(".,")
    cents = re.fullmatch(r"(.*)[.,](\d\d)", number)
    major, minor = (cents[1], cents[2]) if cents else (number, "00")
    return int(major.replace(",", "").replace(".", "") + minor)


class GiftShelf:
    """Our gifts by price. Invariant: the same recorded gift always becomes the same gift of ours."""

    def __init__(self, gifts: Iterable[Gift]) -> None:
        self._gifts = sorted(gifts, key=lambda gift: (gift.coins, gift.id))
        if not self._gifts:
            raise ValueError("a catalogue without a gift cannot stand for any")

    def pick(self, coins: int, gift_id: str, *, streaks: bool) -> Gift:
        """The gift of that price, else the nearest (the cheaper of two); the cheapest for a price not known.

        Several of one price share the recorded ids among them, those that streak before those that do not
        when the recorded one does, so that different gifts stay different.
        """
        nearest = min(abs(gift.coins - coins) for gift in self._gifts)
        price = next(gift.coins for gift in self._gifts if abs(gift.coins - coins) == nearest)
        same = [gift for gift in self._gifts if gift.coins == price]
        alike = [gift for gift in same if gift.streakable == streaks] or same
        return alike[sum(gift_id.encode()) % len(alike)]
