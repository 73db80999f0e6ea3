"""What a host wants of comments: rules that hold, hide or mute, and slow mode. Pure values.

They belong to the host and go on from LIVE to LIVE; nobody but the host and the room's helpers sees them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

#: Terms of all rules of a host together, and the longest; TikTok LIVE takes 200 keywords, too.
MAX_TERMS, MAX_TERM_LENGTH = 200, 100
MAX_RULES = 16
MAX_SLOW_S = 300
MAX_MUTE_S = 86_400


class RuleKind(StrEnum):
    """What a rule looks for. Which terms mean what: see `Rule`."""

    KEYWORDS = "keywords"
    LINKS = "links"
    CAPITALS = "capitals"
    REPEATS = "repeats"


class Consequence(StrEnum):
    """What becomes of a comment: it waits for the host, nobody sees it, or its writer is muted, too."""

    HOLD = "hold"
    HIDE = "hide"
    MUTE = "mute"


#: From mild to strict: of several rules that fit, the strictest counts.
STRICTNESS = (Consequence.HOLD, Consequence.HIDE, Consequence.MUTE)

Term = Annotated[str, msgspec.Meta(max_length=20_000)]  # the friendlier limit is `MAX_TERM_LENGTH`


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. ``terms``: words and phrases (a star at the end of one: whatever follows), or sites that
    links may go to. ``lists``: languages of the word lists that come with the backend. ``disguised``: also
    "b4d", "b a d" and "baaad". ``mute_s``: for how long, 0 for the whole LIVE.
    """

    kind: RuleKind
    consequence: Consequence = Consequence.HOLD
    mute_s: Annotated[int, msgspec.Meta(ge=0, le=MAX_MUTE_S)] = 300
    terms: Annotated[tuple[Term, ...], msgspec.Meta(max_length=2_000)] = ()
    lists: Annotated[tuple[str, ...], msgspec.Meta(max_length=64)] = ()
    disguised: bool = False


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """All of a host's rules. ``slow_s``: seconds between two comments of one person; 0: no slow mode."""

    rules: Annotated[tuple[Rule, ...], msgspec.Meta(max_length=1_000)] = ()
    slow_s: Annotated[int, msgspec.Meta(ge=0, le=MAX_SLOW_S)] = 0

    def of(self, kind: RuleKind) -> Rule | None:
        """The first rule of that kind."""
        return next((rule for rule in self.rules if rule.kind is kind), None)

    def complaint(self, known_lists: frozenset[str]) -> str:
        """A sentence that says what is wrong with them; empty when they can be used."""
        if len(self.rules) > MAX_RULES:
            return f"There can be {MAX_RULES} rules; these are {len(self.rules)}."
        terms = [term for rule in self.rules for term in rule.terms]
        if len(terms) > MAX_TERMS:
            return f"There can be {MAX_TERMS} words and phrases; these are {len(terms):,}."
        longest = max((len(term) for term in terms), default=0)
        if longest > MAX_TERM_LENGTH:
            return f"A word or phrase has at most {MAX_TERM_LENGTH} characters; one has {longest:,}."
        if any(not term.strip(" *") for term in terms):
            return "A word or phrase needs at least one letter."
        unknown = sorted({name for rule in self.rules for name in rule.lists} - known_lists)
        if unknown:
            return f"There is no word list for {unknown[0]!r}."
        return ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The rule that fits a comment, and the reason in words: "keyword “spoiler”", "link to t.co"."""

    rule: Rule
    reason: str
