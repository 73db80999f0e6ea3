"""An export as a table: CSV (RFC 4180) in UTF-8 with a byte-order mark, which spreadsheets open by a click.

After the rows come lines whose first cell begins with ``#``: head, totals, and what the backend signed.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from studio.export.cells import dollars_cell, micro_of, text_cell, text_of
from studio.export.period import minute_words
from studio.export.row import BadExport, Head, Kind, Row, Tail

COLUMNS = (
    "No", "Kind", "Time (UTC)", "Local time", "LIVE", "Handle", "Name", "What", "Count", "Coins", "Diamonds",
    "US dollars", "Transfer", "Digest",
)  # fmt: skip
_CELLS = len(COLUMNS) - 1
_END = b"\r\n"
_HEAD, _TAIL = "# head", "# totals"
_SPECIAL = re.compile(r'[",\r\n]')
#: What no table takes for anything but a text: most transfers, which are never the same twice.
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*[g-z_][0-9A-Za-z._-]*")
_encode = msgspec.json.Encoder().encode


def first_line() -> bytes:
    return b"\xef\xbb\xbf" + _line(COLUMNS) + _END


def sealed(body: bytes, seal: str, *, last: bool = False) -> bytes:
    """A whole line."""
    return body + b"," + seal.encode() + _END


def opened(line: bytes) -> tuple[bytes, str]:
    """Body and digest of a line. `BadExport` when it is none of ours."""
    if not line.endswith(_END):
        raise BadExport("it does not end as a line does")
    body, comma, seal = line.removesuffix(_END).rpartition(b",")
    if not comma or not seal.isascii():
        raise BadExport("it has no digest")
    return body, seal.decode()


def numbered(no: int, body: bytes) -> bytes:
    """A row's line with its number."""
    return b"%d,%b" % (no, body)


def row_body(row: Row) -> bytes:
    """A row's line without its number."""
    second, milli = divmod(row.at_ms, 1_000)
    minute, second = divmod(second, 60)
    transfer = row.transfer if _PLAIN.fullmatch(row.transfer) else _quoted(text_cell(row.transfer))
    return (
        f"{row.kind},{minute_words(minute, UTC)}:{second:02d}.{milli:03d},{row.local},"
        f"{_text(row.live)},{_text(row.handle)},{_text(row.name)},{_text(row.what)},"
        f"{row.count},{row.coins},{row.diamonds},{_dollars(row.micro_dollars)},{transfer}"
    ).encode("utf-8", "replace")


@lru_cache(maxsize=20_000)
def _text(text: str) -> str:
    """A text's cell; the same people and gifts come again and again."""
    return _quoted(text_cell(text))


_dollars = lru_cache(maxsize=20_000)(dollars_cell)


def head_body(head: Head) -> bytes:
    return _line(_padded(_HEAD, _encode(head).decode()))


def tail_body(tail: Tail) -> bytes:
    return _line(_padded(_TAIL, _encode(tail).decode()))


def read_body(body: bytes) -> Row | Head | Tail:
    """`BadExport` when it cannot be read."""
    try:
        cells = _cells_of(body.decode())
        if len(cells) != _CELLS:
            raise BadExport(f"it has {len(cells) + 1} cells instead of {len(COLUMNS)}")
        if cells[0] == _HEAD:
            return msgspec.json.decode(cells[1], type=Head)
        if cells[0] == _TAIL:
            return msgspec.json.decode(cells[1], type=Tail)
        moment = datetime.fromisoformat(cells[2]).replace(tzinfo=UTC)
        return Row(
            no=int(cells[0]),
            kind=Kind(cells[1]),
            at_ms=round(moment.timestamp() * 1_000),
            local=cells[3],
            live=text_of(cells[4]),
            handle=text_of(cells[5]),
            name=text_of(cells[6]),
            what=text_of(cells[7]),
            count=int(cells[8]),
            coins=int(cells[9]),
            diamonds=int(cells[10]),
            micro_dollars=micro_of(cells[11]),
            transfer=text_of(cells[12]),
        )
    except (csv.Error, ValueError, StopIteration, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadExport(str(error) or "it cannot be read") from error


def _cells_of(line: str) -> list[str]:
    """A line's; where nothing is quoted, commas say all."""
    if '"' in line or "\r" in line or "\n" in line:
        return next(csv.reader(io.StringIO(line, newline="")))
    return line.split(",")


def _padded(*cells: str) -> tuple[str, ...]:
    return (*cells, *([""] * (_CELLS - len(cells))))


def _line(cells: tuple[str, ...]) -> bytes:
    return ",".join(map(_quoted, cells)).encode("utf-8", "replace")


def _quoted(cell: str) -> str:
    """As RFC 4180 wants it: a comma, a quote or a line's end in a cell puts it in quotes."""
    if _SPECIAL.search(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell
