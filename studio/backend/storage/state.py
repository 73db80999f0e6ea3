"""What the writer keeps in memory about open rooms and ledger accounts, loaded from and written through to
the tables.

Writer thread only. Invariant: after a commit memory equals the tables; after a failed one everything here
is thrown away and loaded again, so memory is never ahead of the disk.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, func, select

from studio.backend.storage import schema
from studio.backend.storage.bulk import ROOM_COLUMNS
from studio.backend.storage.moderated import RoomModeration
from studio.backend.storage.part_takers import load_part_takers
from studio.model.activities import NO_ACTIVITIES, Activities
from studio.model.fan_club import level_of
from studio.model.question import QuestionState
from studio.model.room import (
    NO_GOAL,
    CommentAccess,
    Commenters,
    Goal,
    GoalKind,
    Person,
    Pinned,
    Room,
    RoomTotals,
    Supporter,
)
from studio.model.streak import Streak

_SUPPORTERS_SHOWN = 10
#: Instead of a time in the table of mutes: the one before was taken back.
UNMUTED = -1
_encode = msgspec.json.Encoder().encode
_totals_decoder = msgspec.json.Decoder(RoomTotals)
_pinned_decoder = msgspec.json.Decoder(Pinned)
_activities_decoder = msgspec.json.Decoder(Activities)


@dataclass(slots=True)
class Totals:
    """`RoomTotals` that can count. Same names, same meaning."""

    viewers: int = 0
    peak_viewers: int = 0
    unique_viewers: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    questions: int = 0
    new_followers: int = 0
    gifts: int = 0
    gifters: int = 0
    coins: int = 0
    diamonds: int = 0
    micro_dollars: int = 0

    def frozen(self) -> RoomTotals:
        return RoomTotals(**{name: getattr(self, name) for name in self.__slots__})


@dataclass(slots=True)
class Given:
    """What one person gave in this room so far."""

    person: Person
    diamonds: int = 0
    gifts: int = 0


@dataclass(slots=True)
class RunningStreak:
    """A streak whose end has not come, with what its end event needs."""

    streak: Streak
    person: Person
    gift_name: str
    transfer_id: str
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Mute:
    """The last one of a person. ``seq``: its event's; ``until_ms``: 0 for the whole LIVE."""

    seq: int
    until_ms: int


@dataclass(slots=True)
class FanRow:
    """A member of a host's fan club."""

    host_id: str
    person: Person
    points: int
    since_ms: int

    @property
    def level(self) -> int:
        return level_of(self.points)


@dataclass(slots=True)
class RoomState:
    """One open LIVE as the writer sees it. ``seq`` is the last event's."""

    room_id: str
    host: Person
    title: str
    topic: str
    started_ms: int
    ended_ms: int = 0
    end_reason: str = ""
    seq: int = 0
    last_ms: int = 0
    #: What the host wants to reach, with nothing reached; `goal` counts.
    aim: Goal = NO_GOAL
    goal_base: int = 0
    goal_told: int = 0
    pinned: Pinned | None = None
    comment_access: CommentAccess = field(default_factory=CommentAccess)
    totals: Totals = field(default_factory=Totals)
    given: dict[str, Given] = field(default_factory=dict)
    gift_counts: dict[int, int] = field(default_factory=dict)  # by gift: how many were given
    #: By person, until it is taken back: it hides what they said before, however short it was.
    mutes: dict[str, Mute] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    moderation: RoomModeration = field(default_factory=RoomModeration)
    #: By seq: of questions that are not open any more, and of those that have votes.
    question_states: dict[int, QuestionState] = field(default_factory=dict)
    question_votes: dict[int, int] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)
    streaks: dict[tuple[str, int], RunningStreak] = field(default_factory=dict)
    activities: Activities = NO_ACTIVITIES
    #: What viewers have been told of them: counts are told at most once in a while.
    activities_told: Activities = NO_ACTIVITIES
    #: Who takes part in those that run: by activity, then by account, what they chose.
    part_takers: dict[str, dict[str, int]] = field(default_factory=dict)
    #: Of the host's fan club, those who were needed so far; None for who is no member.
    fans: dict[str, FanRow | None] = field(default_factory=dict)
    _activities_json: tuple[Activities, str] = (NO_ACTIVITIES, "")

    @property
    def goal(self) -> Goal | None:
        aim = self.aim
        if aim.target <= 0:
            return None
        return msgspec.structs.replace(aim, reached=max(0, self.counted(aim) - self.goal_base))

    def counted(self, aim: Goal) -> int:
        """How much of what that goal counts this LIVE has had."""
        totals = self.totals
        match aim.kind:
            case GoalKind.LIKES:
                return totals.likes
            case GoalKind.FOLLOWERS:
                return totals.new_followers
            case GoalKind.SHARES:
                return totals.shares
            case GoalKind.GIFT:
                return self.gift_counts.get(aim.gift_id, 0)
        return totals.diamonds

    def room(self) -> Room:
        return Room(
            room_id=self.room_id,
            host=self.host,
            title=self.title,
            topic=self.topic,
            started_ms=self.started_ms,
            ended_ms=self.ended_ms,
            goal=self.goal,
            pinned=self.pinned,
            totals=self.totals.frozen(),
            comment_access=self.comment_access,
            activities=self.activities,
        )

    def _activities_column(self) -> str:
        """As JSON, encoded once for every change of theirs: the row is written with every event."""
        if self._activities_json[0] is not self.activities:
            self._activities_json = (self.activities, _encode(self.activities).decode())
        return self._activities_json[1]

    def supporters(self) -> tuple[Supporter, ...]:
        best = heapq.nlargest(_SUPPORTERS_SHOWN, self.given.values(), key=lambda given: given.diamonds)
        return tuple(Supporter(person=one.person, diamonds=one.diamonds, gifts=one.gifts) for one in best)

    def changed(self) -> tuple[object, ...]:
        """The columns that change (`bulk.ROOM_COLUMNS`), then its id."""
        return (
            self.ended_ms,
            self.end_reason,
            self.seq,
            self.aim.title,
            self.aim.target,
            self.goal_base,
            _encode(self.pinned).decode() if self.pinned else "",
            _encode(self.totals).decode(),
            self.comment_access.who.value,
            self.comment_access.follow_age_s,
            self.aim.kind.value,
            self.aim.gift_id,
            self.aim.gift_name,
            self._activities_column(),
            self.room_id,
        )

    def row(self) -> dict[str, object]:
        """The whole row, for its INSERT."""
        return {
            **dict(zip(ROOM_COLUMNS, self.changed(), strict=False)),
            "id": self.room_id,
            "host_id": self.host.id,
            "title": self.title,
            "topic": self.topic,
            "started_ms": self.started_ms,
        }


@dataclass(slots=True)
class LedgerAccount:
    """One account of the ledger. ``balance`` is what its owner has: credits minus debits."""

    id: str
    owner_id: str
    ledger: str
    code: str
    debits: int = 0
    credits: int = 0
    stored: bool = False

    @property
    def balance(self) -> int:
        return self.credits - self.debits


def person_of(row: object) -> Person:
    """A `Person` from a row with id, handle and name."""
    return Person(id=row.id, handle=row.handle, name=row.name)  # type: ignore[attr-defined]


def load_room(connection: Connection, room_id: str) -> RoomState | None:
    """An open or ended room from its row and its history; None when there is none."""
    row = connection.execute(
        select(schema.rooms, schema.accounts.c.handle, schema.accounts.c.name)
        .join(schema.accounts, schema.accounts.c.id == schema.rooms.c.host_id)
        .where(schema.rooms.c.id == room_id)
    ).one_or_none()
    if row is None:
        return None
    totals = _totals_decoder.decode(row.totals)
    state = RoomState(
        room_id=room_id,
        host=Person(id=row.host_id, handle=row.handle, name=row.name),
        title=row.title,
        topic=row.topic,
        started_ms=row.started_ms,
        ended_ms=row.ended_ms,
        end_reason=row.end_reason,
        seq=row.last_seq,
        aim=Goal(
            title=row.goal_title,
            target=row.goal_target,
            kind=GoalKind(row.goal_kind),
            gift_id=row.goal_gift_id,
            gift_name=row.goal_gift_name,
        ),
        goal_base=row.goal_base,
        goal_told=-1,
        pinned=_pinned_decoder.decode(row.pinned) if row.pinned else None,
        comment_access=CommentAccess(who=Commenters(row.commenters), follow_age_s=row.follow_age_s),
        totals=Totals(**{name: getattr(totals, name) for name in RoomTotals.__struct_fields__}),
    )
    if row.activities:
        state.activities = _activities_decoder.decode(row.activities)
        state.activities_told = state.activities.settled()  # the counts of what runs may not have been told
        state.part_takers = load_part_takers(connection, state.activities.running_ids)
    _load_history(connection, state)
    _load_streaks(connection, state)
    return state


def _load_history(connection: Connection, state: RoomState) -> None:
    transfers, accounts, events = schema.transfers, schema.accounts, schema.events
    given = connection.execute(
        select(
            accounts.c.id,
            accounts.c.handle,
            accounts.c.name,
            func.sum(transfers.c.amount).label("diamonds"),
            func.sum(transfers.c.quantity).label("gifts"),
        )
        .join(accounts, accounts.c.id == transfers.c.actor_id)
        .where(transfers.c.room_id == state.room_id, transfers.c.code == "gift_diamonds")
        .group_by(accounts.c.id, accounts.c.handle, accounts.c.name)
    )
    for row in given:
        state.given[row.id] = Given(person_of(row), int(row.diamonds), int(row.gifts))
    kinds = (
        select(transfers.c.item, func.sum(transfers.c.quantity))
        .where(transfers.c.room_id == state.room_id, transfers.c.code == "gift_diamonds")
        .group_by(transfers.c.item)
    )
    state.gift_counts = {int(item): int(count) for item, count in connection.execute(kinds)}
    mutes = select(schema.mutes).where(schema.mutes.c.room_id == state.room_id).order_by(schema.mutes.c.seq)
    for mute in connection.execute(mutes):
        if mute.until_ms == UNMUTED:
            state.mutes.pop(mute.account_id, None)
        else:
            state.mutes[mute.account_id] = Mute(mute.seq, mute.until_ms)
    visits = select(schema.visits.c.account_id).where(schema.visits.c.room_id == state.room_id)
    state.visited = set(connection.execute(visits).scalars())
    removals = (
        select(events.c.kind, events.c.body)
        .where(events.c.room_id == state.room_id, events.c.kind.in_(("comment_removed", "comment_restored")))
        .order_by(events.c.seq)
    )
    for kind, body in connection.execute(removals):
        seq = item_seq(state.room_id, msgspec.json.decode(body)["comment_id"])
        (state.removed.add if kind == "comment_removed" else state.removed.discard)(seq)
    state.question_states = load_question_states(connection, state.room_id)
    state.question_votes = load_question_votes(connection, state.room_id)


def load_question_states(connection: Connection, room_id: str) -> dict[int, QuestionState]:
    """The room's questions that were ever moved, by seq: the event log is the only home of their states."""
    events = schema.events
    moves = (
        select(events.c.kind, events.c.body)
        .where(events.c.room_id == room_id, events.c.kind.in_(("question_answered", "question_moved")))
        .order_by(events.c.seq)
    )
    states: dict[int, QuestionState] = {}
    for move in connection.execute(moves):
        body = msgspec.json.decode(move.body)
        if move.kind == "question_answered":
            states[item_seq(room_id, body["question_id"])] = QuestionState.ANSWERED
        else:
            question = body["question"]
            states[item_seq(room_id, question["question_id"])] = QuestionState(question["state"])
    return states


def load_question_votes(connection: Connection, room_id: str) -> dict[int, int]:
    """How many votes the room's questions have, by seq."""
    votes = schema.question_votes
    counts = (
        select(votes.c.question_seq, func.count())
        .where(votes.c.room_id == room_id)
        .group_by(votes.c.question_seq)
    )
    return {seq: int(count) for seq, count in connection.execute(counts)}


def _load_streaks(connection: Connection, state: RoomState) -> None:
    streaks, accounts = schema.streaks, schema.accounts
    rows = connection.execute(
        select(streaks, accounts.c.handle, accounts.c.name)
        .join(accounts, accounts.c.id == streaks.c.account_id)
        .where(streaks.c.room_id == state.room_id, streaks.c.ended == 0)
    )
    for row in rows:
        streak = Streak(
            streak_id=row.id,
            gift_id=row.gift_id,
            person_id=row.account_id,
            coins_each=row.coins_each,
            count=row._mapping["count"],  # `row.count` is the method of every tuple
            last_ms=row.last_ms,
        )
        person = Person(id=row.account_id, handle=row.handle, name=row.name)
        state.streaks[row.account_id, row.gift_id] = RunningStreak(
            streak, person, row.gift_name, row.transfer_id, stored=True
        )


def item_id(room_id: str, seq: int) -> str:
    """The id of what was posted as event ``seq``: the event log is its only home, so the id says where it
    lies.
    """
    return f"{room_id}.{seq}"


def item_seq(room_id: str, item: str) -> int:
    """The reverse of `item_id`; 0 (no event's seq) when the id is not of this room."""
    room, _, seq = item.rpartition(".")
    return int(seq) if room == room_id and seq.isascii() and seq.isdigit() and len(seq) <= 15 else 0
