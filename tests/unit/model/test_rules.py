"""What makes rules unusable, each named in a sentence that says how many or which."""

from __future__ import annotations

import pytest

from studio.model.rules import MAX_RULES, MAX_TERM_LENGTH, MAX_TERMS, Rule, RuleKind, Rules

ENGLISH = frozenset({"en"})


def keywords(*terms: str, lists: tuple[str, ...] = ()) -> Rule:
    return Rule(kind=RuleKind.KEYWORDS, terms=terms, lists=lists)


def test_rules_at_their_limits_can_be_used() -> None:
    rules = (keywords(*(f"term{number}" for number in range(MAX_TERMS - 1)), "x" * MAX_TERM_LENGTH),)
    rules += tuple(keywords(lists=("en",)) for _ in range(MAX_RULES - 1))
    assert Rules(rules=rules).complaint(ENGLISH) == ""
    assert Rules().complaint(frozenset()) == ""


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (tuple(keywords() for _ in range(MAX_RULES + 1)), f"these are {MAX_RULES + 1}"),
        ((keywords(*map(str, range(MAX_TERMS))), keywords("one more")), f"these are {MAX_TERMS + 1}"),
        ((keywords("x" * 10_000),), "one has 10,000"),
        ((keywords("fine", " * "),), "at least one letter"),
        ((keywords("fine", lists=("en", "tlh")),), "no word list for 'tlh'"),
    ],
)
def test_what_cannot_be_used_is_said(rules: tuple[Rule, ...], words: str) -> None:
    assert words in Rules(rules=rules).complaint(ENGLISH)
