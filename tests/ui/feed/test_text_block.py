"""Strangers' text keeps to its box, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from studio.ui.feed.text_block import TextBlock, TypeFace, one_line, paragraph
from studio.ui.theme import fonts

INK = QColor("#000000")


@pytest.fixture(scope="module")
def face(qapp: QApplication) -> TypeFace:
    fonts.load()
    return TypeFace.of(fonts.font(14))


def ink_box(block: TextBlock, width: int, height: int) -> QRect:
    """Where the block's pixels are, on a white sheet of that size around it."""
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    block.draw(painter, 0)
    painter.end()
    rows = [y for y in range(height) if any(image.constScanLine(y)[x] < 250 for x in range(width))]
    columns = [x for y in rows for x in range(width) if image.constScanLine(y)[x] < 250]
    if not rows:
        return QRect()
    return QRect(min(columns), rows[0], max(columns) - min(columns) + 1, rows[-1] - rows[0] + 1)


def assert_in_box(block: TextBlock, width: float, max_height: float) -> None:
    assert block.width <= width
    assert 0 < block.height <= max_height
    for layout in block.layouts:
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            inside = QRectF(0, 0, width + 0.5, block.height + 0.5)
            assert line.naturalTextWidth() <= width or block.limit == width  # then it paints clipped
            assert inside.top() <= line.y() + line.ascent() <= inside.bottom()


@pytest.mark.parametrize("width", [24, 130, 420])
def test_naughty_strings_stay_in_their_box(face: TypeFace, naughty: list[str], width: int) -> None:
    for text in naughty:
        for lines in (1, 3, 8):
            block = paragraph(text, face, INK, 0, 0, width, lines)
            assert_in_box(block, width, lines * face.pitch * 1.25)
        assert_in_box(one_line(text, face, INK, 0, 0, width), width, face.pitch)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.integers(10, 400), st.integers(1, 6))
def test_any_text_stays_in_its_box(face: TypeFace, text: str, width: int, lines: int) -> None:
    assert_in_box(paragraph(text, face, INK, 0, 0, width, lines), width, lines * face.pitch * 1.25)
    assert_in_box(one_line(text, face, INK, 0, 0, width), width, face.pitch)


@pytest.mark.parametrize("text", ["W" * 200, "﷽﷽﷽", "👨‍👩‍👧‍👦" * 60, "a" + "\u0301" * 300, "שלום " * 60])
def test_no_ink_beyond_the_width(face: TypeFace, text: str) -> None:
    for block in (one_line(text, face, INK, 0, 20, 90), paragraph(text, face, INK, 0, 20, 90, 3)):
        assert ink_box(block, 300, 160).right() <= 91  # a pixel of antialiasing


def test_a_long_word_breaks_and_an_endless_text_ends_in_an_ellipsis(face: TypeFace) -> None:
    block = paragraph("x" * 100, face, INK, 0, 0, 120, 20)
    assert sum(layout.lineCount() for layout in block.layouts) > 3
    assert "…" not in "".join(layout.text() for layout in block.layouts)
    cut = paragraph("x" * 2_000, face, INK, 0, 0, 120, 3)
    assert cut.layouts[-1].text().endswith("…")
    assert cut.height == 3 * face.pitch


def test_no_word_is_lost_or_doubled_between_the_lines_of_a_cut_text(face: TypeFace) -> None:
    words = [f"w{number}" for number in range(80)]
    block = paragraph(" ".join(words), face, INK, 0, 0, 150, 4)
    first, last = block.layouts
    shown = first.text()[: first.lineAt(2).textStart() + first.lineAt(2).textLength()].split()
    shown += last.text().rstrip("…").split()
    assert shown[:-1] == words[: len(shown) - 1]  # the very last one may be cut


def test_a_short_name_is_not_elided(face: TypeFace) -> None:
    block = one_line("ana.lopez", face, INK, 0, 0, 200)
    assert block.layouts[0].text() == "ana.lopez"
    assert block.width < 90


def test_line_breaks_and_control_characters_become_one_line(face: TypeFace) -> None:
    block = one_line("a\nb\u202ec\x00d", face, INK, 0, 0, 200)
    assert block.layouts[0].text() == "a bcd"
