"""The audience against a small server that speaks the protocol: counts agree on both sides, through cuts."""

from __future__ import annotations

import asyncio

import pytest

from studio.protocol import commands as c
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command
from studio.rehearsal.audience import Audience, socket_origin
from studio.rehearsal.script import Do, write_script
from tests.unit.rehearsal.small_server import ROOM, picture, small_server


def planned(seed: int, viewers: int, seconds: float, storm: float | None = None) -> dict[Do, int]:
    acts = write_script(seed, viewers, seconds, storm)
    return {do: sum(act.do is do for act in acts) for do in Do}


async def test_everything_the_script_says_happens_on_the_server_once() -> None:
    plan = planned(3, 6, 3.0, storm=60)
    async with small_server() as server:
        report = await Audience(server.url, ROOM, seed=3, viewers=6, seconds=3.0, storm=60).run()
    assert report.joined == 6
    assert plan[Do.GIFT] > 30 and plan[Do.COMMENT] > 10
    assert report.gifts_answered == server.gifts == plan[Do.GIFT]
    assert report.diamonds_answered == server.diamonds
    assert report.coins_spent * 2 == server.diamonds
    assert sorted(server.texts) == sorted(
        act.text for act in write_script(3, 6, 3.0, 60) if act.do is Do.COMMENT
    )
    assert server.kinds.count("like") == plan[Do.LIKE]
    assert report.acts_left == report.acts_refused == 0
    assert report.acts_done == sum(plan.values()) - plan[Do.JOIN] - plan[Do.LEAVE]
    assert report.gaps == report.duplicates == 0
    assert report.errors == {} and report.connection_faults == {}
    assert report.events_received > len(server.events)


async def test_cut_connections_lose_nothing_and_count_nothing_twice() -> None:
    plan = planned(5, 4, 3.0, storm=80)
    carried_out = 0

    def cut_sometimes(socket: object, command: Command) -> bool:
        nonlocal carried_out
        if not isinstance(command, c.SendGift | c.Comment):
            return True
        carried_out += 1
        if carried_out % 23 == 0:  # carried out, but the answer never arrives
            socket.transport.abort()  # type: ignore[attr-defined]
            return False
        return True

    async with small_server() as server:
        server.before_answer = cut_sometimes  # type: ignore[assignment]
        report = await Audience(server.url, ROOM, seed=5, viewers=4, seconds=3.0, storm=80).run()
    assert report.reconnects >= 3
    assert report.resent >= 3
    assert len(server.seen_ids) > len(set(server.seen_ids)), "unanswered requests come again under their id"
    assert report.gifts_answered == server.gifts == plan[Do.GIFT]
    assert report.diamonds_answered == server.diamonds
    assert len(server.texts) == plan[Do.COMMENT]
    assert report.gaps == 0
    assert report.gifts_unanswered == 0


async def test_refused_for_speed_is_tried_again_and_counted() -> None:
    plan = planned(2, 2, 2.5, storm=20)
    refused: set[str] = set()

    def refuse(handle: str, command: Command) -> ErrorCode | None:
        if isinstance(command, c.Comment) and command.text not in refused:
            refused.add(command.text)
            return ErrorCode.TOO_FAST
        return None

    async with small_server() as server:
        server.refuse = refuse
        report = await Audience(server.url, ROOM, seed=2, viewers=2, seconds=2.5, storm=20).run()
    assert refused
    assert report.errors == {ErrorCode.TOO_FAST: len(refused)}
    assert report.retried == len(refused)
    assert len(server.texts) == plan[Do.COMMENT]
    assert report.acts_refused == 0


async def test_a_refusal_for_good_is_counted_and_not_repeated() -> None:
    plan = planned(2, 2, 2.5, storm=20)
    async with small_server() as server:
        server.refuse = lambda handle, command: ErrorCode.MUTED if isinstance(command, c.Comment) else None
        report = await Audience(server.url, ROOM, seed=2, viewers=2, seconds=2.5, storm=20).run()
    assert plan[Do.COMMENT] > 0
    assert report.errors == {ErrorCode.MUTED: plan[Do.COMMENT]}
    assert report.acts_refused == plan[Do.COMMENT]
    assert server.texts == []


async def test_an_answer_cut_off_while_signing_up_ends_signed_in() -> None:
    cut = 0

    def cut_the_first(socket: object, command: Command) -> bool:
        nonlocal cut
        if isinstance(command, c.SignUp) and cut == 0:
            cut += 1
            socket.transport.abort()  # type: ignore[attr-defined]
            return False
        return True

    async with small_server() as server:
        server.before_answer = cut_the_first  # type: ignore[assignment]
        audience = Audience(server.url, ROOM, viewers=1, seconds=60)
        show = asyncio.ensure_future(audience.run())
        assert await audience.wait_joined() == 1
        audience.stop()
        report = await show
    assert report.errors == {ErrorCode.HANDLE_TAKEN: 1}
    assert list(server.accounts) and len(server.accounts) == 1


async def test_stop_ends_an_endless_show() -> None:
    async with small_server() as server:
        audience = Audience(server.url, ROOM, viewers=3, seconds=float("inf"))
        show = asyncio.ensure_future(audience.run())
        assert await audience.wait_joined() == 3
        audience.stop()
        report = await show
    assert report.joined == 3
    assert not server.inside


async def test_the_end_of_the_live_sends_everyone_home() -> None:
    async with small_server() as server:
        audience = Audience(server.url, ROOM, viewers=3, seconds=float("inf"), storm=50)
        show = asyncio.ensure_future(audience.run())
        await audience.wait_joined()
        server.close_room()
        report = await show
    assert report.room_closed


async def test_the_picture_is_checked_measured_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.rehearsal.watcher.REPORT_EVERY_S", 0.05)
    monkeypatch.setattr("studio.rehearsal.watcher.PING_EVERY_S", 0.05)
    monkeypatch.setattr("studio.rehearsal.watcher.RETRY_S", 0.05)
    async with small_server() as server:
        server.media = picture()
        audience = Audience(server.url, ROOM, viewers=1, seconds=float("inf"))
        show = asyncio.ensure_future(audience.run())
        await server.reported.wait()
        audience.stop()
        report = await show
    assert report.picture.watchers == 1
    assert report.picture.streams == 1
    assert report.picture.messages > 1
    assert report.picture.keyframes >= 1
    assert report.picture.skipped == report.picture.out_of_order == 0
    assert report.picture.latency_ms_p50 is not None and report.picture.latency_ms_p50 >= 200
    assert server.reports[0].latency_ms >= 200 and server.reports[0].room_id == ROOM


async def test_nobody_gets_in_where_nothing_listens() -> None:
    async with small_server() as server:
        url = server.url
    audience = Audience(url, ROOM, viewers=2, seconds=0.3)
    report = await audience.run()
    assert report.joined == 0
    assert await audience.wait_joined() == 0
    assert report.acts_done == 0


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:1", "ftp://x", "http://", "http://h/path", "http://me@h", "http://h?t=1"]
)
def test_addresses_that_are_none_are_refused(url: str) -> None:
    with pytest.raises(ValueError):
        socket_origin(url)


def test_addresses() -> None:
    assert socket_origin("http://h:1/") == "ws://h:1"
    assert socket_origin("https://h") == "wss://h"
    assert socket_origin("ws://[::1]:5") == "ws://[::1]:5"


@pytest.mark.parametrize(
    ("viewers", "seconds", "storm"),
    [(0, 1, None), (20_000, 1, None), (1, 0, None), (1, 1, -1), (1, float("nan"), None)],
)
def test_sizes_that_make_no_sense_are_refused(viewers: int, seconds: float, storm: float | None) -> None:
    with pytest.raises(ValueError):
        Audience("http://h", ROOM, viewers=viewers, seconds=seconds, storm=storm)
