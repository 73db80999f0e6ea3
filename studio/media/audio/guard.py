"""The sound guard: sees when a microphone that should be heard is lost, silent, or too loud.

Purpose: `VoiceWatch` looks at each block as it is mixed, `SoundGuard` judges what it saw.
Thread: `see` on the sound thread, the rest on the thread of whoever asks; no waiting, no I/O.
Must not import: Qt, net, av, cv2.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace
from enum import Enum

from studio.media.audio.levels import FULL_SCALE

#: Two steps of a 16-bit device (-84 dBFS): less than the noise of any microphone that is switched on.
_DEAD = 2 / 32_768
#: So long without even noise, and it is silent (issue: the host knows within 2 s).
SILENT_NS = 1_500_000_000
#: Some headsets give pure silence between sentences: who came back by itself once is given this long.
GATED_NS, _GATE_PAUSE_NS = 10_000_000_000, 30_000_000_000
#: So many blocks (21 ms each) at full scale within the time that follows: more than one bump of the desk.
_CLIPPED_BLOCKS, _CLIPPED_WITHIN_NS = 4, 2_000_000_000


class SoundTrouble(Enum):
    """The value is what the report says."""

    LOST = "microphone lost"
    SILENT = "microphone silent"
    CLIPPING = "microphone clipping"


@dataclass(frozen=True, slots=True)
class SoundFinding:
    """One trouble. Times in `clock.now_ns` nanoseconds; `recovered_ns` None while it lasts.

    Attributes:
        at_device: for clipping: the device itself is at its limit, so that the gain here changes nothing.
    """

    kind: SoundTrouble
    began_ns: int
    at_device: bool = False
    recovered_ns: int | None = None


@dataclass(frozen=True, slots=True)
class VoiceSight:
    """What is known of a microphone now: since when it gives dead silence, since when it clips."""

    dead_since_ns: int | None
    clips_since_ns: int | None
    at_device: bool


class VoiceWatch:
    """Remembers the peaks of the last blocks. `see` and `sight` may be on two threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._dead_since_ns: int | None = None
        self._clipped: deque[int] = deque(maxlen=128)
        self._clips_since_ns: int | None = None
        self._at_device = False

    def see(self, raw_peak: float, peak: float, now_ns: int) -> None:
        """One block: its peak as the device gave it, and after the gain."""
        with self._lock:
            if raw_peak >= _DEAD:
                self._dead_since_ns = None
            elif self._dead_since_ns is None:
                self._dead_since_ns = now_ns
            if max(raw_peak, peak) >= FULL_SCALE:
                self._clipped.append(now_ns)
                self._at_device = raw_peak >= FULL_SCALE
            self._forget(now_ns)

    def nothing(self) -> None:
        """The device gives no samples at all: its service says so."""
        with self._lock:
            self._dead_since_ns = self._clips_since_ns = None
            self._clipped.clear()

    def sight(self, now_ns: int) -> VoiceSight:
        with self._lock:
            self._forget(now_ns)
            return VoiceSight(self._dead_since_ns, self._clips_since_ns, self._at_device)

    def _forget(self, now_ns: int) -> None:
        while self._clipped and now_ns - self._clipped[0] > _CLIPPED_WITHIN_NS:
            self._clipped.popleft()
        if not self._clipped:
            self._clips_since_ns = None
        elif self._clips_since_ns is None and len(self._clipped) >= _CLIPPED_BLOCKS:
            self._clips_since_ns = self._clipped[0]


class SoundGuard:
    """Says which troubles began and which are over. One owner; ask about four times a second.

    A microphone the host muted, or wants none of, has no troubles. Invariant: at most one finding of a kind
    is open.
    """

    def __init__(self) -> None:
        self._open: dict[SoundTrouble, SoundFinding] = {}
        self._open_since_ns: int | None = None
        self._silent_after_ns = SILENT_NS

    @property
    def open(self) -> tuple[SoundFinding, ...]:
        """What is wrong now, the gravest first."""
        return tuple(self._open[kind] for kind in SoundTrouble if kind in self._open)

    def another_device(self) -> None:
        """What was learned of the one before does not hold."""
        self._silent_after_ns = SILENT_NS

    def judge(
        self, sight: VoiceSight, now_ns: int, *, wanted: bool, lost_since_ns: int | None
    ) -> list[SoundFinding]:
        """The findings that began or ended with this look (`recovered_ns` tells which).

        `wanted`: the host chose a microphone and did not mute it. `lost_since_ns`: it gives nothing since.
        """
        if not wanted:
            self._open_since_ns = None
        elif self._open_since_ns is None:
            self._open_since_ns = now_ns
        began = self._began(sight, now_ns, lost_since_ns) if wanted else {}
        changes: list[SoundFinding] = []
        for kind in SoundTrouble:
            known, since = self._open.get(kind), began.get(kind)
            if known is None and since is not None:
                known = self._open[kind] = SoundFinding(kind, since, sight.at_device)
                changes.append(known)
            elif known is not None and since is None:
                del self._open[kind]
                self._learn(known, now_ns, wanted)
                changes.append(replace(known, recovered_ns=now_ns))
        return changes

    def _began(self, sight: VoiceSight, now_ns: int, lost_since_ns: int | None) -> dict[SoundTrouble, int]:
        if lost_since_ns is not None:
            return {SoundTrouble.LOST: lost_since_ns}
        assert self._open_since_ns is not None
        found: dict[SoundTrouble, int] = {}
        if sight.dead_since_ns is not None:
            since = max(sight.dead_since_ns, self._open_since_ns)
            if SoundTrouble.SILENT in self._open or now_ns - since >= self._silent_after_ns:
                found[SoundTrouble.SILENT] = since
        elif sight.clips_since_ns is not None:
            found[SoundTrouble.CLIPPING] = max(sight.clips_since_ns, self._open_since_ns)
        return found

    def _learn(self, ended: SoundFinding, now_ns: int, wanted: bool) -> None:
        if ended.kind is SoundTrouble.SILENT and wanted and now_ns - ended.began_ns < _GATE_PAUSE_NS:
            self._silent_after_ns = GATED_NS
