"""What a person reads when a LIVE meets trouble: tokens, strangers, hostile words, a backend that cannot.

The studio's own services on the Qt loop, the real backend, real sockets between them.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from studio import app as studio_app
from studio.app import Studio
from studio.backend.server import Backend
from studio.backend.storage import schema
from studio.net.address import parse_address
from studio.net.clock import ServerClock
from studio.net.connection import LinkState
from studio.net.errors import Rejected
from studio.net.publisher import MediaPublisher
from studio.net.secret import Secret
from studio.protocol.codec import new_id
from studio.protocol.command import Command
from studio.protocol.commands import CloseRoom, Comment, SendGift, SetGoal, SignOut, SignUp
from studio.protocol.moderation import MutePerson, PinComment, RemoveComment
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.picture_stream import OutputStream
from studio.services.rows import FeedTab, RowState
from tests.fakes.keyring_memory import MemoryKeyring
from tests.studio_parts import Run, until
from tests.system.backend_thread import BackendThread, backend_thread, light_settings
from tests.system.conftest import Play
from tests.viewer_client import TestViewer

PASSWORD = "a long password"
ROSE, CORGI = 1001, 1012
HOSTILE = "<script>alert(1)</script>\u202egnp.exe\u0007\u0000 &amp; 'x' OR 1=1"
TAMED = "<script>alert(1)</script>gnp.exe &amp; 'x' OR 1=1"


async def go_live(studio: Studio, url: str = THIS_COMPUTER) -> str:
    services = studio.services
    await services.account.sign_up(url, "rin", "Rin", PASSWORD)
    services.broadcast.source.choose("pattern")
    await services.live.go_live(LiveSetup("Hello"))
    assert services.live.room is not None
    return services.live.room.room_id


async def arrive(studio: Studio, handle: str, *packs: str) -> TestViewer:
    address, room = studio.services.link.address, studio.services.live.room
    assert address is not None and room is not None
    viewer = TestViewer(address, handle)
    await viewer.enter(room.room_id, *packs)
    return viewer


# --- tokens


def _expire_tokens(backend: Backend) -> object:
    return backend.writer.submit(lambda tx: tx.execute(update(schema.tokens).values(expires_ms=1)) and None)


async def _spoil(how: str, studio: Studio, server: BackendThread) -> None:
    """Makes the studio's token worthless, and its connection come back."""
    link = studio.services.link
    if how == "revoked elsewhere":
        elsewhere = TestViewer(parse_address(server.url), "")
        elsewhere.connection.token = link.token
        elsewhere.connection.start()
        await elsewhere.connection.wait_open()
        await elsewhere.ask(SignOut())  # the backend ends our connection itself
        await elsewhere.leave()
        return
    if how == "expired":
        server.do(_expire_tokens)  # type: ignore[arg-type]
    else:
        link.use_token(Secret("forged" * 7))
    link.cut()
    await until(lambda: link.state is not LinkState.CONNECTED, "cut off")
    link.retry_now()


@pytest.mark.parametrize("how", ["revoked elsewhere", "expired", "forged"])
def test_a_token_that_is_refused_while_live(
    how: str, play: Play, tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        with backend_thread(light_settings(tmp_path / "data")) as server:
            room_id = await go_live(studio, server.url)
            assert len(memory_keyring.secrets) == 1
            await _spoil(how, studio, server)
            await until(lambda: services.live.phase is Phase.SIGNED_OUT, "the sign-in screen")
            assert said == [
                f"Your sign-in at 127.0.0.1:{server.backend.port} has expired or was ended "
                "elsewhere; sign in again."
            ]
            assert not services.account.signed_in and services.account.handle == "rin"
            await until(lambda: not memory_keyring.secrets, "the token is forgotten")
            await until(lambda: not services.broadcast.counters.on_air, "the camera is off air")
            # The way back: sign in, and the LIVE that is still open is offered.
            await services.account.sign_in(server.url, "rin", PASSWORD)
            assert services.account.signed_in, said
            offered = services.live.unfinished_room
            assert offered is not None and offered.room_id == room_id
            await services.live.resume_live()
            assert services.live.phase is Phase.LIVE
            await services.live.end_live()
            assert services.live.phase is Phase.SUMMARY
            await studio.services.link.close()

    play(story)


def test_a_kept_token_that_is_refused_at_the_start(
    build: Callable[..., Studio],
    on_qt_loop: Run,
    tmp_path: Path,
    memory_keyring: MemoryKeyring,  # type: ignore[type-arg]
) -> None:
    async def story() -> None:
        with backend_thread(light_settings(tmp_path / "data")) as server:
            first = build()
            await first.services.account.sign_up(server.url, "rin", "Rin", PASSWORD)
            await first.stop()
            server.do(_expire_tokens)  # type: ignore[arg-type]
            second = build()
            account, said = second.services.account, []
            account.failed.connect(said.append)
            assert not await account.restore()
            assert len(said) == 1 and said[0].endswith("sign in again."), said
            assert not account.busy and second.services.live.phase is Phase.SIGNED_OUT
            await until(lambda: not memory_keyring.secrets, "the token is forgotten")
            assert not await account.restore(), "no token, no word about it"
            assert len(said) == 1
            await account.sign_in(server.url, "rin", PASSWORD)
            assert account.signed_in and second.services.live.phase is Phase.READY
            await second.stop()

    on_qt_loop(story())


def test_a_backend_that_is_away_at_the_start_is_waited_for(
    build: Callable[..., Studio],
    on_qt_loop: Run,
    tmp_path: Path,  # type: ignore[type-arg]
) -> None:
    async def story() -> None:
        with backend_thread(light_settings(tmp_path / "data")) as server:
            first = build()
            await first.services.account.sign_up(server.url, "rin", "Rin", PASSWORD)
            await first.stop()
            port = server.backend.port
            server.stop()
            second = build()
            account, said = second.services.account, []
            account.failed.connect(said.append)
            assert not await account.restore()
            assert said == [f"Nothing answers at 127.0.0.1:{port}; is the backend running?"]
            server.start_again(port)
            second.services.link.retry_now()
            await until(lambda: account.signed_in, "signed in as soon as it is there")
            assert second.services.live.phase is Phase.READY
            await second.stop()

    on_qt_loop(story())


# --- strangers


def test_someone_elses_room(play: Play) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        room_id = await go_live(studio)
        host_id = services.account.person.id  # type: ignore[union-attr]
        viewer = await arrive(studio, "ana")
        posted = await viewer.ask(Comment(room_id=room_id, text="hello"))
        stranger = TestViewer(viewer.connection.address, "")
        stranger.connection.start()
        await stranger.connection.wait_open()
        other = await stranger.ask(SignUp(handle="mallory", password=PASSWORD, role="host"))
        comment_id = posted.item_id  # type: ignore[attr-defined]
        attempts: list[Command] = [
            CloseRoom(room_id=room_id),
            PinComment(room_id=room_id, comment_id=comment_id),
            RemoveComment(room_id=room_id, comment_id=comment_id),
            MutePerson(room_id=room_id, person_id=host_id, seconds=0),
            SetGoal(room_id=room_id, title="Mine", target=1),
        ]
        for attempt in attempts:
            with pytest.raises(Rejected, match="Only the room's host can do that"):
                await stranger.ask(attempt)
        # The picture neither: what a studio with that token would say in its status bar.
        sentences: list[str] = []
        token = Secret(other.token)  # type: ignore[attr-defined]
        thief = MediaPublisher(
            viewer.connection.address,
            token,
            room_id,
            _Described(OutputStream("stranger")),
            ServerClock(),
            sentences.append,
        )
        await asyncio.wait_for(thief.run(), 20)
        assert sentences == ["The backend does not take the picture: Only the room's host can do that."]
        await until(lambda: services.live.viewers == 1, "nothing changed")
        assert (services.live.phase, services.live.pinned, services.live.goal) == (Phase.LIVE, None, None)
        hello = next(row for row in services.feed.rows(FeedTab.ALL) if row.text == "hello")
        assert hello.state is RowState.SETTLED
        assert said == []
        await stranger.leave()
        await viewer.leave()

    play(story)


class _Described:
    """A stream that says what it would send; it is refused before it could."""

    mime, size = 'video/mp4; codecs="avc1.42E01F"', (720, 1280)

    def __init__(self, stream: OutputStream) -> None:
        self.restart, self.next = stream.restart, stream.next

    async def ready(self) -> None:
        """At once."""


def test_gifts_that_are_none_and_one_that_comes_twice(play: Play) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        room_id = await go_live(studio)
        viewer = await arrive(studio, "ana", "coins-350")
        refused = [
            (SendGift(room_id=room_id, gift_id=424_242), "no such gift"),
            (SendGift(room_id=room_id, gift_id=CORGI, count=2), "coins"),
            (SendGift(room_id=room_id, gift_id=ROSE, count=0), "Give 1 to 999 at a time"),
            (SendGift(room_id=room_id, gift_id=ROSE, count=-5), "Give 1 to 999 at a time"),
        ]
        for command, sentence in refused:
            with pytest.raises(Rejected, match=f"(?i){sentence}"):
                await viewer.ask(command)
        session, request_id = viewer.connection._session, new_id()
        assert session is not None
        for _ in range(3):  # one request, replayed
            session.request(SendGift(room_id=room_id, gift_id=ROSE), request_id)
        viewer.connection._wake.set()
        await viewer.ask(SendGift(room_id=room_id, gift_id=ROSE))
        await until(
            lambda: services.earnings.verified and services.earnings.diamonds == 2, "two Roses, not four"
        )
        assert sum(row.diamonds for row in services.feed.rows(FeedTab.GIFTS)) == 2
        assert said == []
        await viewer.leave()

    play(story)


def test_hostile_words(play: Play) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        room_id = await go_live(studio)
        feed, live = services.feed, services.live
        viewer = await arrive(studio, "ana")
        await viewer.ask(Comment(room_id=room_id, text=HOSTILE))
        with pytest.raises(Rejected, match="at most 150 characters; this one has 10,000"):
            await viewer.ask(Comment(room_id=room_id, text="x" * 10_000))
        with pytest.raises(Rejected, match="at least one visible character"):
            await viewer.ask(Comment(room_id=room_id, text="\u202e\u200b\u0000 \n"))
        await until(lambda: any(row.text == TAMED for row in feed.rows(FeedTab.ALL)), "tamed, and text")

        def mine() -> list[tuple[RowState, str]]:
            return [(row.state, row.note) for row in feed.rows(FeedTab.ALL) if row.mine]

        live.desk.comment("y" * 10_000)
        await until(
            lambda: bool(mine()) and mine()[0][0] is RowState.FAILED, "our own is refused, in its row"
        )
        assert "at most 150 characters; this one has 10,000" in mine()[0][1]
        key = next(row.key for row in feed.rows(FeedTab.ALL) if row.mine)
        live.desk.retry_comment(key)
        assert mine()[0][0] is RowState.PENDING
        await until(lambda: mine()[0][0] is RowState.FAILED, "and again")
        live.desk.comment("\u202e\u200b")  # nothing is left of it: nothing is sent
        assert len(mine()) == 1

        person = next(row.person for row in feed.rows(FeedTab.ALL) if row.text == TAMED)
        live.desk.mute(person.id, 0)
        await until(
            lambda: all(r.state is RowState.HIDDEN for r in feed.rows(FeedTab.ALL) if r.text == TAMED),
            "muted: hidden",
        )
        with pytest.raises(Rejected, match="You are muted for the rest of this LIVE"):
            await viewer.ask(Comment(room_id=room_id, text="again"))
        assert said == []
        live.desk.pin("no-such-comment")
        live.desk.answer("no-such-question")
        await until(lambda: len(said) == 2, "what the host asked for in vain is said")
        assert set(said) == {
            "There is no such comment in this room.",
            "There is no such question in this room.",
        }
        await viewer.leave()

    play(story)


# --- a backend that closes, cannot start, cannot write


@pytest.mark.parametrize("ending", [False, True], ids=["while live", "while ending"])
def test_a_room_closed_while_away(ending: bool, play: Play, tmp_path: Path) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        with backend_thread(light_settings(tmp_path / "data", host_away_s=0.2)) as server:
            room_id = await go_live(studio, server.url)
            viewer = await arrive(studio, "ana", "coins-70")
            await viewer.ask(SendGift(room_id=room_id, gift_id=ROSE))
            await until(lambda: services.earnings.diamonds == 1, "a Rose")
            services.link.cut()
            await until(lambda: services.link.state is LinkState.RECONNECTING, "cut off")
            ended = asyncio.ensure_future(services.live.end_live()) if ending else None
            await until(lambda: room_id not in server.backend.hub.rooms, "the backend closes the room")
            services.link.retry_now()
            await until(lambda: services.live.phase is Phase.SUMMARY, "the summary")
            summary = services.live.summary
            assert summary is not None and summary.reason == "the host was away for 0 minutes"
            assert (summary.totals.diamonds, summary.feed_diamonds, summary.missed) == (1, 1, 0)
            if ended is not None:
                await ended
            assert said == []
            await services.live.leave_summary()
            assert services.live.phase is Phase.READY and services.live.unfinished_room is None
            await viewer.leave()
            await services.link.close()

    play(story)


def test_a_live_that_was_cut_and_ended_is_not_offered_again(play: Play) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        await go_live(studio)
        services.link.cut()
        await until(lambda: services.link.state is LinkState.RECONNECTING, "cut off")
        services.link.retry_now()
        await until(lambda: services.link.state is LinkState.CONNECTED, "connected again")
        await services.live.end_live()
        await services.live.leave_summary()
        assert services.live.phase is Phase.READY and services.live.unfinished_room is None
        assert said == []

    play(story)


TROUBLES = {
    "file in the way": "cannot write to the data folder",
    "read-only": "cannot write to the data folder",
    "port taken": "on 127.0.0.1 is taken by another program",
    "running already": "another backend is already running",
    "no program": "file",
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_embedded_backend_that_cannot_start(
    trouble: str,
    on_qt_loop: Run,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    options, folder = list(studio_app.PRACTICE_BACKEND), tmp_path / "backend"
    if trouble == "file in the way":
        folder.write_text("holiday photos")
    elif trouble == "read-only":
        if sys.platform == "win32" or os.geteuid() == 0:
            pytest.skip("nothing is read-only for this user")
        folder.mkdir(mode=0o500)

    async def story(port: int) -> None:
        if trouble == "port taken":
            options.extend(["--listen", f"127.0.0.1:{port}"])
        config = tmp_path / "config"
        config.mkdir()
        studio = studio_app.build_studio(config, config, folder, options)
        other = studio_app.build_studio(config, config, folder, options)
        if trouble == "running already":
            await other.services.tasks.blocking(other.embedded.start)
        elif trouble == "no program":
            studio.embedded._program = [str(tmp_path / "no-such-program")]
        said: list[str] = []
        studio.services.account.failed.connect(said.append)
        await studio.services.account.sign_up(THIS_COMPUTER, "rin", "Rin", PASSWORD)
        assert len(said) == 1 and TROUBLES[trouble] in said[0], said
        assert said[0].startswith("The backend on this computer could not start: ")
        assert "Traceback" not in said[0] and not studio.services.account.busy
        await other.stop()
        await studio.stop()

    with socket.create_server(("127.0.0.1", 0)) as taken:
        on_qt_loop(story(taken.getsockname()[1]))


@pytest.mark.expected_errors("jobs were not stored.*readonly")
def test_a_disk_that_becomes_read_only(play: Play, tmp_path: Path) -> None:
    async def read_only(backend: Backend, on: bool) -> None:
        if on:
            connection = await backend.writer.submit(lambda tx: tx._connection.connection.driver_connection)
            backend.test_driver = connection  # type: ignore[attr-defined]
        backend.test_driver.execute(f"PRAGMA query_only = {'ON' if on else 'OFF'}")  # type: ignore[attr-defined]

    async def story(studio: Studio, said: list[str]) -> None:
        live, feed = studio.services.live, studio.services.feed
        sentence = "The server cannot write its data; nothing was taken."
        with backend_thread(light_settings(tmp_path / "data")) as server:
            await studio.services.account.sign_up(server.url, "rin", "Rin", PASSWORD)
            studio.services.broadcast.source.choose("pattern")
            server.do(lambda backend: read_only(backend, True))
            await live.go_live(LiveSetup("Hello"))
            assert live.phase is Phase.READY and said == [sentence]
            server.do(lambda backend: read_only(backend, False))
            await live.go_live(LiveSetup("Hello"))
            assert live.phase is Phase.LIVE
            server.do(lambda backend: read_only(backend, True))
            live.desk.comment("is anyone there?")
            await until(
                lambda: any(row.note == sentence for row in feed.rows(FeedTab.ALL)), "said in the row"
            )
            await live.end_live()
            assert live.phase is Phase.LIVE and said[-1] == f"The LIVE goes on: {sentence}"
            server.do(lambda backend: read_only(backend, False))
            await live.end_live()
            assert live.phase is Phase.SUMMARY
            await studio.services.link.close()

    play(story)
