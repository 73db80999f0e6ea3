"""Amounts as people type them."""

from __future__ import annotations

import pytest

from studio.ui.payouts.words import micro_dollars_of


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("25", 2_500),
        ("$25.5", 2_550),
        (" 1,240.50 ", 124_050),
        ("$ 0.01", 1),
        ("999999999999", 99_999_999_999_900),
    ],
)
def test_amounts(text: str, cents: int) -> None:
    assert micro_dollars_of(text) == cents * 10_000


@pytest.mark.parametrize(
    "text",
    ["", "$", "-5", "+5", "1e3", "12,50", "1.234", "25,00,0", "٢٥", "2５", "1 000", "nan", "25€", "9" * 13],
)
def test_what_is_no_amount(text: str) -> None:
    assert micro_dollars_of(text) is None
