"""Clips: they begin at a keyframe, end where asked, and picture and sound stay in step."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.media.clips import clip_around, cut_clip
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.recording_plain import FilmFailed
from studio.media.outputs.recording_rewrite import Cancelled, rewrite
from tests.unit.media.outputs.films import in_step, recorded, watch


@pytest.fixture(params=["as recorded", "finished"])
def recording(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (path,) = recorded(RecordingPlan(tmp_path / "films", "t"), 12, 2.0).files
    if request.param == "finished":
        rewrite(path, reserve_bytes=0)
    return path


def test_a_clip_begins_at_the_keyframe_before_and_ends_where_asked(recording: Path, tmp_path: Path) -> None:
    clip = cut_clip(recording, tmp_path / "clip.mp4", 5.1, 9.2)
    seen = watch(clip)
    assert seen.first_s == 0.0
    assert seen.end_s == pytest.approx(5.2, abs=0.04)  # from 4.0
    assert seen.flashes == pytest.approx([0, 1, 2, 3, 4, 5], abs=0.01)
    assert in_step(seen)


def test_a_clip_at_the_edges_is_as_long_as_there_is_film(recording: Path, tmp_path: Path) -> None:
    first = watch(cut_clip(recording, tmp_path / "first.mp4", *clip_around(500, after_s=2.3)))
    assert (first.first_s, first.end_s) == (0.0, pytest.approx(2.8, abs=0.04))
    last = watch(cut_clip(recording, tmp_path / "last.mp4", *clip_around(11_500, before_s=1.0)))
    assert last.end_s == pytest.approx(2.0, abs=0.04)  # from the keyframe at 10.0
    assert in_step(first) and in_step(last)


def test_a_cancelled_clip_leaves_nothing(recording: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        cut_clip(recording, tmp_path / "clip.mp4", 2, 9, lambda share: share < 0.3)
    assert [path.name for path in tmp_path.iterdir()] == ["films"]


def test_what_cannot_be_cut_is_said(recording: Path, tmp_path: Path) -> None:
    with pytest.raises(FilmFailed, match="15 minutes long at most"):
        cut_clip(recording, tmp_path / "clip.mp4", 0, 3000)
    (tmp_path / "taken").touch()
    with pytest.raises(FilmFailed, match="was not written"):
        cut_clip(recording, tmp_path / "taken" / "clip.mp4", 0, 3)
    with pytest.raises(FilmFailed, match="is gone"):
        cut_clip(tmp_path / "nowhere.mp4", tmp_path / "clip.mp4", 0, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["films", "taken"]


def test_a_mark_has_its_clip_around_it() -> None:
    assert clip_around(61_000) == (41.0, 71.0)
    assert clip_around(3_000) == (0.0, 13.0)
