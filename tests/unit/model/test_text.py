"""Cleaning what strangers write: nothing hidden, nothing reordered, nothing believable lost."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.text import clean_line, isolate

_NAUGHTY = json.loads((Path(__file__).parents[2] / "data" / "blns.json").read_text(encoding="utf-8"))

#: Any text a JSON message can carry, with what is nasty about text far more often than by chance.
nasty = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\u200e\u200f\ufeff"
        ),
        st.sampled_from("\u0300\u0301\u0323\u0489\u20dd\ufe0f\u1ab0\u0e31\u05b0\u064b"),
        st.sampled_from("\r\n\t\v\f\x00\x07\x1b\x7f\x85\u2028\u2029\u00a0\u3000"),
    )
)

_DIRECTION = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(nasty)
def test_what_is_left_is_one_clean_line(text: str) -> None:
    clean = clean_line(text)
    assert clean == clean.strip() and "  " not in clean
    assert not set(clean) & _DIRECTION
    assert {unicodedata.category(char) for char in clean}.isdisjoint({"Cc", "Cs", "Co", "Zl", "Zp"})
    assert unicodedata.is_normalized("NFC", clean)


@given(nasty)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)


@given(nasty)
def test_never_more_than_four_marks_on_one_character(text: str) -> None:
    marks = 0
    for char in clean_line(text):
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        assert marks <= 4


@pytest.mark.parametrize("text", _NAUGHTY, ids=range(len(_NAUGHTY)))
def test_the_big_list_of_naughty_strings_is_survived(text: str) -> None:
    clean = clean_line(text)
    assert clean_line(clean) == clean
    assert not set(clean) & _DIRECTION
    assert "\n" not in clean and "\x00" not in clean


def test_zalgo_is_thinned_but_accents_and_vowel_signs_stay() -> None:
    zalgo = "h" + "\u0335\u0321\u0322\u0323\u0324\u0325\u0326" + "i"
    assert len(clean_line(zalgo)) == 2 + 4
    for real in ("é", "ö", "ệ", "ก็", "ที่", "नमस्ते", "שָׁלוֹם", "الْعَرَبِيَّة", "が"):
        assert clean_line(real) == unicodedata.normalize("NFC", real)


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦",  # zero-width joiners
        "👩🏽‍🚀",
        "❤️‍🔥",
        "🏳️‍🌈",
        "🇩🇪🇯🇵",  # regional indicators
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland: tag sequence
        "1️⃣",
        "می‌خواهم",  # zero-width non-joiner, needed in Persian
        "\U0001fa77",  # pink heart, Unicode 15.0: newer than some Pythons' tables
        "\U0001fae9",  # face with bags under eyes, Unicode 16.0
    ],
)
def test_emoji_flags_and_joiners_are_kept_whole(text: str) -> None:
    assert clean_line(text) == text


def test_direction_overrides_are_gone_but_right_to_left_text_and_marks_stay() -> None:
    assert clean_line("\u202egpj.exe\u202c") == "gpj.exe"
    assert clean_line("\u2067abc\u2069") == "abc"
    assert clean_line("שלום \u200fעולם") == "שלום \u200fעולם"


def test_controls_and_line_breaks_become_one_line() -> None:
    assert clean_line("  a\r\n\tb\u2028c\x00\x1b[31md  ") == "a b c[31md"
    assert clean_line("zero\u200bwidth\ufeff\u00ad") == "zerowidth"


def test_noncharacters_and_private_use_are_gone() -> None:
    assert clean_line("a\ufdd0b\uffffc\U0001fffed\ue000e\U000f0000f") == "abcdef"


def test_a_mark_parted_from_its_letter_by_something_hidden_joins_it() -> None:
    assert clean_line("e\u202e\u0301") == "é"


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\u202e\u202c", "\u200d\u200d", "\ufe0f", "\u200e \u200f", "\u0301"]
)
def test_nothing_to_see_is_nothing(text: str) -> None:
    assert clean_line(text) == ""


def test_isolating_wraps_in_one_pair() -> None:
    assert isolate("אבג") == "\u2068אבג\u2069"
