"""Skimming a frame must never say anything decoding would not."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from studio.model.room import Person, RoomTotals
from studio.protocol.codec import encode, raw
from studio.protocol.events import Commented, Event, RoomClosed, Shared
from studio.protocol.frames import Events
from studio.rehearsal.skim import Skimmed, events_prefix, skim

ANNA = Person(id="p1", handle="anna", name='"seq":7')


def frame(*events: Event) -> bytes:
    return encode(Events(room_id="room-1", events=tuple(raw(event) for event in events), sent_ms=3)).encode()


def test_a_frame_begins_as_expected() -> None:
    data = frame(Shared(seq=1, person=ANNA))
    assert data.startswith(events_prefix("room-1"))
    assert not data.startswith(events_prefix("room-2"))


@given(st.lists(st.text(), min_size=1, max_size=5), st.integers(1, 2**53))
def test_skimming_agrees_with_decoding_whatever_people_write(texts: list[str], first: int) -> None:
    events = [
        Commented(seq=first + place, comment_id="c", person=ANNA, text=text + '"seq":1,"kind":"room_closed"')
        for place, text in enumerate(texts)
    ]
    assert skim(frame(*events)) == Skimmed(first, first + len(texts) - 1, len(texts), False)


def test_the_end_of_the_live_is_seen() -> None:
    seen = skim(frame(Shared(seq=8, person=ANNA), RoomClosed(seq=9, totals=RoomTotals())))
    assert seen == Skimmed(8, 9, 2, True)


def test_a_gap_inside_a_frame_is_left_to_the_decoder() -> None:
    assert skim(frame(Shared(seq=8, person=ANNA), Shared(seq=10, person=ANNA))) is None
    assert skim(frame(Shared(seq=9, person=ANNA), Shared(seq=8, person=ANNA))) is None


def test_other_spellings_are_left_to_the_decoder() -> None:
    spaced = msgspec.json.format(frame(Shared(seq=8, person=ANNA)), indent=1)
    assert not spaced.startswith(events_prefix("room-1"))
    assert skim(spaced) is None


@given(st.binary())
def test_any_bytes_are_survived(data: bytes) -> None:
    skim(data)
    skim(b'"seq":' + data)
