"""The rows of an export come from the journals: one process or several, damaged lines, a cancelled one."""

from __future__ import annotations

import json
import multiprocessing
import time
from pathlib import Path

import pytest

from studio.export import source
from studio.export.packed import FORMS
from studio.export.period import Period
from studio.export.row import Head
from studio.export.source import Journals, Money, packs_of
from studio.export.verify import verify
from studio.export.workers import in_order
from studio.export.writing import write_export
from studio.journal.files import journal_path
from studio.model.room import Person
from studio.protocol.events import GiftSent
from tests.fakes.past_lives import Evening

RIN = Person(id="u-rin", handle="rin", name="Rin")
ALWAYS = Period(0, 1 << 52)
HEAD = Head(
    host_id="u-rin", handle="rin", from_ms=0, until_ms=1 << 52, zone="UTC", made_by="host-studio test"
)


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@pytest.fixture
def evenings(tmp_path: Path) -> list[Evening]:
    made = []
    for number in range(3):
        evening = Evening(
            RIN, f"room{number}", f"LIVE {number}", 1_767_225_600_000 + number * 90_000_000, number
        )
        made.append(evening.play(20))
        evening.keep(tmp_path / "journal")
    return made


def messages(evenings: list[Evening]) -> int:
    return sum(isinstance(event, GiftSent) for evening in evenings for event in evening.events)


def exported(tmp_path: Path, form: str, name: str) -> tuple[bytes, Journals]:
    journals, path = Journals(tmp_path / "journal"), tmp_path / name
    write_export(path, form, HEAD, packs_of(journals, ALWAYS, "UTC", Money(), form), None)
    assert verify(path).altered == ""
    return path.read_bytes(), journals


@pytest.mark.parametrize("form", FORMS)
def test_several_processes_write_the_same_file(
    form: str, tmp_path: Path, evenings: list[Evening], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, journals = exported(tmp_path, form, "alone")
    monkeypatch.setattr(source, "_BY_ONE", 0)
    together, _ = exported(tmp_path, form, "together")
    assert alone == together
    assert journals.unreadable == []
    verdict = verify(tmp_path / "together")
    assert verdict.rows == messages(evenings) > 0
    if form == "json":
        totals = json.loads(together)["totals"]
        assert totals["diamonds"] == sum(evening.diamonds for evening in evenings)
    assert multiprocessing.active_children() == []


def test_damaged_lines_are_told(tmp_path: Path, evenings: list[Evening]) -> None:
    path = journal_path(tmp_path / "journal", "room1")
    Journals(tmp_path / "journal")  # counted while it was whole
    lines = path.read_bytes().splitlines(keepends=True)
    gift = next(place for place, line in enumerate(lines) if b'"kind":"gift"' in line)
    lines[gift] = lines[gift].replace(b'"coins":', b'"coins",', 1)
    lines[gift + 1] = b"{" + lines[gift + 1][60:]
    path.write_bytes(b"".join(lines))
    data, journals = exported(tmp_path, "csv", "damaged.csv")
    assert journals.unreadable == ["LIVE 1: 2 lines are damaged"]
    assert len(data.splitlines()) >= messages(evenings)


@pytest.mark.parametrize("many", [False, True])
def test_one_that_fails_is_told_and_the_others_come(many: bool) -> None:
    answers = list(in_order(int, ["1", "x", "3"], many=many, stop=lambda: False, failures=(ValueError,)))
    assert (answers[0], answers[2]) == (1, 3)
    assert isinstance(answers[1], ValueError)


def test_who_cancels_does_not_wait_for_the_work() -> None:
    began = time.monotonic()
    answers = in_order(sleep, [60.0] * 4, many=True, stop=lambda: time.monotonic() > began + 1, failures=())
    assert list(answers) == []
    assert multiprocessing.active_children() == []
    assert time.monotonic() - began < 30
