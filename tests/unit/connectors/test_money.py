"""What recorded money is in our coins, and which gift stands for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.connectors.money import GiftShelf, coins_of_amount
from tests.unit.connectors.recordings import catalogue


@pytest.mark.parametrize(
    ("amount", "coins"),
    [
        ("$0.99", 70),
        ("$99.99", 7_070),
        ("US$5.00", 353),
        ("￥10,800", 5_116),
        ("¥500", 236),
        ("€2", 155),
        ("2,00 €", 155),
        ("1.234,50 €", 96_016),
        ("CA$1,000.00", 51_616),
        ("₩1", 1),
        ("$0.00", 0),
        ("[UNREGISTERD]10,800", 0),
        ("ten dollars", 0),
        ("", 0),
        ("$" + "9" * 60, 0),
    ],
)
def test_an_amount_is_what_that_money_buys_in_coin_packs(amount: str, coins: int) -> None:
    assert coins_of_amount(amount) == coins


@given(amount=st.text(max_size=80))
def test_no_amount_is_a_crash(amount: str) -> None:
    assert coins_of_amount(amount) >= 0


def test_every_gift_of_ours_stands_for_its_own_price() -> None:
    shelf = GiftShelf(catalogue())
    for gift in catalogue():
        assert shelf.pick(gift.coins, str(gift.id), streaks=gift.streakable).coins == gift.coins


@pytest.mark.parametrize(
    ("price", "played"), [(0, 1), (2, 1), (3, 1), (4, 5), (450, 499), (449, 399), (10**9, 44_999)]
)
def test_a_price_we_do_not_have_becomes_the_nearest_the_cheaper_of_two(price: int, played: int) -> None:
    assert GiftShelf(catalogue()).pick(price, "1", streaks=True).coins == played


def test_gifts_of_one_price_stay_different_and_the_same_every_time() -> None:
    shelf = GiftShelf(catalogue())
    picked = [shelf.pick(1, gift_id, streaks=True) for gift_id in ("5655", "5269", "8239", "7096", "5655")]
    assert len({gift.id for gift in picked}) > 1 and picked[0] == picked[-1]
    assert all(gift.streakable for gift in picked)
