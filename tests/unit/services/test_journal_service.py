"""The studio's journal: every event once, also when the disk is full for a while; people come back."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.journal.files import journal_path
from studio.journal.reader import Reader
from studio.model.room import Room
from studio.protocol.events import (
    Commented,
    CommentRemoved,
    CommentRestored,
    Event,
    PersonMuted,
    PersonUnmuted,
    RoomClosed,
    RoomOpened,
    UnknownEvent,
)
from studio.protocol.session import RoomEvents
from studio.services import journal as journal_module
from studio.services.journal import JournalService
from studio.services.tasks import Tasks
from studio.services.withheld import Withheld
from tests.unit.services.conftest import ANA, HOST, LEO


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """The services' cycles go on this thread: on one of the pool's, Qt would destroy their timers there."""
    gc.collect()
    yield
    gc.collect()


ROOM = Room(room_id="room", host=HOST, title="Sketching", topic="", started_ms=1_000)


def said(seq: int) -> Commented:
    return Commented(seq=seq, at_ms=1_000 + seq, comment_id=f"c{seq}", person=ANA, text=f"comment {seq}")


def opened(seq: int = 1) -> RoomOpened:
    return RoomOpened(seq=seq, at_ms=1_000, room=ROOM)


def send(journal: JournalService, *events: Event) -> None:
    journal.on_events(RoomEvents("room", events, 0))


def kept(folder: Path) -> list[int]:
    with Reader(journal_path(folder, "room")) as reader:
        assert reader.verify().intact
        return [entry.seq for entry in reader.entries(0, 100_000)]


async def test_a_live_is_kept_whole_and_once(qapp: QApplication, tmp_path: Path) -> None:
    tasks = Tasks()
    journal = JournalService(tasks, tmp_path)
    send(journal, opened(), said(2), said(3))
    unknown = UnknownEvent(seq=4, at_ms=1_004, original_kind="duel")
    send(journal, said(3), unknown, said(5))
    assert [entry.text for entry in await journal.entries(1, 10)] == ["comment 2", "comment 3", "comment 5"]
    # The studio is started anew in the middle: everything comes again.
    await journal.stop()
    journal = JournalService(tasks, tmp_path)
    send(journal, opened(), *(said(seq) for seq in (2, 3, 5, 6)))
    send(journal, RoomClosed(seq=7, at_ms=1_100, totals=ROOM.totals))
    await journal.stop()
    await tasks.stop()
    assert kept(tmp_path) == [1, 2, 3, 5, 6, 7]


async def test_people_are_known_after_the_live_and_forgotten_on_demand(
    qapp: QApplication, tmp_path: Path
) -> None:
    tasks = Tasks()
    journal = JournalService(tasks, tmp_path)
    send(journal, opened(), said(2), said(3))
    assert (await journal.history(ANA.id)).lives == 0, "the LIVE of now is no history"
    send(journal, RoomClosed(seq=4, at_ms=1_100, totals=ROOM.totals))
    assert journal._closing is not None
    await journal._closing
    history = await journal.history(ANA.id)
    assert (history.comments, history.recent[0].title) == (2, "Sketching")
    await journal.set_note(ANA, " likes foxes ", 5)
    assert await journal.note_of(ANA.id) == "likes foxes"
    assert not (await journal.delete_person(ANA, 6)).busy
    assert (await journal.history(ANA.id)).lives == 0
    assert await journal.note_of(ANA.id) == ""
    await journal.stop()
    await tasks.stop()
    assert kept(tmp_path) == [1, 2, 3, 4], "the rows stay, without the person"


async def test_what_finds_no_room_waits_and_is_counted_when_it_is_too_much(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_MOST_WAITING", 5)
    tasks = Tasks()
    journal = JournalService(tasks, tmp_path)
    send(journal, opened())
    writer = journal._writer
    assert writer is not None
    monkeypatch.setattr(writer, "_capacity", 0)
    send(journal, *(said(seq) for seq in range(2, 10)))
    assert journal.left_out == 3
    assert "3 events of this LIVE are not in its journal" in journal.trouble
    monkeypatch.setattr(writer, "_capacity", 1_000)
    send(journal, said(10))
    assert journal.left_out == 4, "what came later keeps its place behind what waits"
    await journal.stop()
    await tasks.stop()
    assert kept(tmp_path) == [1, 2, 3, 4, 5, 6]


async def test_what_can_never_be_kept_does_not_stop_the_rest(qapp: QApplication, tmp_path: Path) -> None:
    tasks = Tasks()
    journal = JournalService(tasks, tmp_path)
    send(journal, opened(), said(2), said(0), said(3))
    assert journal.left_out == 1
    await journal.stop()
    await tasks.stop()
    assert kept(tmp_path) == [1, 2, 3]


def test_withheld_follows_removals_and_mutes_and_their_undo() -> None:
    withheld = Withheld()
    one, two = said(2), said(5)
    assert not withheld.hides(one)
    assert withheld.hear(CommentRemoved(seq=3, comment_id="c2", by=HOST))
    assert (withheld.hides(one), withheld.hides(two)) == (True, False)
    assert withheld.hear(PersonMuted(seq=4, person=ANA, until_ms=0, by=HOST))
    assert withheld.hear(CommentRestored(seq=5, comment_id="c2", person=ANA, text="", said_seq=2, said_ms=1))
    assert withheld.hides(one), "muted still: what they said before is hidden"
    assert not withheld.hides(two), "what came after the mute was allowed"
    assert not withheld.hides_item("c9", LEO.id, 1)
    assert withheld.hear(PersonUnmuted(seq=6, person=ANA, by=HOST))
    assert not withheld.hides(one)
    assert not withheld.hear(said(7))
