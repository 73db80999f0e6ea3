"""What is taken out of the feed comes back exactly: removed, muted, both; folded or not."""

from __future__ import annotations

import random

import pytest

from studio.model.room import Person
from studio.protocol.events import Commented, CommentRemoved, CommentRestored, PersonMuted, PersonUnmuted
from studio.services.feed import FeedService
from studio.services.hidden_comments import HiddenComments, Reason
from studio.services.rows import FeedTab, RowKind, RowState, Said
from tests.unit.services.conftest import ANA, HOST, LEO, Send

NOOR = Person(id="a3", handle="noor_92", name="نور")
PEOPLE = (ANA, LEO, NOOR)


def comment(number: int, person: Person, text: str) -> Commented:
    return Commented(comment_id=f"room.{number}", person=person, text=text, at_ms=1_000 + number)


def restored(said: Commented) -> CommentRestored:
    return CommentRestored(
        comment_id=said.comment_id, person=said.person, text=said.text, said_seq=said.seq, said_ms=said.at_ms
    )


def shown(feed: FeedService) -> list[tuple[object, ...]]:
    """What a host reads of the comments; that a row was once folded shows nowhere."""
    rows = [row for row in feed.rows(FeedTab.ALL) if row.kind is RowKind.COMMENT]
    return [
        (
            row.key,
            row.state,
            row.text,
            row.person,
            row.item_id,
            max(1, row.count),
            max(1, row.people),
            row.said,
        )
        for row in rows
    ]


def test_a_removed_comment_is_back_as_it_was(feed: FeedService, send: Send) -> None:
    one = comment(1, ANA, "hello")
    send(one, comment(2, LEO, "bye"))
    before = shown(feed)
    send(CommentRemoved(comment_id=one.comment_id, by=HOST))
    assert [row[1] for row in shown(feed)] == [RowState.HIDDEN, RowState.SETTLED]
    send(restored(one))
    assert shown(feed) == before


def test_the_first_of_a_folded_row_comes_back_to_its_place(feed: FeedService, send: Send) -> None:
    said = [comment(number, person, "same") for number, person in enumerate(PEOPLE, start=1)]
    send(*said)
    before = shown(feed)
    for one in said:
        send(CommentRemoved(comment_id=one.comment_id, by=HOST))
    assert shown(feed)[0][1] is RowState.HIDDEN
    for one in reversed(said):
        send(restored(one))
    assert shown(feed) == before


def test_two_reasons_must_both_be_gone(feed: FeedService, send: Send) -> None:
    one, other = comment(1, ANA, "one"), comment(2, ANA, "other")
    send(one, other)
    before = shown(feed)
    send(CommentRemoved(comment_id=one.comment_id, by=HOST), PersonMuted(person=ANA, until_ms=0, by=HOST))
    send(restored(one))
    assert [row[1] for row in shown(feed)] == [RowState.HIDDEN, RowState.HIDDEN]
    send(PersonUnmuted(person=ANA, by=HOST))
    assert shown(feed) == before


@pytest.mark.parametrize("seed", range(40))
def test_whatever_was_hidden_all_of_it_comes_back(feed: FeedService, send: Send, seed: int) -> None:
    dice = random.Random(seed)
    said = [
        comment(number, dice.choice(PEOPLE), dice.choice(["hi", "hi!", "HI", "who?", "nice"]))
        for number in range(1, 25)
    ]
    send(*said)
    before = shown(feed)
    removed: list[Commented] = []
    muted: set[str] = set()
    for _ in range(30):
        if dice.random() < 0.6:
            one = dice.choice(said)
            if one in removed:
                removed.remove(one)
                send(restored(one))
            else:
                removed.append(one)
                send(CommentRemoved(comment_id=one.comment_id, by=HOST))
            continue
        person = dice.choice(PEOPLE)
        if person.id in muted:
            muted.remove(person.id)
            send(PersonUnmuted(person=person, by=HOST))
        else:
            muted.add(person.id)
            send(PersonMuted(person=person, until_ms=0, by=HOST))
    send(*(restored(one) for one in removed))
    send(*(PersonUnmuted(person=person, by=HOST) for person in PEOPLE if person.id in muted))
    assert shown(feed) == before


def test_what_is_remembered_is_bounded() -> None:
    hidden = HiddenComments()
    for number in range(6_000):
        hidden.hide(number, Said(f"room.{number}", ANA, "x"), Reason.REMOVED)
    assert hidden.show("room.0", Reason.REMOVED) is None
    assert hidden.show("room.5999", Reason.REMOVED) is not None
