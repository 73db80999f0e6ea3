"""Gifts a second through the ledger, beside bare SQLite doing the same row inserts and syncs in the same
groups.

`main() -> dict`; run as a script it prints JSON as the last line. Both sides write the same schema
(constraints, triggers and indexes included) with the same pragmas into the same folder. The ledger's side
is the whole job: looking up the request id, balances, streak, event, totals, stored answer. Bare SQLite
only inserts and updates ready-made rows.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from studio.backend.command import tune_process
from studio.backend.gifts import give
from studio.backend.money import ledger
from studio.backend.storage import schema
from studio.backend.storage.database import DATABASE_NAME, migrate, open_engine
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Committed, StoredEvent, Tx
from studio.backend.storage.writer import Reply, RequestKey, Writer
from studio.model.gift import Gift
from studio.model.money import CoinPack, Rates
from studio.model.room import Person
from studio.protocol.codec import new_id
from studio.protocol.command import Result
from studio.protocol.events import RoomOpened

GROUPS = (1, 16, 64, 256)
SECONDS = 0.5
ROUNDS = 4
SENDERS = 50
ROSE = Gift(id=1, name="Rose", coins=1, streakable=True)
HOST = Person(id="host", handle="host")
PEOPLE = [Person(id=f"viewer{number:04d}", handle=f"viewer{number}") for number in range(SENDERS)]


def _prepare(tx: Tx) -> None:
    for person in (HOST, *PEOPLE):
        role = "host" if person is HOST else "viewer"
        account = {
            "id": person.id,
            "handle": person.handle,
            "handle_key": person.handle,
            "name": "",
            "role": role,
        }
        tx.add("accounts", {**account, "password_hash": "-", "created_ms": tx.now_ms})
    pack = CoinPack(pack_id="all", coins=1_000_000_000, price_micro_dollars=1)
    for person in PEOPLE:
        ledger.buy(tx, ledger.Happening(new_id(), person.id, "all"), pack)
    room = RoomState("room", HOST, "Bench", "", tx.now_ms)
    tx.open_room(room)
    tx.emit(room, RoomOpened, room=room.room())


async def _through_the_ledger(folder: Path, group: int, seconds: float) -> tuple[int, int, float]:
    """Gifts, commits, and seconds.

    Two groups are under way at once: one is written while the next one gathers.
    """
    engine = open_engine(folder)
    migrate(engine)
    delivered: list[StoredEvent] = []

    def deliver(committed: Committed) -> None:
        delivered[:] = committed.events

    writer = Writer(engine, Rates(), deliver, queue=10_000, batch=group)
    writer.start()
    await writer.submit(_prepare)
    before = writer.counters.commits
    given = 0

    def submit() -> asyncio.Future[Reply]:
        nonlocal given
        person, request_id = PEOPLE[given % SENDERS], new_id()
        given += 1
        link_id = f"{request_id}.{person.id}"

        def work(tx: Tx) -> Result:
            return give(tx, tx.live_room("room"), person, ROSE, 1, link_id, 4_000)

        return writer.submit(work, RequestKey(person.id, request_id, b"0123456789abcdef"))

    under_way = [[submit() for _ in range(group)]]
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        under_way.append([submit() for _ in range(group)])
        for future in under_way.pop(0):
            await future
    for future in under_way.pop():
        await future
    took = time.perf_counter() - begun
    commits = writer.counters.commits - before
    await writer.stop()
    engine.dispose()
    return given, commits, took


def _bare(source: Path, folder: Path, group: int) -> tuple[int, int, float]:
    """The rows the ledger wrote, inserted again by plain sqlite3 in the same groups, each group one synced
    commit.
    """
    engine = open_engine(folder)
    migrate(engine)
    engine.dispose()
    connection = sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -16000"):
        connection.execute(f"PRAGMA {pragma}")
    rows = _rows(source)
    begin = rows.pop("begin")
    for table in ("accounts", "rooms", "ledger_accounts", "streaks"):
        connection.executemany(_insert(table), begin[table])
    gifts = len(rows["events"])
    begun = time.perf_counter()
    for start in range(0, gifts, group):
        _write_group(connection, rows, begin, slice(start, start + group))
    took = time.perf_counter() - begun
    connection.close()
    return gifts, -(-gifts // group), took


def _write_group(
    connection: sqlite3.Connection, rows: dict[str, Any], begin: dict[str, Any], part: slice
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_insert("transfers"), rows["transfers"][part.start * 2 : part.stop * 2])
    connection.executemany(_insert("events"), rows["events"][part])
    connection.executemany(_insert("requests"), rows["requests"][part])
    touched = {row[0] for row in rows["requests"][part]}
    accounts = [f"{one}:coins:wallet" for one in touched]
    accounts += ["platform:coins:redeemed", "platform:diamonds:issued", "host:diamonds:pending"]
    connection.executemany(
        "UPDATE ledger_accounts SET debits = ?, credits = ? WHERE id = ?",
        [(begin["sums"][account][0], begin["sums"][account][1], account) for account in accounts],
    )
    connection.executemany(
        "UPDATE streaks SET count = ?, last_ms = ?, transfer_id = ?, ended = ? WHERE id = ?",
        [(7, 7, "x", 0, begin["streak_of"][one]) for one in touched],
    )
    connection.execute(
        "UPDATE rooms SET last_seq = ?, totals = ? WHERE id = 'room'", (part.stop, begin["rooms"][0][-1])
    )
    connection.execute("COMMIT")


def _insert(table: str) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(schema.metadata.tables[table].c))})"


def _rows(source: Path) -> dict[str, Any]:
    """What the ledger has written, table by table, to be written again."""
    connection = sqlite3.connect(source / DATABASE_NAME)

    def every(query: str) -> list[Any]:
        return connection.execute(query).fetchall()

    begin: dict[str, Any] = {
        table: every(f"SELECT * FROM {table}")
        for table in ("accounts", "rooms", "ledger_accounts", "streaks")
    }
    begin["sums"] = {row[0]: (row[4], row[5]) for row in begin["ledger_accounts"]}
    begin["streak_of"] = {row[2]: row[0] for row in begin["streaks"]}
    rows = {
        "begin": begin,
        "transfers": every("SELECT t.* FROM transfers t WHERE room_id = 'room' ORDER BY event_seq, code"),
        "events": every("SELECT * FROM events WHERE kind = 'gift' ORDER BY seq"),
        "requests": every("SELECT * FROM requests ORDER BY at_ms, request_id"),
    }
    connection.close()
    return rows


def _round(group: int, seconds: float) -> tuple[tuple[int, int, float], tuple[int, int, float]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ours, theirs = Path(folder, "ledger"), Path(folder, "bare")
        ours.mkdir()
        theirs.mkdir()
        return asyncio.run(_through_the_ledger(ours, group, seconds)), _bare(ours, theirs, group)


def main(seconds: float = SECONDS, rounds: int = ROUNDS) -> dict[str, Any]:
    """For each group size: gifts a second through the ledger and bare, their ratio, gifts a commit of each.

    Both take turns in short rounds and the fastest round of each counts: a disturbance of the machine hits
    one side.
    """
    results: dict[str, Any] = {}
    for group in GROUPS:
        pairs = [_round(group, seconds) for _ in range(rounds)]
        ours, bare = (max((one[side] for one in pairs), key=lambda run: run[0] / run[2]) for side in (0, 1))
        results[f"group_{group}"] = {
            "gifts_per_second": round(ours[0] / ours[2]),
            "bare_sqlite_per_second": round(bare[0] / bare[2]),
            "ratio": round(ours[0] / ours[2] / (bare[0] / bare[2]), 3),
            "gifts_per_commit": round(ours[0] / ours[1], 1),
            "bare_gifts_per_commit": round(bare[0] / bare[1], 1),
        }
    return {"ledger": results}


if __name__ == "__main__":
    tune_process()  # as `host-studio backend` does
    print(json.dumps(main()))
