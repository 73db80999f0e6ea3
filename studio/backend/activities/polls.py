"""Polls: the host asks, viewers vote or give gifts, the host or the clock ends it."""

from __future__ import annotations

import secrets

import msgspec

from studio.backend.activities.asked import checked_seconds, ends_at, take_part
from studio.backend.activities.settling import end_poll
from studio.backend.activities.telling import tell
from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, checked_text, signed_in, too_fast
from studio.backend.hub import Hub
from studio.backend.limits import Buckets, Clock
from studio.backend.rooms import host_plan, visited_room
from studio.backend.settings import BackendSettings
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.gift import GiftCatalogue
from studio.model.poll import Poll, PollKind, PollOption
from studio.protocol.activities import EndPoll, OptionWish, StartPoll, VotePoll
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result

_FEWEST_OPTIONS = 2


class Polls:
    """The topic's handlers."""

    def __init__(self, settings: BackendSettings, catalogue: GiftCatalogue, hub: Hub, clock: Clock) -> None:
        self._limits = settings.limits
        self._catalogue = catalogue
        self._hub = hub
        self._pace = Buckets(settings.rate_limits.votes_per_account, clock)

    def plans(self) -> Plans:
        return {StartPoll: self._start, EndPoll: self._end, VotePoll: self._vote}

    def _start(self, client: Client, command: StartPoll, _request_id: str) -> Plan:
        question = checked_text("A poll's question", command.question, self._limits.poll_question_max)
        seconds = checked_seconds(command.seconds, self._limits)
        options = self._options(command)

        def act(tx: Tx, room: RoomState) -> None:
            running = room.activities.poll
            if running is not None and not running.ended:
                raise Rejected(ErrorCode.RUNS_ALREADY, "A poll runs already; end it first.")
            poll = Poll(
                poll_id=secrets.token_hex(8),
                question=question,
                options=options,
                kind=command.poll_kind,
                started_ms=tx.now_ms,
                ends_ms=ends_at(tx, seconds),
            )
            room.part_takers[poll.poll_id] = {}
            room.activities = msgspec.structs.replace(room.activities, poll=poll)
            tell(tx, room)

        return host_plan(client, command.room_id, act)

    def _options(self, command: StartPoll) -> tuple[PollOption, ...]:
        """`Rejected` INVALID_ACTIVITY, INVALID_TEXT, UNKNOWN_GIFT."""
        most = self._limits.poll_options_max
        if not _FEWEST_OPTIONS <= len(command.options) <= most:
            count = len(command.options)
            raise Rejected(
                ErrorCode.INVALID_ACTIVITY, f"A poll has {_FEWEST_OPTIONS} to {most} answers, not {count}."
            )
        options = tuple(self._option(command.poll_kind, one) for one in command.options)
        if len({option.text.casefold() for option in options}) < len(options):
            raise Rejected(ErrorCode.INVALID_ACTIVITY, "Two answers of the poll are the same.")
        gifts = [option.gift_id for option in options if option.gift_id]
        if len(set(gifts)) < len(gifts):
            raise Rejected(ErrorCode.INVALID_ACTIVITY, "Each answer needs a gift of its own.")
        return options

    def _option(self, kind: PollKind, wish: OptionWish) -> PollOption:
        longest = self._limits.poll_option_max
        if kind is PollKind.VOTES:
            return PollOption(text=checked_text("An answer", wish.text, longest))
        gift = self._catalogue.get(wish.gift_id)
        if gift is None:
            raise Rejected(ErrorCode.UNKNOWN_GIFT)
        text = checked_text("An answer", wish.text, longest, may_be_empty=True) or gift.name
        return PollOption(text=text, gift_id=gift.id, gift_name=gift.name)

    def _end(self, client: Client, command: EndPoll, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState) -> None:
            _running_poll(room, command.poll_id)
            end_poll(room)
            tell(tx, room)

        return host_plan(client, command.room_id, act)

    def _vote(self, client: Client, command: VotePoll, _request_id: str) -> Plan:
        account, room_id = signed_in(client), command.room_id
        if wait := self._pace.take(account.id):
            raise too_fast(wait)
        present = room_id in client.stays

        def work(tx: Tx) -> Result:
            room = visited_room(tx, room_id, account.id, present=present)
            if account.id == room.host.id:
                raise Rejected(ErrorCode.NOT_YOURSELF, "You asked; your viewers answer.")
            poll = _running_poll(room, command.poll_id)
            if poll.kind is PollKind.GIFTS:
                raise Rejected(ErrorCode.NOT_ELIGIBLE, "This poll counts gifts: send the one you are for.")
            if command.choice >= len(poll.options):
                raise Rejected(ErrorCode.INVALID_ACTIVITY, "There is no such answer.")
            if poll.ends_ms and tx.now_ms >= poll.ends_ms:
                raise Rejected(ErrorCode.ENDED_ALREADY)
            _count_vote(tx, room, poll, account.id, command.choice)
            return Done()

        return Plan(work, lambda _data: self._hub.activity_moved(room_id))


def _count_vote(tx: Tx, room: RoomState, poll: Poll, account_id: str, choice: int) -> None:
    """One vote each: another choice replaces the one before."""
    before = room.part_takers[poll.poll_id].get(account_id)
    if before == choice:
        return
    take_part(tx, room, poll.poll_id, account_id, choice)
    if before is not None:
        poll = poll.counting(before, -1)
    room.activities = msgspec.structs.replace(room.activities, poll=poll.counting(choice, 1))


def _running_poll(room: RoomState, poll_id: str) -> Poll:
    """`Rejected` NO_SUCH_ACTIVITY, ENDED_ALREADY."""
    poll = room.activities.poll
    if poll is None or poll.poll_id != poll_id:
        raise Rejected(ErrorCode.NO_SUCH_ACTIVITY)
    if poll.ended:
        raise Rejected(ErrorCode.ENDED_ALREADY, "That poll has ended already.")
    return poll
