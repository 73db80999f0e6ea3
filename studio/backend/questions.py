"""What becomes of questions: viewers vote for them, the host takes them up, answers or dismisses them.

Event-loop thread; jobs write. Asking itself is talk.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, signed_in, too_fast
from studio.backend.limits import Buckets, Clock
from studio.backend.rooms import host_plan, visited_room
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.reader import question_of
from studio.backend.storage.state import RoomState, item_id, item_seq
from studio.backend.storage.tx import Tx
from studio.model.question import WAITING, QuestionState
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Result
from studio.protocol.commands import AnswerQuestion, MoveQuestion, Voted, VoteQuestion
from studio.protocol.events import QuestionAnswered, QuestionAsked, QuestionMoved, QuestionVoted

_asked_decoder = msgspec.json.Decoder(QuestionAsked)


class Questions:
    """The topic's handlers."""

    def __init__(self, settings: BackendSettings, clock: Clock) -> None:
        self._pace = Buckets(settings.rate_limits.votes_per_account, clock)

    def plans(self) -> Plans:
        return {AnswerQuestion: self._answer, MoveQuestion: self._move, VoteQuestion: self._vote}

    def _answer(self, client: Client, command: AnswerQuestion, _request_id: str) -> Plan:
        return _move_plan(client, command.room_id, command.question_id, QuestionState.ANSWERED)

    def _move(self, client: Client, command: MoveQuestion, _request_id: str) -> Plan:
        return _move_plan(client, command.room_id, command.question_id, command.state)

    def _vote(self, client: Client, command: VoteQuestion, _request_id: str) -> Plan:
        account = signed_in(client)
        if wait := self._pace.take(account.id):
            raise too_fast(wait)
        present = command.room_id in client.stays

        def work(tx: Tx) -> Result:
            room = visited_room(tx, command.room_id, account.id, present=present)
            if account.id == room.host.id:
                raise Rejected(ErrorCode.NOT_YOURSELF, "Votes are your viewers': you choose what to answer.")
            asked = _asked(tx, room, command.question_id)
            if room.question_states.get(asked.seq, QuestionState.OPEN) not in WAITING:
                raise Rejected(ErrorCode.QUESTION_CLOSED)
            _set_vote(tx, room, asked, account.id, voted=command.voted)
            votes = room.question_votes.get(asked.seq, 0)
            return Voted(question_id=asked.question_id, voted=command.voted, votes=votes)

        return Plan(work)


def _set_vote(tx: Tx, room: RoomState, asked: QuestionAsked, account_id: str, *, voted: bool) -> None:
    """Votes or takes the vote back; nothing when it is so already."""
    votes = schema.question_votes
    mine = (
        (votes.c.room_id == room.room_id)
        & (votes.c.account_id == account_id)
        & (votes.c.question_seq == asked.seq)
    )
    if voted is (tx.execute(select(votes.c.question_seq).where(mine)).first() is not None):
        return
    if voted:
        row = {"room_id": room.room_id, "account_id": account_id, "question_seq": asked.seq}
        tx.add("question_votes", row)
    else:
        tx.execute(delete(votes).where(mine))
    count = room.question_votes.get(asked.seq, 0) + (1 if voted else -1)
    room.question_votes[asked.seq] = count
    tx.emit(room, QuestionVoted, question_id=asked.question_id, votes=count)


def _move_plan(client: Client, room_id: str, question_id: str, state: QuestionState) -> Plan:
    """The host moves a question. `Rejected` as `host_plan`, NO_SUCH_QUESTION."""

    def act(tx: Tx, room: RoomState) -> None:
        move_question(tx, room, question_id, state)

    return host_plan(client, room_id, act)


def move_question(tx: Tx, room: RoomState, question_id: str, state: QuestionState) -> None:
    """Taking one up answers the one before it. `Rejected` NO_SUCH_QUESTION."""
    asked = _asked(tx, room, question_id)
    if room.question_states.get(asked.seq, QuestionState.OPEN) is state:
        return
    if state is QuestionState.ANSWERING:
        for seq in [seq for seq, one in room.question_states.items() if one is QuestionState.ANSWERING]:
            _answered(tx, room, seq)
    if state is QuestionState.ANSWERED:
        _answered(tx, room, asked.seq)
        return
    room.question_states[asked.seq] = state
    question = question_of(asked, state, room.question_votes.get(asked.seq, 0))
    tx.emit(room, QuestionMoved, question=question)


def _answered(tx: Tx, room: RoomState, seq: int) -> None:
    """An event of its own, which clients of the first version know."""
    room.question_states[seq] = QuestionState.ANSWERED
    tx.emit(room, QuestionAnswered, question_id=item_id(room.room_id, seq))


def _asked(tx: Tx, room: RoomState, question_id: str) -> QuestionAsked:
    """The question as it was asked in this room. `Rejected` NO_SUCH_QUESTION."""
    events = schema.events
    query = select(events.c.body).where(
        events.c.room_id == room.room_id,
        events.c.seq == item_seq(room.room_id, question_id),
        events.c.kind == "question",
    )
    body = tx.execute(query).scalar()
    if body is None:
        raise Rejected(ErrorCode.NO_SUCH_QUESTION)
    return _asked_decoder.decode(body)
