"""A printed row looks as one that is drawn, in every theme; prints go when their rows leave the view."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter

from studio.services.rows import FeedTab
from studio.ui.feed.compose import compose
from studio.ui.feed.feed_panel import FeedPanel
from studio.ui.feed.feed_style import FeedStyle
from studio.ui.feed.row_drawing import RowDrawing
from studio.ui.feed.row_painter import RowMarks, paint_row
from studio.ui.feed.row_prints import RowPrints
from studio.ui.theme import current as tokens
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig


def rows_of(rig: Rig) -> None:
    rig.send(
        rig.comment("mira", "مرحبا من المغرب، رسم رائع 👏"),
        rig.comment("春日", "次は猫をお願いします！"),
        rig.gift("noor", "Lion"),
        rig.gift("noor", "Rose", 12, added=12, streak="s", ended=False),
        rig.question("ana", "Which brush do you use for the fine lines of the fur, and at which size?"),
    )
    rig.flush()


def drawn(drawing: RowDrawing, dpr: float, prints: RowPrints | None) -> QImage:
    image = QImage(
        round(drawing.width * dpr), round(drawing.height * dpr), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(dpr)
    image.fill(tokens().bg)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    if prints is None:
        paint_row(painter, drawing, 0, RowMarks(), dpr)
    else:
        prints.paint(painter, drawing, 0, dpr, tokens().bg)
    painter.end()
    return image


@pytest.mark.parametrize("name", ["dark", "light", "contrast"])
@pytest.mark.parametrize("dpr", [1.0, 2.0])
def test_a_print_is_the_row_to_the_pixel(theme: Theme, rig: Rig, name: str, dpr: float) -> None:
    theme.set_name(name)
    rig.go_live()
    rows_of(rig)
    style, prints = FeedStyle.current(dpr), RowPrints()
    for row in rig.services.feed.rows(FeedTab.ALL):
        drawing = compose(row, 380, style)
        want, first = drawn(drawing, dpr, None), drawn(drawing, dpr, prints)
        again = drawn(drawing, dpr, prints)
        assert again == first
        worst = max(
            abs(one - two) for one, two in zip(bytes(want.constBits()), bytes(first.constBits()), strict=True)
        )
        assert worst <= 2, row.kind  # blending once or twice rounds differently


def test_prints_are_only_of_what_is_in_view(panel: FeedPanel, rig: Rig) -> None:
    for number in range(60):
        rig.send(rig.gift(f"viewer{number}", "Corgi"))
    rig.flush()
    panel.view.viewport().repaint()
    shown = len(panel.view.in_view)
    assert 5 < shown < 60
    assert len(panel.view._prints) == shown
    rows_of(rig)
    panel.view.viewport().repaint()
    assert len(panel.view._prints) == len(panel.view.in_view)
