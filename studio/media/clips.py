"""Clips: a stretch of a recording as a file of its own, without encoding anything again.

Thread: any that may wait; long films belong to `recording_worker`. Must not import: Qt, net, cv2.

A clip begins at the last keyframe at or before what was asked for, picture and sound alike: what is shown
and heard is in step from its first frame on, in every player.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Stream

from studio.media.outputs.recording_files import part_path
from studio.media.outputs.recording_plain import FilmFailed, PlainFile, film_sentence, tracks_of
from studio.media.outputs.recording_reader import FragmentedRecording, NotFragmented
from studio.media.outputs.recording_rewrite import Cancelled, Progress

#: Around a mark: what led to it, and what came of it.
BEFORE_S, AFTER_S = 20.0, 10.0
#: Sound of the same moment may lie this much later in the file than the picture.
_SOUND_LAG_S = 1.0
#: Pictures at 120 fps and sound of a second, and the longest way back to a keyframe: what room is left for.
_SAMPLES_A_SECOND, _LONGEST_WAY_S = 170, 10
#: Longer is no clip.
_LONGEST_S = 15 * 60
_EVERY = 64


@dataclass(frozen=True, slots=True)
class _Sample:
    """One picture or piece of sound; times in its track's ticks."""

    is_picture: bool
    is_key: bool
    start: int
    duration: int
    data: bytes


def clip_around(at_ms: int, before_s: float = BEFORE_S, after_s: float = AFTER_S) -> tuple[float, float]:
    """Start and end in seconds of the clip of a mark at `at_ms`."""
    return max(0.0, at_ms / 1000 - before_s), at_ms / 1000 + after_s


def clip_path(source: Path, at_ms: int, taken: Collection[Path] = ()) -> Path:
    """A name beside `source` that no file has and that is not `taken`, with the moment in it."""
    minutes, seconds = divmod(at_ms // 1000, 60)
    stem = f"{source.stem} clip {minutes:02d}m{seconds:02d}s"
    path, number = source.with_name(f"{stem}.mp4"), 1
    while path in taken or path.exists() or part_path(path).exists():
        number += 1
        path = source.with_name(f"{stem} ({number}).mp4")
    return path


def cut_clip(
    source: Path, target: Path, start_s: float, end_s: float, progress: Progress = lambda _share: True
) -> Path:
    """Cuts `source`, finished or not, from the keyframe before `start_s` to `end_s` or its end.

    Raises FilmFailed with a sentence, and Cancelled when `progress` said so.
    """
    try:
        try:
            with FragmentedRecording(source) as recording, tracks_of(recording.init) as like:
                samples = _of_fragmented(recording, _rates(like), start_s, end_s)
                return _write(samples, like, target, end_s - start_s, progress)
        except NotFragmented:
            with av.open(str(source), "r") as film:
                return _write(_of_plain(film, start_s, end_s), film, target, end_s - start_s, progress)
    except (OSError, FFmpegError, IndexError) as error:  # IndexError: there is no picture in it
        raise FilmFailed(film_sentence(error, target)) from error


def _rates(like: InputContainer) -> tuple[Fraction, Fraction]:
    """Ticks a second of the picture and of the sound."""
    tracks = (like.streams.video[0], *like.streams.audio)
    rates = [1 / track.time_base for track in tracks if track.time_base]
    return rates[0], rates[-1]


def _of_fragmented(
    recording: FragmentedRecording, rates: tuple[Fraction, Fraction], start_s: float, end_s: float
) -> Iterator[_Sample]:
    key = 0
    for head in recording.heads():
        if head.is_picture and head.start > start_s * rates[0]:
            break
        if head.is_key:
            key = head.start
    for head in recording.heads():
        rate = rates[0] if head.is_picture else rates[1]
        base = round(key * rate / rates[0])
        if head.start >= (end_s + _SOUND_LAG_S) * rate:
            return
        if base <= head.start < end_s * rate:
            start = head.start - base
            yield _Sample(head.is_picture, head.is_key, start, head.duration, recording.data(head))


def _of_plain(film: InputContainer, start_s: float, end_s: float) -> Iterator[_Sample]:
    picture, rates = film.streams.video[0], _rates(film)
    film.seek(int(start_s * rates[0]), stream=picture, backward=True)
    early: list[av.Packet[Stream]] = []  # sound that comes before the first picture in the file
    key: int | None = None
    for packet in film.demux([picture, *film.streams.audio]):
        if packet.dts is None or packet.size == 0:
            continue
        is_picture = packet.stream.index == picture.index
        rate = rates[0] if is_picture else rates[1]
        if packet.dts >= (end_s + _SOUND_LAG_S) * rate:
            return
        if key is None:
            early.append(packet)
            if not is_picture:
                continue
            key = packet.dts
            ready, early = early, []
        else:
            ready = [packet]
        for one in ready:
            rate = rates[0] if one.stream.index == picture.index else rates[1]
            base = round(key * rate / rates[0])
            if one.dts is not None and base <= one.dts < end_s * rate:
                yield _Sample(
                    rate is rates[0], one.is_keyframe, one.dts - base, one.duration or 0, bytes(one)
                )


def _write(
    samples: Iterator[_Sample], like: InputContainer, target: Path, length_s: float, progress: Progress
) -> Path:
    rate = float(_rates(like)[0])
    if not 0 < length_s <= _LONGEST_S:
        raise FilmFailed(f"A clip is {_LONGEST_S // 60} minutes long at most. Choose a shorter stretch.")
    plain = PlainFile(target, like, round(_SAMPLES_A_SECOND * (length_s + _LONGEST_WAY_S)))
    try:
        for number, one in enumerate(samples):
            if number % _EVERY == 0 and not progress(min(1.0, one.start / rate / max(1.0, length_s))):
                raise Cancelled
            plain.write(one.data, one.start, one.duration, is_picture=one.is_picture, is_key=one.is_key)
        plain.finish()
    except BaseException:
        plain.abandon()
        raise
    progress(1.0)
    return target
