"""Stepping away with a real backend: all five things within 300 ms, and exactly what was comes back.

Seen from outside: the program picture, the mixed sound, a viewer's events, the recording's file.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from PySide6.QtGui import QImage
from sqlalchemy.exc import OperationalError

from studio.app import Studio
from studio.media.audio.samples import RATE, Samples
from studio.media.clock import now_ns
from studio.media.outputs.recording import RecordingPlan
from studio.model.room import CommentAccess, Commenters
from studio.net.address import parse_address
from studio.net.connection import LinkState
from studio.net.errors import Rejected
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import Comment, Follow
from studio.protocol.events import CommentAccessChanged
from studio.protocol.session import Happening, RoomEvents
from studio.services.live import LiveSetup
from studio.services.slate import draw_slate
from studio.services.step_away import SENTENCE
from tests.studio_parts import until
from tests.system.backend_thread import BackendThread, backend_thread, light_settings
from tests.system.conftest import Play
from tests.viewer_client import TestViewer

LIMIT_MS = 300
EVERYONE = CommentAccess()
FOLLOWERS = CommentAccess(who=Commenters.FOLLOWERS)
NOBODY = CommentAccess(who=Commenters.NOBODY)


class Viewer(TestViewer):
    """Notes when it heard who may comment."""

    def __init__(self, url: str, handle: str) -> None:
        super().__init__(parse_address(url), handle)
        self.told: list[tuple[int, CommentAccess]] = []

    def _happened(self, happening: Happening) -> None:
        super()._happened(happening)
        if isinstance(happening, RoomEvents):
            for event in happening.events:
                if isinstance(event, CommentAccessChanged):
                    self.told.append((now_ns(), event.access))

    async def may_comment(self, room_id: str) -> bool:
        try:
            await self.ask(Comment(room_id=room_id, text="hello"))
        except Rejected as refused:
            assert refused.code == ErrorCode.FOLLOWERS_ONLY
            return False
        return True


class Microphone:
    """A tone into the studio's sound, as a device gives it; and what is mixed of it."""

    def __init__(self, studio: Studio) -> None:
        sound = studio.services.sound.thread_of_sound
        self.mixed: list[tuple[int, float]] = []
        self._stream, self._stop = sound.stream, threading.Event()
        self._mix = sound.mixer.mix
        sound.mixer.mix = self._listen  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._play)
        self._thread.start()
        sound.start()

    def _listen(self, begin_ns: int, at_ns: int) -> Samples:
        block = self._mix(begin_ns, at_ns)
        self.mixed.append((now_ns(), float(np.abs(block).max())))
        return block

    def _play(self) -> None:
        began_ns, written = now_ns(), 0
        while not self._stop.wait(0.02):
            arrived_ns = now_ns()
            places = np.arange(written, (arrived_ns - began_ns) * RATE // 1_000_000_000)
            written += len(places)
            wave = 0.3 * np.sin(2 * np.pi * 440 * places / RATE)
            self._stream.write(np.repeat(wave[:, None], 2, axis=1).astype(np.float32), arrived_ns)

    @property
    def heard(self) -> bool:
        return bool(self.mixed) and self.mixed[-1][1] > 0.1

    def silent_from(self, since_ns: int) -> int | None:
        """When the first of the silent blocks that follow without end was mixed; None while one is heard."""
        first = None
        for at_ns, peak in self.mixed:
            if at_ns >= since_ns:
                first = None if peak > 0 else first or at_ns
        return first

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


class Stage:
    """A studio on air at a real backend, with sound, a recording and a viewer who does not follow."""

    def __init__(self, studio: Studio, server: BackendThread, folder: Path) -> None:
        self.studio, self.services, self.server, self.folder = studio, studio.services, server, folder

    async def begin(self, access: CommentAccess = EVERYONE) -> None:
        services = self.services
        await services.account.sign_up(self.server.url, "rin", "Rin", "a long password")
        services.broadcast.source.choose("pattern")
        services.broadcast.outputs.plan((), RecordingPlan(self.folder, "away"))
        self.microphone = Microphone(self.studio)
        await services.live.go_live(LiveSetup("Hello", comment_access=access))
        assert services.live.room is not None
        self.room_id = services.live.room.room_id
        self.viewer = Viewer(self.server.url, "ana")
        await self.viewer.enter(self.room_id)
        await until(lambda: services.broadcast.outputs.recording and self.microphone.heard, "all runs")
        slate = draw_slate(*services.broadcast.canvas, SENTENCE, "@rin")
        height, width = slate.shape[:2]
        image = QImage(slate.tobytes(), width, height, 3 * width, QImage.Format.Format_BGR888)
        self._slate = image.convertToFormat(QImage.Format.Format_RGB32)

    async def end(self) -> None:
        self.microphone.stop()
        await self.viewer.leave()
        await self.services.link.close()

    def slate_up(self) -> bool:
        """Whether the newest picture of the program, if there is one, is the slate."""
        return self.services.broadcast.take_preview() == self._slate

    async def slate_seen(self) -> int:
        """When the slate was in the program picture."""
        began_ns = now_ns()
        while not self.slate_up():
            assert now_ns() - began_ns < 20 * 10**9, "the slate did not come up"
            await asyncio.sleep(0.001)
        return now_ns()

    async def press(self) -> dict[str, float]:
        """Steps away; milliseconds from the key until each of the five is so for those outside."""
        services, heard = self.services, len(self.viewer.told)
        recorded_s, pressed = services.broadcast.outputs.recorded_s, now_ns()
        services.watch.away.toggle()
        assert services.overlays.alerts_paused
        took = {"alerts": now_ns() - pressed, "slate": await self.slate_seen() - pressed}
        await until(lambda: len(self.viewer.told) > heard, "the viewer hears of it")
        at_ns, access = self.viewer.told[heard]
        assert access == FOLLOWERS
        took["comments"] = at_ns - pressed
        await until(lambda: self.microphone.silent_from(pressed + 500_000_000) is not None, "it is silent")
        silent = self.microphone.silent_from(pressed)
        assert silent is not None, "and stays so"
        took["sound"] = silent - pressed
        outputs = services.broadcast.outputs
        await until(lambda: outputs.recorded_s > recorded_s + 0.5, "the recording goes on")
        return {name: ns / 1e6 for name, ns in took.items()}

    def quiet(self) -> tuple[bool, bool, bool, CommentAccess]:
        services = self.services
        return (
            services.watch.away.away,
            services.sound.muted,
            services.overlays.alerts_paused,
            services.live.comment_access,
        )


@pytest.fixture
def on_stage(play: Play, tmp_path: Path) -> Callable[..., None]:
    """``on_stage(story, access)``: a story with a `Stage` that is on air."""

    def run(story: Callable[[Stage, list[str]], object], access: CommentAccess = EVERYONE) -> None:
        async def whole(studio: Studio, said: list[str]) -> None:
            studio.services.watch.away.failed.connect(said.append)
            with backend_thread(light_settings(tmp_path / "data")) as server:
                stage = Stage(studio, server, tmp_path / "recordings")
                stage.folder.mkdir()
                await stage.begin(access)
                try:
                    await story(stage, said)  # type: ignore[misc]
                finally:
                    await stage.end()

        play(whole)

    return run


@pytest.mark.alone
def test_all_five_within_300_ms_and_what_was_comes_back(on_stage: Callable[..., None]) -> None:
    async def story(stage: Stage, said: list[str]) -> None:
        rounds = []
        for _ in range(3):
            assert await stage.viewer.may_comment(stage.room_id)
            assert stage.quiet() == (False, False, False, EVERYONE)
            rounds.append(await stage.press())
            assert stage.quiet() == (True, True, True, FOLLOWERS)
            assert not await stage.viewer.may_comment(stage.room_id)
            stage.services.watch.away.toggle()
            await until(lambda: stage.quiet() == (False, False, False, EVERYONE), "comments are open again")
            await until(lambda: stage.microphone.heard and not stage.slate_up(), "seen and heard again")
        print(f"from the key, ms: {rounds}")
        # A machine that does something else just then may be late once.
        for what in rounds[0]:
            assert median(one[what] for one in rounds) < LIMIT_MS, f"{what}: {rounds}"
        assert said == []

    on_stage(story)


def test_a_cut_in_between_changes_nothing_about_it(on_stage: Callable[..., None]) -> None:
    """Away while cut off, back while cut off: the backend hears both, in order, once."""

    async def story(stage: Stage, said: list[str]) -> None:
        services, away = stage.services, stage.services.watch.away
        port = stage.server.backend.port
        await services.tasks.blocking(stage.server.stop)
        await until(lambda: services.link.state is LinkState.RECONNECTING, "cut off")
        away.toggle()
        assert away.hushes == ("microphone muted", "alerts wait"), "comments are not closed yet"
        await stage.slate_seen()
        await services.tasks.blocking(lambda: stage.server.start_again(port))
        services.link.retry_now()
        await until(lambda: services.live.comment_access == FOLLOWERS, "the backend has it")
        assert "comments for followers only" in away.hushes
        stage.viewer.connection.retry_now()
        await until(lambda: [access for _, access in stage.viewer.told] == [FOLLOWERS], "viewers have it")
        await services.tasks.blocking(stage.server.stop)
        await until(lambda: services.link.state is LinkState.RECONNECTING, "cut off again")
        away.toggle()  # back
        away.toggle()  # away
        away.toggle()  # and back
        await services.tasks.blocking(lambda: stage.server.start_again(port))
        services.link.retry_now()
        stage.viewer.connection.retry_now()
        told = [FOLLOWERS, EVERYONE, FOLLOWERS, EVERYONE]
        await until(lambda: [access for _, access in stage.viewer.told] == told, "in order, each once")
        await until(lambda: stage.quiet() == (False, False, False, EVERYONE), "all as before")
        assert await stage.viewer.may_comment(stage.room_id)
        assert said == []

    on_stage(story)


def test_what_the_host_chose_while_away_stays(on_stage: Callable[..., None]) -> None:
    async def story(stage: Stage, said: list[str]) -> None:
        services = stage.services
        await stage.press()
        services.live.desk.choose_access(NOBODY)
        await until(lambda: services.live.comment_access == NOBODY, "closed to all by hand")
        services.watch.away.toggle()
        await until(lambda: stage.microphone.heard, "heard again")
        await stage.viewer.ask(Follow(room_id=stage.room_id))  # an event after anything that might come
        assert stage.quiet() == (False, False, False, NOBODY)
        assert [access for _, access in stage.viewer.told] == [FOLLOWERS, NOBODY]
        assert said == []

    on_stage(story)


@pytest.mark.expected_errors("jobs were not stored.*disk is full")
def test_a_refusing_backend_leaves_the_rest_away(on_stage: Callable[..., None]) -> None:
    """The backend's disk fails: what it cannot store it does not do, and says so."""

    async def story(stage: Stage, said: list[str]) -> None:
        away, writer = stage.services.watch.away, stage.server.backend.writer
        attempt = writer._attempt

        def full(*_: object) -> None:
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

        writer._attempt = full  # type: ignore[method-assign,assignment]
        away.toggle()
        await until(lambda: said != [], "the host is told")
        assert said == [f"You are away, but everyone can still comment: {ErrorCode.STORAGE_FAULT.__doc__}"]
        await stage.slate_seen()
        assert stage.quiet() == (True, True, True, EVERYONE)
        assert away.hushes == ("microphone muted", "alerts wait")
        writer._attempt = attempt  # type: ignore[method-assign]
        away.toggle()
        await until(lambda: stage.microphone.heard, "heard again")
        assert await stage.viewer.may_comment(stage.room_id)
        assert stage.quiet() == (False, False, False, EVERYONE)
        assert stage.viewer.told == [] and len(said) == 1

    on_stage(story)
