"""Kills, power cuts and full disks: what a flush acknowledged is there, and what is there verifies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studio.journal.entry import Entry
from studio.journal.files import journal_path
from studio.journal.reader import Reader
from studio.journal.sink import Sink
from studio.model.room import Person
from tests.unit.journal.happenings import comments, header, read, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")
ROOT = Path(__file__).parents[3]

_words = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
_people = st.none() | st.builds(Person, id=_words, handle=_words, name=_words)
_numbers = st.integers(0, 2**53 - 1)


@st.composite
def batches(draw: st.DrawFn) -> list[list[Entry]]:
    """Any entries in any batches, some of them again and some out of order."""
    steps = st.lists(st.integers(-3, 4), min_size=0, max_size=6)
    made, seq = [], 5
    for batch in draw(st.lists(steps, max_size=5)):
        entries = []
        for step in batch:
            seq = max(1, seq + step)
            numbers = [draw(_numbers) for _ in range(5)]
            body = draw(st.binary(max_size=20).filter(_is_utf8) | _words.map(str.encode))
            entries.append(
                Entry(seq, numbers[0], draw(_words), draw(_people), draw(_words), *numbers[1:], body)
            )
        made.append(entries)
    return made


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def rising(entries: list[Entry]) -> list[Entry]:
    """What of them a journal keeps."""
    kept: list[Entry] = []
    for entry in entries:
        if not kept or entry.seq > kept[-1].seq:
            kept.append(entry)
    return kept


@given(batches(), batches(), st.data())
@settings(max_examples=80)
def test_a_kill_at_any_byte_leaves_a_prefix_that_verifies(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[list[Entry]],
    later: list[list[Entry]],
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("kill")
    path = journal_path(folder, header().room_id)
    sink = Sink(folder, header())
    for batch in first:
        sink.write(batch)
    sink.close()
    whole = path.read_bytes()
    everything = rising([entry for batch in first for entry in batch])
    assert read(path) == everything

    cut = data.draw(st.integers(0, len(whole)))
    garbage = data.draw(
        st.sampled_from((b"", b"\0" * 700, b'{"seq":', b"{}\n", b"\xff\n\n\xfe")) | st.binary(max_size=30)
    )
    # What would finish a line or make one that looks whole is no garbage.
    assume(garbage[:1] not in (b"\n", b"}") and b'"}' not in garbage)
    path.write_bytes(whole[:cut] + garbage)
    rows = max(0, whole[:cut].count(b"\n") - 1)
    kept = whole[: whole[:cut].rfind(b"\n") + 1]
    with Reader(path) as reader:
        torn = cut + len(garbage) - len(kept)
        if torn:
            assert reader.repaired is not None
            assert (reader.repaired.cut_bytes, reader.repaired.rows_kept) == (torn, rows)
        else:
            assert reader.repaired is None
        assert reader.entries(limit=1_000) == everything[:rows]
        assert reader.verify().intact and reader.verify().rows == rows
    assert path.read_bytes() == kept

    sink = Sink(folder, header())  # and it goes on from there
    for batch in later:
        sink.write(batch)
    sink.close()
    with Reader(path) as reader:
        more = [entry for batch in later for entry in batch]
        assert reader.entries(limit=1_000) == rising([*everything[:rows], *more])
        assert reader.verify().intact


def test_a_cut_at_every_byte_of_a_small_journal(tmp_path: Path) -> None:
    entries = comments(4)
    path = write(tmp_path, entries)
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        rows = max(0, whole[:cut].count(b"\n") - 1)
        with Reader(path) as reader:
            assert reader.entries() == entries[:rows]
            assert reader.verify().intact
            lost = cut - (whole[:cut].rfind(b"\n") + 1)
            assert (reader.repaired.cut_bytes if reader.repaired else 0) == lost


def test_a_large_hole_of_zeros_at_the_end_is_cut(tmp_path: Path) -> None:
    path = write(tmp_path, comments(300))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size - 10)
        file.truncate(size + (40 << 20))
    with Reader(path) as reader:
        assert reader.repaired is not None and reader.repaired.rows_kept == 299
        assert reader.entries(limit=1_000) == comments(299)
    write(tmp_path, comments(300))
    assert read(path) == comments(300)


def test_a_journal_being_written_is_never_cut_by_a_reader(tmp_path: Path) -> None:
    sink = Sink(tmp_path, header())
    sink.write(comments(3))
    path = journal_path(tmp_path, header().room_id)
    with path.open("ab") as file:
        file.write(b'{"seq":4,"at')  # half of a batch that is under way
    with Reader(path) as reader:
        assert reader.repaired is None
        assert reader.entries() == comments(3)
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size - 12)
        sink.write(comments(5))
        assert reader.entries(after_seq=3) == comments(5)[3:], "what comes meanwhile is read on"
    sink.close()


_WRITES = """
import sys
from pathlib import Path
from studio.journal.writer import JournalWriter
from tests.unit.journal.happenings import comments, header
writer = JournalWriter(Path(sys.argv[1]), header())
writer.start()
entries = comments(30_000)
print("begin", flush=True)
for entry in entries:
    while not writer.append(entry):
        pass
    if entry.seq % 37 == 0 and writer.flush(10):
        print(entry.seq, flush=True)
writer.close(10)
"""


@posix
@pytest.mark.parametrize("after_s", [0.05, 0.21, 0.43])
def test_a_real_kill_loses_nothing_that_a_flush_acknowledged(tmp_path: Path, after_s: float) -> None:
    command = [sys.executable, "-c", _WRITES, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=_paths()) as child:
        assert child.stdout is not None and child.stdout.readline() == b"begin\n"
        child.stdout.readline()
        time.sleep(after_s)
        child.send_signal(signal.SIGKILL)
        said = child.stdout.read().splitlines()
    assert child.returncode == -signal.SIGKILL
    acknowledged = int(said[-1]) if said else 37
    path = journal_path(tmp_path, header().room_id)
    with Reader(path) as reader:
        kept = reader.entries(limit=100_000)
        assert len(kept) >= acknowledged
        assert kept == comments(len(kept))
        assert reader.verify().intact
    write(tmp_path, comments(len(kept) + 10))
    assert read(path) == comments(len(kept) + 10)


_FILLS = """
import resource, sys, time
from pathlib import Path
from studio.journal.writer import JournalWriter
from tests.unit.journal.happenings import comments, header
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, resource.RLIM_INFINITY))
writer = JournalWriter(Path(sys.argv[1]), header(), retry_s=0.02)
writer.start()
entries = comments(60)
for entry in entries[:5]:
    assert writer.append(entry)
assert writer.flush(10)
for entry in entries[5:]:
    assert writer.append(entry)
end = time.monotonic() + 10
while not writer.state.trouble and time.monotonic() < end:
    time.sleep(0.01)
assert "disk is full" in writer.state.trouble, writer.state
assert writer.state.waiting == 55 and writer.state.seq == 5, writer.state
assert not writer.flush(0.1)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert writer.flush(10) and writer.state.trouble == "" and writer.state.written == 60, writer.state
assert writer.close(10)
print("done")
"""


@posix
def test_a_full_disk_is_a_state_and_all_is_written_when_there_is_room(tmp_path: Path) -> None:
    """The limit lets half a batch through, as a full disk does."""
    command = [sys.executable, "-c", _FILLS, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=_paths(), timeout=60)
    assert done.stdout == "done\n", done.stderr
    path = journal_path(tmp_path, header().room_id)
    with Reader(path) as reader:
        assert reader.repaired is None
        assert reader.entries() == comments(60)
        assert reader.verify().intact


def _paths() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}
