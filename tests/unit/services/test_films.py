"""Of a LIVE on this disk: recordings are finished by themselves, marks become clips, replays are saved."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from studio.media.outputs.output import Output
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.recording_files import part_path
from studio.media.outputs.recording_reader import is_fragmented
from studio.model.mark import MarkKind
from studio.model.room import Person
from studio.net.credentials import CredentialStore
from studio.places import program_command
from studio.protocol.events import GiftSent
from studio.protocol.session import RoomEvents
from studio.services.marks import MarksService, moment_words
from studio.services.output_settings import OutputSettings, Split
from studio.services.outputs import OutputsService
from studio.services.profile import Profile
from studio.services.recordings import FilmState, RecordingsService
from studio.services.replay import ReplayService
from studio.services.tasks import Tasks
from tests import studio_parts
from tests.unit.media.outputs.films import broadcast, in_step, recorded, watch

NOW_MS = 1_760_000_000_000


async def until(condition: Callable[[], bool], what: str) -> None:
    """As the other one, and Qt's timers and signals of other threads come meanwhile."""

    def come() -> bool:
        QCoreApplication.processEvents()
        return condition()

    await studio_parts.until(come, what)


class StillEngine:
    """Remembers what was asked of it."""

    def __init__(self) -> None:
        self.on_air = False
        self.added: list[Output] = []
        self.removed: list[Output] = []

    def add_output(self, output: Output) -> None:
        self.added.append(output)

    def remove_output(self, output: Output) -> None:
        self.removed.append(output)


class Desk:
    """The services of films over real outputs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "films"
        self.tasks = Tasks()
        self.profile = Profile(folder / "profile.json")
        self.profile.update(record=True, record_folder=str(self.folder), last_title="Friday")
        settings = OutputSettings(self.profile, CredentialStore(), self.tasks)
        self.engine = StillEngine()
        self.outputs = OutputsService(self.tasks, settings, self.engine)
        self.recordings = RecordingsService(self.outputs, self.tasks, program_command())
        link = SimpleNamespace(clock=SimpleNamespace(now_ms=lambda: float(NOW_MS)))
        self.marks = MarksService(self.outputs, link, self.profile)
        self.replay = ReplayService(self.profile, self.tasks, settings, self.engine)

    async def record(self, seconds: int, mark_at: tuple[int, ...] = ()) -> None:
        """A LIVE of so many seconds, marked by hand at these."""
        config, packets = broadcast(seconds)
        outputs = self.outputs.begin()
        for output in outputs:
            output.start(config, lambda: None)
        marked = 0
        for packet in packets:
            for output in outputs:
                output.push(packet)
            if marked < len(mark_at) and packet.pts_us >= mark_at[marked] * 1_000_000:
                await until(lambda: self.outputs.recording, "it records")
                self.marks.mark_now()
                marked += 1
        await until(lambda: len(self.marks.marks) >= marked, "the marks are on the disk")
        for output in outputs:
            output.stop()
        await self.outputs.end()


@pytest_asyncio.fixture
async def desk(qtbot: QtBot, tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.recordings.stop()
    await made.tasks.stop()


async def test_a_recording_is_finished_by_itself_with_its_marks_as_chapters(desk: Desk) -> None:
    shares: list[float] = []
    desk.recordings.changed.connect(lambda: shares.append(desk.recordings.share))
    await desk.record(4, mark_at=(1, 3))
    assert desk.recordings.finishing is not None
    await until(lambda: desk.recordings.films[0].state is FilmState.DONE, "it is finished")
    await desk.recordings.finished()
    (film,) = desk.recordings.films
    assert (film.state, film.seconds, film.sentence) == (FilmState.DONE, pytest.approx(4.0), "")
    assert film.bytes == film.path.stat().st_size
    assert not is_fragmented(film.path)
    assert watch(film.path).pictures == 120
    assert [mark.mark.label for mark in desk.marks.marks] == ["Mark 1", "Mark 2"]
    assert desk.recordings.share == 1.0
    assert min(shares) < 1.0


async def test_marks_become_clips(desk: Desk) -> None:
    await desk.record(4, mark_at=(1, 3))
    for mark in desk.marks.marks:
        desk.recordings.save_clip(mark)
        desk.recordings.save_clip(mark)  # pressed twice
    await desk.recordings.finished()
    clips = list(desk.recordings.clips.values())
    assert [clip.state for clip in clips] == [FilmState.DONE] * 2
    assert len({clip.path for clip in clips}) == 2
    assert all(in_step(watch(clip.path)) for clip in clips)


async def test_cancelled_it_stays_as_recorded_and_can_be_finished_later(desk: Desk) -> None:
    await desk.record(3)
    desk.recordings.cancel_finishing()
    await desk.recordings.finished()
    (film,) = desk.recordings.films
    assert film.state is FilmState.KEPT
    assert "can be finished later" in film.sentence
    assert is_fragmented(film.path)
    desk.recordings.finish(film.path)
    await desk.recordings.finished()
    assert (film.state, film.sentence) == (FilmState.DONE, "")
    assert desk.recordings.films == (film,)


async def test_the_next_live_may_begin_while_the_last_one_is_finished(desk: Desk) -> None:
    await desk.record(4)
    (first,) = desk.recordings.films
    await desk.record(2)
    await desk.recordings.finished()
    assert first.state is FilmState.DONE
    assert all(not is_fragmented(path) for path in desk.folder.glob("*.mp4"))


async def test_what_a_crash_left_is_found_finished_and_its_parts_are_cleared(desk: Desk) -> None:
    (left,) = recorded(RecordingPlan(desk.folder, "left"), 2).files
    (done,) = recorded(RecordingPlan(desk.folder, "done"), 2).files
    desk.recordings.finish(done)
    await desk.recordings.finished()
    part_path(left).write_bytes(b"half")
    (desk.folder / "holiday.mp4").write_bytes(b"somebody else's")
    for path in desk.folder.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    fresh = part_path(desk.folder / "of another studio.mp4")
    fresh.write_bytes(b"half")
    desk.recordings.look()
    await until(lambda: desk.recordings.unfinished == (left,), "it is found")
    assert not part_path(left).exists()
    assert fresh.exists()
    desk.recordings.finish_unfinished()
    assert desk.recordings.unfinished == ()
    await desk.recordings.finished()
    assert not is_fragmented(left)
    assert (desk.folder / "holiday.mp4").exists()


async def test_a_file_that_still_grows_is_not_offered(desk: Desk) -> None:
    (left,) = recorded(RecordingPlan(desk.folder, "left"), 2).files
    looked: list[None] = []
    desk.recordings.changed.connect(lambda: looked.append(None))
    desk.recordings.look()
    await until(lambda: bool(looked), "it looked")
    assert desk.recordings.unfinished == ()
    assert left.exists()
    await until(lambda: desk.recordings.unfinished == (left,), "it lies still, so it is offered")


async def test_closing_the_app_leaves_the_recording_for_the_next_start(desk: Desk) -> None:
    await desk.record(4)
    await desk.recordings.stop()
    (film,) = desk.recordings.films
    assert film.path.exists()
    assert not part_path(film.path).exists()


def gift(diamonds: int, at_ms: int = NOW_MS, added: int = 1) -> RoomEvents:
    event = GiftSent(
        seq=1, at_ms=at_ms, transfer_id="t", streak_id="s", person=Person(id="m", handle="mika", name="Mika"),
        gift_id=1, gift_name="Lion", coins_each=diamonds, count=added, added=added, coins=diamonds,
        diamonds=diamonds, room_diamonds=diamonds,
    )  # fmt: skip
    return RoomEvents("room", (event,), at_ms)


async def test_gifts_mark_by_themselves_when_the_host_wants(desk: Desk) -> None:
    config, packets = broadcast(2)
    (output,) = desk.outputs.begin()
    output.start(config, lambda: None)
    for packet in packets:
        output.push(packet)
    await until(lambda: desk.outputs.recording, "it records")
    desk.marks.set_automatic(False)
    desk.marks.on_events(gift(29_999))
    desk.marks.set_automatic(True)
    desk.marks.on_events(gift(29_999, NOW_MS - 60_000))  # comes again after a cut
    desk.marks.on_events(gift(50))
    desk.marks.on_events(gift(29_999, NOW_MS + 30_000))
    desk.marks.mark_now()
    output.stop()
    await desk.outputs.end()
    await until(lambda: len(desk.marks.marks) == 2, "the marks")
    assert [(one.mark.kind, one.mark.label) for one in desk.marks.marks] == [
        (MarkKind.GIFT, "Mika: Lion"),
        (MarkKind.HAND, "Mark 1"),
    ]
    assert desk.marks.word.words == "Marked 00:02"
    await until(lambda: desk.marks.word.words == "", "the word goes")


async def test_a_mark_without_a_recording_is_refused_in_a_sentence(desk: Desk) -> None:
    said: list[str] = []
    desk.marks.failed.connect(said.append)
    desk.marks.mark_now()
    assert said == ["Nothing is marked: nothing is recorded. Switch on “Record to disk”."]
    assert desk.marks.marks == []


def test_moments_in_words() -> None:
    assert [moment_words(ms) for ms in (0, 754_999, 3_600_000)] == ["00:00", "12:34", "1:00:00"]


async def test_a_replay_is_saved_and_what_cannot_be_is_said(desk: Desk) -> None:
    said: list[str] = []
    desk.replay.failed.connect(said.append)
    desk.replay.save()
    desk.replay.choose(on=False)
    assert desk.replay.begin() == []
    desk.replay.save()
    assert "from the next LIVE on" in said[0] and "switch it on" in said[1]
    desk.replay.choose(on=True, seconds=15)
    (output,) = desk.replay.begin()
    config, packets = broadcast(20)
    output.start(config, lambda: None)
    for packet in packets:
        output.push(packet)
    desk.replay.save()
    desk.replay.save()  # pressed twice
    await until(lambda: bool(desk.replay.files), "it is saved")
    assert len(desk.replay.files) == 1
    assert watch(desk.replay.files[0]).end_s == pytest.approx(15, abs=1.1)
    assert desk.replay.files[0].name.endswith("Friday replay.mp4")


async def test_a_replay_is_switched_on_air(desk: Desk) -> None:
    desk.engine.on_air = True
    (first,) = desk.replay.begin()
    desk.replay.choose(seconds=60)
    assert desk.engine.removed == [first]
    assert len(desk.engine.added) == 1
    desk.replay.choose(on=False)
    assert desk.engine.removed[1:] == desk.engine.added
    with pytest.raises(ValueError, match="no replay of 7 s"):
        desk.replay.choose(seconds=7)


async def test_the_split_is_part_of_the_plan(desk: Desk) -> None:
    settings = desk.outputs.settings
    assert settings.split is Split.NEVER
    settings.set_split(Split.GB_4)
    plan = settings.recording_plan()
    assert plan is not None
    assert (plan.split_minutes, plan.split_bytes) == (0, 4_000_000_000)
    desk.profile.update(record_split="by hand")
    assert settings.split is Split.NEVER
