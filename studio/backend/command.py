"""`host-studio backend`: runs the backend until it is told to stop. Owns the process's event loop.

One JSON line on stdout says where it listens; everything else goes to stderr. Exit code 2: it could not
start.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from studio.backend.errors import BackendError
from studio.backend.money import command as money_command
from studio.backend.money.sandbox_bank import BankHabits
from studio.backend.server import Backend
from studio.backend.settings import BackendSettings, PasswordCost, RateLimits

log = logging.getLogger(__name__)

DEFAULT_LISTEN = "127.0.0.1:8765"
#: A waiting Python thread takes the lock for itself after this long (default 5 ms): two busy threads,
#: writer and event loop, hand over at every row SQLite writes.
_SWITCH_INTERVAL_S = 0.0005
#: What becomes of every payout, for rehearsals and tests: the bank pays, returns, or says nothing for long.
_FATES: dict[str, dict[str, Any]] = {
    "paid": {"returned": 0.0},
    "returned": {"returned": 1.0},
    "silent": {"delay_s": (600.0, 600.0)},
}
_LONGEST_HOLD_S = 366 * 86_400
#: A group of gifts makes thousands of objects that live until their commit: collecting every 700 of them (the
#: default) costs an eighth of the gifts a second.
_GC_THRESHOLDS = (50_000, 20, 100)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options. The hidden ones are for rehearsals on this machine."""
    parser.add_argument(
        "--listen",
        default=DEFAULT_LISTEN,
        metavar="HOST:PORT",
        help="where to listen; port 0 takes a free one",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the database")
    parser.add_argument("--database", default="", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain (PEM)")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key (PEM)")
    parser.add_argument(
        "--stop-with-stdin",
        action="store_true",
        help="stop when standard input closes (for a parent program)",
    )
    parser.add_argument("--verbose", action="store_true", help="log more")
    parser.add_argument("--no-rate-limits", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--light-passwords", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--quick-payouts", nargs="?", const="any", choices=("any", *_FATES), help=argparse.SUPPRESS
    )
    parser.add_argument(
        "--fresh-sign-in",
        type=float,
        default=900.0,
        metavar="SECONDS",
        help="how long after a sign-in hosts may cash out without their password",
    )
    parser.add_argument(
        "--hold", type=float, default=0.0, metavar="SECONDS", help="how long diamonds of gifts are pending"
    )
    money_command.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Runs until stopped; 0 then, 2 when it could not start. With a word about money: does that."""
    if args.word is not None:
        return money_command.run(args)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if args.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # The libraries log every connection, SQL and frames: what strangers write must not get into a log.
    for name in ("studio.backend.websockets", "sqlalchemy", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    tune_process()
    try:
        asyncio.run(_serve(settings_of(args), stop_with_stdin=args.stop_with_stdin))
    except BackendError as error:
        print(f"host-studio backend: {error}", file=sys.stderr)
        return 2
    return 0


def tune_process() -> None:
    """Sets the interpreter up for a process that is nothing but a backend."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def settings_of(args: argparse.Namespace) -> BackendSettings:
    """The options as settings. `BackendError` when --listen is not HOST:PORT."""
    host, port = parse_listen(args.listen)
    if args.data is None:
        raise BackendError("say where the database is, or shall be, with --data DIR")
    if not 0 <= args.hold <= _LONGEST_HOLD_S:
        raise BackendError(f"--hold takes 0 to {_LONGEST_HOLD_S:,} seconds")
    settings = BackendSettings(
        data_dir=args.data,
        host=host,
        port=port,
        tls_cert=args.tls_cert,
        tls_key=args.tls_key,
        database_url=args.database,
        hold_s=args.hold,
        fresh_sign_in_s=args.fresh_sign_in,
    )
    if args.quick_payouts:
        bank = replace(BankHabits.quick(), **_FATES.get(args.quick_payouts, {}))
        settings = replace(settings, bank=bank, books_every_s=0.05, payout_ask_s=0.5)
    if args.no_rate_limits:
        settings = replace(settings, rate_limits=RateLimits.off())
    if args.light_passwords:
        settings = replace(settings, password_cost=PasswordCost.light())
    return settings


def parse_listen(listen: str) -> tuple[str, int]:
    """``127.0.0.1:8765`` or ``[::1]:0`` as host and port."""
    host, colon, port = listen.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65_535:
        raise BackendError(f"--listen takes HOST:PORT, like {DEFAULT_LISTEN}; not {listen!r}")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


async def _serve(settings: BackendSettings, *, stop_with_stdin: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    _stop_on_signals(loop, stop)
    if stop_with_stdin:
        threading.Thread(target=_stop_at_end_of_input, args=(loop, stop), name="stdin", daemon=True).start()
    backend = Backend(settings)
    await backend.start()
    ready = {"ready": True, "url": backend.url, "web": backend.web_url, "pid": os.getpid()}
    print(json.dumps(ready), flush=True)
    try:
        await stop.wait()
    finally:
        await backend.stop()


def _stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    def tell(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, tell)


def _stop_at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Thread: the parent holds the other end; when it closes or dies, so do we. On every system alike."""
    if sys.stdin is not None:
        # Not through sys.stdin's buffer: a thread that waits in it aborts the interpreter when it shuts down.
        while os.read(sys.stdin.fileno(), 4_096):
            pass
    else:
        log.warning("--stop-with-stdin without a standard input: stopping at once")
    loop.call_soon_threadsafe(stop.set)
