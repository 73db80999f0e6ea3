"""Whole numbers in, texts a host can trust out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.money import COIN_PACKS, MAX_AMOUNT, Rates, format_count, format_dollars, format_short


@pytest.mark.parametrize(
    ("micro", "text"),
    [
        (0, "$0.00"),
        (5_000, "$0.00"),
        (9_999, "$0.00"),
        (10_000, "$0.01"),
        (157_400_000, "$157.40"),
        (1_234_567_890_000, "$1,234,567.89"),
        (-10_000_000, "-$10.00"),
        (-9_999, "$0.00"),
    ],
)
def test_dollars(micro: int, text: str) -> None:
    assert format_dollars(micro) == text


@given(st.integers(0, MAX_AMOUNT))
def test_dollars_never_say_more_than_there_is(micro: int) -> None:
    shown = format_dollars(micro).removeprefix("$").replace(",", "").replace(".", "")
    assert 0 <= micro - int(shown) * 10_000 < 10_000


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (9_999, "9,999"),
        (10_000, "10K"),
        (48_213, "48.2K"),
        (999_999, "999.9K"),
        (1_000_000, "1M"),
        (12_345_678, "12.3M"),
        (999_999_999, "999.9M"),
        (1_500_000_000, "1.5B"),
        (MAX_AMOUNT, "9,007,199B"),
        (-5, "-5"),
    ],
)
def test_short_counts(value: int, text: str) -> None:
    assert format_short(value) == text


@given(st.integers(0, MAX_AMOUNT))
def test_short_counts_stay_short_and_never_round_up(value: int) -> None:
    text = format_short(value)
    assert len(text) <= 10
    factor = {"K": 10**3, "M": 10**6, "B": 10**9}.get(text[-1], 1)
    whole, _, tenth = text.rstrip("KMB").replace(",", "").partition(".")
    assert int(whole) * factor + int(tenth or 0) * factor // 10 <= value


def test_counts_group_thousands() -> None:
    assert format_count(31_480) == "31,480"


def test_default_rates_are_the_fields() -> None:
    rates = Rates()
    assert rates.diamonds(29_999) == 29_999
    assert rates.micro_dollars(2_000) == rates.payout_min_micro_dollars
    assert format_dollars(rates.micro_dollars(31_480)) == "$157.40"


def test_packs_are_the_price_list() -> None:
    listed = [(pack.coins, format_dollars(pack.price_micro_dollars)) for pack in COIN_PACKS]
    assert listed[0] == (70, "$0.99") and listed[-1] == (17_500, "$249.99")
    assert len({pack.pack_id for pack in COIN_PACKS}) == len(COIN_PACKS) == 7
