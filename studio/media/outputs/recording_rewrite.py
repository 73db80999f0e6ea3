"""Finishes a recording: the crash-safe file becomes a plain MP4, without encoding anything again.

Thread: any that may wait; long films belong to `recording_worker`. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from studio.media.outputs.isobmff import TIMESCALE
from studio.media.outputs.recording import RESERVE_BYTES
from studio.media.outputs.recording_marks import read_marks
from studio.media.outputs.recording_plain import (
    FilmFailed,
    PlainFile,
    film_sentence,
    index_bytes,
    tracks_of,
)
from studio.media.outputs.recording_reader import FragmentedRecording
from studio.model.mark import MOST_MARKS, chapters_of

#: Told with 0..1; False: give up.
Progress = Callable[[float], bool]
#: Packets between two calls of the progress: a few milliseconds of work.
_EVERY = 64


class Cancelled(Exception):
    """The host changed their mind; nothing was changed."""


def rewrite(
    path: Path,
    progress: Progress = lambda _share: True,
    *,
    free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    reserve_bytes: int = RESERVE_BYTES,
) -> None:
    """Replaces the recording at `path` by its plain form with its marks as chapters.

    The original stays until the new file is complete, synced and verified. Raises FilmFailed with a sentence,
    Cancelled when `progress` said so, and NotFragmented when there is nothing to do.
    """
    try:
        with FragmentedRecording(path) as recording:
            need = recording.bytes + index_bytes(0, MOST_MARKS) + reserve_bytes
            free = free_bytes(path.parent)
            if free < need:
                raise FilmFailed(_room_sentence(path, need - free))
            _copy(recording, progress)
    except OSError as error:
        raise FilmFailed(film_sentence(error, path)) from error


def _copy(recording: FragmentedRecording, progress: Progress) -> None:
    survey = recording.survey()
    if not survey.pictures:
        raise FilmFailed(f"There is no picture in {recording.path.name}: it can be deleted.")
    chapters = chapters_of(read_marks(recording.path), survey.picture_end * 1000 // TIMESCALE)
    with tracks_of(recording.init) as like:
        plain = PlainFile(recording.path, like, survey.pictures + survey.sounds, chapters)
    try:
        for number, head in enumerate(recording.heads()):
            if number % _EVERY == 0 and not progress(head.at / recording.bytes):
                raise Cancelled
            plain.write(
                recording.data(head),
                head.start,
                head.duration,
                is_picture=head.is_picture,
                is_key=head.is_key,
            )
        plain.finish()
    except BaseException:
        plain.abandon()
        raise
    progress(1.0)


def _room_sentence(path: Path, missing: int) -> str:
    return (
        f"{path.name} stays as it was recorded and plays: finishing it needs {missing / 1e9:,.1f} GB more "
        f"in {path.parent}. Make room, then finish it."
    )
