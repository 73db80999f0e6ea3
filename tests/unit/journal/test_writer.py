"""Writing: in order, once, soon on the disk, for the owner alone; a full queue gives back, trouble waits."""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest

from studio.journal import files
from studio.journal import sink as sink_module
from studio.journal.entry import MAX_BODY, BadEntry, Entry
from studio.journal.files import hold, journal_path
from studio.journal.reader import Reader
from studio.journal.writer import JournalWriter
from studio.model.room import Person
from tests.unit.journal.happenings import comments, header, read, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="rights and limits of POSIX")


def started(folder: Path, **options: float) -> JournalWriter:
    writer = JournalWriter(folder, header(), **options)  # type: ignore[arg-type]
    writer.start()
    return writer


def until(condition: object, seconds: float = 10) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.005)


def test_what_is_written_is_read_exactly(tmp_path: Path) -> None:
    entries = comments(2_500)
    path = write(tmp_path / "journal", entries)
    assert read(path) == entries
    with Reader(path) as reader:
        assert reader.header == header()
        assert reader.repaired is None and not reader.flaws
        assert reader.verify().intact and reader.verify().rows == 2_500


@pytest.mark.parametrize(
    "body", [b"", b"null", b'{"a":\n "b"}\r\n', '{"t":"\u2028\x7f😍"}'.encode(), b'"' * 50, b"\x00{"]
)
def test_a_body_comes_back_byte_by_byte(tmp_path: Path, body: bytes) -> None:
    entry = Entry(1, 2, "new\nkind", Person(id="", handle="", name="\n"), "\0", 3, 4, 5, 6, body)
    path = write(tmp_path, [entry])
    assert read(path) == [entry]
    with Reader(path) as reader:
        assert reader.verify().intact


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": 2**53},
        {"at_ms": -1},
        {"coins": 2**60},
        {"body": b"\xff"},
        {"body": b"x" * (MAX_BODY + 1)},
        {"text": "\ud800"},
        {"text": "x" * (MAX_BODY + 1)},
        {"person": Person(id="a", handle="\udfff")},
    ],
)
def test_what_can_never_be_kept_is_refused_at_the_door(tmp_path: Path, change: dict[str, object]) -> None:
    writer = started(tmp_path)
    with pytest.raises(BadEntry):
        writer.append(msgspec.structs.replace(comments(1)[0], **change))
    assert writer.append(comments(1)[0])
    assert writer.close(10)
    assert read(journal_path(tmp_path, header().room_id)) == comments(1)


def test_the_longest_body_can_be_read_again(tmp_path: Path) -> None:
    entry = msgspec.structs.replace(comments(1)[0], body=b"\x01" * MAX_BODY, text="\x01" * 1_000)
    assert read(write(tmp_path, [entry, *comments(2)[1:]])) == [entry, *comments(2)[1:]]


@posix
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "journal"
    umask = os.umask(0)
    try:
        path = write(folder, comments(3))
    finally:
        os.umask(umask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@posix
def test_rights_that_were_wider_are_narrowed(tmp_path: Path) -> None:
    path = write(tmp_path, comments(3))
    path.chmod(0o644)
    tmp_path.chmod(0o755)
    write(tmp_path, comments(6))
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_repeats_and_what_comes_out_of_order_are_never_written_twice(tmp_path: Path) -> None:
    entries = comments(40)
    writer = started(tmp_path)
    for entry in [*entries[:20], *entries[5:20], entries[0], *entries[18:30]]:
        assert writer.append(entry)
    assert writer.flush(10)
    assert writer.state.written == 30 and writer.state.repeated == 15 + 1 + 2
    assert writer.close(10)
    writer = started(tmp_path)  # the studio was started again and asks for all of it
    for entry in entries:
        assert writer.append(entry)
    assert writer.close(10)
    assert writer.state.written == 10 and writer.state.repeated == 30 and writer.state.seq == 40
    path = journal_path(tmp_path, header().room_id)
    assert read(path) == entries
    with Reader(path) as reader:
        assert reader.verify().intact


def test_an_entry_is_on_the_disk_without_being_asked_for(tmp_path: Path) -> None:
    """How soon is measured in the bench; here it is that nobody has to flush."""
    writer = started(tmp_path)
    writer.append(comments(1)[0])
    until(lambda: writer.state.written == 1)
    assert writer.state.syncs == 1 and writer.state.waiting == 0 and writer.state.slowest_ms > 0
    assert read(journal_path(tmp_path, header().room_id)) == comments(1)
    assert writer.close(10)


def test_many_entries_share_one_sync(tmp_path: Path) -> None:
    writer = started(tmp_path)
    for entry in comments(1_000):
        writer.append(entry)
    assert writer.close(10)
    assert writer.state.written == 1_000 and writer.state.syncs < 20


def test_a_full_queue_gives_back_and_keeps_the_order(tmp_path: Path) -> None:
    entries = comments(12)
    writer = JournalWriter(tmp_path, header(), capacity=5)  # not started: nothing leaves the queue
    assert [writer.append(entry) for entry in entries[:8]] == [True] * 5 + [False] * 3
    assert writer.state.refused == 3 and writer.state.waiting == 5
    writer.start()
    assert writer.flush(10)
    # There is room again, but 6 was given back: 9 must not pass it, or 6 would count as a repeat.
    assert not writer.append(entries[8])
    for entry in entries[5:]:
        while not writer.append(entry):
            time.sleep(0.01)
    assert writer.close(10)
    assert read(journal_path(tmp_path, header().room_id)) == entries


def test_the_queue_is_bounded_in_bytes_too(tmp_path: Path) -> None:
    big = [msgspec.structs.replace(entry, body=b"x" * 600) for entry in comments(3)]
    writer = JournalWriter(tmp_path, header(), capacity_bytes=1_000)
    assert [writer.append(entry) for entry in big] == [True, False, False]
    huge = msgspec.structs.replace(big[0], body=b"x" * 2_000)
    assert JournalWriter(tmp_path, header(), capacity_bytes=1_000).append(huge), "or it would wait for ever"


def test_after_closing_nothing_is_taken(tmp_path: Path) -> None:
    writer = started(tmp_path)
    assert writer.close(10)
    assert not writer.append(comments(1)[0])
    assert writer.close(10) and writer.flush(1)


def test_a_writer_never_started_says_what_is_left(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path, header())
    writer.append(comments(1)[0])
    assert not writer.flush(0.01)
    assert not writer.close(0.01)
    assert writer.state.waiting == 1


def test_only_one_writes_a_journal(tmp_path: Path) -> None:
    first = started(tmp_path)
    first.append(comments(1)[0])
    assert first.flush(10)
    second = started(tmp_path, retry_s=0.02)
    second.append(comments(2)[1])
    until(lambda: second.state.trouble)
    assert "Another Host Studio" in second.state.trouble
    assert first.close(10)
    until(lambda: second.state.written == 1)
    assert second.state.trouble == "" and second.close(10)
    assert read(journal_path(tmp_path, header().room_id)) == comments(2)


def test_a_reader_that_holds_it_for_a_moment_is_no_trouble(tmp_path: Path) -> None:
    path = write(tmp_path, comments(1))
    fd = hold(path)
    writer = started(tmp_path, retry_s=30)
    writer.append(comments(2)[1])
    until(lambda: writer._sink is None and writer.state.waiting == 1)
    time.sleep(0.1)
    assert writer.state.trouble == ""
    os.close(fd)
    assert writer.flush(10) and writer.close(10)
    assert read(path) == comments(2)


def test_a_journal_replaced_between_opening_and_locking_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a deletion of somebody's data does; what is written to the old file would be lost."""
    path = write(tmp_path, comments(1))
    real, copies = files._lock, [path.read_bytes()]

    def lock(fd: int, where: Path) -> None:
        if copies:
            (tmp_path / "new").write_bytes(copies.pop())
            (tmp_path / "new").replace(path)
        real(fd, where)

    monkeypatch.setattr(files, "_lock", lock)
    write(tmp_path, comments(2))
    assert read(path) == comments(2)


def test_a_journal_that_was_taken_away_begins_anew(tmp_path: Path) -> None:
    writer = started(tmp_path)
    entries = comments(4)
    writer.append(entries[0])
    assert writer.flush(10)
    path = journal_path(tmp_path, header().room_id)
    path.unlink()
    for entry in entries[1:]:
        writer.append(entry)
    assert writer.close(10)
    assert read(path) == entries[1:]


@posix
def test_a_folder_that_may_not_be_written_is_a_state_and_passes(tmp_path: Path) -> None:
    """A file in the folder's place: root may write everywhere else."""
    folder = tmp_path / "journal"
    folder.write_bytes(b"")
    writer = started(folder, retry_s=0.02)
    for entry in comments(30):
        assert writer.append(entry)
    until(lambda: writer.state.trouble)
    assert writer.state.waiting == 30 and writer.state.written == 0
    assert not writer.flush(0.05)
    folder.unlink()
    until(lambda: writer.state.written == 30)
    assert writer.state.trouble == "" and writer.close(10)
    assert read(journal_path(folder, header().room_id)) == comments(30)


def test_rights_missing_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = threading.Event()
    real = sink_module.hold

    def hold(path: Path, *, create: bool = False) -> int:
        if not allowed.is_set():
            raise PermissionError(13, "Permission denied")
        return real(path, create=create)

    monkeypatch.setattr(sink_module, "hold", hold)
    writer = started(tmp_path, retry_s=0.02)
    writer.append(comments(1)[0])
    until(lambda: writer.state.trouble)
    assert "rights" in writer.state.trouble and str(tmp_path) in writer.state.trouble
    allowed.set()
    until(lambda: writer.state.written == 1)
    assert writer.close(10)


def test_a_failed_sync_is_written_again_and_not_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed sync the system may have dropped the pages: they must not count as written."""
    writer = started(tmp_path, retry_s=0.02)
    writer.append(comments(1)[0])
    assert writer.flush(10)
    real, failing = os.fsync, threading.Event()
    failing.set()

    def fsync(fd: int) -> None:
        if failing.is_set():
            raise OSError(5, "Input/output error")
        real(fd)

    monkeypatch.setattr(sink_module.os, "fsync", fsync)
    for entry in comments(10)[1:]:
        writer.append(entry)
    until(lambda: writer.state.trouble)
    assert writer.state.written == 1 and writer.state.waiting == 9
    failing.clear()
    until(lambda: writer.state.written == 10)
    assert writer.close(10)
    path = journal_path(tmp_path, header().room_id)
    assert read(path) == comments(10)
    with Reader(path) as reader:
        assert reader.verify().intact and reader.verify().rows == 10


def test_closing_in_trouble_ends_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.write_bytes(b"")
    writer = started(folder, retry_s=30)
    writer.append(comments(1)[0])
    until(lambda: writer.state.trouble)
    assert not writer.close(10)
    assert writer.state.waiting == 1 and not writer.flush(10)
    assert not writer._thread.is_alive()


def test_a_newer_versions_journal_is_left_alone(tmp_path: Path) -> None:
    path = journal_path(tmp_path, header().room_id)
    data = b'{"version":2,"what":"is new"}\n{"row":1}\n'
    path.write_bytes(data)
    writer = started(tmp_path, retry_s=0.02)
    writer.append(comments(1)[0])
    until(lambda: writer.state.trouble)
    assert "newer version" in writer.state.trouble
    assert not writer.close(10)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "room_id", ["../../etc/passwd", "", "A", "a" * 65, "con", "nul", ".x", "a/b", "\ud800"]
)
def test_a_rooms_id_never_becomes_a_path(tmp_path: Path, room_id: str) -> None:
    path = journal_path(tmp_path, room_id)
    assert path.parent == tmp_path and path.name.startswith("_") and len(path.name) == 41
    assert journal_path(tmp_path, room_id + "2") != path


@pytest.mark.parametrize("change", [{"title": "\ud800"}, {"started_ms": -1}, {"title": "x" * (MAX_BODY + 1)}])
def test_a_head_that_cannot_be_written_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(BadEntry):
        JournalWriter(tmp_path, msgspec.structs.replace(header(), **change))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_in_the_thread_is_no_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sink_module, "seal_all", broken)
    writer = started(tmp_path)
    assert writer.append(comments(1)[0])
    until(lambda: writer.state.trouble)
    assert "stopped" in writer.state.trouble and not writer.flush(5)
    assert not writer.append(comments(2)[1])
    assert not writer.close(5)


def test_many_at_once_are_taken_as_far_as_there_is_room(tmp_path: Path) -> None:
    said = comments(8)
    writer = JournalWriter(tmp_path, header(), capacity=5)
    assert writer.append_all(said) == 5, "nothing writes yet"
    assert writer.append_all(said[6:]) == 0, "what comes later finds no room before what was refused"
    writer.start()
    assert writer.flush(5)
    assert writer.append_all(said[5:]) == 3
    assert writer.close(5)
    assert read(journal_path(tmp_path, header().room_id)) == said
    none = Entry(0, 1, "comment")
    with pytest.raises(BadEntry):
        JournalWriter(tmp_path / "other", header()).append_all([said[0], none])
