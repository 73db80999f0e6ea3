"""Which comments speak to a host."""

from __future__ import annotations

import pytest

from studio.model.mention import Addressed


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("@rin hello", True),
        ("hello @RIN!", True),
        ("＠ｒｉｎ", True),
        ("@rin. How are you?", True),
        ("@rinse that", False),
        ("@rin_2 hello", False),
        ("@rin-art hello", False),
        ("@rinse and @rin", True),
        ("rin hello", False),
        ("mail me at a@rin", True),
        ("", False),
    ],
)
def test_the_handle_counts_after_an_at_and_whole(text: str, fits: bool) -> None:
    assert Addressed("rin", ()).fits(text) is fits


def test_words_count_wherever_they_stand() -> None:
    addressed = Addressed("", ("Ink", "free hand", "絵"))
    assert [addressed.fits(text) for text in ("more INK please", "link", "free  hand!", "この絵すき")] == [
        True,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("text", ["@" * 20_000, "@rin" * 5_000 + "x", "@ri" * 6_000])
def test_hostile_texts_end(text: str) -> None:
    Addressed("rin", ("ink",)).fits(text)
