"""Films are worked on by a process of their own: what it says, and that nothing is left when it is ended."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.media.outputs.isobmff import FragmentTimeline
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.recording_job import FilmProcess
from studio.media.outputs.recording_jobs import CutClip, FilmJob, RewriteFilm
from studio.media.outputs.recording_reader import is_fragmented
from studio.places import program_command
from tests.unit.media.outputs.films import broadcast, recorded, watch


def work(job: FilmJob, progress: Callable[[float], None] = lambda _share: None) -> str:
    return FilmProcess(program_command(), job, progress).run()


def test_it_finishes_a_recording_and_cuts_it(tmp_path: Path) -> None:
    (path,) = recorded(RecordingPlan(tmp_path, "夜 ✏️"), 4).files
    shares: list[float] = []
    assert work(RewriteFilm(path=str(path)), shares.append) == ""
    assert not is_fragmented(path)
    assert 0 <= shares[0] < 0.5
    assert work(RewriteFilm(path=str(path))) == "", "finished already is what was wanted"
    clip = tmp_path / "clip.mp4"
    assert work(CutClip(source=str(path), clip=str(clip), start_s=1.2, end_s=3)) == ""
    assert watch(clip).pictures == 60


def test_what_went_wrong_comes_as_a_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone.mp4"
    assert work(RewriteFilm(path=str(gone))).startswith("gone.mp4 was not written")
    job = RewriteFilm(path=str(gone))
    assert "cannot be worked on" in FilmProcess([str(tmp_path / "no program")], job, print).run()
    silent = FilmProcess([sys.executable, "-c", "import sys; sys.exit(3)"], job, print)
    assert "broke off" in silent.run()


def test_cancelled_it_leaves_the_recording_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    (short,) = recorded(RecordingPlan(tmp_path / "short"), 4).files
    shutil.copyfile(short, path)
    _, packets = broadcast(4)
    timeline = FragmentTimeline()
    with path.open("ab") as file:  # long enough that it cannot be done before the first word of it
        for _ in range(100):
            file.write(b"".join(timeline.fragment(packet) for packet in packets))
    before = path.stat()
    process: FilmProcess

    def stop(_share: float) -> None:
        process.cancel()

    process = FilmProcess(program_command(), RewriteFilm(path=str(path)), stop)
    assert process.run() == ""
    assert process.cancelled
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert is_fragmented(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["long.mp4", "short"]
    late = FilmProcess(program_command(), RewriteFilm(path=str(path)), stop)
    late.cancel()
    assert late.run() == ""
    assert is_fragmented(path)


def test_a_job_it_does_not_understand_is_refused() -> None:
    done = subprocess.run(
        [*program_command(), "film"], input=b"{}", capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert b"no job that is understood" in done.stderr


@pytest.mark.parametrize(
    "word", [RewriteFilm(path="/a"), CutClip(source="/a", clip="/a", start_s=0, end_s=1)]
)
def test_the_target_of_a_job_is_a_path(word: FilmJob) -> None:
    assert word.target == Path("/a")
