"""What viewers say and do in a room: comments, likes, shares, follows, and asking. Event-loop thread.

Jobs write.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, checked_text, signed_in, too_fast
from studio.backend.limits import Buckets, Clock
from studio.backend.moderation.access import check_may_talk
from studio.backend.moderation.blocking import is_blocked
from studio.backend.moderation.screening import check_slow_mode, screen
from studio.backend.posting import post
from studio.backend.rooms import visited_room
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.reader import follower_count_query
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.moderation import Said
from studio.model.room import Person
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result
from studio.protocol.commands import AskQuestion, Comment, Follow, Like, Posted, Share
from studio.protocol.events import Followed, Liked, Shared

#: What somebody wants to do, for sentences.
_VERBS = {Said.COMMENT: "comment", Said.QUESTION: "ask"}


class Talk:
    """The topic's handlers."""

    def __init__(self, settings: BackendSettings, clock: Clock) -> None:
        self._limits = settings.limits
        self._pace = Buckets(settings.rate_limits.comments_per_account, clock)

    def plans(self) -> Plans:
        return {
            Comment: self._comment,
            AskQuestion: self._ask,
            Like: self._like,
            Share: self._share,
            Follow: self._follow,
        }

    def _comment(self, client: Client, command: Comment, _request_id: str) -> Plan:
        person = self._speaker(client)
        text = checked_text("A comment", command.text, self._limits.comment_max)
        return _talk_plan(client, command.room_id, person, Said.COMMENT, text)

    def _ask(self, client: Client, command: AskQuestion, _request_id: str) -> Plan:
        person = self._speaker(client)
        text = checked_text("A question", command.text, self._limits.question_max)
        return _talk_plan(client, command.room_id, person, Said.QUESTION, text)

    def _speaker(self, client: Client) -> Person:
        """Who speaks. `Rejected` NOT_SIGNED_IN, TOO_FAST."""
        account = signed_in(client)
        if wait := self._pace.take(account.id):
            raise too_fast(wait)
        return account.person

    def _like(self, client: Client, command: Like, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState, person: Person) -> None:
            room.totals.likes += command.count
            tx.emit(room, Liked, person=person, count=command.count, total=room.totals.likes)

        return _visitor_plan(client, command.room_id, act)

    def _share(self, client: Client, command: Share, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState, person: Person) -> None:
            room.totals.shares += 1
            tx.emit(room, Shared, person=person)

        return _visitor_plan(client, command.room_id, act)

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
            if command.following and is_blocked(tx, room.host_id, person.id):
                raise Rejected(ErrorCode.BLOCKED)
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


def _talk_plan(client: Client, room_id: str, person: Person, said: Said, text: str) -> Plan:
    """Something said to a room by someone in it who may, unless the host's rules stop it."""
    present = room_id in client.stays

    def work(tx: Tx) -> Result:
        room = visited_room(tx, room_id, person.id, present=present)
        check_may_talk(tx, room, person.id, _VERBS[said])
        check_slow_mode(tx, room, person.id)
        stopped = screen(tx, room, said, person, text)
        if stopped is not None:
            return stopped
        posted_id, seq = post(tx, room, said, person, text)
        return Posted(item_id=posted_id, seq=seq)

    return Plan(work)


def _visitor_plan(client: Client, room_id: str, act: Callable[[Tx, RoomState, Person], None]) -> Plan:
    """Something done in a room by someone in it; the answer is Done. `Rejected` as `visited_room`."""
    person = signed_in(client).person
    present = room_id in client.stays

    def work(tx: Tx) -> Result:
        act(tx, visited_room(tx, room_id, person.id, present=present), person)
        return Done()

    return Plan(work)
