"""Feed, journal and server beside one another: agreement is quiet, every difference is a sentence."""

from __future__ import annotations

import pytest

from studio.journal.figures import Figures
from studio.model.room import RoomTotals
from studio.services.live_summary import LiveSummary
from studio.services.reconciliation import Count, reconcile


def summary(gifts: int = 5, diamonds: int = 50, feed: int = 50, missed: int = 0) -> LiveSummary:
    return LiveSummary(
        title="",
        started_ms=0,
        ended_ms=1,
        totals=RoomTotals(gifts=gifts, diamonds=diamonds),
        supporters=(),
        per_minute=(),
        feed_diamonds=feed,
        missed=missed,
        recovered=0,
        duplicates=0,
        events_sent=9,
        events_received=9 - missed,
        reason="",
    )


def figures(gifts: int = 5, diamonds: int = 50, missing: int = 0) -> Figures:
    zero = dict.fromkeys(Figures.__struct_fields__, 0)
    values = {**zero, "gifts": gifts, "diamonds": diamonds, "missing": missing, "people": (), "ledger": None}
    return Figures(**{**values, "diamonds_per_minute": ()})


def test_agreement_is_quiet() -> None:
    compared = reconcile(summary(), 5, figures(), "")
    assert compared.feed == compared.journal == compared.server == Count(5, 50)
    assert compared.differences == ()


@pytest.mark.parametrize(
    ("told", "feed_gifts", "journal", "trouble", "sentence"),
    [
        (summary(feed=49), 5, figures(), "", "The feed counted no gifts more or fewer and 1 diamond fewer"),
        (summary(), 7, figures(), "", "The feed counted 2 gifts more and no diamonds more or fewer"),
        (summary(), 5, figures(gifts=4, diamonds=40), "", "The journal counted 1 gift fewer and 10 diamonds"),
        (summary(), 5, figures(missing=3), "", "The journal lacks 3 events."),
        (summary(missed=2), 5, figures(), "", "2 events of the server did not come."),
        (summary(), 5, None, "The journal cannot be read: no", "The journal cannot be read: no"),
        (summary(), 5, None, "", "There is no journal of this LIVE."),
    ],
)
def test_every_difference_is_told(
    told: LiveSummary, feed_gifts: int, journal: Figures | None, trouble: str, sentence: str
) -> None:
    compared = reconcile(told, feed_gifts, journal, trouble)
    assert len(compared.differences) == 1
    assert compared.differences[0].startswith(sentence)
