"""How many bits the one encode may make: less while an upload is congested, slowly more when it is not.

Pure: figures in, a bit rate out; the clock is passed in. Thread: its owner's. Must not import: Qt, net, av.

All outputs share one encode, so the slowest upload that counts decides. Which count: those that send over the
network and are connected now. A target that is being retried takes nothing and pulls nobody down, and the
recording has a disk, not an upload. Sound is left alone: it is a twentieth of the bits, and what is missed
first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: A factor of 0.7 halves the rate in two steps; TCP's own 0.5 would show as a jump in the picture.
STEP_DOWN = 0.7
#: Additive, as in TCP: of the full rate, so that 9 clean steps lead from the floor to the top.
STEP_UP = 0.1
#: Below this a face is a blur; waiting for keyframes looks better.
FLOOR_SHARE, FLOOR_BPS = 0.15, 500_000
#: So much waiting is no hiccup of the sender's thread; the queue takes 2,000 (outputs.output.QUEUE_MS).
CONGESTED_MS = 400
#: A queue so short is as good as empty.
CLEAN_MS = 150
#: After a step the encoder's buffer and the system's must have had their turn before it is judged.
HOLD_S = 2.0
#: Clean for so long: one step up. Doubled, up to the longest, when the step was too much.
PROBE_S, LONGEST_PROBE_S = 3.0, 60.0
#: Congestion so soon after a step up is that step's fault.
_BLAME_S = 10.0
#: What waited while a server was connecting leaves in a burst; it says nothing about the upload.
SETTLE_S = 3.0


@dataclass(frozen=True, slots=True)
class Upload:
    """One network output now. `sending`: connected; `dropped`: pictures since the start, only growing."""

    name: str
    sending: bool
    queued_ms: int
    dropped: int


@dataclass(slots=True)
class _Seen:
    """What is remembered of an output from look to look."""

    since_s: float
    queued_ms: int
    dropped: int


class BitRateControl:
    """Invariant: `floor <= bps <= full`; two steps are at least `HOLD_S` apart, two up at least `PROBE_S`,
    unless the upload that was too slow is gone: then nothing holds the others back.

    Attributes:
        bps: what the encoder should make now, bits a second.
        slow: the name of the upload that caused the last step down, until `bps` is full again; else empty.
        rising: the last step was up.
        steps: how often `bps` was changed by a look.
    """

    def __init__(self, full_bps: int) -> None:
        if full_bps < 1:
            raise ValueError("a bit rate is positive")
        self._full = full_bps
        self.bps = full_bps
        self.slow = ""
        self.rising = False
        self.steps = 0
        self._seen: dict[str, _Seen] = {}
        self._changed_s: float | None = None
        self._raised_s: float | None = None
        self._clean_since_s: float | None = None
        self._probe_s = PROBE_S

    @property
    def full_bps(self) -> int:
        return self._full

    @property
    def floor_bps(self) -> int:
        return min(self._full, max(FLOOR_BPS, round(self._full * FLOOR_SHARE)))

    @property
    def reduced(self) -> bool:
        return self.bps < self._full

    def look(self, at_s: float, uploads: Sequence[Upload]) -> int:
        """Judges all uploads, best twice a second; the bit rate wanted from now on."""
        judged = [(upload, *self._judge(at_s, upload)) for upload in uploads if upload.sending]
        self._remember(at_s, uploads)
        congested = [upload for upload, bad, _ in judged if bad]
        if congested:
            self._clean_since_s = None
            self._lower(at_s, max(congested, key=lambda upload: upload.queued_ms).name)
        elif self.slow and all(upload.name != self.slow for upload, _, _ in judged):
            self._restore(at_s)
        elif all(clean for _, _, clean in judged):
            self._raise(at_s)
        else:
            self._clean_since_s = None
        return self.bps

    def _judge(self, at_s: float, upload: Upload) -> tuple[bool, bool]:
        """(congested, clean). Both False: it waits, but less and less."""
        seen = self._seen.get(upload.name)
        if seen is None or at_s - seen.since_s < SETTLE_S:
            return False, True
        dropping = upload.dropped > seen.dropped
        growing = upload.queued_ms >= CONGESTED_MS and upload.queued_ms >= seen.queued_ms
        return dropping or growing, not dropping and upload.queued_ms <= CLEAN_MS

    def _remember(self, at_s: float, uploads: Sequence[Upload]) -> None:
        now: dict[str, _Seen] = {}
        for upload in uploads:
            if upload.sending:
                seen = self._seen.get(upload.name)
                since_s = seen.since_s if seen is not None else at_s
                now[upload.name] = _Seen(since_s, upload.queued_ms, upload.dropped)
        self._seen = now

    def _lower(self, at_s: float, name: str) -> None:
        if self._held(at_s):
            return
        if self._raised_s is not None and at_s - self._raised_s < _BLAME_S:
            self._probe_s = min(self._probe_s * 2, LONGEST_PROBE_S)
        wanted = max(self.floor_bps, round(self.bps * STEP_DOWN))
        if wanted < self.bps:
            self.slow = name
            self._set(at_s, wanted)

    def _raise(self, at_s: float) -> None:
        if self._clean_since_s is None:
            self._clean_since_s = at_s
        if not self.reduced or at_s - self._clean_since_s < self._probe_s or self._held(at_s):
            return
        self._clean_since_s = self._raised_s = at_s
        self._set(at_s, min(self._full, self.bps + round(self._full * STEP_UP)))

    def _restore(self, at_s: float) -> None:
        """The slow upload has ended or is being retried: the rate was lowered for it alone."""
        if not self._held(at_s):
            self._set(at_s, self._full)

    def _held(self, at_s: float) -> bool:
        return self._changed_s is not None and at_s - self._changed_s < HOLD_S

    def _set(self, at_s: float, bps: int) -> None:
        self.rising = bps > self.bps
        self.bps = bps
        self._changed_s = at_s
        self.steps += 1
        if bps == self._full:
            self.slow = ""
            self._clean_since_s = None
            self._probe_s = PROBE_S
