"""Questions to the database that need not wait for the writer: accounts, tokens, old events.

Runs on a small executor with read-only connections (WAL readers never block the writer); the async methods
are for the event-loop thread. What they return is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, Select, func, select

from studio.backend.storage import schema
from studio.backend.storage.fans import load_fan, load_levels
from studio.backend.storage.moderated import granted, load_blocked, load_moderators
from studio.backend.storage.part_takers import choices_of
from studio.backend.storage.state import item_id, load_question_states, load_question_votes, load_room
from studio.backend.storage.tx import DIAMOND_ACCOUNTS, Purse, RoomSnapshot
from studio.model.activities import Activities
from studio.model.fan_club import Fan
from studio.model.question import Question, QuestionState
from studio.model.room import Person
from studio.protocol.activities import Mine
from studio.protocol.events import QuestionAsked

T = TypeVar("T")
_READERS = 2
#: Votes of one person told at once; the newest questions matter.
_VOTES_TOLD = 500
_asked_decoder = msgspec.json.Decoder(QuestionAsked)


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """Who somebody is, without their money."""

    id: str
    handle: str
    name: str
    role: str

    @property
    def person(self) -> Person:
        return Person(id=self.id, handle=self.handle, name=self.name)


def account_of(row: Any) -> AccountRecord:
    return AccountRecord(row.id, row.handle, row.name, row.role)


class Reader:
    """Two threads that read. `close` waits for what is under way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(_READERS, thread_name_prefix="backend-reader")

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    async def ask(self, question: Callable[[Connection], T]) -> T:
        """Runs ``question`` in a read transaction on a reading thread."""

        def run() -> T:
            with self._engine.begin() as connection:
                return question(connection)

        return await asyncio.get_running_loop().run_in_executor(self._pool, run)

    async def account_by_token(self, token_hash: bytes, now_ms: int) -> AccountRecord | None:
        """The account a token opens; None when it is unknown, expired or revoked."""
        tokens, accounts = schema.tokens, schema.accounts
        query = (
            select(accounts)
            .join(tokens, tokens.c.account_id == accounts.c.id)
            .where(tokens.c.hash == token_hash, tokens.c.expires_ms > now_ms, tokens.c.revoked_ms == 0)
        )
        row = await self.ask(lambda connection: connection.execute(query).one_or_none())
        return account_of(row) if row is not None else None

    async def account_by_handle(self, handle_key: str) -> tuple[AccountRecord, str] | None:
        """The account of that handle with its password hash."""
        query = select(schema.accounts).where(schema.accounts.c.handle_key == handle_key)
        row = await self.ask(lambda connection: connection.execute(query).one_or_none())
        return (account_of(row), row.password_hash) if row is not None else None

    async def standing(self, account_id: str) -> tuple[int, Purse]:
        """Followers and money of an account."""

        def question(connection: Connection) -> tuple[int, Purse]:
            followers = connection.execute(follower_count_query(account_id)).scalar_one()
            return int(followers), purse_of(connection, account_id)

        return await self.ask(question)

    async def following(self, follower_id: str, host_id: str) -> bool:
        table = schema.follows
        query = select(table.c.at_ms).where(table.c.host_id == host_id, table.c.follower_id == follower_id)
        return await self.ask(lambda connection: connection.execute(query).one_or_none()) is not None

    async def live_rooms(self) -> list[str]:
        """Ids of the rooms that are on air."""
        query = select(schema.rooms.c.id).where(schema.rooms.c.ended_ms == 0)
        return await self.ask(lambda connection: list(connection.execute(query).scalars()))

    async def visitors(self, room_id: str) -> set[str]:
        """Accounts that have been in the room."""
        query = select(schema.visits.c.account_id).where(schema.visits.c.room_id == room_id)
        return await self.ask(lambda connection: set(connection.execute(query).scalars()))

    async def questions(self, room_id: str) -> list[Question]:
        """All questions of a room as they stand, in the order they were asked."""
        events = schema.events
        asked = (
            select(events.c.seq, events.c.body)
            .where(events.c.room_id == room_id, events.c.kind == "question")
            .order_by(events.c.seq)
        )

        def question(connection: Connection) -> list[Question]:
            states = load_question_states(connection, room_id)
            votes = load_question_votes(connection, room_id)
            return [
                question_of(
                    _asked_decoder.decode(row.body),
                    states.get(row.seq, QuestionState.OPEN),
                    votes.get(row.seq, 0),
                )
                for row in connection.execute(asked)
            ]

        return await self.ask(question)

    async def voted(self, room_id: str, account_id: str) -> tuple[str, ...]:
        """Ids of the questions that account has voted for in the room: at most 500, the newest."""
        votes = schema.question_votes
        query = (
            select(votes.c.question_seq)
            .where(votes.c.room_id == room_id, votes.c.account_id == account_id)
            .order_by(votes.c.question_seq.desc())
            .limit(_VOTES_TOLD)
        )
        seqs = await self.ask(lambda connection: list(connection.execute(query).scalars()))
        return tuple(item_id(room_id, seq) for seq in seqs)

    async def fan_levels(self, host_id: str, room_id: str) -> dict[str, int]:
        """By account, the levels of those of the host's fans who have been in that LIVE."""
        return await self.ask(lambda connection: load_levels(connection, host_id, room_id))

    async def mine(self, account_id: str, host_id: str, activities: Activities) -> Mine:
        """What that account has done in what runs, and what it is in the host's fan club."""

        def question(connection: Connection) -> Mine:
            chosen = choices_of(connection, account_id, activities.ids)
            row = load_fan(connection, host_id, account_id)
            fan = Fan(person=row.person, points=row.points, since_ms=row.since_ms) if row else None
            poll, giveaway = activities.poll, activities.giveaway
            return Mine(
                poll_choice=chosen.get(poll.poll_id, -1) if poll is not None else -1,
                giveaway_id=giveaway.giveaway_id if giveaway and giveaway.giveaway_id in chosen else "",
                box_ids=tuple(box.box_id for box in activities.boxes if box.box_id in chosen),
                fan=fan,
            )

        return await self.ask(question)

    async def snapshot(self, room_id: str) -> RoomSnapshot | None:
        """A room from its rows, open or ended: for those that are not in memory."""

        def question(connection: Connection) -> RoomSnapshot | None:
            state = load_room(connection, room_id)
            if state is None:
                return None
            host = state.host.id
            blocked, helpers = load_blocked(connection, host), load_moderators(connection, host)
            return RoomSnapshot(state.room(), state.seq, state.supporters(), blocked, granted(helpers))

        return await self.ask(question)

    async def events(self, room_id: str, after_seq: int, limit: int) -> list[tuple[int, bytes]]:
        """At most ``limit`` events after ``after_seq``, in order, as the JSON that was sent."""
        table = schema.events
        query = (
            select(table.c.seq, table.c.body)
            .where(table.c.room_id == room_id, table.c.seq > after_seq)
            .order_by(table.c.seq)
            .limit(limit)
        )

        def question(connection: Connection) -> list[tuple[int, bytes]]:
            return [(row.seq, row.body.encode()) for row in connection.execute(query)]

        return await self.ask(question)


def question_of(asked: QuestionAsked, state: QuestionState, votes: int) -> Question:
    """A question as it was asked, with what has become of it."""
    return Question(
        question_id=asked.question_id,
        person=asked.person,
        text=asked.text,
        at_ms=asked.at_ms,
        state=state,
        votes=votes,
    )


def follower_count_query(host_id: str) -> Select[int]:
    """How many follow a host."""
    return select(func.count()).select_from(schema.follows).where(schema.follows.c.host_id == host_id)


def purse_of(connection: Connection, account_id: str) -> Purse:
    """The balances of an account."""
    table = schema.ledger_accounts
    ids = [f"{account_id}:coins:wallet", *(f"{account_id}:diamonds:{code}" for code in DIAMOND_ACCOUNTS)]
    query = select(table.c.id, table.c.debits, table.c.credits).where(table.c.id.in_(ids))
    have = {row.id: row.credits - row.debits for row in connection.execute(query)}
    return Purse(*(have.get(one, 0) for one in ids))
