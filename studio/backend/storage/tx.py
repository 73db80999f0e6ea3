"""One transaction of the writer: what jobs read, and the rows they add, written in bulk at its end.

Writer thread only. A job reads and refuses first and writes last: nothing is undone for a single job, so a
refusal after the first write is a bug, and the writer then repeats the batch job by job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Result, delete, select

from studio.backend.errors import Rejected
from studio.backend.storage import schema
from studio.backend.storage.bulk import INSERTS, UPDATE_FAN, UPDATE_ROOM, UPDATE_STREAK, UPDATE_SUMS
from studio.backend.storage.moderated import last_no, load_moderation, load_rules
from studio.backend.storage.state import FanRow, LedgerAccount, RoomState, RunningStreak, load_room
from studio.model.matching import Spotter
from studio.model.moderation import Permission
from studio.model.money import Rates
from studio.model.room import Room, Supporter
from studio.model.rules import Rules
from studio.protocol.codes import ErrorCode
from studio.protocol.events import EVENT_TYPES, Event
from studio.protocol.frames import Notice

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode
#: Ledger accounts kept in memory; beyond it all are forgotten and read again when needed.
_ACCOUNTS_KEPT = 50_000
#: Of a host, in the order of `Purse`.
DIAMOND_ACCOUNTS = ("pending", "available", "reserved")
_TABLES = tuple(schema.metadata.sorted_tables)


def _column_order(table: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    """Turns a row with names into a tuple in the schema's order.

    What is left out takes the column's default.
    """
    columns = schema.metadata.tables[table].c
    defaults = {
        column.name: (int(text) if text.lstrip("-").isdigit() else text)
        for column in columns
        if column.server_default is not None
        for text in [str(column.server_default.arg)]  # type: ignore[attr-defined]
    }
    names = [column.name for column in columns]
    return lambda row: tuple(row[name] if name in row else defaults[name] for name in names)


_IN_ORDER = {table.name: _column_order(table.name) for table in _TABLES}
_KINDS = {kind: str(kind.__struct_config__.tag) for kind in EVENT_TYPES}


class StoredEvent(msgspec.Struct, frozen=True):
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
    blocked: frozenset[str] = frozenset()
    moderators: Mapping[str, frozenset[Permission]] = field(default_factory=dict)


class Purse(msgspec.Struct, frozen=True, gc=False):
    """What somebody has. ``available`` may be below zero, by a chargeback."""

    coins: int = 0
    pending: int = 0
    available: int = 0
    reserved: int = 0

    @property
    def diamonds(self) -> int:
        """What a host is told to have: all but what is in a payout."""
        return self.pending + self.available


@dataclass(slots=True)
class Committed:
    """What a transaction made true, for the event loop to tell everyone.

    Events are in order of seq per room.
    """

    events: list[StoredEvent] = field(default_factory=list)
    rooms: dict[str, RoomSnapshot] = field(default_factory=dict)
    money: dict[str, Purse] = field(default_factory=dict)  # by account
    rates: Rates | None = None  # when they were changed
    notices: list[tuple[str, Notice]] = field(default_factory=list)
    turned_out: list[tuple[str, str]] = field(default_factory=list)  # room, account


class Memory:
    """What outlives one transaction: open rooms and ledger accounts.

    Thrown away whole when a commit fails.
    """

    def __init__(self, rates: Rates, lists: Mapping[str, tuple[str, ...]]) -> None:
        self.rates = rates
        self.lists = lists  # word lists, by language
        self.entries: dict[str, int] = {}  # host -> number of the newest moderation entry
        self.rooms: dict[str, RoomState] = {}
        self.accounts: dict[tuple[str, str, str], LedgerAccount] = {}
        self.owners: set[str] = set()  # whose accounts were all read
        self.earners: set[str] = set()  # of those, who has an account in diamonds
        #: No transfer is booked before this: days that ended are closed, wherever the clock is set.
        self.closed_ms = 0

    def clear(self) -> None:
        self.rooms.clear()
        self.accounts.clear()
        self.owners.clear()
        self.earners.clear()
        self.entries.clear()

    def trim(self) -> None:
        """After a commit: forgets ended rooms, and all accounts when they have become many."""
        for room_id in [key for key, room in self.rooms.items() if room.ended_ms]:
            del self.rooms[room_id]
        if len(self.entries) > _ACCOUNTS_KEPT:
            self.entries.clear()
        if len(self.accounts) > _ACCOUNTS_KEPT:
            self.accounts.clear()
            self.owners.clear()
            self.earners.clear()


class Tx:
    """The open transaction. ``now_ms``: its time, Unix milliseconds, the same for all its rows."""

    def __init__(self, connection: Connection, memory: Memory, now_ms: int) -> None:
        self.now_ms = now_ms
        self.money_ms = max(now_ms, memory.closed_ms)
        self.rates = memory.rates
        self.committed = Committed()
        self.written = 0
        self._connection = connection
        self._memory = memory
        self._rows: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in _TABLES}
        self._rooms: dict[str, RoomState] = {}
        self._accounts: dict[str, LedgerAccount] = {}
        self._streaks: dict[str, RunningStreak] = {}
        self._fans: dict[tuple[str, str], FanRow] = {}

    def execute(self, statement: Any) -> Result[Any]:
        """Runs a statement after everything written so far, so that it sees it."""
        self.flush()
        return self._connection.execute(statement)

    def ask(self, question: Callable[[Connection], T]) -> T:
        """Runs a question after everything written so far, so that it sees it."""
        self.flush()
        return question(self._connection)

    def rules(self, host_id: str) -> Rules:
        """The host's rules of now."""
        return self.ask(lambda connection: load_rules(connection, host_id))

    def spotter(self, room: RoomState) -> Spotter:
        """What finds comments that break the rules of the room's host."""
        if room.moderation.spotter is None:
            room.moderation.spotter = Spotter(room.moderation.rules, self._memory.lists)
        return room.moderation.spotter

    def next_entry(self, host_id: str) -> int:
        """The number of the host's next moderation entry."""
        entries = self._memory.entries
        if host_id not in entries:
            entries[host_id] = self.ask(lambda connection: last_no(connection, host_id))
        entries[host_id] += 1
        return entries[host_id]

    def add(self, table: str, row: dict[str, Any]) -> None:
        """One more row of that table; written with the others at the end."""
        self.add_row(table, _IN_ORDER[table](row))

    def add_row(self, table: str, row: tuple[Any, ...]) -> None:
        """The same for a row that is in the schema's order already."""
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
            state.moderation = load_moderation(self._connection, state.host.id, room_id)
            self._memory.rooms[room_id] = state
        if state.ended_ms:
            raise Rejected(ErrorCode.ROOM_CLOSED)
        return state

    def room_at_hand(self, room_id: str) -> RoomState | None:
        """The room, if it is on air and was needed before: nothing is read or refused."""
        room = self._memory.rooms.get(room_id)
        return room if room is not None and not room.ended_ms else None

    def open_room(self, state: RoomState) -> None:
        """A new room."""
        self.add("rooms", state.row())
        state.moderation = load_moderation(self._connection, state.host.id, state.room_id)
        self._memory.rooms[state.room_id] = state
        self.touch(state)

    def touch(self, room: RoomState) -> None:
        """The room's row changes with this transaction."""
        self.written += 1
        self._rooms[room.room_id] = room

    def emit(self, room: RoomState, kind: type[Event], /, **fields: Any) -> int:
        """Stores one event as the room's next; returns its seq.

        It is sent when the transaction is committed.
        """
        seq = room.seq = room.seq + 1
        room.last_ms = max(
            room.last_ms, self.now_ms
        )  # a clock set back must not reorder what is read by time
        event = kind(seq=seq, at_ms=room.last_ms, **fields)
        data = _encode(event)
        self._rows["events"].append((room.room_id, seq, room.last_ms, _KINDS[kind], data.decode()))
        self.touch(room)
        self.committed.events.append(StoredEvent(room.room_id, event, data))
        return seq

    def notify(self, account_id: str, notice: Notice) -> None:
        """News for one account, sent when the transaction is committed."""
        self.committed.notices.append((account_id, notice))

    def turn_out(self, room_id: str, account_id: str) -> None:
        """The account's connections leave the room when the transaction is committed."""
        self.committed.turned_out.append((room_id, account_id))

    def ledger_account(self, owner_id: str, ledger: str, code: str) -> LedgerAccount:
        """The account of that owner in that ledger; one that never was used starts at zero."""
        key = (owner_id, ledger, code)
        known = self._memory.accounts.get(key)
        if known is None:
            if owner_id not in self._memory.owners:
                self._read_accounts(owner_id)
                return self.ledger_account(owner_id, ledger, code)
            known = self._memory.accounts[key] = LedgerAccount(":".join(key), owner_id, ledger, code)
            if ledger == "diamonds":
                self._memory.earners.add(owner_id)
        return known

    def _read_accounts(self, owner_id: str) -> None:
        """All accounts of one owner at once: their ids begin alike."""
        table = schema.ledger_accounts
        alike = table.c.id.between(f"{owner_id}:", f"{owner_id};")
        for row in self._connection.execute(select(table).where(alike)):
            key = (row.owner_id, row.ledger, row.code)
            if row.ledger == "diamonds":
                self._memory.earners.add(owner_id)
            self._memory.accounts.setdefault(
                key, LedgerAccount(row.id, *key, debits=row.debits, credits=row.credits, stored=True)
            )
        self._memory.owners.add(owner_id)

    def change_rates(self, rates: Rates) -> None:
        """From the next row on these are the rates; a commit that fails leaves the old ones."""
        self.rates = rates
        self.committed.rates = rates

    def close_days(self, until_ms: int) -> None:
        """No transfer is booked before that any more."""
        self._memory.closed_ms = max(self._memory.closed_ms, until_ms)
        self.money_ms = max(self.money_ms, until_ms)

    def touch_account(self, account: LedgerAccount) -> None:
        self.written += 1
        self._accounts[account.id] = account

    def touch_streak(self, running: RunningStreak) -> None:
        self._streaks[running.streak.streak_id] = running

    def touch_fan(self, fan: FanRow) -> None:
        """The fan's points change with this transaction."""
        self.written += 1
        self._fans[fan.host_id, fan.person.id] = fan

    def forget_requests(self, *, before_ms: int) -> None:
        """Drops stored answers older than that."""
        self.execute(delete(schema.requests).where(schema.requests.c.at_ms < before_ms))

    def flush(self) -> None:
        """Writes what waits, in bulk: parents before children."""
        if self._accounts:
            self._gather_accounts()
        if self._streaks:
            self._gather_streaks()
        for table, rows in self._rows.items():
            if rows:
                INSERTS[table].run(self._connection, rows)
                self._rows[table] = []
        if self._fans:
            rows = [(fan.points, *key) for key, fan in self._fans.items()]
            UPDATE_FAN.run(self._connection, rows)
            self._fans = {}
        if self._rooms:
            UPDATE_ROOM.run(self._connection, [room.changed() for room in self._rooms.values()])
            for room in self._rooms.values():
                self.committed.rooms[room.room_id] = RoomSnapshot(
                    room.room(),
                    room.seq,
                    room.supporters(),
                    room.moderation.blocked,
                    room.moderation.moderators,
                )
            self._rooms = {}

    def _gather_accounts(self) -> None:
        """New ledger accounts become rows, known ones one UPDATE each with their final sums."""
        updates: list[tuple[Any, ...]] = []
        owners: set[str] = set()
        for one in self._accounts.values():
            owners.add(one.owner_id)
            if one.stored:
                updates.append((one.debits, one.credits, one.id))
            else:
                one.stored = True
                self._rows["ledger_accounts"].append(
                    (one.id, one.owner_id, one.ledger, one.code, one.debits, one.credits)
                )
        self._accounts = {}
        if updates:
            UPDATE_SUMS.run(self._connection, updates)
        for owner_id in owners - {"platform"}:
            coins = self.ledger_account(owner_id, "coins", "wallet").balance
            if owner_id in self._memory.earners:
                diamonds = (self.ledger_account(owner_id, "diamonds", code) for code in DIAMOND_ACCOUNTS)
                self.committed.money[owner_id] = Purse(coins, *(one.balance for one in diamonds))
            else:
                self.committed.money[owner_id] = Purse(coins)

    def _gather_streaks(self) -> None:
        updates: list[tuple[Any, ...]] = []
        for running in self._streaks.values():
            streak = running.streak
            ended = int(streak.ended)
            if running.stored:
                updates.append((streak.count, running.transfer_id, streak.last_ms, ended, streak.streak_id))
                continue
            running.stored = True
            self._rows["streaks"].append(
                (
                    streak.streak_id,
                    streak.streak_id.rpartition(".")[0],
                    streak.person_id,
                    streak.gift_id,
                    running.gift_name,
                    streak.coins_each,
                    streak.count,
                    running.transfer_id,
                    streak.last_ms,
                    ended,
                )
            )
        if updates:
            UPDATE_STREAK.run(self._connection, updates)
        self._streaks = {}
