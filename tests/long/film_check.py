"""What arrived in a file: its packets counted, and the flashes and tones in it found again.

Nothing here knows when they were due: both are measured from pictures and samples, decoded by FFmpeg.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from studio.media.audio.samples import RATE
from tests.long.flash_and_beep import LASTS_NS, TONE, TONE_HZ

_LIT = 200  # mean luma; the clip's brightest picture is far below
_MS = RATE // 1000
#: A flash and its tone are never further apart than this, or sound is lost.
_NEAR_S = 1.0


@dataclass(frozen=True, slots=True)
class Counted:
    pictures: int
    sounds: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One moment in the file: seconds at which its first white picture shows and its tone begins."""

    flash_s: float
    beep_s: float


def count(path: Path) -> Counted:
    """Packets of picture and sound, without decoding them."""
    found = {"video": 0, "audio": 0}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.size:
                found[packet.stream.type] += 1
    return Counted(found["video"], found["audio"])


def pairs(path: Path) -> list[Pair]:
    """Every flash with its tone, in order. AssertionError for a flash without one."""
    beeps = _beeps(path)
    found = []
    for flash in _flashes(path):
        near = [beep for beep in beeps if abs(beep - flash) < _NEAR_S]
        assert near, f"no tone at {flash:.3f} s"
        found.append(Pair(flash, min(near, key=lambda beep: abs(beep - flash))))
    return found


def _flashes(path: Path) -> list[float]:
    found, lit = [], True  # one that is cut by the begin of the file does not count
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            plane = frame.planes[0]
            luma = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
            was, lit = lit, bool(luma[::16, : plane.width : 16].mean() > _LIT)
            if lit and not was:
                found.append(float(frame.time or 0.0))
    return found


def _beeps(path: Path) -> list[float]:
    """When the tone begins, to the millisecond."""
    loud = _tone_by_ms(path) > TONE / 3
    # It lasts; a consonant does not.
    lasts = np.convolve(loud, np.ones(LASTS_NS // 2_000_000), "full")[LASTS_NS // 2_000_000 - 1 :]
    begins = loud & (lasts >= 0.9 * (LASTS_NS // 2_000_000))
    risen = np.flatnonzero(begins[1:] & ~begins[:-1]) + 1
    found: list[float] = []
    for place in risen:
        if not found or place / 1000 - found[-1] > LASTS_NS / 1e9:
            found.append(float(place) / 1000)
    return found


def _tone_by_ms(path: Path) -> npt.NDArray[np.float32]:
    """Its amplitude in each millisecond of the file: a whole number of its periods fits in one."""
    probe = np.exp(-2j * np.pi * TONE_HZ * np.arange(_MS) / RATE) * 2 / _MS
    blocks: list[npt.NDArray[np.float32]] = []
    rest = np.zeros(0, np.float32)
    end = None
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            heard = frame.to_ndarray()[0].astype(np.float32)
            begin = round(float(frame.time or 0.0) * RATE)
            if end is None:
                rest = np.zeros(max(0, begin), np.float32)
                heard = heard[max(0, -begin) :]
            elif begin > end + _MS:  # a hole in the track is silence, not an earlier rest
                rest = np.concatenate([rest, np.zeros(begin - end, np.float32)])
            end = begin + frame.samples
            rest = np.concatenate([rest, heard])
            whole = len(rest) // _MS * _MS
            blocks.append(np.abs(rest[:whole].reshape(-1, _MS) @ probe).astype(np.float32))
            rest = rest[whole:]
    return np.concatenate(blocks)
