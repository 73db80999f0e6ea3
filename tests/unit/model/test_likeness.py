"""When two comments say the same, in the scripts that people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.likeness import LONGEST, likeness_of


def alike(one: str, other: str) -> bool:
    first, second = likeness_of(one), likeness_of(other)
    return first is not None and second is not None and first.alike(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LETS GOOO mika 🔥🔥🔥", "lets go mika 🔥"),
        ("Ｈｅｌｌｏ", "hello"),
        ("¡qué bonito!", "¡Que  Bonito!!"),
        ("he\u200bl\u2060lo\ufeff", "hello"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("مرحبـــاً", "مرحبا"),
        ("ㅋㅋㅋㅋㅋ", "ㅋㅋㅋ"),
        ("ﾗｲｵﾝ", "ライオン"),
        ("👏🏽", "👏"),
        ("❤️", "❤"),
        ("gooood", "good"),
        ("gooood", "god"),
    ],
)
def test_the_same_in_another_dress(one: str, other: str) -> None:
    assert alike(one, other) and alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("good", "god"),
        ("noo", "no"),
        ("1", "111"),
        ("11", "1"),
        ("2000", "200"),
        ("ok?", "ok"),
        ("かき", "がき"),
        ("ไม่", "ไม"),
        ("की", "का"),
        ("left", "right"),
        ("🔥", "❤"),
    ],
)
def test_what_differs_in_meaning_is_not_alike(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize("text", ["", "  ", "\u200b\u200d", "\u0301", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_not_compared(text: str) -> None:
    assert likeness_of(text) is None


@given(st.text(max_size=60))
def test_any_text_is_alike_itself_in_capitals_with_what_nobody_sees(text: str) -> None:
    found = likeness_of(text)
    if found is None:
        assert likeness_of(text + "\u200b") is None
        return
    assert alike(text, text + "\u200b") and alike(text, f" {text} ")
    again = likeness_of(found.line)
    assert again is not None and again.alike(found)


@given(st.text(alphabet="abg", min_size=1, max_size=12), st.integers(0, 11), st.integers(3, 9))
def test_stretching_any_letter_changes_nothing(text: str, place: int, times: int) -> None:
    at = place % len(text)
    assert alike(text, text[:at] + text[at] * times + text[at + 1 :])
