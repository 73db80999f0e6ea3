"""Polls: one vote each, votes that are gifts, ends by host and clock, refusals, restarts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from studio.backend.settings import BackendSettings
from studio.model.poll import Poll, PollKind
from studio.protocol.activities import EndPoll, OptionWish, StartPoll, VotePoll
from studio.protocol.activity_events import PollChanged
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import CloseRoom, EnterRoom, SendGift
from tests.unit.backend.conftest import CORGI, ROSE, Person, Stage


def start(room_id: str, *texts: str, **fields: Any) -> StartPoll:
    options = tuple(OptionWish(text=text) for text in texts)
    return StartPoll(room_id=room_id, question="What next?", options=options, **fields)


def gift_poll(room_id: str) -> StartPoll:
    options = (OptionWish(text="Fox", gift_id=ROSE), OptionWish(gift_id=CORGI))
    return StartPoll(room_id=room_id, question="Fox?", options=options, poll_kind=PollKind.GIFTS)


async def running(person: Person) -> Poll:
    return (await person.until_event(PollChanged)).poll


def votes(poll: Poll) -> list[int]:
    return [option.votes for option in poll.options]


async def polled(person: Person, *wanted: int, ended: bool = False) -> Poll:
    """The poll once it was told with these counts."""

    def found() -> list[Poll]:
        polls = [one.poll for one in person.events if isinstance(one, PollChanged)]
        return [poll for poll in polls if votes(poll) == list(wanted) and poll.ended is ended]

    await person.until(found)
    return found()[-1]


async def test_everyone_has_one_vote_and_may_change_it(staged: Any, settings: BackendSettings) -> None:
    async with staged(settings, goal_every_s=0.0) as stage:
        host, room_id = await stage.live()
        await host.ask(start(room_id, "Fox", "Lighthouse", "Tea"))
        poll = await running(host)
        assert (poll.question, [one.text for one in poll.options]) == (
            "What next?",
            ["Fox", "Lighthouse", "Tea"],
        )
        people = [await stage.guest(room_id, f"viewer{number}") for number in range(3)]
        for person in people:
            await person.ask(VotePoll(room_id=room_id, poll_id=poll.poll_id, choice=1))
        await polled(host, 0, 3, 0)
        await people[0].ask(VotePoll(room_id=room_id, poll_id=poll.poll_id, choice=2))
        await people[1].ask(VotePoll(room_id=room_id, poll_id=poll.poll_id, choice=1))
        await polled(host, 0, 2, 1)
        entered = await people[0].ask(EnterRoom(room_id=room_id))
        assert entered.mine.poll_choice == 2
        assert votes(entered.room.activities.poll) == [0, 2, 1]
        await host.ask(EndPoll(room_id=room_id, poll_id=poll.poll_id))
        ended = await polled(people[2], 0, 2, 1, ended=True)
        assert ended.leaders == (1,)
        late = await people[2].refused(VotePoll(room_id=room_id, poll_id=poll.poll_id, choice=0))
        assert late.code is ErrorCode.ENDED_ALREADY


async def test_gifts_are_votes_one_each(staged: Any, settings: BackendSettings) -> None:
    async with staged(settings, goal_every_s=0.0) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana", packs=1)
        await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=9))
        await host.ask(gift_poll(room_id))
        poll = await running(host)
        assert [one.text for one in poll.options] == ["Fox", "Corgi"]
        await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=7))
        await ana.ask(SendGift(room_id=room_id, gift_id=CORGI))
        await polled(host, 7, 1)
        refused = await ana.refused(VotePoll(room_id=room_id, poll_id=poll.poll_id, choice=0))
        assert refused.code is ErrorCode.NOT_ELIGIBLE
        await host.ask(EndPoll(room_id=room_id, poll_id=poll.poll_id))
        await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=5))
        await polled(host, 7, 1, ended=True)


async def test_the_clock_ends_a_poll(stage: Stage) -> None:
    host, room_id = await stage.live()
    await host.ask(start(room_id, "Fox", "Tea", seconds=1))
    await polled(host, 0, 0, ended=True)
    await host.ask(start(room_id, "Fox", "Tea"))  # there is room for another now
    poll = await running(host)
    await host.ask(CloseRoom(room_id=room_id))
    ended = [one.poll for one in host.events if isinstance(one, PollChanged) and one.poll.ended]
    assert [one.poll_id for one in ended][-1] == poll.poll_id, "a LIVE that ends leaves no poll running"


async def test_two_hosts_end_one_poll_and_it_ends_once(stage: Stage) -> None:
    host, room_id = await stage.live()
    other = await stage.stranger(host.token)
    await other.ask(EnterRoom(room_id=room_id))
    await host.ask(start(room_id, "Fox", "Tea"))
    end = EndPoll(room_id=room_id, poll_id=(await running(host)).poll_id)
    answers = await asyncio.gather(host.response(end), other.response(end))
    assert sorted(answer.ok for answer in answers) == [False, True]
    assert next(answer.code for answer in answers if not answer.ok) == ErrorCode.ENDED_ALREADY
    await polled(host, 0, 0, ended=True)
    await host.ask(start(room_id, "Once", "More"))
    await host.until(lambda: host.events[-1].poll.options[0].text == "Once")
    assert len([one for one in host.events if isinstance(one, PollChanged) and one.poll.ended]) == 1


@pytest.mark.parametrize("count", [0, 1, 7, 100])
async def test_a_poll_has_two_to_six_answers(stage: Stage, count: int) -> None:
    host, room_id = await stage.live()
    refused = await host.refused(start(room_id, *(f"Answer {number}" for number in range(count))))
    assert refused.code is ErrorCode.INVALID_ACTIVITY
    assert str(count) in refused.message
    assert "2 to 6" in refused.message


async def test_what_cannot_be_a_poll_or_a_vote_is_refused(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    gifts = (OptionWish(gift_id=ROSE), OptionWish(text="Two", gift_id=ROSE))
    for command, code in (
        (start(room_id, "Fox", "fox"), ErrorCode.INVALID_ACTIVITY),
        (start(room_id, "Fox", " "), ErrorCode.INVALID_TEXT),
        (start(room_id, "Fox", "x" * 41), ErrorCode.INVALID_TEXT),
        (start(room_id, "Fox", "Tea", seconds=86_401), ErrorCode.INVALID_ACTIVITY),
        (start(room_id, "Fox", "Tea", poll_kind=PollKind.GIFTS), ErrorCode.UNKNOWN_GIFT),
        (
            StartPoll(room_id=room_id, question="?", options=gifts, poll_kind=PollKind.GIFTS),
            ErrorCode.INVALID_ACTIVITY,
        ),
        (EndPoll(room_id=room_id, poll_id="none"), ErrorCode.NO_SUCH_ACTIVITY),
    ):
        assert (await host.refused(command)).code is code, command
    assert (await ana.refused(start(room_id, "Fox", "Tea"))).code is ErrorCode.NOT_YOUR_ROOM
    await host.ask(start(room_id, "Fox", "Tea"))
    assert (await host.refused(start(room_id, "Fox", "Tea"))).code is ErrorCode.RUNS_ALREADY
    poll = await running(ana)
    for person, choice, code in (
        (host, 0, ErrorCode.NOT_YOURSELF),
        (ana, 2, ErrorCode.INVALID_ACTIVITY),
        (await stage.viewer("outside"), 0, ErrorCode.NOT_IN_ROOM),
    ):
        refused = await person.refused(VotePoll(room_id=room_id, poll_id=poll.poll_id, choice=choice))
        assert refused.code is code


async def test_a_poll_goes_on_after_a_restart(staged: Any, settings: BackendSettings) -> None:
    async with staged(settings, goal_every_s=0.0) as stage:
        host, room_id = await stage.live()
        await host.ask(start(room_id, "Fox", "Tea"))
        poll = await running(host)
        ana = await stage.guest(room_id, "ana")
        await ana.ask(VotePoll(room_id=room_id, poll_id=poll.poll_id, choice=1))
        tokens = host.token, ana.token
    async with staged(settings, goal_every_s=0.0) as stage:
        host, ana = [await stage.stranger(token) for token in tokens]
        entered = await ana.ask(EnterRoom(room_id=room_id))
        assert entered.mine.poll_choice == 1
        assert votes(entered.room.activities.poll) == [0, 1]
        await host.ask(EnterRoom(room_id=room_id))
        await ana.ask(VotePoll(room_id=room_id, poll_id=poll.poll_id, choice=0))
        await polled(host, 1, 0)
