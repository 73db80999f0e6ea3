"""What people say in a room, what newcomers see of it, and what a host does about it."""

from __future__ import annotations

import pytest

from studio.backend.settings import BackendSettings
from studio.model.limits import Limits
from studio.protocol.codec import decode_event
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import (
    AnswerQuestion,
    AskQuestion,
    CloseRoom,
    Comment,
    EnterRoom,
    Follow,
    LeaveRoom,
    Like,
    OpenRoom,
    ReportPicture,
    SendGift,
    SetGoal,
    Share,
)
from studio.protocol.events import (
    Commented,
    CommentPinned,
    CommentRemoved,
    Followed,
    GiftSent,
    GoalUpdated,
    Joined,
    PersonMuted,
    QuestionAnswered,
    QuestionAsked,
    ViewersCounted,
)
from studio.protocol.moderation import MutePerson, PinComment, RemoveComment
from tests.unit.backend.conftest import ROSE, Stage


async def test_a_hostile_comment_is_cleaned_or_refused(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    for text in ("", "   ", "\u202e\u2066\x00\x1b", "\n\n"):
        assert (await ana.refused(Comment(room_id=room_id, text=text))).code is ErrorCode.INVALID_TEXT
    long = await ana.refused(Comment(room_id=room_id, text="x" * 10_000))
    assert long.code is ErrorCode.INVALID_TEXT
    assert "150" in long.message
    assert "10,000" in long.message
    assert (await ana.refused(Comment(room_id=room_id, text="x" * 20_001))).code is ErrorCode.MALFORMED
    script = "<script>alert(1)</script> \u202egnp\u202c \x07 ok\r\nDROP TABLE"
    await ana.ask(Comment(room_id=room_id, text=script))
    seen = await host.until_event(Commented)
    assert seen.text == "<script>alert(1)</script> gnp ok DROP TABLE"
    await ana.ask(Comment(room_id=room_id, text="é" * 150))


async def test_acting_needs_being_in_the_room(stage: Stage) -> None:
    _, room_id = await stage.live()
    ana = await stage.viewer("ana", packs=1)
    for command in (
        Comment(room_id=room_id, text="hi"),
        AskQuestion(room_id=room_id, text="hi"),
        Like(room_id=room_id),
        Share(room_id=room_id),
        SendGift(room_id=room_id, gift_id=ROSE),
        ReportPicture(room_id=room_id, latency_ms=1),
    ):
        assert (await ana.refused(command)).code is ErrorCode.NOT_IN_ROOM
    await ana.ask(EnterRoom(room_id=room_id))
    await ana.ask(Comment(room_id=room_id, text="hi"))
    await ana.ask(LeaveRoom(room_id=room_id))
    assert (await ana.refused(Like(room_id=room_id))).code is ErrorCode.NOT_IN_ROOM


async def test_rooms_that_are_not_there_or_over(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    for command in (
        EnterRoom(room_id="nowhere"),
        Comment(room_id="nowhere", text="hi"),
        Follow(room_id="nowhere"),
    ):
        assert (await ana.refused(command)).code is ErrorCode.NO_SUCH_ROOM
    assert (await host.refused(OpenRoom(title="again"))).code is ErrorCode.ALREADY_LIVE
    assert (await ana.refused(OpenRoom(title="me too"))).code is ErrorCode.NOT_A_HOST
    await host.ask(CloseRoom(room_id=room_id))
    for command in (EnterRoom(room_id=room_id), Comment(room_id=room_id, text="hi")):
        assert (await ana.refused(command)).code is ErrorCode.ROOM_CLOSED
    assert (await host.refused(CloseRoom(room_id=room_id))).code is ErrorCode.ROOM_CLOSED
    await host.ask(OpenRoom(title="again"))


async def test_someone_elses_room(stage: Stage) -> None:
    _, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    other = await stage.host("other")
    for person in (ana, other):
        for command in (
            CloseRoom(room_id=room_id),
            SetGoal(room_id=room_id, title="mine", target=5),
            PinComment(room_id=room_id, comment_id="x"),
            RemoveComment(room_id=room_id, comment_id="x"),
            MutePerson(room_id=room_id, person_id=ana.id),
            AnswerQuestion(room_id=room_id, question_id="x"),
        ):
            assert (await person.refused(command)).code is ErrorCode.NOT_YOUR_ROOM


async def test_a_removed_comment_is_gone_for_newcomers(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    bad = await ana.ask(Comment(room_id=room_id, text="bad"))
    good = await ana.ask(Comment(room_id=room_id, text="good"))
    await host.ask(PinComment(room_id=room_id, comment_id=bad.item_id))
    assert (await ana.until_event(CommentPinned)).pinned.text == "bad"
    await host.ask(RemoveComment(room_id=room_id, comment_id=bad.item_id))
    assert (await ana.until_event(CommentRemoved)).comment_id == bad.item_id
    await ana.until_event(CommentPinned, pinned=None)
    assert (
        await host.refused(RemoveComment(room_id=room_id, comment_id=bad.item_id))
    ).code is ErrorCode.NO_SUCH_COMMENT
    for wrong in ("x", f"{room_id}.999", f"{room_id}.1", f"other.{good.seq}", f"{room_id}.-1"):
        refused = await host.refused(PinComment(room_id=room_id, comment_id=wrong))
        assert refused.code is ErrorCode.NO_SUCH_COMMENT
    ben = await stage.viewer("ben")
    entered = await ben.ask(EnterRoom(room_id=room_id))
    assert [decode_event(one).text for one in entered.recent] == ["good"]


async def test_a_mute_silences_and_hides(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana, ben = await stage.guest(room_id, "ana"), await stage.guest(room_id, "ben")
    await ana.ask(Comment(room_id=room_id, text="from ana"))
    await ben.ask(Comment(room_id=room_id, text="from ben"))
    await host.ask(MutePerson(room_id=room_id, person_id=ana.id, seconds=300))
    muted = await ana.until_event(PersonMuted)
    assert muted.until_ms == muted.at_ms + 300_000
    for command in (Comment(room_id=room_id, text="x"), AskQuestion(room_id=room_id, text="x")):
        refused = await ana.refused(command)
        assert refused.code is ErrorCode.MUTED
        assert refused.retry_after_ms > 0
    await host.ask(MutePerson(room_id=room_id, person_id=ben.id))
    assert (await ben.refused(Comment(room_id=room_id, text="x"))).retry_after_ms == 0
    assert (
        await host.refused(MutePerson(room_id=room_id, person_id="nobody"))
    ).code is ErrorCode.NO_SUCH_PERSON
    assert (await host.refused(MutePerson(room_id=room_id, person_id=host.id))).code is ErrorCode.NOT_YOURSELF
    cleo = await stage.viewer("cleo")
    assert (await cleo.ask(EnterRoom(room_id=room_id))).recent == ()


async def test_questions(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    asked = await ana.ask(AskQuestion(room_id=room_id, text="why?"))
    assert (await host.until_event(QuestionAsked)).question_id == asked.item_id
    for _ in range(2):
        await host.ask(AnswerQuestion(room_id=room_id, question_id=asked.item_id))
    await host.ask(Comment(room_id=room_id, text="because"))
    await ana.until_event(Commented)
    assert len([one for one in ana.events if isinstance(one, QuestionAnswered)]) == 1
    refused = await host.refused(AnswerQuestion(room_id=room_id, question_id=f"{room_id}.1"))
    assert refused.code is ErrorCode.NO_SUCH_QUESTION


async def test_followers_are_told_on_every_open_page(stage: Stage) -> None:
    host, room_id = await stage.live("mara")
    ana = await stage.guest(room_id, "ana")
    second_page = await stage.stranger(ana.token)
    for _ in range(2):
        await ana.ask(Follow(room_id=room_id))
    assert (await host.until_event(Followed)).followers == 1
    assert (await host.refused(Follow(room_id=room_id))).code is ErrorCode.NOT_YOURSELF
    ben = await stage.guest(room_id, "ben")
    await ben.ask(Follow(room_id=room_id))
    await ben.ask(Follow(room_id=room_id, following=False))
    assert (await ana.ask(EnterRoom(room_id=room_id))).following
    assert not (await ben.ask(EnterRoom(room_id=room_id))).following
    closed = await host.ask(CloseRoom(room_id=room_id))
    assert closed.totals.new_followers == 2
    opened = await host.ask(OpenRoom(title="Part two"))
    assert opened.notified == 1
    for page in (ana, second_page):
        await page.until(lambda page=page: [one for one in page.notices if one.host_started])
        started = next(one.host_started for one in page.notices if one.host_started)
        assert (started.room_id, started.host.handle, started.title) == (
            opened.room.room_id,
            "mara",
            "Part two",
        )
    assert not [one for one in ben.notices if one.host_started]


async def test_a_viewer_is_counted_once_however_many_pages(staged, settings: BackendSettings) -> None:
    async with staged(settings, viewers_every_s=0.0) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        page = await stage.stranger(ana.token)
        await page.ask(EnterRoom(room_id=room_id))
        nobody = await stage.stranger()
        await nobody.ask(EnterRoom(room_id=room_id))
        await host.until_event(ViewersCounted, viewers=2, unique=2)
        await ana.close()
        await nobody.close()
        last = await host.until_event(ViewersCounted, viewers=1, unique=2)
        assert (last.peak, last.unique) == (2, 2)
        await page.sign_up("ben")  # the same page, now somebody else
        await host.until_event(ViewersCounted, unique=3)
        assert len([one for one in host.events if isinstance(one, Joined)]) == 2


async def test_the_goal_moves_with_the_diamonds(staged, settings: BackendSettings) -> None:
    async with staged(settings, goal_every_s=0.0) as stage:
        host, room_id = await stage.live(goal_title="Cake", goal_target=100)
        ana = await stage.guest(room_id, "ana", packs=1)
        await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=30))
        assert (await host.until_event(GoalUpdated)).goal.reached == 30
        await host.ask(SetGoal(room_id=room_id, title="Cake", target=200))
        assert (await host.until_event(GoalUpdated)).goal.reached == 30
        await host.ask(SetGoal(room_id=room_id, title="Tea", target=10))
        await host.until(lambda: _goal(host) is not None and _goal(host).title == "Tea")
        assert _goal(host).reached == 0
        await host.ask(SetGoal(room_id=room_id))
        await host.until(lambda: _goal(host) is None)
        assert (await ana.ask(EnterRoom(room_id=room_id))).room.goal is None


def _goal(person):
    return [one for one in person.events if isinstance(one, GoalUpdated)][-1].goal


async def test_the_host_hears_how_late_the_picture_is(staged, settings: BackendSettings) -> None:
    async with staged(settings, picture_every_s=0.0) as stage:
        host, room_id = await stage.live()
        for handle, latency in (("ana", 300), ("ben", 400), ("cleo", 2_000)):
            viewer = await stage.guest(room_id, handle)
            await viewer.ask(ReportPicture(room_id=room_id, latency_ms=latency, dropped=latency // 100))
        await host.until(lambda: [one for one in host.notices if one.picture and one.picture.viewers == 3])
        told = [one.picture for one in host.notices if one.picture][-1]
        assert (told.room_id, told.latency_ms, told.dropped) == (room_id, 400, 27)


async def test_a_host_who_stays_away_loses_the_room(staged, settings: BackendSettings) -> None:
    async with staged(settings, host_away_s=0.1) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        await host.close()
        await ana.until(lambda: ana.events and ana.events[-1].__class__.__name__ == "RoomClosed")
        assert "away" in ana.events[-1].reason


@pytest.mark.parametrize("gap", [False, True])
async def test_a_streak_goes_on_or_ends(staged, settings: BackendSettings, gap: bool) -> None:
    timeout = 150 if gap else 60_000
    async with staged(settings, limits=Limits(streak_timeout_ms=timeout)) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana", packs=1)
        first = await ana.ask(SendGift(room_id=room_id, gift_id=ROSE))
        if gap:
            await host.until_event(GiftSent, streak_id=first.streak_id, ended=True)
        second = await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=4))
        assert (second.streak_id != first.streak_id) is gap
        assert second.count == (4 if gap else 5)
        await host.ask(CloseRoom(room_id=room_id))
        end = await host.until_event(GiftSent, streak_id=second.streak_id, ended=True)
        assert (end.count, end.added, end.coins, end.diamonds) == (second.count, 0, 0, 0)
