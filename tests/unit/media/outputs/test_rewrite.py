"""A recording becomes a plain MP4: nothing of it is lost, and the original stays until all is well."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import av
import pytest

from studio.media.outputs import recording_plain
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.recording_files import part_path
from studio.media.outputs.recording_marks import append_mark, marks_path, read_marks
from studio.media.outputs.recording_plain import FilmFailed
from studio.media.outputs.recording_reader import FragmentedRecording, NotFragmented, is_fragmented
from studio.media.outputs.recording_rewrite import Cancelled, rewrite
from studio.model.mark import Mark, MarkKind
from tests.unit.media.outputs.films import in_step, recorded, watch

PLENTY = 1 << 40


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    (path,) = recorded(RecordingPlan(tmp_path, "t"), 4).files
    return path


def boxes(path: Path) -> list[str]:
    """Names of the top-level boxes, in order."""
    data, found, at = path.read_bytes(), [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 8].decode())
        at += size if size > 1 else int.from_bytes(data[at + 8 : at + 16], "big")
    return found


def finish(path: Path) -> list[float]:
    shares: list[float] = []

    def progress(share: float) -> bool:
        shares.append(share)
        return True

    rewrite(path, progress, free_bytes=lambda _folder: PLENTY)
    return shares


def test_everything_is_there_and_the_index_comes_first(recording: Path) -> None:
    before = watch(recording)
    assert is_fragmented(recording)
    shares = finish(recording)
    assert not is_fragmented(recording)
    names = boxes(recording)
    assert names.index("moov") < names.index("mdat")
    assert "moof" not in names
    assert watch(recording) == before
    assert (before.pictures, before.first_s) == (120, 0.0)
    assert in_step(before)
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert not part_path(recording).exists()


def test_a_finished_recording_is_not_touched_again(recording: Path) -> None:
    finish(recording)
    data = recording.read_bytes()
    with pytest.raises(NotFragmented):
        finish(recording)
    assert recording.read_bytes() == data


def test_marks_become_chapters(recording: Path) -> None:
    append_mark(recording, Mark(at_ms=1500, wall_ms=1, label="Mika: Lion 🦁"))
    append_mark(recording, Mark(at_ms=3100, wall_ms=2))
    finish(recording)
    with av.open(str(recording)) as film:
        chapters = [
            (float(one["start"] * one["time_base"]), float(one["end"] * one["time_base"]), one["metadata"])
            for one in film.chapters()
            if one["time_base"] is not None
        ]
    assert chapters == [
        (0.0, 1.5, {"title": "Start"}),
        (1.5, 3.1, {"title": "Mika: Lion 🦁"}),
        (3.1, 4.0, {"title": "Mark"}),
    ]
    assert watch(recording).pictures == 120


def test_what_a_kill_left_is_finished_up_to_the_last_whole_picture(recording: Path) -> None:
    with FragmentedRecording(recording) as whole:
        heads = list(whole.heads())
    torn_at = next(head for head in heads if head.is_picture and head.start >= 90_000 * 2.5)
    with recording.open("r+b") as file:
        file.truncate(torn_at.at + torn_at.size // 2)
    finish(recording)
    seen = watch(recording)
    assert seen.pictures == sum(head.is_picture for head in heads[: heads.index(torn_at)]) == 75
    assert in_step(seen)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_cancelled_it_leaves_the_original_and_nothing_else(recording: Path, share: float) -> None:
    data, told = recording.read_bytes(), []

    def progress(done: float) -> bool:
        told.append(done)
        return done < share

    with pytest.raises(Cancelled):
        rewrite(recording, progress, free_bytes=lambda _folder: PLENTY)
    assert told
    assert recording.read_bytes() == data
    assert list(recording.parent.iterdir()) == [recording]


def test_without_room_it_says_how_much_is_missing_and_keeps_the_original(recording: Path) -> None:
    data = recording.read_bytes()
    with pytest.raises(FilmFailed, match=r"stays as it was recorded and plays: .* 1\.\d GB more"):
        rewrite(recording, free_bytes=lambda _folder: 1000)
    assert recording.read_bytes() == data


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "is full"), (errno.EACCES, "may not be written"), (errno.EIO, "was not written")],
)
def test_a_disk_that_refuses_at_the_end_leaves_the_original(
    recording: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    data = recording.read_bytes()

    def refusing(_path: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(recording_plain, "_sync", refusing)
    with pytest.raises(FilmFailed, match=words):
        finish(recording)
    assert recording.read_bytes() == data
    assert list(recording.parent.iterdir()) == [recording]


@pytest.mark.expected_errors("holds .* not")
def test_a_result_that_does_not_hold_everything_never_replaces_the_original(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = recording.read_bytes()
    sync = recording_plain._sync

    def losing(path: Path) -> None:
        """As if the muxer had made another film than it was given."""
        shutil.copyfile(shorter, path)
        sync(path)

    (shorter,) = recorded(RecordingPlan(recording.parent / "other"), 2).files
    finish(shorter)
    monkeypatch.setattr(recording_plain, "_sync", losing)
    with pytest.raises(FilmFailed, match="without a fault"):
        finish(recording)
    assert recording.read_bytes() == data
    assert not part_path(recording).exists()


def test_a_file_that_is_no_recording_is_left_alone(tmp_path: Path) -> None:
    for name, data in (("empty.mp4", b""), ("text.mp4", b"not a film" * 100)):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(NotFragmented):
            finish(path)
        assert path.read_bytes() == data
    with pytest.raises(FilmFailed, match="is gone"):
        finish(tmp_path / "nowhere.mp4")


def test_torn_and_foreign_lines_beside_a_recording_cost_no_other_mark(tmp_path: Path) -> None:
    recording = tmp_path / "t.mp4"
    first = Mark(at_ms=1, wall_ms=2, kind=MarkKind.SPIKE, label="夜")
    assert read_marks(recording) == ()
    append_mark(recording, first)
    with marks_path(recording).open("ab") as file:
        file.write(b'{"at_ms":5,"wall\n{"at_ms":"x","wall_ms":1}\n\xff\n')
    append_mark(recording, Mark(at_ms=9, wall_ms=9))
    assert read_marks(recording) == (first, Mark(at_ms=9, wall_ms=9))
