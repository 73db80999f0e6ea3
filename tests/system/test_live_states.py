"""A LIVE's turns: clicked twice, ended while cut off, taken up again after a crash, its backend restarted."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from studio.app import Studio
from studio.net.address import parse_address
from studio.net.connection import LinkState
from studio.protocol import WATCH_PATH
from studio.protocol.codec import decode_media_answer, encode
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import Comment, SendGift
from studio.protocol.events import GiftSent
from studio.protocol.media import MediaKind, MediaReady, Watch, unpack_media
from studio.protocol.session import RoomLost
from studio.services.live import LiveSetup, Phase
from studio.services.rows import FeedTab, RowState
from tests.studio_parts import until
from tests.system.backend_thread import BackendThread, backend_thread, light_settings
from tests.system.conftest import Play
from tests.viewer_client import TestViewer

ROOT = Path(__file__).parents[2]
PASSWORD = "a long password"
ROSE, CORGI = 1001, 1012


async def go_live(studio: Studio, server: BackendThread) -> str:
    services = studio.services
    await services.account.sign_up(server.url, "rin", "Rin", PASSWORD)
    services.broadcast.source.choose("pattern")
    await services.live.go_live(LiveSetup("Hello"))
    assert services.live.room is not None
    return services.live.room.room_id


def test_a_double_click_opens_one_room_and_ends_it_once(play: Play, tmp_path: Path) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        live = studio.services.live
        with backend_thread(light_settings(tmp_path / "data")) as server:
            await studio.services.account.sign_up(server.url, "rin", "Rin", PASSWORD)
            studio.services.broadcast.source.choose("pattern")
            phases: list[Phase] = []
            live.phase_changed.connect(phases.append)
            await asyncio.gather(live.go_live(LiveSetup("One")), live.go_live(LiveSetup("Two")))
            assert phases == [Phase.OPENING, Phase.LIVE]
            assert live.room is not None and live.room.title == "One"
            assert len(server.backend.hub.rooms) == 1
            await asyncio.gather(live.end_live(), live.end_live())
            assert phases[2:] == [Phase.ENDING, Phase.SUMMARY]
            assert said == []
            await studio.services.link.close()

    play(story)


def test_ended_while_the_backend_is_away(play: Play, tmp_path: Path) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        with backend_thread(light_settings(tmp_path / "data")) as server:
            await go_live(studio, server)
            port = server.backend.port
            await services.tasks.blocking(server.stop)
            await until(lambda: services.link.state is LinkState.RECONNECTING, "cut off")
            ending = asyncio.ensure_future(services.live.end_live())
            await until(lambda: services.live.phase is Phase.ENDING, "it wants to end")
            server.start_again(port)
            services.link.retry_now()
            await asyncio.wait_for(ending, 20)
            summary = services.live.summary
            assert services.live.phase is Phase.SUMMARY and summary is not None
            assert (summary.reason, summary.missed) == ("ended by the host", 0)
            assert not server.backend.hub.rooms
            assert said == []
            await services.link.close()

    play(story)


FIRST_STUDIO = """
import asyncio, sys
import qasync
from PySide6.QtWidgets import QApplication
from pathlib import Path
from studio import app
from studio.model.room import GoalWish
from studio.services.live import LiveSetup

qt = QApplication([])

async def story(folder, url):
    studio = app.build_studio(folder, folder, folder / "unused", [])
    await studio.services.account.sign_up(url, "rin", "Rin", "a long password")
    studio.services.broadcast.source.choose("pattern")
    goal = GoalWish(title="Brush", target=500)
    await studio.services.live.go_live(LiveSetup("Before the crash", goal=goal))
    studio.services.live.desk.comment("hello everyone")
    print(studio.services.live.room.room_id, flush=True)
    await asyncio.Event().wait()

loop = qasync.QEventLoop(qt)
asyncio.set_event_loop(loop)
with loop:
    loop.run_until_complete(story(Path(sys.argv[1]), sys.argv[2]))
"""


def test_a_killed_studio_takes_its_live_up_again(play: Play, tmp_path: Path, studio_home: Path) -> None:
    script, folder = tmp_path / "first.py", tmp_path / "studio"
    script.write_text(FIRST_STUDIO)
    folder.mkdir()

    def start(url: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(script), str(folder), url]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        with backend_thread(light_settings(tmp_path / "data")) as server:
            with start(server.url) as first:
                assert first.stdout is not None
                reading = services.tasks.blocking(first.stdout.readline)
                room_id = (await asyncio.wait_for(reading, 60)).strip()
                viewer = await arrive(server, room_id)
                for gift in (ROSE, ROSE, CORGI):
                    await viewer.ask(SendGift(room_id=room_id, gift_id=gift))
                first.kill()
            await viewer.ask(Comment(room_id=room_id, text="where did you go?"))
            await viewer.ask(SendGift(room_id=room_id, gift_id=CORGI))

            await services.account.sign_in(server.url, "rin", PASSWORD)
            offered = services.live.unfinished_room
            assert offered is not None and (offered.room_id, offered.title) == (room_id, "Before the crash")
            await services.live.go_live(LiveSetup("Another"))
            assert services.live.phase is Phase.READY
            assert said == ["You are already live; resume or end that LIVE first."]
            said.clear()
            services.broadcast.source.choose("pattern")
            await services.live.resume_live()
            assert services.live.phase is Phase.LIVE and services.live.unfinished_room is None
            await until(lambda: services.earnings.verified and services.earnings.diamonds == 600, "all gifts")
            feed = services.feed
            texts = [row.text for row in feed.rows(FeedTab.ALL) if row.state is RowState.SETTLED]
            assert "hello everyone" in texts and "where did you go?" in texts
            assert sum(row.diamonds for row in feed.rows(FeedTab.GIFTS)) == 600
            await until(
                lambda: services.live.goal is not None and services.live.goal.reached == 600, "the goal"
            )
            await until(lambda: server.backend.relay.has_picture(room_id), "the picture is back")
            await viewer.ask(SendGift(room_id=room_id, gift_id=ROSE))
            await until(lambda: services.earnings.diamonds == 601, "and it goes on")
            await services.live.end_live()
            summary = services.live.summary
            assert summary is not None and (summary.missed, summary.duplicates) == (0, 0)
            assert summary.totals.diamonds == summary.feed_diamonds == 601
            assert summary.events_received == summary.events_sent
            assert len([e for e in viewer.heard if isinstance(e, GiftSent) and e.added]) == 5
            assert said == []
            await viewer.leave()
            await services.link.close()

    play(story)


async def arrive(server: BackendThread, room_id: str) -> TestViewer:
    viewer = TestViewer(parse_address(server.url), "ana")
    await viewer.enter(room_id, "coins-3500")
    return viewer


class Watcher:
    """A viewer of the picture alone: what the page's player does, without a decoder."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def beginning(self) -> list[MediaKind]:
        """Waits for the picture; the kinds of its first messages, until three pictures after the keyframe."""
        kinds: list[MediaKind] = []
        while len(kinds) < 5:
            message = await asyncio.wait_for(self._socket.recv(), 20)
            if isinstance(message, str):
                assert isinstance(decode_media_answer(message), MediaReady)
                kinds.clear()  # a stream begins, perhaps anew
            else:
                kinds.append(unpack_media(message).kind)
        return kinds

    async def moves(self, since_us: int = 0) -> int:
        """Waits until the stream is half a second beyond ``since_us``, or its beginning; how far it is."""
        reached, until_us = 0, since_us + 500_000
        while reached < until_us:
            message = await asyncio.wait_for(self._socket.recv(), 20)
            assert isinstance(message, bytes), "one stream"
            reached = max(reached, unpack_media(message).pts_us)
        return reached


async def watch(url: str, room_id: str) -> Watcher:
    socket = await connect(url + WATCH_PATH, compression=None, max_size=2**24, max_queue=None)
    await socket.send(encode(Watch(room_id=room_id)))
    return Watcher(socket)


def test_the_picture_goes_on_after_the_backend_restarts(play: Play, tmp_path: Path) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        with backend_thread(light_settings(tmp_path / "data")) as server:
            room_id = await go_live(studio, server)
            before = await watch(server.url, room_id)
            assert (await before.beginning())[:2] == [MediaKind.INIT, MediaKind.KEYFRAME]
            last_us = await before.moves()
            await services.tasks.blocking(server.restart)
            await before._socket.wait_closed()
            await until(lambda: services.link.state is LinkState.CONNECTED, "the events are connected again")
            after = await watch(server.url, room_id)
            kinds = await after.beginning()
            assert kinds[:2] == [MediaKind.INIT, MediaKind.KEYFRAME]
            assert MediaKind.INIT not in kinds[1:]
            await after.moves(last_us)
            publisher = services.broadcast._publisher
            assert publisher is not None and publisher.reconnects >= 1
            await until(lambda: services.broadcast.counters.output_state == "", "nothing is wrong any more")
            assert services.live.phase is Phase.LIVE and said == []
            await after._socket.close()
            await services.live.end_live()
            assert services.live.phase is Phase.SUMMARY
            await services.link.close()

    play(story)


def test_a_room_the_backend_no_longer_knows(play: Play, tmp_path: Path) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        with backend_thread(light_settings(tmp_path / "data")) as server:
            room_id = await go_live(studio, server)
            # As after a backend was put back to an older copy of its data: the resume is refused.
            studio.router.route(RoomLost(room_id, int(ErrorCode.NO_SUCH_ROOM), "There is no such room."))
            await until(lambda: services.live.phase is Phase.SUMMARY, "the summary")
            assert said == ["There is no such room."]
            assert services.live.summary is not None
            assert services.live.summary.reason == "There is no such room."
            await until(lambda: not services.broadcast.counters.on_air, "off air")
            await services.link.close()

    play(story)
