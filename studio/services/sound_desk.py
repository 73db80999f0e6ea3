"""The mixing desk: every strip's fader, mute and delay, kept between starts, and what the meters show.

GUI thread. Signals: ``changed`` (a fader, a mute, a delay), ``levels_changed`` (at most 20 a second, while
there is something to hear).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from studio.media.audio.levels import Level
from studio.media.audio.mixer import DEFAULT_GAINS_DB, Mixer, StripName
from studio.media.audio.strip import (
    LEAST_DELAY_MS,
    LEAST_GAIN_DB,
    MOST_DELAY_MS,
    MOST_GAIN_DB,
    StripSettings,
)
from studio.services.profile import Profile, SavedStrip

__all__ = ["LEAST_DELAY_MS", "MOST_DELAY_MS", "Level", "SoundDesk", "StripName", "StripSettings"]

#: Only what records has a delay.
DEVICES = (StripName.MICROPHONE, StripName.SECOND)


class SoundDesk(QObject):
    """Invariant: what is shown is what is mixed and, but for the microphone's mute, what is kept: a
    microphone is open at every start.
    """

    changed = Signal()
    levels_changed = Signal()

    def __init__(self, profile: Profile, mixer: Mixer) -> None:
        super().__init__()
        self._profile = profile
        self._mixer = mixer
        self.levels: Mapping[StripName, Level] = {name: Level() for name in StripName}
        self.master = Level()
        for name in StripName:
            strip = mixer.strips[name]
            kept = self._kept(name)
            strip.set(
                dataclasses.replace(
                    strip.settings, gain_db=kept.gain_db, muted=kept.muted, delay_ms=kept.delay_ms
                )
            )

    def settings(self, name: StripName) -> StripSettings:
        return self._mixer.strips[name].settings

    def set_gain(self, name: StripName, gain_db: float) -> None:
        self._set(name, gain_db=_within(gain_db, LEAST_GAIN_DB, MOST_GAIN_DB))

    def mute(self, name: StripName, muted: bool) -> None:
        """The microphone has its own switches: ``SoundService.muted``, push-to-talk."""
        self._set(name, muted=muted)

    def set_delay(self, name: StripName, delay_ms: int) -> None:
        """Moves a device's sound against the picture: later, or earlier with a negative delay."""
        if name not in DEVICES:
            raise ValueError(f"{name.value} has no delay")
        self._set(name, delay_ms=round(_within(delay_ms, LEAST_DELAY_MS, MOST_DELAY_MS)))

    def measure(self) -> None:
        """Takes the levels since the last call; the sound service calls it."""
        levels = {name: strip.meter.take() for name, strip in self._mixer.strips.items()}
        master = self._mixer.program.take()
        if levels != self.levels or master != self.master:
            self.levels, self.master = levels, master
            self.levels_changed.emit()

    def _set(self, name: StripName, **changes: float | bool) -> None:
        strip = self._mixer.strips[name]
        settings = dataclasses.replace(strip.settings, **changes)  # type: ignore[arg-type]
        if settings == strip.settings:
            return
        strip.set(settings)
        muted = settings.muted and name is not StripName.MICROPHONE
        kept = SavedStrip(gain_db=settings.gain_db, muted=muted, delay_ms=settings.delay_ms)
        self._profile.update(strips={**self._profile.saved.strips, name.value: kept})
        self.changed.emit()

    def _kept(self, name: StripName) -> StripSettings:
        """The profile is a file that anybody may have written: what is out of range is brought back."""
        saved = self._profile.saved
        old = {StripName.MICROPHONE: saved.gain_db, StripName.MUSIC: saved.music_gain_db}
        strip = saved.strips.get(name.value)
        if strip is None:
            strip = SavedStrip(gain_db=old.get(name, DEFAULT_GAINS_DB.get(name, 0.0)))
        return StripSettings(
            gain_db=_within(strip.gain_db, LEAST_GAIN_DB, MOST_GAIN_DB),
            muted=strip.muted and name is not StripName.MICROPHONE,
            delay_ms=round(_within(strip.delay_ms, LEAST_DELAY_MS, MOST_DELAY_MS)) if name in DEVICES else 0,
        )


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
