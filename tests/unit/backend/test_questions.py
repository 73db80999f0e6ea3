"""The queue of questions: votes by many, what the host does with it, what newcomers and a restart find."""

from __future__ import annotations

from dataclasses import replace

from studio.backend.settings import Allowance, BackendSettings
from studio.model.question import QuestionState
from studio.protocol.codec import decode_event, new_id
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import (
    AnswerQuestion,
    AskQuestion,
    CloseRoom,
    Comment,
    EnterRoom,
    MoveQuestion,
    Resume,
    VoteQuestion,
)
from studio.protocol.events import Commented, QuestionAnswered, QuestionMoved, QuestionVoted
from studio.protocol.moderation import MutePerson
from tests.unit.backend.conftest import Person, Stage


def states(entered: object) -> list[tuple[str, QuestionState, int]]:
    return [(one.text, one.state, one.votes) for one in entered.questions]  # type: ignore[attr-defined]


def heard_votes(person: Person) -> list[tuple[str, int]]:
    return [(one.question_id, one.votes) for one in person.events if isinstance(one, QuestionVoted)]


async def asked(person: Person, room_id: str, text: str) -> str:
    return (await person.ask(AskQuestion(room_id=room_id, text=text))).item_id


async def test_many_vote_each_counts_once(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    first, second = await asked(ana, room_id, "first?"), await asked(ana, room_id, "second?")
    crowd = [await stage.guest(room_id, f"viewer{number}") for number in range(5)]
    for count, person in enumerate(crowd, 1):
        vote = await person.ask(VoteQuestion(room_id=room_id, question_id=second))
        assert (vote.question_id, vote.voted, vote.votes) == (second, True, count)
    again = await crowd[0].ask(VoteQuestion(room_id=room_id, question_id=second))
    assert (again.voted, again.votes) == (True, 5)
    back = await crowd[1].ask(VoteQuestion(room_id=room_id, question_id=second, voted=False))
    assert (back.voted, back.votes) == (False, 4)
    never = await crowd[1].ask(VoteQuestion(room_id=room_id, question_id=first, voted=False))
    assert (never.voted, never.votes) == (False, 0)
    await ana.ask(Comment(room_id=room_id, text="all heard"))
    await host.until_event(Commented)
    assert heard_votes(host) == [(second, 1), (second, 2), (second, 3), (second, 4), (second, 5), (second, 4)]
    newcomer = await stage.viewer("newcomer")
    entered = await newcomer.ask(EnterRoom(room_id=room_id))
    assert states(entered) == [("second?", QuestionState.OPEN, 4), ("first?", QuestionState.OPEN, 0)]
    assert entered.voted == ()
    assert (await crowd[0].ask(EnterRoom(room_id=room_id))).voted == (second,)


async def test_a_vote_sent_again_with_its_id_is_carried_out_once(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    question_id, request_id = await asked(ana, room_id, "why?"), new_id()
    vote = VoteQuestion(room_id=room_id, question_id=question_id)
    assert (await ana.ask(vote, request_id)).votes == 1
    await ana.ask(VoteQuestion(room_id=room_id, question_id=question_id, voted=False))
    assert (await ana.ask(vote, request_id)).votes == 1  # the answer of then; nothing is voted again
    await host.ask(Comment(room_id=room_id, text="all heard"))
    await ana.until_event(Commented)
    assert heard_votes(ana) == [(question_id, 1), (question_id, 0)]


async def test_votes_that_are_refused(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    comment = await ana.ask(Comment(room_id=room_id, text="not a question"))
    question_id = await asked(ana, room_id, "why?")
    vote = VoteQuestion(room_id=room_id, question_id=question_id)
    outside = await stage.viewer("outside")
    assert (await outside.refused(vote)).code is ErrorCode.NOT_IN_ROOM
    assert (await (await stage.stranger()).refused(vote)).code is ErrorCode.NOT_SIGNED_IN
    refused = await host.refused(vote)
    assert refused.code is ErrorCode.NOT_YOURSELF
    assert "viewers'" in refused.message
    other, other_room = await stage.live("other")
    elsewhere = await asked(await stage.guest(other_room, "ben"), other_room, "and here?")
    wrong_ids = ("x", f"{room_id}.999", f"{room_id}.1", comment.item_id, elsewhere)
    for wrong in wrong_ids:
        unknown = await ana.refused(VoteQuestion(room_id=room_id, question_id=wrong))
        assert unknown.code is ErrorCode.NO_SUCH_QUESTION
        unmoved = MoveQuestion(room_id=room_id, question_id=wrong, state=QuestionState.DISMISSED)
        assert (await host.refused(unmoved)).code is ErrorCode.NO_SUCH_QUESTION
    missing = VoteQuestion(room_id="nowhere", question_id=question_id)
    assert (await ana.refused(missing)).code is ErrorCode.NO_SUCH_ROOM
    await host.ask(AnswerQuestion(room_id=room_id, question_id=question_id))
    assert (await ana.refused(vote)).code is ErrorCode.QUESTION_CLOSED
    await host.ask(MoveQuestion(room_id=room_id, question_id=question_id, state=QuestionState.DISMISSED))
    assert (await ana.refused(vote)).code is ErrorCode.QUESTION_CLOSED
    await host.ask(CloseRoom(room_id=room_id))
    assert (await ana.refused(vote)).code is ErrorCode.ROOM_CLOSED
    assert heard_votes(ana) == []
    await other.ask(CloseRoom(room_id=other_room))


async def test_only_the_host_moves_questions_also_as_host_of_another_room(stage: Stage) -> None:
    _, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    other = await stage.host("other")
    question_id = await asked(ana, room_id, "why?")
    for person in (ana, other):
        for state in QuestionState:
            move = MoveQuestion(room_id=room_id, question_id=question_id, state=state)
            assert (await person.refused(move)).code is ErrorCode.NOT_YOUR_ROOM


async def test_a_muted_viewer_can_vote_but_not_ask(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    question_id = await asked(ana, room_id, "why?")
    await host.ask(MutePerson(room_id=room_id, person_id=ana.id))
    assert (await ana.refused(AskQuestion(room_id=room_id, text="x?"))).code is ErrorCode.MUTED
    assert (await ana.ask(VoteQuestion(room_id=room_id, question_id=question_id))).votes == 1


async def test_taking_one_up_answers_the_one_before(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    first, second = await asked(ana, room_id, "first?"), await asked(ana, room_id, "second?")
    for question_id in (first, second, second):
        await host.ask(MoveQuestion(room_id=room_id, question_id=question_id, state=QuestionState.ANSWERING))
    await host.ask(Comment(room_id=room_id, text="all heard"))
    await ana.until_event(Commented)
    steps = [one for one in ana.events if isinstance(one, QuestionMoved | QuestionAnswered)]
    assert [type(one) for one in steps] == [QuestionMoved, QuestionAnswered, QuestionMoved]
    last = steps[-1].question
    assert (last.question_id, last.state) == (second, QuestionState.ANSWERING)
    newcomer = await stage.viewer("newcomer")
    assert states(await newcomer.ask(EnterRoom(room_id=room_id))) == [
        ("second?", QuestionState.ANSWERING, 0),
        ("first?", QuestionState.ANSWERED, 0),
    ]


async def test_what_was_dismissed_is_gone_for_newcomers_and_comes_back_whole(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    question_id = await asked(ana, room_id, "rude?")
    await ana.ask(VoteQuestion(room_id=room_id, question_id=question_id))
    await host.ask(MoveQuestion(room_id=room_id, question_id=question_id, state=QuestionState.DISMISSED))
    newcomer = await stage.viewer("newcomer")
    entered = await newcomer.ask(EnterRoom(room_id=room_id))
    assert (states(entered), [decode_event(one) for one in entered.recent]) == ([], [])
    await host.ask(MoveQuestion(room_id=room_id, question_id=question_id, state=QuestionState.OPEN))
    back = (await newcomer.until_event(QuestionMoved)).question
    assert (back.text, back.person.handle, back.state, back.votes) == ("rude?", "ana", QuestionState.OPEN, 1)
    assert (await newcomer.ask(VoteQuestion(room_id=room_id, question_id=question_id))).votes == 2


async def test_votes_and_states_survive_a_restart(staged, settings: BackendSettings) -> None:
    async with staged(settings) as stage:
        host, room_id = await stage.live()
        ana, ben = await stage.guest(room_id, "ana"), await stage.guest(room_id, "ben")
        ids = [await asked(ana, room_id, text) for text in ("a?", "b?", "c?", "d?")]
        for question_id in ids[:3]:
            await ana.ask(VoteQuestion(room_id=room_id, question_id=question_id))
        await ben.ask(VoteQuestion(room_id=room_id, question_id=ids[1]))
        await ben.ask(VoteQuestion(room_id=room_id, question_id=ids[0]))
        await ben.ask(VoteQuestion(room_id=room_id, question_id=ids[0], voted=False))
        await host.ask(AnswerQuestion(room_id=room_id, question_id=ids[0]))
        await host.ask(MoveQuestion(room_id=room_id, question_id=ids[2], state=QuestionState.ANSWERING))
        await host.ask(MoveQuestion(room_id=room_id, question_id=ids[3], state=QuestionState.DISMISSED))
        token, host_token = ben.token, host.token
        seen = max(event.seq for event in host.events)
    async with staged(settings) as stage:
        ben, host = await stage.stranger(token), await stage.stranger(host_token)
        entered = await ben.ask(EnterRoom(room_id=room_id))
        assert states(entered) == [
            ("c?", QuestionState.ANSWERING, 1),
            ("b?", QuestionState.OPEN, 2),
            ("a?", QuestionState.ANSWERED, 1),
        ]
        assert entered.voted == (ids[1],)
        resumed = await ben.ask(Resume(room_id=room_id, after_seq=seen))
        assert resumed.voted == (ids[1],)
        assert (await ben.ask(VoteQuestion(room_id=room_id, question_id=ids[1]))).votes == 2  # once, still
        assert (await ben.ask(VoteQuestion(room_id=room_id, question_id=ids[2]))).votes == 2
        refused = await ben.refused(VoteQuestion(room_id=room_id, question_id=ids[3]))
        assert refused.code is ErrorCode.QUESTION_CLOSED
        await host.ask(Resume(room_id=room_id, after_seq=0))
        await host.until_event(QuestionVoted, question_id=ids[2], votes=2)  # all of it comes again, in order


async def test_voting_too_fast_is_refused(staged, settings: BackendSettings) -> None:
    slow = Allowance(per_second=0.001, burst=2)
    async with staged(settings, rate_limits=replace(settings.rate_limits, votes_per_account=slow)) as stage:
        _, room_id = await stage.live()
        ana, ben = await stage.guest(room_id, "ana"), await stage.guest(room_id, "ben")
        question_id = await asked(ana, room_id, "why?")
        for voted in (True, False):
            await ana.ask(VoteQuestion(room_id=room_id, question_id=question_id, voted=voted))
        refused = await ana.refused(VoteQuestion(room_id=room_id, question_id=question_id))
        assert refused.code is ErrorCode.TOO_FAST
        assert refused.retry_after_ms > 0
        assert (await ben.ask(VoteQuestion(room_id=room_id, question_id=question_id))).votes == 1


async def test_at_most_a_hundred_are_told_to_a_newcomer(stage: Stage) -> None:
    _, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    ids = [await asked(ana, room_id, f"{number}?") for number in range(105)]
    await ana.ask(VoteQuestion(room_id=room_id, question_id=ids[-1]))
    entered = await (await stage.viewer("newcomer")).ask(EnterRoom(room_id=room_id))
    assert [one.question_id for one in entered.questions] == [ids[-1], *ids[:99]]
