"""The pages of an earnings statement, as a PDF on A4. Makes a Qt application where there is none."""

from __future__ import annotations

import os
import sys
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPageSize, QPainter, QPdfWriter, QTextDocument

from studio import __version__
from studio.export.period import local_words, zone_named
from studio.export.printed import Printed
from studio.export.row import Kind, Row, Sums
from studio.model.money import format_dollars
from studio.ui.theme import fonts

#: Dots an inch of the page, and in inches its margin and the room for its foot.
_RESOLUTION, _MARGIN_IN, _FOOT_IN = 1_200, 0.65, 0.35
#: Unix milliseconds behind which an end is "everything there is".
_FOR_EVER = 1 << 51
_STYLE = """
h1 { font-size: 22pt; font-weight: 700; color: #14171d; margin: 2px 0 2px 0; }
h2 { font-size: 11pt; font-weight: 700; color: #14171d; margin: 20px 0 5px 0; }
p { margin: 3px 0; }
.brand { color: #0a7d73; font-weight: 700; }
.quiet { color: #5b6472; }
.warn { color: #a1460b; }
th { color: #5b6472; font-weight: 600; font-size: 7.5pt; border-bottom: 1px solid #9aa3b0; }
td { font-size: 8.5pt; border-bottom: 1px solid #e3e7ec; }
.name { border-bottom: 0px solid #ffffff; }
.figure { font-size: 15pt; font-weight: 700; color: #14171d; border-bottom: 0px solid #ffffff; }
"""


def draw(printed: Printed) -> bytes:
    """The document. Raises RuntimeError when it could not be drawn."""
    application = QGuiApplication.instance() or _application()
    fonts.load()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _paint(buffer, printed)
    buffer.close()
    del application
    if not data.startsWith(b"%PDF-"):
        raise RuntimeError("the pages could not be drawn")
    return bytes(data.data())


def _application() -> QGuiApplication:
    if sys.platform == "linux":  # no window opens, so no display is needed
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QGuiApplication(["host-studio"])


def _font(points: float) -> QFont:
    font = fonts.font()
    # Figures and signs drawn by a glyph that stands for no letter could not be copied or searched for.
    font.setFeature(QFont.Tag("calt"), 0)
    font.setPointSizeF(points)
    return font


def _paint(buffer: QBuffer, printed: Printed) -> None:
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margin, foot = round(_MARGIN_IN * _RESOLUTION), round(_FOOT_IN * _RESOLUTION)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(f"Earnings of @{printed.head.handle}")
    writer.setCreator(f"Host Studio {__version__}")
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDefaultFont(_font(9))
    document.setDefaultStyleSheet(_STYLE)
    document.setDocumentMargin(0)
    document.setPageSize(QSizeF(writer.width() - 2 * margin, writer.height() - 2 * margin - foot))
    document.setHtml(_page(printed))
    painter = QPainter(writer)
    body, pages = document.pageSize(), document.pageCount()
    below = QRectF(margin, writer.height() - margin - foot / 2, body.width(), foot / 2)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(margin, margin - page * body.height())
        document.drawContents(painter, QRectF(0, page * body.height(), body.width(), body.height()))
        painter.restore()
        painter.setFont(_font(7.5))
        painter.setPen(Qt.GlobalColor.darkGray)
        whose = f"Host Studio · earnings of @{printed.head.handle}"
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, whose)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"Page {page + 1} of {pages}")
    painter.end()


def _page(printed: Printed) -> str:
    head, zone = printed.head, zone_named(printed.head.zone)
    zone_words = head.zone or "this computer’s time zone"
    sums = Sums()
    for row in printed.rows:
        sums.add(row)
    parts = [
        '<p class="brand">Host Studio</p>',
        "<h1>Earnings statement</h1>",
        f"<p><b>@{escape(head.handle)}</b> &nbsp; {_period(printed)} "
        f'<span class="quiet">({escape(zone_words)})</span></p>',
        _figures(sums, len(printed.of(Kind.LIVE)), printed.rate),
        _signed(printed, sums),
        "<h2>LIVEs</h2>",
        _lives(printed.of(Kind.LIVE)),
        "<h2>Payouts</h2>",
        _payouts(printed.of(Kind.PAYOUT)),
    ]
    if taken := printed.of(Kind.REVERSAL):
        parts += ["<h2>Taken back</h2>", _taken(taken)]
    made = f" It was made {local_words(printed.statement.made_ms, zone)}." if printed.statement else ""
    parts.append(
        f'<h2>Proof</h2><p class="quiet">This file carries every line above in a sealed chain.{made} '
        "<b>host-studio verify FILE</b>, or <i>Verify an export…</i> in the studio, says whether a single "
        "byte was altered, and where. Diamonds of LIVEs are reckoned at what a payout pays at the time "
        f"of this statement, {format_dollars(printed.rate * 1_000)} for 1,000; what was paid stands with "
        "the payouts.</p>"
    )
    return "".join(parts)


def _period(printed: Printed) -> str:
    zone = zone_named(printed.head.zone)
    if printed.head.until_ms > _FOR_EVER:
        return "everything kept on this computer"
    first = local_words(printed.head.from_ms, zone)[:10]
    last = local_words(printed.head.until_ms - 1, zone)[:10]
    return first if first == last else f"{first} to {last}"


def _figures(sums: Sums, lives: int, rate: int) -> str:
    cells = (
        ("LIVEs", f"{lives:,}"),
        ("Gift messages", f"{sums.gifts:,}"),
        ("Diamonds", f"{sums.diamonds:,}"),
        ("Worth", format_dollars(sums.diamonds * rate)),
        ("Paid out", format_dollars(sums.paid_micro_dollars)),
    )
    names = "".join(f'<th align="left" class="name">{name}</th>' for name, _ in cells)
    figures = "".join(f'<td class="figure">{figure}</td>' for _, figure in cells)
    return (
        '<table width="100%" cellspacing="0" cellpadding="4" style="margin-top: 14px">'
        f"<tr>{names}</tr><tr>{figures}</tr></table>"
    )


def _signed(printed: Printed, sums: Sums) -> str:
    told = printed.statement
    if told is None:
        return (
            '<h2>Agreement</h2><p class="warn">The backend was not asked or has not signed: these are the '
            "figures of this computer’s journals alone.</p>"
        )
    compared = (
        ("Gift messages", sums.gifts, told.gifts),
        ("Coins", sums.coins, told.coins),
        ("Diamonds", sums.diamonds, told.diamonds),
    )
    rows = "".join(
        f"<tr><td>{name}</td>{_figure(f'{here:,}')}{_figure(f'{there:,}')}"
        f"{_figure('agrees' if here == there else f'{here - there:+,}')}</tr>"
        for name, here, there in compared
    )
    now = told.balances
    return (
        "<h2>Agreement</h2>"
        + _table(("", "Kept on this computer", "Signed by the backend", ""), rows, numbers_from=1)
        + f"<p>Taken back in that time: {told.reversed_diamonds:,} diamonds. Balance when this was made: "
        f"{now.available:,} available, {now.pending:,} pending, {now.reserved:,} on their way.</p>"
        f'<p class="quiet">Ed25519 key of the backend: {escape(printed.public_key)}</p>'
    )


def _lives(rows: list[Row]) -> str:
    if not rows:
        return '<p class="quiet">No LIVE with gifts in that time.</p>'
    lines = "".join(
        f"<tr><td>{row.local[:16]}</td><td>{_said(row.live) or '–'}</td>{_figure(f'{row.count:,}')}"
        f"{_figure(f'{row.coins:,}')}{_figure(f'{row.diamonds:,}')}"
        f"{_figure(format_dollars(row.micro_dollars))}</tr>"
        for row in rows
    )
    return _table(("Begun", "LIVE", "Gifts", "Coins", "Diamonds", "US dollars"), lines, numbers_from=2)


def _payouts(rows: list[Row]) -> str:
    if not rows:
        return '<p class="quiet">None in that time.</p>'
    lines = "".join(
        f"<tr><td>{row.local[:16]}</td><td>{escape(row.what)}</td><td>{escape(row.transfer)}</td>"
        f"{_figure(f'{row.diamonds:,}')}{_figure(format_dollars(row.micro_dollars))}</tr>"
        for row in rows
    )
    return _table(("When", "What", "Number", "Diamonds", "US dollars"), lines, numbers_from=3)


def _taken(rows: list[Row]) -> str:
    lines = "".join(
        f"<tr><td>{row.local[:16]}</td><td>{_said(row.name)}</td><td>{_said(row.what)}</td>"
        f"{_figure(f'{row.diamonds:,}')}{_figure(format_dollars(row.micro_dollars))}</tr>"
        for row in rows
    )
    return _table(("When", "From", "Why", "Diamonds", "US dollars"), lines, numbers_from=3)


def _said(text: str) -> str:
    """Somebody's words, beginning at the left like the column they stand in; they read in their own order."""
    return f"\u200e{escape(text)}" if text else ""


def _figure(text: str) -> str:
    return f'<td align="right">{text}</td>'


def _table(names: tuple[str, ...], lines: str, *, numbers_from: int) -> str:
    heads = "".join(
        f'<th align="{"right" if place >= numbers_from else "left"}">{name}</th>'
        for place, name in enumerate(names)
    )
    return (
        '<table width="100%" cellspacing="0" cellpadding="4" style="border-collapse: collapse">'
        f"<thead><tr>{heads}</tr></thead>{lines}</table>"
    )
