"""A printed statement: pages that a reader shows, in any script, and rows of which every byte counts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument

from studio.export.printed import write_printed
from studio.export.row import BadExport, Head, Kind, Row, Signed
from studio.export.verify import verify
from studio.export.writing import Cancelled
from studio.ui.exports.statement_pdf import draw
from tests.unit.export.rows import row

HEAD = Head(
    host_id="u-rin",
    handle="rin",
    from_ms=1_767_222_000_000,
    until_ms=1_798_758_000_000,
    zone="Europe/Berlin",
    made_by="a test",
)
TITLES = ("Ink & tea", "دردشة المساء", "夜の水彩 🎨", "<b>not bold</b>", "n" * 200)


def live(no: int, title: str) -> Row:
    local = f"2026-01-{no % 28 + 1:02d} 01:00:00"
    money = {"coins": 30, "diamonds": 30, "micro_dollars": 150_000}
    return row(no, kind=Kind.LIVE, live=title, local=local, name="", what="Gifts", **money)


def made(path: Path, rows: list[Row], signed: Signed | None = None) -> bytes:
    write_printed(path, HEAD, rows, 5_000, signed, draw)
    return path.read_bytes()


@pytest.mark.usefixtures("qapp")
def test_a_reader_shows_the_pages(tmp_path: Path) -> None:
    path = tmp_path / "statement.pdf"
    payout = msgspec.structs.replace(
        live(90, ""), kind=Kind.PAYOUT, what="Payout paid", micro_dollars=22_500_000, transfer="p-1"
    )
    made(path, [*(live(no, TITLES[no % len(TITLES)]) for no in range(120)), payout])
    document = QPdfDocument()
    assert document.load(str(path)) is QPdfDocument.Error.None_
    assert document.pageCount() > 2
    words = " ".join(
        document.getAllText(page).text().replace("\r\n", "\n") for page in range(document.pageCount())
    )
    for wanted in ("Earnings statement", "@rin", "2026-01-01 to 2026-12-31", "Ink & tea", "<b>not bold</b>"):
        assert wanted in words
    assert "3,600" in words and "$18.00" in words  # diamonds of all, and what they are worth
    assert "$22.50" in words and "has not signed" in words
    assert f"Page 1 of {document.pageCount()}" in words
    picture = QImage(595, 842, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.drawImage(0, 0, document.render(0, QSize(595, 842)))
    painter.end()
    dark = sum(picture.pixelColor(x, y).lightness() < 128 for x in range(0, 595, 3) for y in range(0, 842, 3))
    assert 100 < dark < 20_000  # something is drawn, and it is no black page
    assert verify(path).altered == ""


@pytest.mark.usefixtures("qapp")
def test_every_byte_counts(tmp_path: Path) -> None:
    path = tmp_path / "statement.pdf"
    whole = made(path, [live(0, "Ink & tea"), live(1, "دردشة")])
    assert verify(path).rows == 2
    mark = whole.index(b"\n%host-studio-export ")
    for place in [*range(0, mark, max(1, mark // 300)), *range(mark - 3, len(whole))]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            found = verify(path)
        except BadExport:
            continue
        assert found.altered, (place, whole[place - 10 : place + 10])
        line = whole.count(b"\n", mark + 1, place)
        if place < mark:
            assert found.altered.startswith("The pages")
        elif line in (2, 3):
            assert found.row in (line - 1, line), (line, found)
    path.write_bytes(whole + b"\n")
    assert verify(path).altered
    path.write_bytes(whole[: mark + 1])
    with pytest.raises(BadExport):
        verify(path)


@pytest.mark.usefixtures("qapp")
def test_a_cancelled_one_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "statement.pdf"
    with pytest.raises(Cancelled):
        write_printed(path, HEAD, [live(0, "x")], 5_000, None, draw, stop=lambda: True)
    assert list(tmp_path.iterdir()) == []
