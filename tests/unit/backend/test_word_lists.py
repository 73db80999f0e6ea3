"""The word lists that are shipped: read whole, and every term of them is found."""

from __future__ import annotations

from studio import places
from studio.backend.word_lists import load_word_lists
from studio.model.matching import Spotter
from studio.model.rules import Rule, RuleKind, Rules


def test_every_term_of_every_list_is_found_where_it_stands_alone() -> None:
    lists = load_word_lists(places.resource_path("words"))
    assert {"ar", "de", "en", "es", "ja", "zh"} <= set(lists) and list(lists) == sorted(lists)
    for name, terms in lists.items():
        assert terms, name
        spotter = Spotter(Rules(rules=(Rule(kind=RuleKind.KEYWORDS, lists=(name,)),)), lists)
        missed = [term for term in terms if spotter.spot("ana", term, 0) is None]
        assert missed == [], name
