"""The countdown: set, replaced, over, taken away, and there for who comes late."""

from __future__ import annotations

from studio.protocol.activities import SetCountdown
from studio.protocol.activity_events import CountdownChanged
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import EnterRoom
from tests.unit.backend.conftest import Stage


async def test_a_countdown_from_beginning_to_end(stage: Stage) -> None:
    host, room_id = await stage.live()
    await host.ask(SetCountdown(room_id=room_id, title="Next sketch", seconds=600))
    begun = await host.until_event(CountdownChanged)
    assert begun.countdown.ends_ms - begun.at_ms == 600_000
    entered = await (await stage.stranger()).ask(EnterRoom(room_id=room_id))
    assert entered.room.activities.countdown == begun.countdown
    await host.ask(SetCountdown(room_id=room_id, title="Soon", seconds=1))
    ended = []
    await host.until(
        lambda: (
            ended.extend(
                one
                for one in host.events
                if isinstance(one, CountdownChanged) and one.countdown and one.countdown.ended
            )
            or ended
        )
    )
    assert ended[0].countdown.title == "Soon"
    assert ended[0].at_ms >= ended[0].countdown.ends_ms
    await host.ask(SetCountdown(room_id=room_id))
    await host.until_event(CountdownChanged, countdown=None)


async def test_what_cannot_be_a_countdown_is_refused(stage: Stage) -> None:
    host, room_id = await stage.live()
    viewer = await stage.guest(room_id, "ana")
    long = SetCountdown(room_id=room_id, seconds=86_401)
    assert (await host.refused(long)).code is ErrorCode.INVALID_ACTIVITY
    wordy = SetCountdown(room_id=room_id, title="x" * 41, seconds=5)
    assert (await host.refused(wordy)).code is ErrorCode.INVALID_TEXT
    assert (await viewer.refused(SetCountdown(room_id=room_id, seconds=5))).code is ErrorCode.NOT_YOUR_ROOM
