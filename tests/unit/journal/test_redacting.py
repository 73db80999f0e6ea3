"""A person's data is gone from the disk, the chain still holds, and nothing else has changed."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.journal import redacting
from studio.journal.entry import Entry
from studio.journal.files import Busy, journal_path
from studio.journal.reader import Reader
from studio.journal.redacting import Redacted, redact
from studio.journal.sink import Sink
from studio.model.room import Person
from tests.unit.journal.happenings import ANN, BEN, START_MS, Script, comments, header, read, write


def a_live() -> Script:
    script = Script()
    script.comment(ANN, "my secret")
    script.comment(BEN, "hello @ann!")
    script.gift(ANN, 2, 2)
    script.pin(ANN, "my secret")
    script.like(BEN, 3)
    return script


def test_nothing_of_the_person_is_left_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    script = a_live()
    path = write(tmp_path, script.entries)
    before = path.read_bytes().splitlines()
    assert redact(path, ANN.id, START_MS) == Redacted(rows=3)
    data = path.read_bytes()
    for word in (b"u-ann", b'ann"', b'ann\\"', b'Ann"', b'Ann\\"', b"my secret"):
        assert word not in data
    entries = read(path)
    assert [entries[1], entries[4]] == [script.entries[1], script.entries[4]]
    assert [(one.seq, one.kind, one.diamonds) for one in entries if not one.body] == [
        (1, "comment", 0),
        (3, "gift", 10),
        (4, "pin", 0),
    ]
    assert all(one.person is None and not one.text for one in entries if not one.body)
    after = data.splitlines()
    assert len(after) == len(before) + 1, "a row says that it was done"
    assert [after[at] for at in (0, 2, 5)] == [before[at] for at in (0, 2, 5)]
    with Reader(path) as reader:
        assert reader.verify().intact and not reader.flaws
    assert redact(path, ANN.id, START_MS) == Redacted()
    assert path.read_bytes() == data


def test_who_guesses_a_deleted_row_cannot_prove_it(tmp_path: Path) -> None:
    """The digest alone would tell: of a join everything but the name stands in the row."""
    path = write(tmp_path, a_live().entries)
    salts = [line.split(b'"salt":"')[1][:16] for line in path.read_bytes().splitlines()[1:]]
    assert len(set(salts)) == 5
    redact(path, ANN.id, START_MS)
    row = path.read_bytes().splitlines()[1]
    assert b"salt" not in row and salts[0] not in row
    entry = a_live().entries[0]
    guess = f"\0{ANN.id}\0{ANN.handle}\0{ANN.name}\0{entry.text}\0{entry.body.decode()}"
    assert hashlib.sha256(guess.encode()).hexdigest().encode() not in row


def test_every_flipped_byte_is_found_after_deleting_too(tmp_path: Path) -> None:
    path = write(tmp_path, a_live().entries)
    redact(path, ANN.id, START_MS)
    whole = path.read_bytes()
    last = whole.count(b"\n") - 1
    for at in range(len(whole)):
        row = whole[:at].count(b"\n")
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with Reader(path) as reader:
            flaw = reader.verify().flaw
            assert flaw is not None or reader.repaired is not None, at
            if row < last:
                assert flaw is not None and flaw.row == row, (at, flaw)


def test_a_row_emptied_by_hand_is_found(tmp_path: Path) -> None:
    """Without a record, or with the record of another deletion."""
    path = write(tmp_path, a_live().entries)
    plain = path.read_bytes().splitlines(keepends=True)
    redact(path, ANN.id, START_MS)
    cut = path.read_bytes().splitlines(keepends=True)
    for altered, row in (
        ([*plain[:3], cut[3], *plain[4:]], 3),
        (cut[:-1], 1),
        ([*cut[:3], plain[3], *cut[4:]], 6),
    ):
        path.write_bytes(b"".join(altered))
        with Reader(path) as reader:
            flaw = reader.verify().flaw
            assert flaw is not None and flaw.row == row, altered


def test_a_live_goes_on_after_a_deletion(tmp_path: Path) -> None:
    path = write(tmp_path, comments(5))
    redact(path, ANN.id, START_MS)
    write(tmp_path, comments(9))
    redact(path, BEN.id, START_MS)
    with Reader(path) as reader:
        assert [one.seq for one in reader.entries()] == list(range(1, 10))
        assert reader.verify().intact
    assert redact(path, ANN.id, START_MS).rows == 1, "what came after the first deletion"


def test_many_rows_make_many_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacting, "_ROWS_A_RECORD", 7)
    path = write(tmp_path, comments(90))
    assert redact(path, ANN.id, START_MS).rows == 30
    with Reader(path) as reader:
        assert reader.verify().intact and reader.verify().rows == 90 + 5
        assert len(reader.entries()) == 90


def test_ids_that_only_look_alike_are_left_alone(tmp_path: Path) -> None:
    """The second comment's id ends with `.2`, too: that names a row, not a person."""
    script = Script()
    for name in ("2", "22", "u2", "x.2"):
        script.comment(Person(id=name, handle="h", name='{"id":"2"}'), 'say "id":"2"')
    path = write(tmp_path, script.entries)
    assert redact(path, "2", START_MS).rows == 1
    assert [one.seq for one in read(path) if one.body] == [2, 3, 4]


@pytest.mark.parametrize(
    "body",
    [
        b'{"kind":"mute","by":{"id":"u-ann"}}',
        b'{"kind":"new","people":[{"deep":[{"person_id":"u-ann"}]}]}',
        b'{"kind":"new","transfer_id":"r.u-ann.gift"}',
        b'{"kind":"torn","person":{"id":"u-ann"',
    ],
)
def test_rows_of_others_that_name_the_person_are_emptied(tmp_path: Path, body: bytes) -> None:
    path = write(tmp_path, [Entry(1, START_MS, "new", body=body), *comments(2)[1:]])
    assert redact(path, ANN.id, START_MS).rows == 1
    assert b"u-ann" not in path.read_bytes()
    assert read(path)[1:] == comments(2)[1:]


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6))
@settings(max_examples=40)
def test_any_id_is_found(tmp_path_factory: pytest.TempPathFactory, person_id: str) -> None:
    script = Script()
    script.comment(Person(id=person_id, handle="x"), "one")
    script.comment(Person(id="somebody else", handle="y"), "two")
    path = write(tmp_path_factory.mktemp("any"), script.entries)
    redact(path, person_id, START_MS)
    assert [one.seq for one in read(path) if one.body] == [2]
    with Reader(path) as reader:
        assert reader.verify().intact


def test_a_broken_line_with_the_person_in_it_is_blanked(tmp_path: Path) -> None:
    path = write(tmp_path, comments(6))
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"body"', b'"bodi"')
    assert b"u-ann" in lines[4]
    path.write_bytes(b"".join(lines))
    assert redact(path, ANN.id, START_MS) == Redacted(rows=1, broken=1)
    assert b"u-ann" not in path.read_bytes()
    with Reader(path) as reader:
        assert [one.seq for one in reader.entries()] == [1, 2, 3, 5, 6]
        flaw = reader.verify().flaw
        assert flaw is not None and flaw.row == 4 and reader.verify().flaws == 1


def test_a_live_on_air_is_left_alone(tmp_path: Path) -> None:
    sink = Sink(tmp_path, header())
    sink.write(comments(3))
    path = journal_path(tmp_path, header().room_id)
    with pytest.raises(Busy):
        redact(path, ANN.id, START_MS)
    sink.close()
    assert read(path) == comments(3)


def test_a_kill_while_rewriting_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, comments(6))
    whole = path.read_bytes()

    def fsync(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(redacting.os, "fsync", fsync)
    with pytest.raises(OSError, match="No space"):
        redact(path, ANN.id, START_MS)
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_the_rewritten_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = write(tmp_path, comments(6))
    umask = os.umask(0)
    try:
        redact(path, ANN.id, START_MS)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
