"""Exports: whatever is written is read back, and whatever is altered is found."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.export.cells import dollars_cell, micro_of, text_cell, text_of
from studio.export.packed import FORMS, packed
from studio.export.period import BadPeriod, period_of, zone_named
from studio.export.row import BadExport, Head, Kind, Row, Signed
from studio.export.verify import verify
from studio.export.writing import Cancelled, write_export
from studio.model.statement import Balances, Statement
from tests.unit.export.rows import row

HEAD = Head(host_id="u-anna", handle="anna", from_ms=0, until_ms=1 << 52, zone="", made_by="host-studio test")
OWASP = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "＝1",
    "＠cmd",
    "'quoted",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "007",
    "1,5",
    "7e10",
    "3/4",
)


SHORT = st.text(max_size=40)


def made(path: Path, form: str, rows: list[Row], signed: Signed | None = None) -> bytes:
    write_export(path, form, HEAD, [packed(rows, form)], signed)
    return path.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_every_byte_counts(form: str, tmp_path: Path) -> None:
    path = tmp_path / "earnings"
    whole = made(path, form, [row(1), row(2, name="=1+1", kind=Kind.PAYOUT), row(3, diamonds=-3, coins=-3)])
    verdict = verify(path)
    assert (verdict.altered, verdict.rows) == ("", 3)
    lines = whole.splitlines(keepends=True)
    begin = 0
    for number, line in enumerate(lines):
        for place in range(begin, begin + len(line)):
            for flip in (0x01, 0x20, 0x80):
                path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
                try:
                    found = verify(path)
                except BadExport:
                    continue  # not even an export any more: its first line
                assert found.altered, (form, place, whole[place : place + 1], flip)
                if form == "csv" and 1 < number < 5:
                    assert found.row in (number - 1, number), (number, found)
        begin += len(line)


@pytest.mark.parametrize("form", FORMS)
def test_rows_taken_out_added_and_moved_are_named(form: str, tmp_path: Path) -> None:
    path = tmp_path / "earnings"
    whole = made(path, form, [row(number) for number in range(1, 6)])
    lines = whole.splitlines(keepends=True)
    first = next(place for place, line in enumerate(lines) if b"t-1" in line)
    for altered in (
        [*lines[: first + 1], *lines[first + 2 :]],
        [*lines[: first + 2], lines[first + 1], *lines[first + 2 :]],
        [*lines[: first + 1], lines[first + 2], lines[first + 1], *lines[first + 3 :]],
    ):
        path.write_bytes(b"".join(altered))
        assert 2 <= verify(path).row <= 3
    for cut in (b"".join(lines[:-1]), b"".join(lines)[:-1], b"".join(lines) + lines[-1]):
        path.write_bytes(cut)
        assert verify(path).altered


def test_a_spreadsheet_never_meets_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "earnings.csv"
    made(path, "csv", [row(number, name=text) for number, text in enumerate(OWASP, 1)])
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file))[2:-1]
    for line, text in zip(cells, OWASP, strict=True):
        assert line[6].startswith("'")
        assert text_of(line[6]) == " ".join(text.split())
        assert line[11] == "0.015000"
    assert verify(path).altered == ""


def test_json_is_one_document(tmp_path: Path) -> None:
    path = tmp_path / "earnings.json"
    made(path, "json", [row(1), row(2)])
    document = json.loads(path.read_text("utf-8"))
    assert [one["no"] for one in document["rows"]] == [1, 2]
    assert document["totals"]["diamonds"] == 6
    made(path, "json", [])
    assert json.loads(path.read_text("utf-8"))["rows"] == []
    assert verify(path).altered == ""


@given(
    st.lists(
        st.tuples(
            st.text(max_size=40), st.text(max_size=40), st.integers(-(2**53), 2**53), st.sampled_from(Kind)
        ),
        max_size=8,
    ),
    st.sampled_from(sorted(FORMS)),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_intact(
    tmp_path: Path, texts: list[tuple[str, str, int, Kind]], form: str
) -> None:
    path = tmp_path / "earnings"
    rows = [
        row(no, name=" ".join(name.split()), what=" ".join(what.split()), diamonds=number, kind=kind)
        for no, (name, what, number, kind) in enumerate(texts, 1)
    ]
    made(path, form, rows)
    assert verify(path).altered == ""


@given(st.integers(-(2**53), 2**53))
def test_money_is_exact(micro_dollars: int) -> None:
    assert micro_of(dollars_cell(micro_dollars)) == micro_dollars


@given(st.text())
def test_texts_come_back(text: str) -> None:
    assert text_of(text_cell(text)) == " ".join(text.split())


def signed(key: Ed25519PrivateKey, **changes: object) -> Signed:
    statement = Statement(
        host_id="u-anna", handle="anna", from_ms=0, until_ms=1 << 52, made_ms=9, gifts=1, coins=3, diamonds=3,
        share=0, reversed_diamonds=0, paid_payouts=0, paid_diamonds=0, paid_micro_dollars=0,
        balances=Balances(pending=0, available=3, reserved=0), closed_days=0,
    )  # fmt: skip
    text = msgspec.json.encode(msgspec.structs.replace(statement, **changes))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    return Signed(statement=text.decode(), signature=key.sign(text).hex(), public_key=public)


def test_what_the_backend_signed_is_checked(tmp_path: Path) -> None:
    key, path = Ed25519PrivateKey.generate(), tmp_path / "earnings.csv"
    made(path, "csv", [row(1)], signed(key))
    verdict = verify(path)
    assert (verdict.altered, verdict.notes) == ("", ())
    assert verdict.statement is not None and verdict.statement.diamonds == 3
    made(path, "csv", [row(1)], signed(key, diamonds=40))
    assert "the backend signed 40" in verify(path).notes[0]
    forged = msgspec.structs.replace(signed(key), signature="00" * 64)
    made(path, "csv", [row(1)], forged)
    assert "signature does not fit" in verify(path).altered
    made(path, "csv", [row(1)], signed(key, host_id="u-other"))
    assert "another host" in verify(path).altered
    made(path, "csv", [row(1)])
    assert "not signed anything" in verify(path).notes[0]


def test_what_is_cancelled_or_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "earnings.csv"
    with pytest.raises(Cancelled):
        many = packed((row(no) for no in range(1, 20_000)), "csv")
        write_export(path, "csv", HEAD, [many], None, stop=lambda: True)
    with pytest.raises(Cancelled):
        write_export(path, "csv", HEAD, [], None, stop=lambda: True)
    assert list(tmp_path.iterdir()) == []
    path.write_bytes(b"an older one")
    with pytest.raises(ZeroDivisionError):
        write_export(path, "csv", HEAD, (packed([row(1 // 0)], "csv") for _ in range(1)), None)
    assert path.read_bytes() == b"an older one"
    with pytest.raises(BadExport):
        verify(path)


def test_periods_begin_and_end_by_the_zones_clocks() -> None:
    berlin = zone_named("Europe/Berlin")
    year = period_of("2026", berlin)
    assert datetime.fromtimestamp(year.from_ms / 1_000, UTC) == datetime(2025, 12, 31, 23, tzinfo=UTC)
    march = period_of("2026-03", berlin)  # an hour of it is lost to daylight saving time
    assert march.until_ms - march.from_ms == (31 * 24 - 1) * 3_600_000, (
        "an hour is lost to daylight saving time"
    )
    day = period_of("2026-11-20..2026-11-20", zone_named("UTC"))
    assert day.until_ms - day.from_ms == 86_400_000
    for wrong in ("", "26", "2026-13", "2026-02-30..2026-03-01", "2026-03-01..2026-02-01", "0000", "9999"):
        with pytest.raises(BadPeriod):
            period_of(wrong, None)
    with pytest.raises(BadPeriod):
        zone_named("Mars/Base")
