"""The mixer: its strips into one block, the limiter over it, the program's meter.

Thread: `sound` mixes; a strip's settings and what plays may be changed from any thread. Must not import: Qt,
cv2.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from studio.media.audio.levels import Meter
from studio.media.audio.limiter import Limiter
from studio.media.audio.players import Player, Players, ShortSounds
from studio.media.audio.samples import BLOCK, RATE, Samples, silence
from studio.media.audio.stream import DeviceStream
from studio.media.audio.strip import DeviceStrip, MixerStrip, StripSettings
from studio.media.audio.voice import VoiceStrip

_BLOCK_NS = BLOCK * 1_000_000_000 // RATE


class StripName(Enum):
    """The strips, in the order in which they are shown; the value is what the profile keeps."""

    MICROPHONE = "microphone"
    SECOND = "second"
    MUSIC = "music"
    VIDEO = "video"
    ALERTS = "alerts"


#: Music lies under the voice, an alert is heard and startles nobody.
DEFAULT_GAINS_DB = {StripName.MUSIC: -18.0, StripName.ALERTS: -9.0}


class Mixer:
    """Attributes:
    strips: by name. microphone: the first of them, with what only a microphone has.
    alerts: plays short sounds. program: the meter of what viewers get; its clip light says that the
        limiter had to step in.
    """

    def __init__(self, stream: DeviceStream, second: DeviceStream | None = None) -> None:
        self._streams = (stream, second or DeviceStream())
        self._music, self._video = Players(), Players()
        self.alerts = ShortSounds()
        self.microphone = VoiceStrip(stream)
        self.strips: dict[StripName, MixerStrip] = {
            StripName.MICROPHONE: self.microphone,
            StripName.SECOND: DeviceStrip(self._streams[1]),
            StripName.MUSIC: _strip(StripName.MUSIC, self._music),
            StripName.VIDEO: _strip(StripName.VIDEO, self._video),
            StripName.ALERTS: _strip(StripName.ALERTS, self.alerts),
        }
        self._limiter = Limiter()
        self.program = Meter()

    def set_music(self, music: Player | None) -> Player | None:
        """Plays another file, or none; returns the one before, for its owner to stop."""
        gone = self._music.set(() if music is None else (music,))
        return gone[0] if gone else None

    def set_video_sounds(self, players: Iterable[Player]) -> None:
        """The sounds of the scene's video layers: those that play from now on, whoever played before."""
        self._video.set(players)

    @property
    def underruns(self) -> int:
        """Blocks with samples missing, of devices and of what plays."""
        devices = sum(stream.underruns for stream in self._streams)
        return devices + self._music.underruns + self._video.underruns

    @property
    def drift_ms(self) -> float:
        """How far the device that is furthest off is from its time now, after correction."""
        return max(stream.drift_ms for stream in self._streams)

    @property
    def ahead_blocks(self) -> int:
        """So much later a block must be mixed, because a strip reads ahead of its time."""
        ahead_ns = max(strip.ahead_ns for strip in self.strips.values())
        return -(-ahead_ns // _BLOCK_NS)

    def mix(self, begin_ns: int, now_ns: int) -> Samples:
        """The block that begins at `begin_ns`, `LOOK_AHEAD` samples late because of the limiter.

        What began up to `ahead_blocks` later must have been recorded by now.
        """
        mixed = silence()
        for strip in self.strips.values():
            part = strip.read(begin_ns, now_ns)
            if part is not None:
                mixed += part
        limited = self._limiter.limit(mixed)
        self.program.add(limited, unlimited=self._limiter.loudest)
        return limited


def _strip(name: StripName, source: Players | ShortSounds) -> MixerStrip:
    return MixerStrip(source, StripSettings(gain_db=DEFAULT_GAINS_DB.get(name, 0.0)))
