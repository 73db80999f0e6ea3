"""Stepping away restores exactly what was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from studio.media.frame import Pixels
from studio.model.room import CommentAccess, Commenters
from studio.model.room import Room as LiveRoom
from studio.net.errors import Rejected
from studio.protocol.codes import ErrorCode
from studio.protocol.events import CommentAccessChanged
from studio.protocol.moderation import SetCommentAccess
from studio.services.live import Phase
from studio.services.profile import Profile, SavedHush
from studio.services.slate import ProgramSlate, SlateReason
from studio.services.step_away import StepAwayService
from tests.fakes.feed_services import HOST, Rig

EVERYONE = CommentAccess()
FOLLOWERS = CommentAccess(who=Commenters.FOLLOWERS)
OLD_FOLLOWERS = CommentAccess(who=Commenters.FOLLOWERS, follow_age_s=600)
NOBODY = CommentAccess(who=Commenters.NOBODY)


class Room:
    """Microphone, alerts and curtain by hand."""

    canvas = (72, 128)

    def __init__(self, *, muted: bool = False, alerts_paused: bool = False) -> None:
        self.muted, self.alerts_paused = muted, alerts_paused
        self.curtain: Pixels | None = None

    def pause_alerts(self, paused: bool) -> None:
        self.alerts_paused = paused

    def set_curtain(self, picture: Pixels | None) -> None:
        self.curtain = picture


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def chosen(rig: Rig, access: CommentAccess) -> None:
    """The backend tells everyone who may comment."""
    rig.send(CommentAccessChanged(access=access, by=HOST, **rig._stamp()))


async def asked(rig: Rig) -> list[CommentAccess]:
    """What the backend was asked for about comments, in order."""
    await asyncio.gather(*rig.services.tasks._running, return_exceptions=True)
    return [one.access for one in rig.link.asked if isinstance(one, SetCommentAccess)]


@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize("paused", [False, True])
async def test_coming_back_restores_what_was(rig: Rig, muted: bool, paused: bool) -> None:
    room = Room(muted=muted, alerts_paused=paused)
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    away.toggle()
    assert (away.away, room.muted, room.alerts_paused) == (True, True, True)
    assert room.curtain is not None
    assert await asked(rig) == [FOLLOWERS]
    chosen(rig, FOLLOWERS)
    away.toggle()
    assert (away.away, room.muted, room.alerts_paused) == (False, muted, paused)
    assert room.curtain is None
    assert await asked(rig) == [FOLLOWERS, EVERYONE]


@pytest.mark.parametrize("access", [FOLLOWERS, OLD_FOLLOWERS, NOBODY])
async def test_comments_that_fewer_may_write_already_stay_as_they_are(
    rig: Rig, access: CommentAccess
) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    chosen(rig, access)
    away.toggle()
    closed = "comments closed" if access == NOBODY else "comments for followers only"
    assert away.hushes == ("microphone muted", "alerts wait", closed)
    away.toggle()
    assert await asked(rig) == []


@pytest.mark.parametrize("answered", [False, True])
async def test_what_the_host_chose_meanwhile_stays(rig: Rig, answered: bool) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    away.toggle()
    if answered:
        chosen(rig, FOLLOWERS)
    # Even what looks like ours: the host wants it now.
    rig.services.live.desk.choose_access(FOLLOWERS)
    away.toggle()
    assert await asked(rig) == [FOLLOWERS, FOLLOWERS]


async def test_what_another_studio_chose_meanwhile_stays(rig: Rig) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    away.toggle()
    chosen(rig, FOLLOWERS)
    chosen(rig, NOBODY)
    away.toggle()
    assert await asked(rig) == [FOLLOWERS]


async def test_what_was_chosen_elsewhere_just_before_is_what_comes_back(rig: Rig) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    away.toggle()
    chosen(rig, OLD_FOLLOWERS)  # on its way when ours was sent
    chosen(rig, FOLLOWERS)
    away.toggle()
    assert await asked(rig) == [FOLLOWERS, OLD_FOLLOWERS]


async def test_away_again_before_the_backend_has_answered(rig: Rig) -> None:
    """Cut off, keys are pressed faster than the backend hears of it."""
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    for _ in range(3):
        away.toggle()
    assert away.away
    assert await asked(rig) == [FOLLOWERS, EVERYONE, FOLLOWERS]
    for access in (FOLLOWERS, EVERYONE, FOLLOWERS):
        chosen(rig, access)
    assert "comments for followers only" in away.hushes
    away.toggle()
    assert (await asked(rig))[3:] == [EVERYONE]


async def test_comments_just_closed_by_hand_are_not_opened_to_followers(rig: Rig) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    rig.services.live.desk.choose_access(NOBODY)
    away.toggle()
    assert await asked(rig) == [NOBODY]
    chosen(rig, NOBODY)
    away.toggle()
    assert await asked(rig) == [NOBODY]


async def test_a_backend_that_refuses_leaves_the_rest_away_and_says_so(rig: Rig) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    said: list[str] = []
    away.failed.connect(said.append)
    rig.link.refusal = Rejected(int(ErrorCode.UNKNOWN_COMMAND), "This server does not know that command.")
    away.toggle()
    assert await asked(rig) == [FOLLOWERS]
    assert said == ["You are away, but everyone can still comment: This server does not know that command."]
    assert (away.away, room.muted, room.alerts_paused) == (True, True, True)
    assert room.curtain is not None
    assert away.hushes == ("microphone muted", "alerts wait")
    rig.link.refusal = None
    away.toggle()
    assert (away.away, room.muted, room.alerts_paused, room.curtain) == (False, False, False, None)
    assert await asked(rig) == [FOLLOWERS], "nothing was changed, so nothing is restored"


async def test_a_slate_of_the_guard_stays_when_the_host_comes_back(rig: Rig) -> None:
    room = Room()
    slate = ProgramSlate(room)
    away = StepAwayService(rig.services.live, slate, room, room)
    rig.go_live()
    slate.put_up(SlateReason.TROUBLE, "Back in a moment")
    trouble = room.curtain
    away.toggle()
    assert not np.array_equal(room.curtain, trouble)
    away.toggle()
    assert np.array_equal(room.curtain, trouble)


async def test_off_air_there_is_nothing_to_step_away_from(rig: Rig) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.sign_in()
    away.toggle()
    assert not away.away
    assert not room.muted
    assert await asked(rig) == []


async def test_the_end_of_the_live_brings_everything_back(rig: Rig) -> None:
    room = Room()
    away = StepAwayService(rig.services.live, ProgramSlate(room), room, room)
    rig.go_live()
    away.toggle()
    rig.services.live._set_phase(Phase.ENDING)
    assert away.away
    rig.services.live._set_phase(Phase.SUMMARY)
    assert (away.away, room.muted, room.alerts_paused, room.curtain) == (False, False, False, None)
    assert await asked(rig) == [FOLLOWERS], "the room is closed: nobody can comment in it"


async def _stepped_away(rig: Rig) -> None:
    """And this studio is killed: what is left of it is the profile."""
    away = StepAwayService(rig.services.live, ProgramSlate(Room()), profile=rig.services.profile)
    rig.go_live()
    away.toggle()
    await asked(rig)
    rig.services.profile.flush()


def _next_studio(folder: Path, room: str, access: CommentAccess) -> Rig:
    """Started with the same profile: it takes up the room, which has this access."""
    rig = Rig(folder)
    live = rig.services.live
    StepAwayService(live, ProgramSlate(Room()), profile=rig.services.profile).setParent(live)
    rig.sign_in()
    live.room = LiveRoom(room_id=room, host=HOST, title="", topic="", started_ms=0)
    live._set_access(access)
    live._set_phase(Phase.LIVE)
    return rig


async def test_a_studio_that_was_killed_while_away_opens_comments_when_the_live_is_resumed(
    rig: Rig, tmp_path: Path
) -> None:
    await _stepped_away(rig)
    kept = Profile(tmp_path / "profile.json").saved.hush
    assert kept == SavedHush("room", EVERYONE)
    after = _next_studio(tmp_path, "room", FOLLOWERS)
    assert await asked(after) == [EVERYONE]
    assert after.services.profile.saved.hush is None, "once, not at every start"


OTHERS = [("another", FOLLOWERS), ("room", NOBODY), ("room", OLD_FOLLOWERS), ("room", EVERYONE)]


@pytest.mark.parametrize(("room", "access"), OTHERS)
async def test_another_room_or_what_was_chosen_meanwhile_is_left_alone(
    rig: Rig, tmp_path: Path, room: str, access: CommentAccess
) -> None:
    await _stepped_away(rig)
    after = _next_studio(tmp_path, room, access)
    assert await asked(after) == []
    assert after.services.profile.saved.hush is None


@pytest.mark.parametrize("how", ["back", "chosen by hand", "ended"])
async def test_when_that_is_settled_nothing_is_kept(rig: Rig, how: str) -> None:
    live, profile = rig.services.live, rig.services.profile
    away = StepAwayService(live, ProgramSlate(Room()), profile=profile)
    rig.go_live()
    away.toggle()
    assert profile.saved.hush == SavedHush("room", EVERYONE)
    match how:
        case "back":
            away.toggle()
        case "ended":
            live._set_phase(Phase.SUMMARY)
        case _:
            live.desk.choose_access(NOBODY)
    assert profile.saved.hush is None
    await asked(rig)


async def test_signed_out_while_away_the_room_waits_for_the_same_host(rig: Rig) -> None:
    live, profile = rig.services.live, rig.services.profile
    away = StepAwayService(live, ProgramSlate(Room()), profile=profile)
    rig.go_live()
    away.toggle()
    chosen(rig, FOLLOWERS)
    live._set_phase(Phase.SIGNED_OUT)
    assert not away.away and profile.saved.hush == SavedHush("room", EVERYONE)
    live._set_phase(Phase.LIVE)
    assert await asked(rig) == [FOLLOWERS, EVERYONE]


async def test_it_works_without_microphone_and_alerts_and_says_for_how_long(rig: Rig) -> None:
    room, now = Room(), [50.0]
    away = StepAwayService(rig.services.live, ProgramSlate(room), clock=lambda: now[0])
    rig.go_live()
    changes: list[tuple[bool, tuple[str, ...]]] = []
    away.changed.connect(lambda: changes.append((away.away, away.hushes)))
    assert away.away_s == 0
    away.toggle()
    now[0] += 42.7
    assert away.away_s == 42
    chosen(rig, FOLLOWERS)
    away.toggle()
    assert away.away_s == 0
    followers = ("comments for followers only",)
    assert changes == [(True, ()), (True, followers), (False, followers)]
    await asked(rig)
