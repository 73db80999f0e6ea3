"""`host-studio backend audit | refund | promote | rates`: the operator's words about money.

One JSON line on stdout. Exit code 1: the books are broken, or the order was refused; 2: nothing could be
done. No client of the protocol can ask for any of it: who can write the data folder can.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, select

from studio import places
from studio.backend.errors import BackendError, StorageError
from studio.backend.money import closings, orders
from studio.backend.money.audit import audit
from studio.backend.storage import schema
from studio.backend.storage.database import DATABASE_NAME, DataFolder, migrate, newest_schema, open_engine
from studio.backend.storage.tx import Tx
from studio.backend.storage.writer import Writer
from studio.model.money import Rates

#: How long a running backend has for an order.
_WAIT_S = 20.0
_LOOK_EVERY_S = 0.1
_RATES = tuple(Rates.__struct_fields__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words after `backend`; without one the backend runs."""
    words = parser.add_subparsers(title="about the money", metavar="", dest="word")
    _word(words, "audit", "prove the books from their rows", _audit)
    refund = _word(words, "refund", "take back a purchase whose payment was returned", _refund)
    refund.add_argument("transfer_id", metavar="TRANSFER_ID", help="the purchase, as its buyer was told")
    refund.add_argument("--reason", default=orders.Refund(transfer_id="").reason, help="what hosts are told")
    promote = _word(words, "promote", "give somebody coins", _promote)
    promote.add_argument("handle", metavar="HANDLE")
    promote.add_argument("coins", metavar="COINS", type=int)
    rates = _word(words, "rates", "show the rates, or set some; rows that are there keep theirs", _rates)
    for name in _RATES:
        rates.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", dest=f"rate_{name}")


def _word(words: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> Any:
    parser = words.add_parser(name, help=text, description=text)
    where = {"type": Path, "metavar": "DIR", "dest": "data", "default": argparse.SUPPRESS}
    parser.add_argument("--data-dir", "--data", help="folder of the database", **where)
    parser.set_defaults(act=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Runs one of the words."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    try:
        return int(args.act(args))
    except BackendError as error:
        print(f"host-studio backend {args.word}: {error}", file=sys.stderr)
        return 2


def _engine(args: argparse.Namespace, *, read_only: bool) -> tuple[Path, Engine]:
    """`StorageError` when there is no database of this version."""
    folder: Path = args.data or places.data_dir() / "backend"
    if not args.database and not (folder / DATABASE_NAME).is_file():
        raise StorageError(f"there is no database in {folder}; say where it is with --data-dir")
    engine = open_engine(folder, args.database, read_only=read_only)
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() != newest_schema():
            raise StorageError(f"the database in {folder} is of another version; run its backend once")
    return folder, engine


def _audit(args: argparse.Namespace) -> int:
    _, engine = _engine(args, read_only=True)
    begun = time.perf_counter()
    with engine.begin() as connection:
        report = audit(connection)
    engine.dispose()
    line = {
        "ok": report.ok,
        "transfers": report.transfers,
        "gifts": report.gifts,
        "payouts": report.payouts,
        "debits": report.debits,
        "credits": report.credits,
        "seconds": round(time.perf_counter() - begun, 3),
        "problems": report.found,
        "first": asdict(report.problems[0]) if report.problems else None,
    }
    print(json.dumps(line))
    return 0 if report.ok else 1


def _refund(args: argparse.Namespace) -> int:
    return _order(args, orders.Refund(transfer_id=args.transfer_id, reason=args.reason))


def _promote(args: argparse.Namespace) -> int:
    return _order(args, orders.Promote(handle=args.handle, coins=args.coins))


def _rates(args: argparse.Namespace) -> int:
    _, engine = _engine(args, read_only=True)
    table = schema.rate_changes
    with engine.begin() as connection:
        last = connection.execute(select(table.c.body).order_by(table.c.no.desc()).limit(1)).scalar()
    engine.dispose()
    rates = msgspec.json.decode(last, type=Rates) if last else Rates()
    wanted = {name: getattr(args, f"rate_{name}") for name in _RATES}
    changes = {name: value for name, value in wanted.items() if value is not None}
    if not changes:
        print(json.dumps({"ok": True, "rates": msgspec.to_builtins(rates)}))
        return 0
    return _order(args, orders.SetRates(rates=msgspec.structs.replace(rates, **changes)))


def _order(args: argparse.Namespace, order: orders.AnyOrder) -> int:
    """Places the order; a backend that runs carries it out, or we do in its place."""
    folder, engine = _engine(args, read_only=False)
    order_id, now_ms = secrets.token_hex(8), time.time_ns() // 1_000_000
    with engine.begin() as connection:
        row = {"id": order_id, "body": orders.place(order), "at_ms": now_ms}
        connection.execute(insert(schema.operator_orders).values(row))
    until = time.monotonic() + _WAIT_S
    while not (outcome := _outcome(engine, order_id)):
        _carry_out_alone(folder, args.database)
        if time.monotonic() > until:
            raise BackendError(f"the running backend has not answered yet; the order {order_id} stands")
        time.sleep(_LOOK_EVERY_S)
    engine.dispose()
    print(outcome)
    return 0 if json.loads(outcome)["ok"] else 1


def _outcome(engine: Engine, order_id: str) -> str:
    table = schema.operator_orders
    with engine.begin() as connection:
        return str(connection.execute(select(table.c.outcome).where(table.c.id == order_id)).scalar_one())


def _carry_out_alone(folder: Path, database_url: str) -> None:
    """Carries out what waits, if no backend runs on the folder."""
    try:
        held = DataFolder(folder)
    except StorageError:
        return
    try:
        asyncio.run(_with_writer(folder, database_url))
    finally:
        held.release()


async def _with_writer(folder: Path, database_url: str) -> None:
    engine = open_engine(folder, database_url)
    await asyncio.to_thread(migrate, engine)
    writer = Writer(engine, Rates(), lambda _committed: None, queue=10, batch=1)
    writer.start()
    try:
        await writer.submit(_remember)
        await writer.submit(orders.carry_out_open)
    finally:
        await writer.stop()
        engine.dispose()


def _remember(tx: Tx) -> None:
    closings.remember_closed(tx)
    orders.remember_rates(tx)
