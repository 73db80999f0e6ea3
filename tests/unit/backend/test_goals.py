"""Goals of every kind: what moves them, where they begin, what is refused, what a restart finds."""

from __future__ import annotations

from typing import Any

import pytest

from studio.backend.settings import BackendSettings
from studio.model.room import Goal, GoalKind
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import EnterRoom, Follow, Like, OpenRoom, SendGift, SetGoal, Share
from studio.protocol.events import GoalUpdated
from tests.unit.backend.conftest import CORGI, ROSE, Stage


def goal_of(person: Any) -> Goal:
    """As it was last told; a goal of target 0 before anything was."""
    told = [one.goal for one in person.events if isinstance(one, GoalUpdated)]
    return told[-1] if told and told[-1] is not None else Goal(title="", target=0)


async def everything(stage: Stage, room_id: str, handle: str) -> None:
    """One person does one of each: 3 likes, a share, a follow, 2 roses."""
    viewer = await stage.guest(room_id, handle, packs=1)
    await viewer.ask(Like(room_id=room_id, count=3))
    await viewer.ask(Share(room_id=room_id))
    await viewer.ask(Follow(room_id=room_id))
    await viewer.ask(SendGift(room_id=room_id, gift_id=ROSE, count=2))


KINDS = [
    (GoalKind.DIAMONDS, 2),
    (GoalKind.LIKES, 3),
    (GoalKind.FOLLOWERS, 1),
    (GoalKind.SHARES, 1),
    (GoalKind.GIFT, 2),
]


@pytest.mark.parametrize(("kind", "each"), KINDS)
async def test_a_goal_counts_its_own_kind_from_when_it_was_set(
    staged: Any, settings: BackendSettings, kind: GoalKind, each: int
) -> None:
    async with staged(settings, goal_every_s=0.0) as stage:
        host, room_id = await stage.live()
        await everything(stage, room_id, "before")
        gift_id = ROSE if kind is GoalKind.GIFT else 0
        await host.ask(SetGoal(room_id=room_id, title="Cake", target=50, kind=kind, gift_id=gift_id))
        await host.until(lambda: goal_of(host).target == 50)
        assert (goal_of(host).kind, goal_of(host).reached) == (kind, 0)
        await everything(stage, room_id, "after")
        await host.until(lambda: goal_of(host).reached == each)
        await host.ask(SetGoal(room_id=room_id, title="Cake", target=90, kind=kind, gift_id=gift_id))
        await host.until(lambda: goal_of(host).target == 90)
        assert goal_of(host).reached == each


async def test_another_kind_under_the_same_title_begins_anew(staged: Any, settings: BackendSettings) -> None:
    async with staged(settings, goal_every_s=0.0) as stage:
        host, room_id = await stage.live(goal_title="Cake", goal_target=10)
        await everything(stage, room_id, "ana")
        await host.until(lambda: goal_of(host).reached == 2)
        await host.ask(SetGoal(room_id=room_id, title="Cake", target=10, kind=GoalKind.LIKES))
        await host.until(lambda: goal_of(host).kind is GoalKind.LIKES)
        assert goal_of(host).reached == 0


async def test_only_the_gift_that_was_named_counts(staged: Any, settings: BackendSettings) -> None:
    async with staged(settings, goal_every_s=0.0) as stage:
        host, room_id = await stage.live(
            goal_title="Any", goal_target=10, goal_kind=GoalKind.GIFT, goal_gift_id=ROSE
        )
        entered = await (await stage.stranger()).ask(EnterRoom(room_id=room_id))
        assert (entered.room.goal.gift_id, entered.room.goal.gift_name) == (ROSE, "Rose")
        ana = await stage.guest(room_id, "ana", packs=5)
        await ana.ask(SendGift(room_id=room_id, gift_id=CORGI))
        await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=3))
        await host.until(lambda: goal_of(host).reached > 0)
        assert goal_of(host).reached == 3


async def test_what_cannot_be_a_goal_is_refused(stage: Stage) -> None:
    host, room_id = await stage.live()
    for command, code in (
        (
            SetGoal(room_id=room_id, title="x", target=1, kind=GoalKind.GIFT, gift_id=7),
            ErrorCode.UNKNOWN_GIFT,
        ),
        (SetGoal(room_id=room_id, title="x", target=2**40, kind=GoalKind.LIKES), ErrorCode.INVALID_AMOUNT),
        (SetGoal(room_id=room_id, title="x" * 500, target=1), ErrorCode.INVALID_TEXT),
    ):
        assert (await host.refused(command)).code is code
    other = await stage.host("other")
    wrong = OpenRoom(title="Hello", goal_title="x", goal_target=1, goal_kind=GoalKind.GIFT, goal_gift_id=-1)
    assert (await other.refused(wrong)).code is ErrorCode.UNKNOWN_GIFT


@pytest.mark.parametrize(("kind", "each"), KINDS)
async def test_a_goal_goes_on_after_a_restart(
    staged: Any, settings: BackendSettings, kind: GoalKind, each: int
) -> None:
    gift_id = ROSE if kind is GoalKind.GIFT else 0
    async with staged(settings, goal_every_s=0.0) as stage:
        host, room_id = await stage.live(
            goal_title="Cake", goal_target=50, goal_kind=kind, goal_gift_id=gift_id
        )
        await everything(stage, room_id, "ana")
        token = host.token
    async with staged(settings, goal_every_s=0.0) as stage:
        host = await stage.stranger(token)
        entered = await host.ask(EnterRoom(room_id=room_id))
        assert (entered.room.goal.kind, entered.room.goal.reached) == (kind, each)
        await everything(stage, room_id, "ben")
        await host.until(lambda: goal_of(host).reached == 2 * each)
