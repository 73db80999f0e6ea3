"""One transaction of the writer: what jobs read, and the rows they add, written in bulk at its end.

Writer thread only. A job reads and refuses first and writes last: nothing is undone for a single job, so a refusal
after the first write is a bug, and the writer then repeats the batch job by job.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Result, bindparam, delete, select, update

from studio.backend.errors import Rejected
from studio.backend.storage import schema
from studio.backend.storage.state import LedgerAccount, RoomState, RunningStreak, load_room
from studio.model.money import Rates
from studio.model.room import Room, Supporter
from studio.protocol.codes import ErrorCode
from studio.protocol.events import Event
from studio.protocol.frames import Notice

_encode = msgspec.json.Encoder().encode
#: Ledger accounts kept in memory; beyond it the longest unused are read again when needed.
_ACCOUNTS_KEPT = 50_000
_TABLES = tuple(schema.metadata.sorted_tables)

_room_update = (
    update(schema.rooms)
    .where(schema.rooms.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(f"b_{name}")
            for name in (
                "ended_ms", "end_reason", "last_seq", "goal_title", "goal_target", "goal_base", "pinned", "totals",
            )
        }
    )
)  # fmt: skip
_balance_update = (
    update(schema.ledger_accounts)
    .where(schema.ledger_accounts.c.id == bindparam("b_id"))
    .values(debits=bindparam("b_debits"), credits=bindparam("b_credits"))
)
_streak_update = (
    update(schema.streaks)
    .where(schema.streaks.c.id == bindparam("b_id"))
    .values(
        count=bindparam("b_count"),
        last_ms=bindparam("b_last_ms"),
        transfer_id=bindparam("b_transfer_id"),
        ended=bindparam("b_ended"),
    )
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that is in the database, with the JSON every viewer gets."""

    room_id: str
    event: Event
    data: bytes


@dataclass(frozen=True, slots=True)
class RoomSnapshot:
    """A room as of ``seq``."""

    room: Room
    seq: int
    supporters: tuple[Supporter, ...]


@dataclass(slots=True)
class Committed:
    """What a transaction made true, for the event loop to tell everyone. Events are in order of seq per room."""

    events: list[StoredEvent] = field(default_factory=list)
    rooms: dict[str, RoomSnapshot] = field(default_factory=dict)
    money: dict[str, tuple[int, int]] = field(default_factory=dict)  # account -> coins, diamonds
    notices: list[tuple[str, Notice]] = field(default_factory=list)


class Memory:
    """What outlives one transaction: open rooms and ledger accounts. Thrown away whole when a commit fails."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self.rooms: dict[str, RoomState] = {}
        self.accounts: OrderedDict[str, LedgerAccount] = OrderedDict()

    def clear(self) -> None:
        self.rooms.clear()
        self.accounts.clear()

    def trim(self) -> None:
        """After a commit: forgets ended rooms and the longest unused accounts."""
        for room_id in [key for key, room in self.rooms.items() if room.ended_ms]:
            del self.rooms[room_id]
        while len(self.accounts) > _ACCOUNTS_KEPT:
            self.accounts.popitem(last=False)


class Tx:
    """The open transaction. ``now_ms``: its time, Unix milliseconds, the same for all its rows."""

    def __init__(self, connection: Connection, memory: Memory, now_ms: int) -> None:
        self.now_ms = now_ms
        self.rates = memory.rates
        self.committed = Committed()
        self.written = 0
        self._connection = connection
        self._memory = memory
        self._rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in _TABLES}
        self._rooms: dict[str, RoomState] = {}
        self._accounts: dict[str, LedgerAccount] = {}
        self._streaks: dict[str, RunningStreak] = {}

    def execute(self, statement: Any) -> Result[Any]:
        """Runs a statement after everything written so far, so that it sees it."""
        self.flush()
        return self._connection.execute(statement)

    def add(self, table: str, row: dict[str, Any]) -> None:
        """One more row of that table; written with the others at the end."""
        self.written += 1
        self._rows[table].append(row)

    def live_room(self, room_id: str) -> RoomState:
        """The room, on air. `Rejected` NO_SUCH_ROOM, ROOM_CLOSED."""
        state = self._memory.rooms.get(room_id)
        if state is None:
            rooms = schema.rooms
            ended = self._connection.execute(select(rooms.c.ended_ms).where(rooms.c.id == room_id)).scalar()
            if ended is None:
                raise Rejected(ErrorCode.NO_SUCH_ROOM)
            if ended:
                raise Rejected(ErrorCode.ROOM_CLOSED)
            state = load_room(self._connection, room_id)
            assert state is not None
            self._memory.rooms[room_id] = state
        if state.ended_ms:
            raise Rejected(ErrorCode.ROOM_CLOSED)
        return state

    def open_room(self, state: RoomState) -> None:
        """A new room, from now on in memory."""
        self._memory.rooms[state.room_id] = state
        self.touch(state)

    def touch(self, room: RoomState) -> None:
        """The room's row changes with this transaction."""
        self.written += 1
        self._rooms[room.room_id] = room

    def emit(self, room: RoomState, kind: type[Event], /, **fields: Any) -> int:
        """Stores one event as the room's next; returns its seq. It is sent when the transaction is committed."""
        seq = room.seq = room.seq + 1
        room.last_ms = max(
            room.last_ms, self.now_ms
        )  # a clock set back must not reorder what is read by time
        event = kind(seq=seq, at_ms=room.last_ms, **fields)
        data = _encode(event)
        self._rows["events"].append(
            {
                "room_id": room.room_id,
                "seq": seq,
                "at_ms": room.last_ms,
                "kind": str(kind.__struct_config__.tag),
                "body": data.decode(),
            }
        )
        self.touch(room)
        self.committed.events.append(StoredEvent(room.room_id, event, data))
        return seq

    def notify(self, account_id: str, notice: Notice) -> None:
        """News for one account, sent when the transaction is committed."""
        self.committed.notices.append((account_id, notice))

    def ledger_account(self, owner_id: str, ledger: str, code: str) -> LedgerAccount:
        """The account of that owner in that ledger; one that never was used starts at zero."""
        key = f"{owner_id}:{ledger}:{code}"
        accounts = self._memory.accounts
        known = accounts.get(key)
        if known is None:
            table = schema.ledger_accounts
            row = self._connection.execute(
                select(table.c.debits, table.c.credits).where(table.c.id == key)
            ).one_or_none()
            known = LedgerAccount(key, owner_id, ledger, code)
            if row is not None:
                known.debits, known.credits, known.stored = row.debits, row.credits, True
            accounts[key] = known
        else:
            accounts.move_to_end(key)
        return known

    def touch_account(self, account: LedgerAccount) -> None:
        self.written += 1
        self._accounts[account.id] = account

    def touch_streak(self, running: RunningStreak) -> None:
        self._streaks[running.streak.streak_id] = running

    def forget_requests(self, *, before_ms: int) -> None:
        """Drops stored answers older than that."""
        self.execute(delete(schema.requests).where(schema.requests.c.at_ms < before_ms))

    def flush(self) -> None:
        """Writes what waits, in bulk: parents before children."""
        self._gather_accounts()
        self._gather_streaks()
        for table in _TABLES:
            rows = self._rows[table.name]
            if rows:
                self._connection.execute(table.insert(), rows)
                self._rows[table.name] = []
        if self._rooms:
            self._connection.execute(_room_update, [room.row() for room in self._rooms.values()])
            for room in self._rooms.values():
                self.committed.rooms[room.room_id] = RoomSnapshot(room.room(), room.seq, room.supporters())
            self._rooms = {}

    def _gather_accounts(self) -> None:
        """New ledger accounts become rows, known ones one UPDATE each with their final sums."""
        updates = []
        for account in self._accounts.values():
            if account.stored:
                updates.append({"b_id": account.id, "b_debits": account.debits, "b_credits": account.credits})
                continue
            account.stored = True
            self._rows["ledger_accounts"].append(
                {
                    "id": account.id,
                    "owner_id": account.owner_id,
                    "ledger": account.ledger,
                    "code": account.code,
                    "debits": account.debits,
                    "credits": account.credits,
                }
            )
        if updates:
            self._connection.execute(_balance_update, updates)
        self._tell_balances()
        self._accounts = {}

    def _tell_balances(self) -> None:
        for owner_id in {account.owner_id for account in self._accounts.values()} - {"platform"}:
            coins = self.ledger_account(owner_id, "coins", "wallet").balance
            diamonds = self.ledger_account(owner_id, "diamonds", "earned").balance
            self.committed.money[owner_id] = (coins, diamonds)

    def _gather_streaks(self) -> None:
        updates = []
        for running in self._streaks.values():
            streak = running.streak
            if running.stored:
                updates.append(
                    {
                        "b_id": streak.streak_id,
                        "b_count": streak.count,
                        "b_last_ms": streak.last_ms,
                        "b_transfer_id": running.transfer_id,
                        "b_ended": int(streak.ended),
                    }
                )
                continue
            running.stored = True
            self._rows["streaks"].append(
                {
                    "id": streak.streak_id,
                    "room_id": streak.streak_id.rpartition(".")[0],
                    "account_id": streak.person_id,
                    "gift_id": streak.gift_id,
                    "gift_name": running.gift_name,
                    "coins_each": streak.coins_each,
                    "count": streak.count,
                    "transfer_id": running.transfer_id,
                    "last_ms": streak.last_ms,
                    "ended": int(streak.ended),
                }
            )
        if updates:
            self._connection.execute(_streak_update, updates)
        self._streaks = {}
