"""Reading: pages without the whole file, damage that is named, and a row that nobody can alter unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.journal.entry import JournalError
from studio.journal.line import MAX_LINE
from studio.journal.reader import Reader
from tests.unit.journal.happenings import ANN, Script, comments, header, write


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("long"), comments(5_000))


def test_pages_follow_each_other(long: Path) -> None:
    entries, seen = comments(5_000), []
    with Reader(long) as reader:
        while page := reader.entries(seen[-1].seq if seen else 0, 777):
            seen += page
    assert seen == entries


@given(st.lists(st.tuples(st.integers(0, 5_100), st.integers(0, 1_200)), max_size=8))
@settings(max_examples=30)
def test_any_page_is_the_same_in_any_order_of_asking(long: Path, asked: list[tuple[int, int]]) -> None:
    with Reader(long) as reader:
        for after, limit in asked:
            page = reader.entries(after, limit)
            assert [entry.seq for entry in page] == list(range(after + 1, 5_001))[:limit]


def test_a_page_reads_only_its_part(long: Path) -> None:
    """Once the way there is known: what lies before it is not read again."""
    with Reader(long) as reader:
        reader.entries(4_900, 10)
        read: list[int] = []
        plain = reader.lines

        def lines(offset: int, row: int) -> object:
            for line in plain(offset, row):
                read.append(line.row)
                yield line

        reader.lines = lines  # type: ignore[method-assign, assignment]
        assert reader.entries(4_000, 10)[0].seq == 4_001
        assert len(read) < 600


def test_gaps_in_the_numbers_are_no_trouble(tmp_path: Path) -> None:
    entries = comments(2_000)[::7]
    with Reader(write(tmp_path, entries)) as reader:
        assert reader.entries(1_000, 3) == [one for one in entries if one.seq > 1_000][:3]
        assert reader.verify().intact


def test_one_flipped_bit_anywhere_is_found_and_its_row_named(tmp_path: Path) -> None:
    script = Script()
    script.comment(ANN, "hello")
    script.gift(ANN, 2, 2)
    script.viewers(3, 4, 5)
    path = write(tmp_path, script.entries)
    whole, torn = path.read_bytes(), 0
    for at in range(len(whole)):
        row = whole[:at].count(b"\n")
        for bit in (0, 5, 7):  # another letter, the other case, no letter at all
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            with Reader(path) as reader:
                verdict = reader.verify()
                if reader.repaired:  # the last row's very ends: it counts as torn
                    assert row == 3 and reader.repaired.rows_kept == 2
                    torn += 1
                    continue
                assert verdict.flaw is not None, (at, bit)
                assert verdict.flaw.row == row, (at, bit, verdict)
    assert torn <= 3 * len(b'{"seq":"}\n')


def test_a_row_taken_out_put_in_or_moved_is_found(tmp_path: Path) -> None:
    path = write(tmp_path, comments(6))
    lines = path.read_bytes().splitlines(keepends=True)
    for altered, row in (
        (lines[:3] + lines[4:], 3),
        ([*lines[:3], lines[2], *lines[3:]], 3),
        ([*lines[:2], lines[3], lines[2], *lines[4:]], 2),
        ([lines[0], *lines[2:]], 1),
    ):
        path.write_bytes(b"".join(altered))
        with Reader(path) as reader:
            verdict = reader.verify()
            assert verdict.flaw is not None and verdict.flaw.row == row


def test_a_rewritten_amount_is_found(tmp_path: Path) -> None:
    script = Script()
    script.comment(ANN, "one")
    script.gift(ANN, 2, 2)
    script.comment(ANN, "two")
    path = write(tmp_path, script.entries)
    path.write_bytes(path.read_bytes().replace(b'"diamonds":10,"body"', b'"diamonds":99,"body"'))
    with Reader(path) as reader:
        flaw = reader.verify().flaw
        assert flaw is not None and (flaw.row, flaw.seq) == (2, 2) and "numbers" in flaw.why
        assert reader.verify().flaws == 1


def test_a_broken_line_in_the_middle_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, comments(9))
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = b"\xff\0garbage\n"
    lines[6] = lines[6][:30] + b"\n"
    path.write_bytes(b"".join(lines))
    with Reader(path) as reader:
        assert reader.repaired is None
        assert [entry.seq for entry in reader.entries()] == [1, 2, 3, 5, 7, 8, 9]
        assert [(flaw.row, flaw.seq) for flaw in reader.flaws.values()] == [(4, 0), (6, 6)]
        verdict = reader.verify()
        assert verdict.flaw is not None and verdict.flaw.row == 4 and verdict.flaws == 2
    write(tmp_path, comments(12))
    with Reader(path) as reader:
        assert [entry.seq for entry in reader.entries()] == [1, 2, 3, 5, 7, 8, 9, 10, 11, 12]
        assert reader.verify().flaws == 2


def test_a_broken_head_does_not_take_the_rows_with_it(tmp_path: Path) -> None:
    path = write(tmp_path, comments(3))
    path.write_bytes(b"{" + path.read_bytes()[2:])
    with Reader(path) as reader:
        assert reader.header is None and reader.entries() == comments(3)
        flaw = reader.verify().flaw
        assert flaw is not None and flaw.row == 0
    write(tmp_path, comments(5))
    with Reader(path) as reader:
        assert reader.entries() == comments(5) and reader.verify().flaws == 1


def test_a_line_longer_than_any_of_ours_is_stepped_over(tmp_path: Path) -> None:
    path = write(tmp_path, comments(4))
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = b"x" * (2 * MAX_LINE + 5) + b"\n"
    path.write_bytes(b"".join(lines))
    with Reader(path) as reader:
        assert [entry.seq for entry in reader.entries()] == [1, 3, 4]
        assert list(reader.flaws) == [2]


def test_an_empty_file_is_an_empty_journal(tmp_path: Path) -> None:
    path = tmp_path / "7c6a180b.journal"
    path.touch()
    with Reader(path) as reader:
        assert reader.header is None and reader.entries() == [] and reader.verify().intact
    write(tmp_path, comments(1))
    with Reader(path) as reader:
        assert reader.header == header() and reader.entries() == comments(1)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no journal"):
        Reader(tmp_path / "none.journal")
    newer = tmp_path / "newer.journal"
    newer.write_bytes(b'{"version":7}\n')
    with pytest.raises(JournalError, match="newer version"):
        Reader(newer)
    assert newer.read_bytes() == b'{"version":7}\n'


def test_the_file_is_lines_of_json_that_anybody_can_read(tmp_path: Path) -> None:
    head, *rows = [json.loads(line) for line in write(tmp_path, comments(2)).read_text("utf-8").splitlines()]
    assert head["room_id"] == header().room_id and head["title"] == "Ink and tea"
    assert json.loads(rows[1]["body"]) == json.loads(comments(2)[1].body)
