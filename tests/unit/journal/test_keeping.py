"""What is kept and what goes: by age, by size, one LIVE, one person everywhere, and the host's own notes."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from studio.journal.entry import JournalError
from studio.journal.files import Busy
from studio.journal.index import Index
from studio.journal.keeping import Keeping, Retention
from studio.journal.notes import MOST_CHARACTERS, NAME, Notes
from studio.journal.reader import Reader
from studio.journal.sink import Sink
from tests.unit.journal.happenings import ANN, BEN, CAT, HOST, START_MS, Script, header, write

DAY_MS = 86_400_000


class House:
    """Five LIVEs, a day apart: Ann is in the odd ones, Ben in all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for day in range(1, 6):
            script = Script(f"room{day}", START_MS + day * DAY_MS)
            script.comment(BEN, "hello")
            if day % 2:
                script.comment(ANN, "my secret")
                script.gift(ANN, 2, 2)
            write(folder, script.entries, header(script.room_id, script.started_ms))
        self.index, self.notes = Index(folder), Notes(folder)
        self.index.refresh()
        self.keeping = Keeping(folder, self.index, self.notes)

    def rooms(self) -> list[str]:
        files = sorted(path.stem for path in self.folder.glob("*.journal"))
        assert files == sorted(one.room_id for one in self.index.sessions()), "index and files agree"
        return files


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_person_is_gone_everywhere(house: House) -> None:
    house.notes.set(ANN.id, "likes ink", START_MS)
    house.notes.set(ANN.id, "likes tea", START_MS)
    house.notes.set(BEN.id, "draws", START_MS)
    before = house.index.sessions()
    done = house.keeping.delete_person(ANN.id, START_MS)
    assert (done.lives, done.rows, done.note, done.busy) == (3, 6, True, ())
    house.index.close()
    for path in house.folder.iterdir():
        for word in (b"u-ann", b"my secret", b"likes ink", b"likes tea"):
            assert word not in path.read_bytes(), path
    house.index.refresh()
    assert house.index.sessions() == before, "no sum has changed"
    assert house.index.person_history(ANN.id).lives == 0
    assert house.index.person_history(BEN.id).lives == 5
    note = Notes(house.folder).get(BEN.id)
    assert note is not None and note.text == "draws"
    for path in house.folder.glob("*.journal"):
        with Reader(path) as reader:
            assert reader.verify().intact
    again = house.keeping.delete_person(ANN.id, START_MS)
    assert (again.lives, again.rows, again.note) == (0, 0, False)


def test_a_live_on_air_is_named_and_done_later(house: House) -> None:
    sink = Sink(house.folder, header("room3", START_MS + 3 * DAY_MS))
    done = house.keeping.delete_person(ANN.id, START_MS)
    assert (done.lives, done.busy) == (2, ("room3",))
    with pytest.raises(Busy):
        house.keeping.delete_live("room3")
    assert house.keeping.retain(Retention(max_age_days=1), START_MS + 90 * DAY_MS) == (
        "room1",
        "room2",
        "room4",
        "room5",
    )
    sink.close()
    assert house.keeping.delete_person(ANN.id, START_MS).lives == 1


def test_a_host_and_nobody_cannot_be_deleted_from_lives(house: House) -> None:
    before = (house.folder / "room1.journal").read_bytes()
    for person_id in (HOST.id, ""):
        with pytest.raises(JournalError):
            house.keeping.delete_person(person_id, START_MS)
    assert (house.folder / "room1.journal").read_bytes() == before


def test_one_live_is_deleted(house: House) -> None:
    assert house.keeping.delete_live("room2")
    assert house.rooms() == ["room1", "room3", "room4", "room5"]
    assert house.index.person_history(BEN.id).lives == 4
    assert not house.keeping.delete_live("room2")
    assert not house.keeping.delete_live("../room1")


def test_by_default_everything_is_kept(house: House) -> None:
    assert house.keeping.retain(Retention(), START_MS + 10_000 * DAY_MS) == ()
    assert len(house.rooms()) == 5


def test_what_is_too_old_goes(house: House) -> None:
    now_ms = START_MS + 5 * DAY_MS
    assert house.keeping.retain(Retention(max_age_days=2), now_ms, spare=("room1",)) == ("room2",)
    assert house.rooms() == ["room1", "room3", "room4", "room5"]


def test_what_is_too_much_goes_the_oldest_first(house: House) -> None:
    size = {path.stem: path.stat().st_size for path in house.folder.glob("*.journal")}
    most = size["room3"] + size["room4"] + size["room5"]
    assert house.keeping.retain(Retention(max_bytes=most), START_MS) == ("room1", "room2")
    assert house.rooms() == ["room3", "room4", "room5"]
    assert house.keeping.retain(Retention(max_bytes=1), START_MS) == ("room3", "room4")
    assert house.rooms() == ["room5"], "the newest is never deleted for its size"


def test_a_newer_versions_journal_is_left_alone(house: House) -> None:
    newer = house.folder / "newer.journal"
    newer.write_bytes(b'{"version":9}\n')
    house.keeping.retain(Retention(max_age_days=1, max_bytes=1), START_MS + 900 * DAY_MS)
    house.keeping.delete_person(ANN.id, START_MS)
    assert newer.read_bytes() == b'{"version":9}\n'


def test_what_a_kill_left_of_a_rewrite_is_swept(house: House) -> None:
    for name in ("room1", "room2", "gone"):
        (house.folder / f"{name}.journal-part").write_bytes(b"my secret")
    sink = Sink(house.folder, header("room2", START_MS + 2 * DAY_MS))
    assert house.keeping.sweep() == 2
    assert [path.name for path in house.folder.glob("*-part")] == ["room2.journal-part"]
    sink.close()
    assert house.keeping.sweep() == 1 and len(house.rooms()) == 5


def test_notes_outlive_the_index_and_a_torn_line(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    notes.set(ANN.id, "  likes ink \n", START_MS)
    notes.set(BEN.id, "draws", START_MS + 1)
    notes.set(ANN.id, "likes tea", START_MS + 2)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"person_id":"u-cat","te')
    notes = Notes(tmp_path)
    assert notes.unreadable == 1 and len(notes) == 2
    notes.set(CAT.id, "new", START_MS + 3)
    notes = Notes(tmp_path)
    assert [one.text for one in map(notes.get, (ANN.id, BEN.id, CAT.id)) if one] == [
        "likes tea",
        "draws",
        "new",
    ]
    notes.set(BEN.id, "", START_MS + 4)
    assert notes.get(BEN.id) is None and b"draws" not in (tmp_path / NAME).read_bytes()
    assert len(Notes(tmp_path)) == 2


def test_notes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Notes(tmp_path)
    for person_id, text in ((ANN.id, "x" * (MOST_CHARACTERS + 1)), ("", "x")):
        with pytest.raises(JournalError):
            notes.set(person_id, text, 0)
    monkeypatch.setattr("studio.journal.notes.MOST_PEOPLE", 1)
    notes.set(ANN.id, "1", 0)
    notes.set(ANN.id, "2", 0)
    with pytest.raises(JournalError, match="delete some"):
        notes.set(BEN.id, "1", 0)


def test_old_notes_do_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.journal.notes._SPARE", 10)
    notes = Notes(tmp_path)
    for number in range(100):
        notes.set(ANN.id, f"note {number}", number)
    assert len((tmp_path / NAME).read_bytes().splitlines()) <= 13
    note = Notes(tmp_path).get(ANN.id)
    assert note is not None and note.text == "note 99"


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_only_their_owner_may_read_notes(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    notes.set(ANN.id, "1", 0)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    notes.set(BEN.id, "1", 0)
    notes.forget(ANN.id)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
