"""What viewers say and do in a room: comments, likes, shares, follows, questions. Event-loop thread.

Jobs write.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, checked_text, signed_in, too_fast
from studio.backend.limits import Buckets, Clock
from studio.backend.rooms import own_room, visited_room
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.reader import follower_count_query
from studio.backend.storage.state import RoomState, item_id, item_seq
from studio.backend.storage.tx import Tx
from studio.model.room import Person
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import (
    AnswerQuestion,
    AskQuestion,
    Comment,
    Done,
    Follow,
    Like,
    Posted,
    Result,
    Share,
)
from studio.protocol.events import Commented, Followed, Liked, QuestionAnswered, QuestionAsked, Shared


class Talk:
    """The topic's handlers."""

    def __init__(self, settings: BackendSettings, clock: Clock) -> None:
        self._limits = settings.limits
        self._pace = Buckets(settings.rate_limits.comments_per_account, clock)

    def plans(self) -> Plans:
        return {
            Comment: self._comment,
            AskQuestion: self._ask,
            AnswerQuestion: self._answer,
            Like: self._like,
            Share: self._share,
            Follow: self._follow,
        }

    def _comment(self, client: Client, command: Comment, _request_id: str) -> Plan:
        person, room_id, present = self._speaker(client, command.room_id)
        text = checked_text("A comment", command.text, self._limits.comment_max)

        def work(tx: Tx) -> Result:
            room = visited_room(tx, room_id, present=present)
            _check_not_muted(tx, room, person.id)
            room.totals.comments += 1
            comment_id = item_id(room_id, room.seq + 1)
            return Posted(
                item_id=comment_id,
                seq=tx.emit(room, Commented, comment_id=comment_id, person=person, text=text),
            )

        return Plan(work)

    def _ask(self, client: Client, command: AskQuestion, _request_id: str) -> Plan:
        person, room_id, present = self._speaker(client, command.room_id)
        text = checked_text("A question", command.text, self._limits.question_max)

        def work(tx: Tx) -> Result:
            room = visited_room(tx, room_id, present=present)
            _check_not_muted(tx, room, person.id)
            room.totals.questions += 1
            question_id = item_id(room_id, room.seq + 1)
            return Posted(
                item_id=question_id,
                seq=tx.emit(room, QuestionAsked, question_id=question_id, person=person, text=text),
            )

        return Plan(work)

    def _answer(self, client: Client, command: AnswerQuestion, _request_id: str) -> Plan:
        account = signed_in(client)

        def work(tx: Tx) -> Result:
            room = own_room(tx, command.room_id, account.id)
            seq = item_seq(room.room_id, command.question_id)
            events = schema.events
            asked = select(events.c.seq).where(
                events.c.room_id == room.room_id, events.c.seq == seq, events.c.kind == "question"
            )
            if tx.execute(asked).first() is None:
                raise Rejected(ErrorCode.NO_SUCH_QUESTION)
            if seq not in room.answered:
                room.answered.add(seq)
                tx.emit(room, QuestionAnswered, question_id=command.question_id)
            return Done()

        return Plan(work)

    def _like(self, client: Client, command: Like, _request_id: str) -> Plan:
        person = signed_in(client).person
        present = command.room_id in client.stays

        def work(tx: Tx) -> Result:
            room = visited_room(tx, command.room_id, present=present)
            room.totals.likes += command.count
            tx.emit(room, Liked, person=person, count=command.count, total=room.totals.likes)
            return Done()

        return Plan(work)

    def _share(self, client: Client, command: Share, _request_id: str) -> Plan:
        person = signed_in(client).person
        present = command.room_id in client.stays

        def work(tx: Tx) -> Result:
            room = visited_room(tx, command.room_id, present=present)
            room.totals.shares += 1
            tx.emit(room, Shared, person=person)
            return Done()

        return Plan(work)

    def _follow(self, client: Client, command: Follow, _request_id: str) -> Plan:
        person = signed_in(client).person

        def work(tx: Tx) -> Result:
            rooms, follows = schema.rooms, schema.follows
            place = select(rooms.c.host_id, rooms.c.ended_ms).where(rooms.c.id == command.room_id)
            room = tx.execute(place).one_or_none()
            if room is None:
                raise Rejected(ErrorCode.NO_SUCH_ROOM)
            if room.host_id == person.id:
                raise Rejected(ErrorCode.NOT_YOURSELF)
            mine = (follows.c.host_id == room.host_id) & (follows.c.follower_id == person.id)
            known = tx.execute(select(follows.c.at_ms).where(mine)).first() is not None
            if not command.following:
                tx.execute(delete(follows).where(mine))
            elif not known:
                followers = int(tx.execute(follower_count_query(room.host_id)).scalar_one()) + 1
                state = tx.live_room(command.room_id) if not room.ended_ms else None
                tx.add("follows", {"host_id": room.host_id, "follower_id": person.id, "at_ms": tx.now_ms})
                if state is not None:
                    state.totals.new_followers += 1
                    tx.emit(state, Followed, person=person, followers=followers)
            return Done()

        return Plan(work)

    def _speaker(self, client: Client, room_id: str) -> tuple[Person, str, bool]:
        """Who speaks, where, and whether they are there. `Rejected` NOT_SIGNED_IN, TOO_FAST."""
        account = signed_in(client)
        if wait := self._pace.take(account.id):
            raise too_fast(wait)
        return account.person, room_id, room_id in client.stays


def _check_not_muted(tx: Tx, room: RoomState, person_id: str) -> None:
    until_ms = room.muted_until.get(person_id)
    if until_ms is None:
        return
    if until_ms == 0:
        raise Rejected(ErrorCode.MUTED, "You are muted for the rest of this LIVE.")
    if until_ms > tx.now_ms:
        seconds = -(-(until_ms - tx.now_ms) // 1_000)
        raise Rejected(
            ErrorCode.MUTED,
            f"You are muted in this room for {seconds} more seconds.",
            retry_after_ms=until_ms - tx.now_ms,
        )
