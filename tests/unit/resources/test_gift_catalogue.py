"""The gift catalogue keeps the promises that the backend, the ledger and the viewer page build on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.model.gift import GiftCatalogue

GIFTS = Path(__file__).parents[3] / "resources" / "gifts"
# A tier holds prices below its limit, in coins; tier 5 is open.
TIER_LIMITS = {1: 20, 2: 200, 3: 1_000, 4: 10_000}
ENTRIES: list[dict[str, Any]] = json.loads((GIFTS / "catalogue.json").read_text(encoding="utf-8"))


def _tier(coins: int) -> int:
    return next((tier for tier, limit in TIER_LIMITS.items() if coins < limit), 5)


def test_holds_enough_gifts_in_every_tier() -> None:
    assert len(ENTRIES) >= 34
    assert {entry["tier"] for entry in ENTRIES} == {1, 2, 3, 4, 5}


def test_the_model_reads_the_file() -> None:
    catalogue = GiftCatalogue.from_json((GIFTS / "catalogue.json").read_bytes())
    assert len(catalogue) == len(ENTRIES)
    assert {gift.art for gift in catalogue.gifts} == {entry["art"] for entry in ENTRIES}


def test_ids_are_unique_and_ours() -> None:
    ids = [entry["id"] for entry in ENTRIES]
    assert len(set(ids)) == len(ids)
    assert min(ids) >= 1001


def test_every_drawing_belongs_to_one_gift() -> None:
    used = [entry["art"] for entry in ENTRIES]
    assert len(set(used)) == len(used)
    assert set(used) == {path.name for path in GIFTS.glob("*.svg")}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_entry_is_well_formed(entry: dict[str, Any]) -> None:
    assert set(entry) == {"id", "name", "coins", "streakable", "tier", "art"}
    assert type(entry["id"]) is int
    assert type(entry["coins"]) is int
    assert entry["coins"] > 0
    assert type(entry["streakable"]) is bool
    assert entry["name"].strip() == entry["name"] != ""
    assert entry["tier"] == _tier(entry["coins"])
    assert entry["streakable"] == (entry["coins"] <= 99 or entry["name"] in {"Confetti", "Hand Hearts"})
    assert (GIFTS / entry["art"]).is_file()


@pytest.mark.parametrize(
    ("name", "coins"), [("Rose", 1), ("Perfume", 20), ("Corgi", 299), ("Lion", 29_999), ("Universe", 44_999)]
)
def test_known_prices(name: str, coins: int) -> None:
    assert [entry["coins"] for entry in ENTRIES if entry["name"] == name] == [coins]
