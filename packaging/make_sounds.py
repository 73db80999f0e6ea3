"""Makes the alert sounds of `resources/sounds` anew: `python packaging/make_sounds.py`.

Bells by additive synthesis, in a major pentatonic scale, so that two at once never clash; the higher the
gift's tier, the longer the phrase and the fuller the chord. Each is brought to the same loudness: the loudest
0.4 s (the block of ITU-R BS.1770, unweighted) at `LOUDNESS_DB`, the peak never over `PEAK_DB`. On both
speakers that is about -14 LUFS (`ffmpeg -af ebur128`).
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 48_000
LOUDNESS_DB, PEAK_DB = -14.5, -1.5
FOLDER = Path(__file__).parents[1] / "resources" / "sounds"
Wave = npt.NDArray[np.float64]

#: (harmonic, strength, how much faster it dies than the first): a glockenspiel, without its hard attack.
_PARTIALS = ((1.0, 1.0, 1.0), (2.0, 0.35, 1.6), (3.0, 0.12, 2.4), (4.2, 0.06, 3.5))
#: By tier: notes as (begins at second, MIDI number, strength), then how long they ring.
TIERS: dict[int, tuple[tuple[tuple[float, int, float], ...], float]] = {
    1: (((0.0, 81, 1.0), (0.09, 88, 0.8)), 0.7),
    2: (((0.0, 76, 1.0), (0.09, 81, 0.9), (0.18, 88, 0.8)), 0.9),
    3: (((0.0, 69, 0.8), (0.08, 76, 0.9), (0.16, 81, 1.0), (0.24, 85, 0.9)), 1.2),
    4: (
        ((0.0, 57, 0.7), (0.0, 69, 0.8), (0.1, 73, 0.9), (0.2, 76, 0.9), (0.3, 81, 1.0), (0.42, 88, 0.8)),
        1.6,
    ),
    5: (
        (
            *((0.0, note, 0.6) for note in (45, 57, 64)),
            *((0.11 * step, note, 0.9) for step, note in enumerate((69, 73, 76, 81, 85, 88, 93))),
            *((0.9, note, 0.7) for note in (69, 76, 81, 85, 88)),
        ),
        2.2,
    ),
}


def bell(midi: int, seconds: float) -> Wave:
    """One note, from silence and back to it."""
    times = np.arange(int(seconds * RATE)) / RATE
    hertz = 440.0 * 2 ** ((midi - 69) / 12)
    sound = np.zeros_like(times)
    for harmonic, strength, faster in _PARTIALS:
        sound += (
            strength * np.exp(-times * faster * 4.5 / seconds) * np.sin(2 * np.pi * hertz * harmonic * times)
        )
    rise = np.clip(times / 0.004, 0, 1)
    fall = np.clip((seconds - times) / 0.06, 0, 1)
    return sound * (0.5 - 0.5 * np.cos(np.pi * rise)) * (0.5 - 0.5 * np.cos(np.pi * fall))


def loudness_db(sound: Wave) -> float:
    """Of the loudest 0.4 s."""
    span = RATE * 4 // 10
    sums = np.cumsum(np.concatenate([[0.0], sound**2]))
    return float(10 * np.log10((sums[span:] - sums[:-span]).max() / span))


def alert(tier: int) -> Wave:
    """The finished sound of a tier, full scale 1."""
    notes, ring = TIERS[tier]
    sound = np.zeros(int((max(begin for begin, _, _ in notes) + ring) * RATE))
    for begin, midi, strength in notes:
        place, note = int(begin * RATE), bell(midi, ring)
        sound[place : place + len(note)] += strength * note
    gain_db = min(LOUDNESS_DB - loudness_db(sound), PEAK_DB - 20 * np.log10(np.abs(sound).max()))
    louder: Wave = sound * 10 ** (gain_db / 20)
    return louder


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for tier in TIERS:
        sound = alert(tier)
        with wave.open(str(FOLDER / f"alert-{tier}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(np.rint(sound * 32_767).astype("<i2").tobytes())
        seconds, peak = len(sound) / RATE, np.abs(sound).max()
        print(f"tier {tier}: {seconds:.2f} s, {loudness_db(sound):.1f} dB, peak {peak:.2f}")


if __name__ == "__main__":
    main()
