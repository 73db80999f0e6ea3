"""Finishing and cutting films in a process of its own: `host-studio film`, started by `recording_job`.

Purpose: hours of packets cost seconds of CPU and, at the end, a long hold of Python's lock: neither may reach
the GUI or the encoder of the next LIVE. One JSON job on standard input; JSON lines on standard output.
Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import msgspec
import psutil

from studio.media.clips import cut_clip
from studio.media.outputs.recording_jobs import CutClip, FilmJob, FilmReport, RewriteFilm
from studio.media.outputs.recording_plain import FilmFailed
from studio.media.outputs.recording_reader import NotFragmented
from studio.media.outputs.recording_rewrite import Cancelled, rewrite

#: Told no more often than it can be seen.
_EVERY_S = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the job comes on standard input, so that a title with any letters in it arrives whole."""


def run(_options: argparse.Namespace) -> int:
    """0 when it is done, 1 when not; the last line says why."""
    _stand_back()
    try:
        job = msgspec.json.decode(sys.stdin.buffer.read(), type=FilmJob)
    except msgspec.DecodeError as error:
        print(f"host-studio film: no job that is understood ({error})", file=sys.stderr)
        return 2
    problem = _do(job)
    _say(FilmReport(1.0 if not problem else 0.0, not problem, problem))
    return 1 if problem else 0


def _do(job: FilmJob) -> str:
    """Does the job; a sentence when it cannot be done."""
    told_s = 0.0

    def progress(share: float) -> bool:
        nonlocal told_s
        now = time.monotonic()
        if now - told_s >= _EVERY_S:
            told_s = now
            _say(FilmReport(share))
        return True

    try:
        match job:
            case RewriteFilm():
                rewrite(job.target, progress)
            case CutClip():
                cut_clip(Path(job.source), job.target, job.start_s, job.end_s, progress)
    except (FilmFailed, Cancelled) as error:
        return str(error)
    except NotFragmented:
        pass  # finished already: that is what was wanted
    return ""


def _say(report: FilmReport) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    sys.stdout.buffer.flush()


def _stand_back() -> None:
    """Whatever else runs comes first, on the processor and, where the system can, on the disk."""
    own = psutil.Process()
    try:
        if sys.platform == "win32":
            own.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            own.nice(10)
        if sys.platform.startswith("linux"):
            own.ionice(psutil.IOPRIO_CLASS_IDLE)
    except psutil.Error:
        pass  # then it only takes its turn
