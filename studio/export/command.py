"""`host-studio export` and `host-studio verify`: earnings out of the journals, and whether a file is whole.

Exit code 1: the file was altered, or nothing could be exported; 2: it could not be read, or asked for.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from studio import __version__, places
from studio.export.period import BadPeriod, period_of, zone_named
from studio.export.printed import EVERY_FORM, Draw, write_printed
from studio.export.row import BadExport, Head, Row
from studio.export.source import Journals, Money, live_rows, money_rows, packs_of
from studio.export.verify import verify
from studio.export.writing import Cancelled, write_export
from studio.journal.entry import JournalError
from studio.model.money import format_dollars


def add_export_arguments(parser: argparse.ArgumentParser, draw: Draw) -> None:
    """The options of ``host-studio export``; ``draw`` makes the pages of a PDF."""
    parser.add_argument("--period", required=True, metavar="2026|2026-11|FROM..UNTIL|all")
    parser.add_argument("--format", choices=EVERY_FORM, default="csv", dest="form")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument(
        "--time-zone", default="", metavar="ZONE", help="of local times; else this computer's"
    )
    parser.add_argument("--journal", type=Path, metavar="DIR", help="where the journals lie")
    parser.add_argument("--host-id", default="", help="whose LIVEs, where several hosts have some here")
    parser.add_argument("--money", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--tell-progress", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=lambda options: run_export(options, draw))


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``host-studio verify``."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="the verdict as one line of JSON")
    parser.set_defaults(run=run_verify)


def run_export(options: argparse.Namespace, draw: Draw) -> int:
    """Writes the file, or says why not."""
    try:
        return _export(options, draw)
    except (BadPeriod, JournalError, Cancelled) as error:
        print(f"host-studio export: {error}", file=sys.stderr)
    except (OSError, msgspec.DecodeError) as error:
        words = getattr(error, "strerror", None) or error
        print(
            f"host-studio export: {words}: {getattr(error, 'filename', '') or ''}".rstrip(": "),
            file=sys.stderr,
        )
    return 2


def _export(options: argparse.Namespace, draw: Draw) -> int:
    zone = zone_named(options.time_zone)
    period = period_of(options.period, zone)
    money = Money()
    if options.money is not None:
        money = msgspec.json.decode(options.money.read_bytes(), type=Money)
    stop = threading.Event()
    if options.tell_progress:  # the studio's child: it ends with its standard input
        threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    journals = Journals(options.journal or places.data_dir() / "journal", options.host_id)
    if len(journals.hosts) > 1:
        raise JournalError(f"there are LIVEs of several hosts here; name one by --host-id: {journals.hosts}")
    if not journals.hosts and not options.host_id:
        raise JournalError("there is no LIVE in the journals here")
    head = Head(
        host_id=options.host_id or journals.hosts[0],
        handle=journals.handle(),
        from_ms=period.from_ms,
        until_ms=period.until_ms,
        zone=options.time_zone,
        made_by=f"host-studio {__version__}",
    )
    whole = sum(one.gifts for one in journals.of(period))

    def progress(rows: int) -> None:
        if options.tell_progress:
            print(json.dumps({"rows": rows, "of": whole}), flush=True)

    progress(0)
    if options.form == "pdf":
        rate = money.micro_dollars_per_diamond
        lives = live_rows(journals, period, options.time_zone, rate, stop=stop.is_set)
        rows = [*_told(lives, progress), *money_rows(money, period, zone)]
        tail = write_printed(options.out, head, rows, rate, money.signed, draw, stop=stop.is_set)
    else:
        packs = packs_of(journals, period, options.time_zone, money, options.form, stop=stop.is_set)
        tail = write_export(
            options.out, options.form, head, packs, money.signed, progress=progress, stop=stop.is_set
        )
    said = {
        "file": str(options.out),
        "rows": tail.rows,
        "diamonds": tail.diamonds,
        "unreadable": journals.unreadable,
    }
    if options.tell_progress:
        print(json.dumps(said), flush=True)
    else:
        print(f"{tail.rows:,} rows, {tail.diamonds:,} diamonds: {options.out}")
        for name in journals.unreadable:
            print(f"not in it: {name}", file=sys.stderr)
    return 1 if journals.unreadable else 0


def _told(lives: Iterable[Row], progress: Callable[[int], object]) -> Iterator[Row]:
    gifts = 0
    for row in lives:
        gifts += row.count
        progress(gifts)
        yield row


def _wait_for_end(stop: threading.Event) -> None:
    # Not sys.stdin: the interpreter could not take its lock back when it ends before this thread does.
    with contextlib.suppress(OSError):
        while os.read(0, 1_024):
            pass
    stop.set()


def run_verify(options: argparse.Namespace) -> int:
    """Says whether every byte is as it was written; else which row is the first that is not."""
    try:
        verdict = verify(options.file)
    except (BadExport, OSError) as error:
        words = getattr(error, "strerror", None) or error
        print(f"host-studio verify: {options.file}: {words}", file=sys.stderr)
        return 2
    if options.json:
        print(msgspec.json.encode(verdict).decode())
    elif verdict.altered:
        print(f"ALTERED. {verdict.altered}")
    else:
        print(f"Intact: {verdict.rows:,} rows, every byte as it was written.")
        if (told := verdict.statement) is not None:
            paid = format_dollars(told.paid_micro_dollars)
            print(f"Signed by the backend with the key {verdict.public_key[:16]}…:")
            print(f"{told.gifts:,} gift messages, {told.diamonds:,} diamonds, {paid} paid out.")
        for note in verdict.notes:
            print(note)
    return 1 if verdict.altered else 0
