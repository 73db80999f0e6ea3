"""Strips, gain, mute, delay, meters, limiter, music and noise, measured on the samples that come out."""

from __future__ import annotations

import threading
import wave as wave_file
from pathlib import Path

import numpy as np
import pytest

from studio.media.audio.levels import FLOOR_DBFS, Meter, dbfs
from studio.media.audio.limiter import CEILING, LOOK_AHEAD, Limiter
from studio.media.audio.mixer import Mixer, StripName
from studio.media.audio.music import MusicFile
from studio.media.audio.noise import NoiseFilter
from studio.media.audio.samples import BLOCK, RATE, Samples, block_ns, silence
from studio.media.audio.stream import DeviceStream
from studio.media.audio.strip import StripSettings
from studio.media.audio.voice import VoiceSettings
from studio.media.errors import SourceUnreadable

#: A mono file in stereo, as FFmpeg spreads it: equal power, so each side is 3 dB lower.
MUSIC_PEAK = 16_000 / 32_768 / 2**0.5


def tone(blocks: int, amplitude: float, hertz: float = 440.0) -> Samples:
    wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(blocks * BLOCK) / RATE)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def mixer_of(sound: Samples) -> tuple[Mixer, list[int]]:
    """A mixer whose microphone gave all of `sound` at time 0, and the blocks that can be read."""
    stream = DeviceStream()
    stream.write(sound, len(sound) * 1_000_000_000 // RATE)
    return Mixer(stream), list(range(1, len(sound) // BLOCK - 1))


def mixed(mixer: Mixer, blocks: list[int], now_ns: int = 0) -> Samples:
    return np.concatenate([mixer.mix(block_ns(n), max(now_ns, block_ns(n))) for n in blocks])


def test_levels_are_true_and_the_clip_light_stays_on() -> None:
    meter = Meter()
    assert meter.take().peak_dbfs == FLOOR_DBFS
    meter.add(tone(4, 0.5))
    level = meter.take()
    assert level.peak_dbfs == pytest.approx(-6.02, abs=0.05)
    assert level.rms_dbfs == pytest.approx(-9.03, abs=0.05)
    assert not level.clipped
    meter.add(tone(1, 1.0))
    assert meter.take().clipped
    for _ in range(80):
        meter.add(silence())
        assert meter.take().clipped
    for _ in range(20):
        meter.add(silence())
    assert not meter.take().clipped
    assert meter.loudest_dbfs == pytest.approx(0.0, abs=0.05)
    meter.forget()
    assert meter.loudest_dbfs == FLOOR_DBFS
    assert (dbfs(0.0), dbfs(0.1)) == (FLOOR_DBFS, pytest.approx(-20))


def test_the_limiter_holds_the_ceiling_and_leaves_the_rest_alone() -> None:
    random = np.random.default_rng(3)
    loud = np.concatenate([tone(5, 0.4), tone(5, 3.0), tone(5, 0.4)])
    loud[3000:3005] = 4.0  # a click
    loud += random.normal(0, 0.01, loud.shape).astype(np.float32)
    limiter = Limiter()
    out = np.concatenate([limiter.limit(loud[n : n + BLOCK]) for n in range(0, len(loud), BLOCK)])
    assert np.abs(out).max() <= CEILING * 1.0001
    quiet = slice(12 * BLOCK, 14 * BLOCK)
    assert np.array_equal(out[quiet], loud[quiet.start - LOOK_AHEAD : quiet.stop - LOOK_AHEAD])


def test_gain_and_mute_ramp_and_silence_is_silence() -> None:
    mixer, blocks = mixer_of(tone(60, 0.25))
    mixer.microphone.set(VoiceSettings(gain_db=6.0))
    loud = mixed(mixer, blocks[:10])
    assert np.abs(loud[3 * BLOCK :]).max() == pytest.approx(0.25 * 1.995, rel=0.02)
    mixer.microphone.set(VoiceSettings(gain_db=6.0, muted=True))
    muted = mixed(mixer, blocks[10:20])
    assert np.abs(np.diff(np.concatenate([loud, muted])[:, 0])).max() < 0.04, "no click"
    assert not muted[2 * BLOCK :].any()
    assert mixer.microphone.meter.take().peak_dbfs > -10, (
        "the meter shows what the microphone hears all the same"
    )


def test_talking_into_a_muted_microphone_is_noticed() -> None:
    mixer, blocks = mixer_of(tone(60, 0.25))
    mixer.microphone.set(VoiceSettings(muted=True))
    mixed(mixer, blocks[:10])
    assert not mixer.microphone.talking_while_muted, "a cough is not talking"
    mixed(mixer, blocks[10:40])
    assert mixer.microphone.talking_while_muted
    mixer.microphone.set(VoiceSettings())
    assert not mixer.microphone.talking_while_muted
    quiet, blocks = mixer_of(tone(60, 0.005))
    quiet.microphone.set(VoiceSettings(muted=True))
    mixed(quiet, blocks)
    assert not quiet.microphone.talking_while_muted


def test_without_a_microphone_there_is_silence() -> None:
    mixer = Mixer(DeviceStream())
    assert not mixed(mixer, [1, 2, 3]).any()
    assert mixer.microphone.meter.take().peak_dbfs == FLOOR_DBFS


def test_absurd_gains_are_refused() -> None:
    with pytest.raises(ValueError, match="between -40 and"):
        StripSettings(gain_db=60)
    with pytest.raises(ValueError, match="between -200 and"):
        StripSettings(delay_ms=501)


def test_noise_goes_and_the_voice_keeps_its_place() -> None:
    noise = np.random.default_rng(5).normal(0, 0.005, (200 * BLOCK, 2)).astype(np.float32)
    voice = tone(200, 0.3)
    voice[: 100 * BLOCK] = 0
    denoise = NoiseFilter()
    heard = voice + noise
    out = np.concatenate([denoise.process(heard[n : n + BLOCK]) for n in range(0, len(heard), BLOCK)])
    quiet = slice(50 * BLOCK, 95 * BLOCK)
    assert out[quiet].std() < noise[quiet].std() / 4
    steady = slice(120 * BLOCK, 190 * BLOCK)
    want = voice[steady.start - NoiseFilter.DELAY : steady.stop - NoiseFilter.DELAY]
    assert np.abs(out[steady] - want).mean() < 0.02


def write_wav(path: Path, blocks: int, rate: int = RATE) -> Path:
    with wave_file.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        count = blocks * BLOCK * rate // RATE
        tone_of = np.sin(2 * np.pi * 330 * np.arange(count) / rate)
        file.writeframes((tone_of * 16_000).astype(np.int16).tobytes())
    return path


def read_until(music: MusicFile, count: int) -> list[Samples]:
    """The first `count` blocks that are not the silence of a decoder that has not caught up."""
    found: list[Samples] = []
    waited = threading.Event()
    for _ in range(20_000):
        block = music.read()
        if block.any():
            found.append(block)
            if len(found) == count:
                return found
        else:
            waited.wait(0.001)
    raise AssertionError("the music stopped")


def test_music_plays_in_a_loop(tmp_path: Path) -> None:
    errors: list[SourceUnreadable] = []
    music = MusicFile(write_wav(tmp_path / "song.wav", 20, 44_100), errors.append)
    music.start()
    blocks = read_until(music, 70)
    assert music.stop(30)
    assert errors == []
    assert np.abs(np.concatenate(blocks)).max() == pytest.approx(MUSIC_PEAK, rel=0.05)
    assert np.array_equal(blocks[0][:, 0], blocks[0][:, 1])


@pytest.mark.parametrize("content", [None, b"", b"this is a text" * 100])
def test_a_file_without_sound_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "song.mp3"
    if content is not None:
        path.write_bytes(content)
    told = threading.Event()
    errors: list[SourceUnreadable] = []
    music = MusicFile(path, lambda error: (errors.append(error), told.set())[0])
    music.start()
    assert told.wait(30)
    assert "song.mp3" in str(errors[0])
    assert not music.read().any()
    assert music.underruns == 0, "it never began"
    assert music.stop(30)


def test_music_lies_under_the_voice(tmp_path: Path) -> None:
    mixer = Mixer(DeviceStream())
    music = MusicFile(write_wav(tmp_path / "song.wav", 200), lambda error: None)
    music.start()
    read_until(music, 1)
    assert mixer.set_music(music) is None
    mixer.strips[StripName.MUSIC].set(StripSettings(gain_db=-20))
    heard = mixed(mixer, list(range(1, 12)))
    assert np.abs(heard).max() == pytest.approx(MUSIC_PEAK / 10, rel=0.1)
    assert mixer.set_music(None) is music
    assert not mixed(mixer, [12, 13, 14])[2 * BLOCK :].any(), "a block to fade out, and what the limiter held"
    assert music.stop(30)
