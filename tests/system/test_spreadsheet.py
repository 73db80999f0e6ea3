"""An export opened by a real spreadsheet program: texts stay texts, figures stay, nothing is run."""

from __future__ import annotations

import csv
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from studio.export.packed import packed
from studio.export.row import Head, Row
from studio.export.writing import write_export
from tests.unit.export.rows import row

pytestmark = pytest.mark.timeout(300)

NAMES = (
    "=1+1", '=HYPERLINK("http://127.0.0.1/","x")', "@SUM(1;2)", "+49 30 1", "-5", "＝1+1", "'quoted",
    "夜の水彩 🎨", "دردشة المساء", 'a "b", c', "1,5", "007", "n" * 200,
)  # fmt: skip
HEAD = Head(host_id="u", handle="rin", from_ms=0, until_ms=1 << 52, zone="UTC", made_by="a test")


def rows() -> list[Row]:
    money = {"coins": 1_234_567, "micro_dollars": 149_995_000}
    return [row(no, live="Ink", name=name, transfer="7e10", **money) for no, name in enumerate(NAMES)]


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_a_spreadsheet_opens_it_as_it_was_written(tmp_path: Path, locale: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice here")
    source = tmp_path / "earnings.csv"
    write_export(source, "csv", HEAD, [packed(rows(), "csv")], None)
    # As a click opens it but for the dialog's answers: comma, quotes, what the byte-order mark says, from the
    # first line, each column as the program takes it. Back out: what each cell shows.
    reading = f"CSV:44,34,UTF8,1,,{_LANGUAGES[locale]},false,false,false,false,false,0"
    _convert(office, source, tmp_path / "sheet", "ods", reading)
    _convert(
        office,
        tmp_path / "sheet" / "earnings.ods",
        tmp_path / "back",
        "csv:Text - txt - csv (StarCalc):44,34,76",
    )
    with (tmp_path / "back" / "earnings.csv").open(encoding="utf-8-sig", newline="") as file:
        seen = list(csv.reader(file))
    with source.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert len(seen) == len(written)
    for shown, was in zip(seen[2:-1], written[2:-1], strict=True):
        assert shown[6] == was[6], "a name is shown as it was written: no formula, no number"
        assert shown[1] == "gift" and shown[4:6] == ["Ink", "ben"]
        assert shown[9] == "1234567" and shown[12] == "'7e10"
        # A number where a point is a decimal's; else a text, but never a thousand times as much.
        assert shown[11] in ("149.995", "149.995000")
    with zipfile.ZipFile(tmp_path / "sheet" / "earnings.ods") as sheet:
        assert b"table:formula" not in sheet.read("content.xml"), "a cell has become a formula"


_LANGUAGES = {"en-US": "1033", "de-DE": "1031"}


def _convert(office: str, source: Path, into: Path, form: str, reading: str = "") -> None:
    words = [
        office, "--headless", f"-env:UserInstallation={(into.parent / 'profile').as_uri()}",
        *([f"--infilter={reading}"] if reading else []), "--convert-to", form,
        *("--outdir", str(into), str(source)),
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and any(into.iterdir()), done.stderr
