"""Does a comment break one of a host's rules? The same comments in the same order always find the same.

Pure, any thread. What a host writes is taken literally but for a star at the end, so no pattern can stall
anything: every text takes time by its length.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping

from studio.model.keywords import Keywords
from studio.model.likeness import Likeness, likeness_of
from studio.model.links import Links
from studio.model.rules import STRICTNESS, Finding, Rule, RuleKind, Rules

#: So many cased letters at least, and so much of them upper case, is shouting.
CAPITALS_LEAST, CAPITALS_SHARE = 8, 0.7
REPEAT_WINDOW_MS = 30_000
#: Comments remembered of one person, and persons; who was not heard for longest is forgotten.
_SAID_KEPT, _PERSONS_KEPT = 8, 2_000


class Spotter:
    """Rules made ready. ``lists``: word lists by language; a language that is not there adds nothing."""

    def __init__(self, rules: Rules, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._rules = rules.rules
        self._keywords = {
            place: Keywords(rule.terms, _chosen(rule, lists), disguised=rule.disguised)
            for place, rule in enumerate(rules.rules)
            if rule.kind is RuleKind.KEYWORDS
        }
        self._links = {
            place: Links(rule.terms) for place, rule in enumerate(rules.rules) if rule.kind is RuleKind.LINKS
        }
        self._remembers = any(rule.kind is RuleKind.REPEATS for rule in rules.rules)
        self._said: OrderedDict[str, deque[tuple[int, Likeness]]] = OrderedDict()

    def spot(self, person_id: str, text: str, at_ms: int) -> Finding | None:
        """The strictest rule that fits, of equally strict ones the first. Call it for every comment."""
        repeated = self._remembers and self._says_again(person_id, text, at_ms)
        found: Finding | None = None
        for place, rule in enumerate(self._rules):
            if found is not None and _strictness(rule) <= _strictness(found.rule):
                continue
            reason = self._reason(place, rule, text, repeated=repeated)
            if reason:
                found = Finding(rule=rule, reason=reason)
        return found

    def forget(self) -> None:
        """What was said so far does not count as said."""
        self._said.clear()

    def _reason(self, place: int, rule: Rule, text: str, *, repeated: bool) -> str:
        match rule.kind:
            case RuleKind.KEYWORDS:
                return self._keywords[place].reason(text)
            case RuleKind.LINKS:
                return self._links[place].reason(text)
            case RuleKind.CAPITALS:
                return "capitals" if _shouts(text) else ""
            case _:
                return "said again" if repeated else ""

    def _says_again(self, person_id: str, text: str, at_ms: int) -> bool:
        likeness = likeness_of(text)
        if likeness is None:
            return False
        said = self._said.setdefault(person_id, deque(maxlen=_SAID_KEPT))
        self._said.move_to_end(person_id)
        if len(self._said) > _PERSONS_KEPT:
            self._said.popitem(last=False)
        again = any(
            abs(at_ms - before_ms) <= REPEAT_WINDOW_MS and likeness.alike(before)
            for before_ms, before in said
        )
        said.append((at_ms, likeness))
        return again


def _chosen(rule: Rule, lists: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: lists[name] for name in rule.lists if name in lists}


def _strictness(rule: Rule) -> int:
    return STRICTNESS.index(rule.consequence)


def _shouts(text: str) -> bool:
    upper = sum(map(str.isupper, text))
    cased = upper + sum(map(str.islower, text))
    return cased >= CAPITALS_LEAST and upper >= CAPITALS_SHARE * cased
