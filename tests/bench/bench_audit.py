"""How long audit and panel take over a million gifts: `python -m tests.bench.bench_audit [GIFTS]`.

`main() -> dict`; run as a script it prints JSON as the last line. The books are made by the ledger's own code
in large groups (gifts of 50 people in 20 LIVEs of 4 hosts, holds that end, refunds, payouts), then audited as
`host-studio backend audit` does: a process of its own. ``panel_ms``: what the earnings panel asks for when it
is opened, each answered by the backend's own readers on a fresh connection, the slowest of five.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from studio.backend.command import tune_process
from studio.backend.gifts import give
from studio.backend.money import holds, ledger, payouts, refunds
from studio.backend.money.derivation import derive
from studio.backend.money.desk import _payouts_page
from studio.backend.money.provider import Callback, Word
from studio.backend.money.sending import _take
from studio.backend.storage.database import migrate, open_engine
from studio.backend.storage.reader import purse_of
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.backend.storage.writer import Writer
from studio.model.gift import Gift
from studio.model.money import CoinPack, Rates
from studio.model.room import Person
from studio.protocol.events import RoomOpened
from studio.protocol.money import AVAILABLE, LIVE, PENDING, RESERVED, GetDerivation

GIFTS = 1_000_000
#: What the brief of the ledger allows for a million gifts, seconds.
ALLOWED_S = 60.0
ALLOWED_PANEL_MS = 200.0
_A_JOB = 2_000
_ROSE = Gift(id=1, name="Rose", coins=1, streakable=True)
_HOSTS = [Person(id=f"host{number}", handle=f"host{number}") for number in range(4)]
_PEOPLE = [Person(id=f"viewer{number:04d}", handle=f"viewer{number}") for number in range(50)]
_ROOMS = 20
_PACK = CoinPack(pack_id="some", coins=100_000, price_micro_dollars=999_990_000)
_RATES = Rates(share_ppm=100_000, diamonds_per_coin=10, payout_max_micro_dollars_per_day=2**50)


def _prepare(tx: Tx) -> None:
    for one in (*_HOSTS, *_PEOPLE):
        row = {"id": one.id, "handle": one.handle, "handle_key": one.handle, "name": "", "password_hash": "-"}
        role = "host" if one in _HOSTS else "viewer"
        tx.add("accounts", {**row, "role": role, "created_ms": tx.now_ms})
    for one in _PEOPLE:
        for number in range(5):
            ledger.buy(tx, ledger.Happening(f"buy{number}.{one.id}", one.id, _PACK.pack_id), _PACK)


def _open_room(host: Person, room_id: str, tx: Tx) -> None:
    room = RoomState(room_id, host, "Bench", "", tx.now_ms)
    tx.open_room(room)
    tx.emit(room, RoomOpened, room=room.room())


def _give_some(room_id: str, first: int, count: int, tx: Tx) -> None:
    room = tx.live_room(room_id)
    for number in range(first, first + count):
        give(tx, room, _PEOPLE[number % len(_PEOPLE)], _ROSE, 1, f"g{number}", 4_000)


def _pay_out(host: str, number: int, word: str, tx: Tx) -> None:
    payout_id = payouts.payout_id_of(host, str(number))
    payout = payouts.request(tx, host, payout_id, diamonds=2_000, micro_dollars=0, hold_s=0)
    tx.flush()
    said = Callback(
        callback_id=f"{payout_id}.{word}",
        payout_id=payout_id,
        word=Word(word),
        micro_dollars=payout.micro_dollars,
    )
    _take(said, tx)


async def _make(folder: Path, gifts: int) -> None:
    engine = open_engine(folder)
    migrate(engine)
    writer = Writer(engine, _RATES, lambda _committed: None, queue=1_000, batch=1)
    writer.start()
    await writer.submit(_prepare)
    each = gifts // _ROOMS
    for number in range(_ROOMS):
        host, room_id = _HOSTS[number % len(_HOSTS)], f"room{number}"
        # One LIVE a host at a time; these ones are made as if each had its own.
        await writer.submit(partial(_end_others, host.id))
        await writer.submit(partial(_open_room, host, room_id))
        for done in range(0, each, _A_JOB):
            first = number * each + done
            await writer.submit(partial(_give_some, room_id, first, min(_A_JOB, each - done)))
            await writer.submit(partial(holds.release_due, host_id=host.id, hold_s=0))
            word = "returned" if done % 3 == 0 else "paid"
            await writer.submit(partial(_pay_out, host.id, first, word))
    for one in _PEOPLE[:10]:
        link = f"buy0.{one.id}.{ledger.PURCHASE_COINS}"
        await writer.submit(partial(refunds.refund, transfer_id=link, reason="Bench."))
    await writer.stop()
    engine.dispose()


def _panel(folder: Path) -> dict[str, float]:
    """Milliseconds for each question of the panel."""
    engine = open_engine(folder)
    host = _HOSTS[0].id
    asked: dict[str, Callable[[Connection], object]] = {
        "balance": lambda connection: purse_of(connection, host),
        "payouts": lambda connection: _payouts_page(connection, host, 0),
        **{
            f"derivation of {of or 'payout'}": partial(_derive, host, of)
            for of in (AVAILABLE, PENDING, RESERVED, LIVE, "")
        },
    }
    found = {}
    for name, question in asked.items():
        slowest = 0.0
        for _ in range(5):
            with engine.connect() as connection:
                begun = time.perf_counter()
                question(connection)
                slowest = max(slowest, time.perf_counter() - begun)
        found[name] = round(slowest * 1_000, 1)
    engine.dispose()
    return found


def _derive(host: str, of: str, connection: Connection) -> object:
    of = of or _payouts_page(connection, host, 0).payouts[0].payout_id
    return derive(connection, host, GetDerivation(of=of, room_id="room0"), _RATES.micro_dollars_per_diamond)


def _end_others(host_id: str, tx: Tx) -> None:
    for room in list(tx._memory.rooms.values()):
        if room.host.id == host_id:
            room.ended_ms = tx.now_ms
            tx.touch(room)


def main(gifts: int = GIFTS) -> dict[str, Any]:
    """Seconds of the whole command, of the audit in it, and what it said."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        begun = time.perf_counter()
        asyncio.run(_make(Path(folder), gifts))
        made = time.perf_counter() - begun
        panel = _panel(Path(folder))
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "studio", "backend", "audit", "--data-dir", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        took = time.perf_counter() - begun
        size = sum(one.stat().st_size for one in Path(folder).iterdir())
    said = json.loads(done.stdout) if done.stdout else {"error": done.stderr}
    return {
        "audit": {
            "command_s": round(took, 2),
            "allowed_s": ALLOWED_S,
            "made_s": round(made, 1),
            "megabytes": round(size / 1e6),
            **said,
        },
        "panel_ms": {**panel, "allowed": ALLOWED_PANEL_MS},
    }


if __name__ == "__main__":
    tune_process()
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else GIFTS)))
