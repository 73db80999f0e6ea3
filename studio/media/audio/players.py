"""Sounds that are played rather than recorded: music, a video's sound, alerts. Each is a source of a strip.

Thread: `sound` reads; what plays may be changed from any thread. Must not import: Qt, av, cv2.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Protocol

from studio.media.audio.samples import BLOCK, Samples, ramp, silence


class Player(Protocol):
    """What plays by itself, block after block: a music file, the sound of a video layer."""

    @property
    def underruns(self) -> int: ...

    def read(self, begin_ns: int, now_ns: int, /) -> Samples:
        """The next `BLOCK` samples, heard from `begin_ns` on; silence where there are none. Never waits."""
        ...


class Players:
    """Any number of players in one strip. Who comes fades in over a block, who goes fades out.

    Counter: `underruns`, of all that ever played here.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._playing: tuple[Player, ...] = ()
        self._coming: tuple[Player, ...] = ()
        self._going: tuple[Player, ...] = ()
        self._underruns_before = 0

    def set(self, players: Iterable[Player]) -> tuple[Player, ...]:
        """Plays these from now on; returns those of before that ended, for their owner to stop."""
        wanted = tuple(players)
        with self._lock:
            gone = tuple(one for one in self._playing if one not in wanted)
            self._going += tuple(one for one in gone if one not in self._coming)
            self._coming = tuple(one for one in wanted if one not in self._playing or one in self._coming)
            self._playing = wanted
            self._underruns_before += sum(one.underruns for one in gone)
        return gone

    @property
    def underruns(self) -> int:
        with self._lock:
            return self._underruns_before + sum(one.underruns for one in self._playing)

    def read(self, begin_ns: int, now_ns: int) -> Samples | None:
        """The sum of the next block of each; None while none plays."""
        with self._lock:
            playing, coming, going = self._playing, self._coming, self._going
            self._coming = self._going = ()
        if not playing and not going:
            return None
        mixed = silence()
        for player in playing:
            block = player.read(begin_ns, now_ns)
            mixed += block * ramp(0.0, 1.0) if player in coming else block
        for player in going:
            mixed += player.read(begin_ns, now_ns) * ramp(1.0, 0.0)
        return mixed


class ShortSounds:
    """Alerts: whole sounds in memory, a few at once.

    Bounded to `MOST` sounds: one more is left out and counted (`dropped`), because what plays already says
    that something came.
    """

    MOST = 3

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._playing: list[tuple[Samples, int]] = []
        self._going: list[tuple[Samples, int]] = []
        self.dropped = 0

    def play(self, sound: Samples) -> bool:
        """Plays n x 2 samples from the next block on. False when too many play already."""
        with self._lock:
            if len(self._playing) >= self.MOST:
                self.dropped += 1
                return False
            self._playing.append((sound, 0))
        return True

    def hush(self) -> None:
        """Fades out whatever plays now; what comes after is heard."""
        with self._lock:
            self._going, self._playing = self._going + self._playing, []

    def read(self, _begin_ns: int, _now_ns: int) -> Samples | None:
        """The next block of all that plays; None while nothing does."""
        with self._lock:
            playing, going = self._playing, self._going
            self._playing = [(sound, at + BLOCK) for sound, at in playing if at + BLOCK < len(sound)]
            self._going = []
        if not playing and not going:
            return None
        faded: Samples = _mixed(going) * ramp(1.0, 0.0)
        return _mixed(playing) + faded


def _mixed(sounds: list[tuple[Samples, int]]) -> Samples:
    """One block of each from its place on."""
    mixed = silence()
    for sound, place in sounds:
        part = sound[place : place + BLOCK]
        mixed[: len(part)] += part
    return mixed
