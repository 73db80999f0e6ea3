"""A furnished studio for the windows: real services fed with a room's events; the link's state, the clock
and the picture are set by hand.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from studio.media.capture import CaptureState
from studio.media.guard import Sight
from studio.media.outputs.recording import RecordedMark
from studio.media.outputs.recording_job import FilmProcess
from studio.media.outputs.recording_jobs import RewriteFilm
from studio.model.gift import GiftCatalogue
from studio.model.limits import LIMITS, TOPICS
from studio.model.mark import Mark, MarkKind
from studio.model.money import Rates
from studio.model.room import Goal, Person, Pinned, Room, RoomTotals, Supporter
from studio.net.address import BackendAddress, parse_address
from studio.net.clock import ServerClock
from studio.net.connection import LinkState
from studio.net.credentials import CredentialStore
from studio.places import resource_path
from studio.protocol.commands import Account
from studio.protocol.events import GoalUpdated, ViewersCounted
from studio.protocol.frames import Identified, Notice, PictureReported
from studio.protocol.session import RoomCursor
from studio.services.account import THIS_COMPUTER, AccountService
from studio.services.assembly import assembled
from studio.services.broadcast import BroadcastCounters
from studio.services.live import Phase
from studio.services.live_summary import LiveSummary
from studio.services.profile import Profile
from studio.services.recordings import Film, FilmState
from studio.services.router import EventRouter
from studio.services.sound import SoundService
from tests.fakes.feed_services import START_MS, RecordingLink, Rig, RigTasks, person, rig_ground
from tests.fakes.microphone import FakeMicrophone
from tests.fakes.still_broadcast import StillBroadcast

GOOD = BroadcastCounters(
    camera_fps=30.0, preview_fps=30.0, encode_ms_p50=11.0, bitrate_kbps=3_412, cpu_percent=34.0, on_air=True
)
RIN = Person(id="rin", handle="rin.sketches", name="Rin Sketches")
ON_AIR_S = 42 * 60 + 17


class FixedClock(ServerClock):
    """The backend's clock, standing still where a test puts it."""

    now = float(START_MS)

    def now_ms(self) -> float:
        return self.now


class StageLink(RecordingLink):
    """A link whose state is set by hand."""

    def __init__(self, router: EventRouter) -> None:
        super().__init__(router)
        self.fixed = FixedClock()
        self.fixed.round_trip_ms = 18.0
        self.now_state = LinkState.CONNECTED
        self.now_detail = ""
        self.now_retry: int | None = None
        self.retried = 0

    @property
    def state(self) -> LinkState:
        return self.now_state

    @property
    def detail(self) -> str:
        return self.now_detail

    @property
    def clock(self) -> ServerClock:
        return self.fixed

    @property
    def retry_in_s(self) -> int | None:
        return self.now_retry

    @property
    def address(self) -> BackendAddress:
        return parse_address("ws://127.0.0.1:8700")

    def retry_now(self) -> None:
        self.retried += 1

    def put(self, state: LinkState, detail: str = "", retry: int | None = None) -> None:
        self.now_state, self.now_detail, self.now_retry = state, detail, retry
        self.changed.emit()

    def leave_room(self) -> None:
        pass


class Stage(Rig):
    """The rig of the feed with a link and a picture of its own."""

    def __init__(self, folder: Path) -> None:
        self.router = EventRouter()
        self.link: StageLink = StageLink(self.router)
        self.catalogue = GiftCatalogue.from_json(resource_path("gifts", "catalogue.json").read_bytes())
        tasks, profile = RigTasks(), Profile(folder / "profile.json")
        account = AccountService(self.link, CredentialStore(), profile, tasks, _no_embedded)
        self.broadcast = StillBroadcast(self.link, profile, tasks)
        sound = SoundService(profile, FakeMicrophone)
        self.services = assembled(
            rig_ground(self, folder, account, self.broadcast, sound, profile, tasks), cpu=lambda: (48.0, 17.0)
        )
        self.seq = self.room_diamonds = self._ids = 0
        self.now_ms = START_MS

    def sign_in(self, coins: int = 0, diamonds: int = 84_112, live_room: Room | None = None) -> None:
        self.services.account.backend = THIS_COMPUTER
        account = Account(
            person=RIN, role="host", coins=coins, diamonds=diamonds, available=diamonds, followers=312
        )
        self.router.route(
            Identified(
                version=1,
                server_time_ms=START_MS,
                rates=Rates(),
                limits=LIMITS,
                topics=TOPICS,
                account=account,
                live_room=live_room,
            )
        )

    def room(self, title: str = "Friday night sketching — your prompts!") -> Room:
        return Room(room_id="room", host=RIN, title=title, topic="Art & drawing", started_ms=START_MS)

    def go_on_air(self, title: str = "Friday night sketching — your prompts!") -> None:
        """42 minutes into a LIVE with a goal, viewers and a picture."""
        live = self.services.live
        live.room = self.room(title)
        self.services.earnings.started_ms = START_MS
        self.now_ms = START_MS + ON_AIR_S * 1000
        self.link.fixed.now = float(self.now_ms)
        self.link.cursor = RoomCursor("room")
        self.link.cursor.last_seq = 18_204
        live.goal = Goal(title="New tablet", target=50_000, reached=31_480)
        self.send(GoalUpdated(goal=live.goal, **self._stamp()))
        live.pinned = Pinned(
            comment_id="c", person=RIN, text="Drop one word, I draw it. Gifts pick the colour palette"
        )
        live.to_viewer_ms = 412
        live.likes, live.new_followers = 48_210, 96
        live._set_phase(Phase.LIVE)
        self.send(ViewersCounted(viewers=1_284, peak=1_412, unique=1_298, **self._stamp()))
        live.changed.emit()

    def judge(self, *, skipped: int = 0, encode_ms: float = 11.0, seconds: int = 8) -> None:
        """Seconds on air as the verdict sees them, the last ones with this trouble."""
        verdict, begin = self.services.watch.verdict, time.monotonic() - 3 * seconds
        verdict._leave_air(0.0)
        for second in range(3 * seconds):
            bad = skipped if second >= 2 * seconds else 0
            media = self.broadcast.media
            self.broadcast.media = replace(
                media,
                encoded=media.encoded + 30 - bad,
                skipped=media.skipped + bad,
                encode_ms_p50=encode_ms if bad else 11.0,
            )
            report = PictureReported(room_id="room", latency_ms=412, viewers=38)
            self.router.route(Notice(picture=report))
            verdict._clock = lambda at=begin + second: at
            self.broadcast.changed.emit()

    def freeze(self) -> None:
        """The camera gives one and the same picture until the guard has hung the slate."""
        guard, now = self.services.watch.guard, [100 * 10**9]
        guard._now_ns = lambda: now[0]
        guard.stop()
        for _ in range(24):
            now[0] += 250_000_000
            since = 100 * 10**9
            self.broadcast.seen = Sight(1, CaptureState.RUNNING, now[0], since, None, 30.0, 30.0)
            guard.look()

    def recorded(self, finishing: float | None = None) -> None:
        """What that LIVE left on the disk; ``finishing``: how much of its second file is done."""
        films = self.services.films
        first, second = (
            Path(f"Videos/Host Studio/2026-11-20 19-58 Friday night sketching your prompts{tail}.mp4")
            for tail in ("", " (2)")
        )
        films.recordings.films = (
            Film(first, 3_600, 1_652_000_000, FilmState.DONE, 1.0),
            Film(second, 1_860, 853_000_000, FilmState.DONE, 1.0),
        )
        if finishing is not None:
            film = films.recordings.films[1]
            film.state, film.share = FilmState.WORKING, finishing
            process = FilmProcess((), RewriteFilm(path=str(second)), lambda _share: None)
            films.recordings._working = (film, process)
        films.marks.marks = [
            RecordedMark(
                path,
                Mark(at_ms=at_s * 1000, wall_ms=START_MS + total_s * 1000, kind=kind, label=label),
                total_s * 1000,
            )
            for path, at_s, total_s, kind, label in (
                (first, 754, 754, MarkKind.HAND, "Mark 1"),
                (first, 1_342, 1_342, MarkKind.SPIKE, "1,240 diamonds in a minute"),
                (first, 2_480, 2_480, MarkKind.GIFT, "mika.draws: Lion"),
                (second, 96, 3_696, MarkKind.GIFT, "averyveryverylonghandle_" * 4 + ": Castle"),
                (second, 1_204, 4_804, MarkKind.HAND, "Mark 2"),
            )
        ]
        clips = films.recordings.clips
        clips[films.marks.marks[0]] = Film(first, 30, 12_000_000, FilmState.DONE, 1.0)
        clips[films.marks.marks[2]] = Film(first, 30, 0, FilmState.WORKING, 0.4)
        films.replay.files = [first.with_name("2026-11-20 20-51 Friday night sketching replay.mp4")]
        films.recordings.changed.emit()

    def finish(self, missed: int = 0) -> None:
        """The summary of that LIVE."""
        live = self.services.live
        totals = RoomTotals(
            viewers=0, peak_viewers=1_412, unique_viewers=1_298, likes=48_210, comments=2_914, shares=87,
            questions=41, new_followers=96, gifts=184, gifters=61, coins=31_480, diamonds=31_480,
            micro_dollars=157_400_000,
        )  # fmt: skip
        self.services.earnings.gifts = 184 - missed
        per_minute = tuple(
            (place * 7919) % 260 + (900 if place in (22, 61, 62) else 0) for place in range(91)
        )
        live.summary = LiveSummary(
            title="Friday night sketching — your prompts!",
            started_ms=START_MS,
            ended_ms=START_MS + 91 * 60_000,
            totals=totals,
            supporters=SUPPORTERS,
            per_minute=per_minute,
            feed_diamonds=31_480 - missed * 10,
            missed=missed,
            recovered=12,
            duplicates=0,
            events_sent=18_204,
            events_received=18_204 - missed,
            reason="ended by the host",
        )
        live._set_phase(Phase.SUMMARY)


SUPPORTERS = tuple(
    Supporter(person=person(name), diamonds=diamonds, gifts=gifts)
    for name, diamonds, gifts in (
        ("mika.draws", 29_999, 1),
        ("kofi", 812, 9),
        ("sunny_side", 347, 99),
        ("春日_haru", 299, 1),
        ("يوسف.للفنون", 20, 4),
        ("averyveryverylonghandle_" * 6, 3, 3),
    )
)


async def _no_embedded() -> BackendAddress:
    return parse_address("ws://127.0.0.1:8700")
