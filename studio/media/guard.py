"""The picture guard: sees when a source no longer gives a living picture.

Purpose: `PictureWatch` looks at each picture as it comes, `PictureGuard` judges what it saw.
Thread: `see` on the capture thread, the rest on the thread of whoever asks; no waiting, no I/O.
Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from studio.media.capture import CaptureState
from studio.media.frame import Frame, Pixels

#: A thumbnail of 32x18 samples: single pixels, not averages, so that the noise of a sensor stays in it.
THUMBNAIL = (32, 18)
#: Black as FFmpeg's blackdetect has it by default: 98 % of the picture darker than a tenth of the range.
_BLACK_LEVEL = round(0.10 * 255)
_BLACK_SHARE = 0.98
#: A picture that comes sooner after one that was looked at is not.
LOOK_NS = 80_000_000
#: How long each trouble must last before it is one (issue: frozen and black 2 s, slow 3 s).
FROZEN_NS = BLACK_NS = SILENT_NS = 2_000_000_000
SLOW_NS = 3_000_000_000
#: Slow below this share of what the source gave or claims; well again above the other (no flicker between).
SLOW_SHARE, STEADY_SHARE = 0.70, 0.85


class TroubleKind(Enum):
    SILENT = "silent"  # no pictures at all
    BLACK = "black"  # a lens cap, or no light
    FROZEN = "frozen"  # pictures come, and all are the same one
    SLOW = "slow"  # fewer than it gave or claims


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble. Times in `clock.now_ns` nanoseconds; `recovered_ns` None while it lasts.

    Attributes:
        began_ns: when the trouble itself began, not when it was noticed.
        fps, expected_fps: the rates when it was found, for the sentence about it.
    """

    kind: TroubleKind
    began_ns: int
    fps: float = 0.0
    expected_fps: float = 0.0
    recovered_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of a source now.

    Attributes:
        watch: changes with the source, so that nobody compares two of them.
        last_ns: the newest picture, None before the first.
        same_since_ns: since when all pictures were one and the same, None while they differ.
        black_since_ns: since when all were black.
        fps, claimed_fps: pictures a second measured, and what the source claims (0.0: nothing).
    """

    watch: int
    state: CaptureState
    last_ns: int | None
    same_since_ns: int | None
    black_since_ns: int | None
    fps: float
    claimed_fps: float


def thumbnail(array: Pixels) -> Pixels:
    """At most 18 x 32 x 3 samples of a picture of any size, as a copy. Costs some microseconds."""
    height, width = array.shape[:2]
    columns, rows = THUMBNAIL
    down, right = max(1, height // rows), max(1, width // columns)
    return np.ascontiguousarray(array[: down * rows : down, : right * columns : right])


def is_black(samples: Pixels) -> bool:
    """Whether hardly any sample is brighter than a tenth of the range, in any colour."""
    brightest = np.maximum(np.maximum(samples[:, :, 0], samples[:, :, 1]), samples[:, :, 2])
    return bool(np.count_nonzero(brightest < _BLACK_LEVEL) >= _BLACK_SHARE * brightest.size)


class PictureWatch:
    """Remembers how the last pictures compare. One a source; `see` and `times` may be on two threads.

    Every picture counts, about ten a second are looked at: what is to last two seconds is seen by that.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._before: Pixels | None = None
        self._last_ns: int | None = None
        self._looked_ns: int | None = None
        self._same_since_ns: int | None = None
        self._black_since_ns: int | None = None

    def see(self, frame: Frame) -> None:
        """Takes note of the next picture."""
        looked_ns = self._looked_ns
        if looked_ns is not None and frame.pts_ns - looked_ns < LOOK_NS:
            with self._lock:
                self._last_ns = frame.pts_ns
            return
        self._looked_ns = frame.pts_ns
        samples = thumbnail(frame.array)
        black = is_black(samples)
        before = self._before
        same = before is not None and before.shape == samples.shape and bool((before == samples).all())
        self._before = samples
        with self._lock:
            if not same:
                self._same_since_ns = None
            elif self._same_since_ns is None:
                self._same_since_ns = looked_ns
            if not black:
                self._black_since_ns = None
            elif self._black_since_ns is None:
                self._black_since_ns = frame.pts_ns
            self._last_ns = frame.pts_ns

    def times(self) -> tuple[int | None, int | None, int | None]:
        """(newest picture, same since, black since); see `Sight`."""
        with self._lock:
            return self._last_ns, self._same_since_ns, self._black_since_ns


class PictureGuard:
    """Says which troubles began and which are over. One owner; ask about four times a second.

    A still or black picture is a trouble of devices alone: a file or a title card may be both. No pictures,
    or too few, are troubles of any source.
    Invariant: at most one finding of a kind is open.
    """

    def __init__(self) -> None:
        self._open: dict[TroubleKind, Finding] = {}
        self._watch: int | None = None
        self._canvas_fps = self._steady_fps = 0.0
        self._running_since_ns: int | None = None
        self._slow_since_ns: int | None = None

    @property
    def open(self) -> tuple[Finding, ...]:
        """What is wrong now, the gravest first."""
        return tuple(self._open[kind] for kind in TroubleKind if kind in self._open)

    def judge(self, sight: Sight | None, now_ns: int, *, device: bool, canvas_fps: float) -> list[Finding]:
        """The findings that began or ended with this look (`recovered_ns` tells which).

        `canvas_fps`: how many pictures a second are taken now; more are never missed.
        """
        self._canvas_fps = canvas_fps
        if sight is None or sight.watch != self._watch:
            self._watch = sight.watch if sight is not None else None
            self._steady_fps = 0.0
            self._running_since_ns = self._slow_since_ns = None
        began = self._began(sight, now_ns, device) if sight is not None else {}
        changes: list[Finding] = []
        for kind in TroubleKind:
            known, since = self._open.get(kind), began.get(kind)
            if known is None and since is not None:
                fps = sight.fps if sight is not None else 0.0
                known = self._open[kind] = Finding(kind, since, fps, self._expected(sight))
                changes.append(known)
            elif known is not None and since is None:
                del self._open[kind]
                changes.append(replace(known, recovered_ns=now_ns))
        return changes

    def _began(self, sight: Sight, now_ns: int, device: bool) -> dict[TroubleKind, int]:
        """The troubles of this moment, and since when."""
        found: dict[TroubleKind, int] = {}
        black, same = sight.black_since_ns, sight.same_since_ns
        if device and black is not None and now_ns - black >= BLACK_NS:
            found[TroubleKind.BLACK] = black
        elif device and same is not None and now_ns - same >= FROZEN_NS:
            found[TroubleKind.FROZEN] = same
        silent = self._silent_since(sight, now_ns)
        if silent is not None and TroubleKind.FROZEN not in self._open:
            return {TroubleKind.SILENT: silent}  # what it last showed, and how fast, says nothing more
        slow = self._slow(sight, now_ns)
        if slow is not None and not found:
            found[TroubleKind.SLOW] = slow
        return found

    def _silent_since(self, sight: Sight, now_ns: int) -> int | None:
        gone = sight.state in (CaptureState.LOST, CaptureState.STOPPED)
        known = self._open.get(TroubleKind.SILENT)
        if sight.last_ns is None:
            if known is not None:  # opening again after a loss
                return known.began_ns
            return now_ns if gone else None
        if gone or now_ns - sight.last_ns >= SILENT_NS:
            return sight.last_ns
        return None

    def _slow(self, sight: Sight, now_ns: int) -> int | None:
        """Since when the rate is low. The first seconds of a source teach what it can do."""
        if sight.state is not CaptureState.RUNNING:
            self._running_since_ns = self._slow_since_ns = None
            return None
        if self._running_since_ns is None:
            self._running_since_ns = now_ns
        if now_ns - self._running_since_ns < SLOW_NS:
            return None
        self._steady_fps = max(self._steady_fps, sight.fps)
        share = STEADY_SHARE if TroubleKind.SLOW in self._open else SLOW_SHARE
        if sight.fps >= share * self._expected(sight):
            self._slow_since_ns = None
            return None
        if self._slow_since_ns is None:
            self._slow_since_ns = now_ns
        return self._slow_since_ns if now_ns - self._slow_since_ns >= SLOW_NS else None

    def _expected(self, sight: Sight | None) -> float:
        claimed = sight.claimed_fps if sight is not None else 0.0
        return min(self._canvas_fps, max(claimed, self._steady_fps))
