"""A tab's rows stay bounded, and its changes replay to the same rows in any view."""

from hypothesis import given
from hypothesis import strategies as st

from studio.services.feed_ring import FeedRing
from studio.services.rows import FeedRow, FeedTab, RowKind


class _View:
    """What a view does with changes."""

    def __init__(self) -> None:
        self.rows: list[FeedRow] = []

    def apply(self, ring: FeedRing) -> None:
        change = ring.take_change()
        if change is None:
            return
        del self.rows[: change.dropped]
        by_key = {row.key: row for row in change.updated}
        self.rows = [by_key.get(row.key, row) for row in self.rows] + list(change.appended)


_ACTS = st.lists(
    st.one_of(
        st.just(("append",)),
        st.tuples(st.just("replace"), st.integers(1, 60)),
        st.just(("show",)),
        st.just(("clear",)),
    ),
    max_size=120,
)


@given(_ACTS)
def test_changes_replay_to_the_rows(acts: list[tuple[str, int] | tuple[str]]) -> None:
    ring, view, next_key = FeedRing(FeedTab.ALL, capacity=10), _View(), 1
    for act in acts:
        if act[0] == "append":
            ring.append(FeedRow(next_key, RowKind.COMMENT, f"row {next_key}"))
            next_key += 1
        elif act[0] == "replace" and len(act) == 2:
            row = ring.get(act[1])
            if row is not None:
                ring.replace(FeedRow(row.key, row.kind, row.text + "!", row.version + 1))
        elif act[0] == "clear":
            ring.clear()
        else:
            view.apply(ring)
            assert view.rows == list(ring.rows)
        assert len(ring.rows) <= 10
    view.apply(ring)
    assert view.rows == list(ring.rows)


def test_total_counts_what_the_ring_has_dropped() -> None:
    ring = FeedRing(FeedTab.GIFTS, capacity=3)
    for key in range(1, 8):
        ring.append(FeedRow(key, RowKind.GIFT))
    assert ring.total == 7
    assert [row.key for row in ring.rows] == [5, 6, 7]
    assert ring.get(4) is None and not ring.replace(FeedRow(4, RowKind.GIFT))
    assert ring.distance_from_end(5) == 2
