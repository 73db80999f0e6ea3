"""The catalogue's file is checked where it is read, with errors that name the gift."""

from __future__ import annotations

import msgspec
import pytest

from studio.model.gift import Gift, GiftCatalogue

ROSE = Gift(id=1, name="Rose", coins=1, streakable=True)
OTHER_ROSE = Gift(id=7, name="Rose", coins=10)
LION = Gift(id=2, name="Lion", coins=29_999, tier=5)


def test_gifts_are_found_by_id_and_sorted_by_price() -> None:
    catalogue = GiftCatalogue((LION, OTHER_ROSE, ROSE))
    assert catalogue.gifts == (ROSE, OTHER_ROSE, LION)
    assert catalogue.get(7) is OTHER_ROSE
    assert catalogue.get(99) is None
    assert len(catalogue) == 3


def test_a_file_of_gifts_is_read_and_unknown_fields_are_ignored() -> None:
    data = b'[{"id": 5, "name": "Coral", "coins": 499, "since": "a later version"}]'
    assert GiftCatalogue.from_json(data).get(5) == Gift(id=5, name="Coral", coins=499)


def test_an_id_twice_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"id twice: 1 \(Rose, Tulip\)"):
        GiftCatalogue((ROSE, Gift(id=1, name="Tulip", coins=3)))


@pytest.mark.parametrize("coins", [0, -1])
def test_a_gift_without_a_price_is_refused_by_name(coins: int) -> None:
    with pytest.raises(ValueError, match="without a price: Free Hug"):
        GiftCatalogue((ROSE, Gift(id=3, name="Free Hug", coins=coins)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[",
        b"null",
        b'[{"id": 1}]',
        b'[{"id": "1", "name": "x", "coins": 1}]',
        b'[{"id":1,"name":"x","coins":1.5}]',
        b"\xff",
    ],
)
def test_what_is_no_catalogue_is_a_decode_error(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        GiftCatalogue.from_json(data)
