"""The index: right answers, made again whenever it is lost or damaged, and nobody else's to read."""

from __future__ import annotations

import sqlite3
import stat
import sys
import threading
from pathlib import Path

import pytest

from studio.journal.index import Index, PersonHistory
from studio.journal.index_schema import NAME
from studio.model.room import Person
from tests.unit.journal.happenings import ANN, BEN, CAT, HOST, START_MS, Script, header, write

DAY_MS = 86_400_000


def live(folder: Path, number: int, *people: Person, gift: int = 0) -> Script:
    """The LIVE of one day; each of the people writes once, the first one gives."""
    script = Script(f"room{number:03d}", START_MS + number * DAY_MS)
    for person in people:
        script.comment(person, f"day {number}")
    if gift:
        script.gift(people[0], gift, gift, each=1)
    write(folder, script.entries, header(script.room_id, script.started_ms))
    return script


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path)


def three(folder: Path) -> None:
    live(folder, 1, ANN, BEN, gift=10)
    live(folder, 2, BEN, HOST)
    live(folder, 3, ANN, gift=5)


def test_a_persons_history_over_all_lives(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    assert index.refresh().counted == 3
    ann = index.person_history(ANN.id)
    assert (ann.lives, ann.comments, ann.gifts, ann.diamonds) == (2, 2, 15, 15)
    assert (ann.first_ms, ann.last_ms) == (START_MS + DAY_MS + 1_000, START_MS + 3 * DAY_MS + 2_000)
    assert [(visit.room_id, visit.title, visit.diamonds) for visit in ann.recent] == [
        ("room003", "Ink and tea", 5),
        ("room001", "Ink and tea", 10),
    ]
    assert index.person_history("nobody") == PersonHistory(person_id="nobody")
    assert index.person_history(HOST.id).lives == 0


def test_the_last_twenty_lives_are_told_one_by_one(tmp_path: Path, index: Index) -> None:
    for number in range(1, 26):
        live(tmp_path, number, CAT)
    history = index.person_history(CAT.id)
    assert history.lives == 25
    assert [visit.room_id for visit in history.recent] == [f"room{n:03d}" for n in range(25, 5, -1)]


def test_who_was_here_before(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    index.refresh()
    asked = [(ANN, "room001"), (ANN, "room002"), (BEN, "room003"), (CAT, "room003"), (BEN, "room001")]
    assert [index.was_here_before(person.id, room) for person, room in asked] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert index.was_here_before(ANN.id, "on air now"), "one that is not counted yet comes after all others"
    assert not index.was_here_before(CAT.id, "on air now")


def test_sessions_page_by_page(tmp_path: Path, index: Index) -> None:
    for number in range(1, 8):
        live(tmp_path, number, ANN, BEN, gift=number)
    newest = index.sessions(3)
    assert [one.room_id for one in newest] == ["room007", "room006", "room005"]
    assert [one.room_id for one in index.sessions(10, newest[-1])] == [f"room{n:03d}" for n in (4, 3, 2, 1)]
    one = newest[0]
    assert (one.comments, one.gifts, one.diamonds, one.gifters, one.unique_people) == (2, 7, 7, 1, 2)
    assert (one.started_ms, one.ended_ms) == (START_MS + 7 * DAY_MS, START_MS + 7 * DAY_MS + 3_000)
    assert one.title == "Ink and tea" and one.host_id == HOST.id


def test_lives_that_began_at_once_are_on_one_page_only(tmp_path: Path, index: Index) -> None:
    for name in "abcd":
        write(tmp_path, Script(name).entries or [Script(name).comment(ANN, "x")], header(name))
    seen, last = [], None
    while page := index.sessions(1, last):
        last = page[0]
        seen.append(last.room_id)
    assert seen == ["d", "c", "b", "a"]


def test_only_what_changed_is_counted_again(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    assert index.refresh().counted == 3
    assert index.refresh().counted == 0
    script = Script("room003", START_MS + 3 * DAY_MS)
    script.comment(ANN, "day 3")
    script.gift(ANN, 5, 5, each=1)
    script.comment(CAT, "late")
    write(tmp_path, script.entries, header("room003", script.started_ms))
    (tmp_path / "room001.journal").unlink()
    done = index.refresh()
    assert (done.counted, done.gone, done.unreadable) == (1, 1, ())
    assert index.person_history(CAT.id).lives == 1
    assert index.person_history(BEN.id).lives == 1
    assert [one.room_id for one in index.sessions()] == ["room003", "room002"]


def test_a_refresh_can_be_stopped_and_goes_on_later(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    asked = iter([False, True])
    assert index.refresh(lambda: next(asked)).counted == 1
    assert index.refresh().counted == 2
    assert len(index.sessions()) == 3


def test_half_an_index_answers_nothing_until_it_is_whole(tmp_path: Path, index: Index) -> None:
    """A kill while it is made for the first time: who was there would seem to be new."""
    three(tmp_path)
    asked = iter([False, True])
    index.refresh(lambda: next(asked))
    index.close()
    assert Index(tmp_path).person_history(ANN.id).lives == 2


def test_a_file_that_cannot_be_counted_is_told_and_the_others_are(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    (tmp_path / "newer.journal").write_bytes(b'{"version":9}\n')
    (tmp_path / "copy of room001.journal").write_bytes((tmp_path / "room001.journal").read_bytes())
    done = index.refresh()
    assert len(done.unreadable) == 2 and "newer version" in done.unreadable[0] + done.unreadable[1]
    assert len(index.sessions()) == 3
    assert index.person_history(ANN.id).lives == 2


def _lose(folder: Path) -> None:
    for path in folder.glob(NAME + "*"):
        path.unlink()


def _garbage(folder: Path) -> None:
    _lose(folder)
    (folder / NAME).write_bytes(b"this is no database" * 500)


def _zero_the_middle(folder: Path) -> None:
    data = bytearray((folder / NAME).read_bytes())
    data[4_096:] = bytes(len(data) - 4_096)
    (folder / NAME).write_bytes(bytes(data))


def _drop(folder: Path) -> None:
    with sqlite3.connect(folder / NAME) as db:
        db.execute("DROP TABLE people")
    db.close()


def _other_version(folder: Path) -> None:
    with sqlite3.connect(folder / NAME) as db:
        db.execute("PRAGMA user_version = 77")
    db.close()


@pytest.mark.parametrize("harm", [_lose, _garbage, _zero_the_middle, _drop, _other_version])
@pytest.mark.parametrize("opened", [True, False])
def test_an_index_lost_or_damaged_is_made_again(
    tmp_path: Path, index: Index, harm: object, opened: bool
) -> None:
    three(tmp_path)
    index.refresh()
    before = index.person_history(ANN.id), index.sessions()
    if not opened or harm is not _lose:
        index.close()
    assert callable(harm)
    harm(tmp_path)
    again = index if opened else Index(tmp_path)
    assert (again.person_history(ANN.id), again.sessions()) == before
    assert again.was_here_before(BEN.id, "room002")
    assert again.thrown_away == (harm is not _lose)
    assert (tmp_path / NAME).stat().st_size > 0
    again.close()


def test_damage_found_by_a_refresh_is_put_right_there(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    index.refresh()
    index.close()
    _garbage(tmp_path)
    assert index.refresh().counted == 3 and index.thrown_away == 1


def test_questions_from_many_threads(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    right: list[bool] = []

    def ask() -> None:
        for _ in range(20):
            right.append(index.person_history(ANN.id).lives == 2 and len(index.sessions()) == 3)
            index.refresh()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert right == [True] * 80


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_only_its_owner_may_read_the_index(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    index.refresh()
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(NAME + "*")}
    assert set(found) >= {NAME, NAME + "-wal"} and set(found.values()) == {0o600}


def test_who_is_removed_is_gone_from_the_disk(tmp_path: Path, index: Index) -> None:
    three(tmp_path)
    index.refresh()
    index.remove_person(ANN.id)
    assert index.person_history(ANN.id).lives == 0 and len(index.sessions()) == 3
    assert all(ANN.id.encode() not in path.read_bytes() for path in tmp_path.glob(NAME + "*"))
    index.remove_live("room002")
    assert [one.room_id for one in index.sessions()] == ["room003", "room001"]
