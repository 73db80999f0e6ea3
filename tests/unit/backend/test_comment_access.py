"""Who may comment in a room: the host's choice, enforced, told to everyone, kept over a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic_command
from alembic.config import Config
from sqlalchemy import select, text

from studio.backend.moderation import access
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.database import migrate, open_engine
from studio.model.room import CommentAccess, Commenters
from studio.protocol.codec import new_id
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import AskQuestion, CloseRoom, Comment, EnterRoom, Follow, OpenRoom, Resume
from studio.protocol.events import CommentAccessChanged, Commented, RoomClosed
from studio.protocol.moderation import MutePerson, SetCommentAccess
from tests.unit.backend.conftest import Stage

FOLLOWERS = CommentAccess(who=Commenters.FOLLOWERS)
NOBODY = CommentAccess(who=Commenters.NOBODY)


async def test_followers_only_lets_in_who_follows_at_once(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await host.ask(SetCommentAccess(room_id=room_id, access=FOLLOWERS))
    changed = await ana.until_event(CommentAccessChanged)
    assert (changed.access, changed.by.handle, changed.seq > 1) == (FOLLOWERS, "host", True)
    refused = await ana.refused(Comment(room_id=room_id, text="hi"))
    assert refused.code is ErrorCode.FOLLOWERS_ONLY
    assert refused.message == "Only followers can comment now. Follow to join in."
    asked = await ana.refused(AskQuestion(room_id=room_id, text="hi?"))
    assert (asked.code, asked.message) == (
        ErrorCode.FOLLOWERS_ONLY,
        "Only followers can ask now. Follow to join in.",
    )
    await ana.ask(Follow(room_id=room_id))
    await ana.ask(Comment(room_id=room_id, text="now I follow"))
    assert (await host.until_event(Commented)).text == "now I follow"
    await ana.ask(Follow(room_id=room_id, following=False))
    assert (await ana.refused(Comment(room_id=room_id, text="hi"))).code is ErrorCode.FOLLOWERS_ONLY


async def test_nobody_means_nobody_but_the_host(stage: Stage) -> None:
    host, room_id = await stage.live(comment_access=NOBODY)
    ana = await stage.guest(room_id, "ana")
    await ana.ask(Follow(room_id=room_id))
    for command, message in (
        (Comment(room_id=room_id, text="hi"), "Nobody can comment now."),
        (AskQuestion(room_id=room_id, text="hi?"), "Nobody can ask now."),
    ):
        refused = await ana.refused(command)
        assert (refused.code, refused.message) == (ErrorCode.COMMENTS_CLOSED, message)
    await host.ask(Comment(room_id=room_id, text="only me today"))
    await host.ask(SetCommentAccess(room_id=room_id, access=CommentAccess()))
    await ana.ask(Comment(room_id=room_id, text="thanks"))


async def test_a_mute_is_said_before_the_rest(stage: Stage) -> None:
    host, room_id = await stage.live(comment_access=FOLLOWERS)
    ana = await stage.guest(room_id, "ana")
    await host.ask(MutePerson(room_id=room_id, person_id=ana.id, seconds=60))
    assert (await ana.refused(Comment(room_id=room_id, text="hi"))).code is ErrorCode.MUTED


async def test_followers_of_some_standing(stage: Stage) -> None:
    old = CommentAccess(who=Commenters.FOLLOWERS, follow_age_s=600)
    host, room_id = await stage.live(comment_access=old)
    ana = await stage.guest(room_id, "ana")
    refused = await ana.refused(Comment(room_id=room_id, text="hi"))
    assert (
        refused.message == "Only people who have followed for 10 minutes can comment now. Follow to join in."
    )
    await ana.ask(Follow(room_id=room_id))
    refused = await ana.refused(Comment(room_id=room_id, text="hi"))
    assert refused.code is ErrorCode.FOLLOWERS_ONLY
    assert refused.message == (
        "Only people who have followed for 10 minutes can comment now. You can in 10 minutes."
    )
    assert 590_000 < refused.retry_after_ms <= 600_000
    now_ms = stage.backend.writer._now_ms
    stage.backend.writer._now_ms = lambda: now_ms() + 600_000  # ten minutes later
    await ana.ask(Comment(room_id=room_id, text="ten minutes later"))
    await host.ask(SetCommentAccess(room_id=room_id, access=FOLLOWERS))
    await ana.ask(Comment(room_id=room_id, text="still in"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (7_200, "2 hours"),
     (86_400, "1 day"), (604_800, "7 days")],
)  # fmt: skip
def test_spans_read_like_speech(seconds: int, words: str) -> None:
    assert access._span(seconds) == words


async def test_the_same_choice_again_is_no_event_and_the_same_id_no_second_one(stage: Stage) -> None:
    host, room_id = await stage.live()
    request = new_id()
    for _ in range(3):
        await host.ask(SetCommentAccess(room_id=room_id, access=FOLLOWERS), request)
    await host.ask(SetCommentAccess(room_id=room_id, access=FOLLOWERS))
    await host.ask(SetCommentAccess(room_id=room_id, access=NOBODY))
    # Sent again after a cut, with the id it had: it must not take back what was chosen since.
    await host.ask(SetCommentAccess(room_id=room_id, access=FOLLOWERS), request)
    await host.ask(CloseRoom(room_id=room_id))
    await host.until_event(RoomClosed)
    changes = [one.access for one in host.events if isinstance(one, CommentAccessChanged)]
    assert changes == [FOLLOWERS, NOBODY]


async def test_only_the_host_chooses_and_only_within_bounds(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    assert (
        await ana.refused(SetCommentAccess(room_id=room_id, access=FOLLOWERS))
    ).code is ErrorCode.NOT_YOUR_ROOM
    for age in (-1, 31_536_001):
        wrong = SetCommentAccess(room_id=room_id, access=CommentAccess(follow_age_s=age))
        assert (await host.refused(wrong)).code is ErrorCode.MALFORMED
    await host.ask(CloseRoom(room_id=room_id))
    late = await host.refused(SetCommentAccess(room_id=room_id, access=FOLLOWERS))
    assert late.code is ErrorCode.ROOM_CLOSED


async def test_newcomers_and_those_who_come_back_are_told(stage: Stage) -> None:
    host, room_id = await stage.live()
    await host.ask(SetCommentAccess(room_id=room_id, access=FOLLOWERS))
    ana = await stage.viewer("ana")
    entered = await ana.ask(EnterRoom(room_id=room_id))
    assert entered.room.comment_access == FOLLOWERS
    kim = await stage.viewer("kim")
    resumed = await kim.ask(Resume(room_id=room_id, after_seq=1))
    assert resumed.room.comment_access == FOLLOWERS
    assert (await kim.until_event(CommentAccessChanged)).access == FOLLOWERS


async def test_it_survives_a_restart(settings: BackendSettings, staged: Callable[..., Any]) -> None:
    old = CommentAccess(who=Commenters.FOLLOWERS, follow_age_s=60)
    async with staged(settings) as stage:
        host, room_id = await stage.live()
        await host.ask(SetCommentAccess(room_id=room_id, access=old))
    async with staged(settings) as stage:
        ana = await stage.viewer("ana")
        entered = await ana.ask(EnterRoom(room_id=room_id))
        assert entered.room.comment_access == old
        assert (await ana.refused(Comment(room_id=room_id, text="hi"))).code is ErrorCode.FOLLOWERS_ONLY
        back = await stage.stranger(host.token)
        assert back.identified is not None and back.identified.live_room is not None
        assert back.identified.live_room.comment_access == old
        await back.ask(CloseRoom(room_id=room_id))
        again = await back.ask(OpenRoom(title="Another"))
        assert again.room.comment_access == CommentAccess(), "a new LIVE begins as it was asked for"


def test_rooms_of_before_are_open_to_everyone(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    config = Config()
    config.set_main_option("script_location", "studio/backend/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic_command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO accounts VALUES ('a', 'rin', 'rin', '', 'host', 'x', 1)"),
        )
        connection.execute(
            text(
                "INSERT INTO rooms (id, host_id, title, topic, started_ms, last_seq, totals) "
                "VALUES ('r', 'a', 'Hello', '', 1, 0, '{}')"
            )
        )
    migrate(engine)
    with engine.connect() as connection:
        rooms = schema.rooms
        row = connection.execute(select(rooms.c.commenters, rooms.c.follow_age_s)).one()
    assert tuple(row) == ("everyone", 0)
    engine.dispose()
