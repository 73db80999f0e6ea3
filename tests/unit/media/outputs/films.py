"""A broadcast that flashes and beeps every whole second, and what a decoder makes of it in a file."""

from __future__ import annotations

import dataclasses
import time
from functools import cache
from pathlib import Path

import av
import numpy as np

from studio.media.audio.aac import AacEncoder
from studio.media.audio.samples import BLOCK, RATE
from studio.media.encoding.encoder import H264Encoder
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.packet import MediaPacket, StreamConfig
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from tests.fakes.sources import plain

FPS = 30
WIDTH, HEIGHT = 96, 160
_BEEP_HZ, _BEEP_S = 1000, 0.1
_WAITING_MS = 500


@cache
def broadcast(seconds: int, keyframe_s: float = 1.0) -> tuple[StreamConfig, tuple[MediaPacket, ...]]:
    """Packets of both kinds in the order of their times."""
    settings = EncoderSettings(
        bit_rate=300_000, preset="ultrafast", keyframe_interval_s=keyframe_s, threads=1
    )
    encoder = H264Encoder(CanvasSettings(WIDTH, HEIGHT, FPS), settings)
    packets: list[MediaPacket] = []
    for number in range(seconds * FPS):
        grey = 235 if number % FPS == 0 else 16
        packets += encoder.encode(ProgramFrame.of(plain(WIDTH, HEIGHT, grey), number, number, number, False))
    packets += encoder.flush()
    at = np.arange(seconds * RATE) / RATE
    wave = np.where(at % 1.0 < _BEEP_S, 0.5 * np.sin(2 * np.pi * _BEEP_HZ * at), 0.0).astype(np.float32)
    samples = np.stack([wave, wave], axis=1)
    sound = AacEncoder()
    for begin in range(0, len(samples) - BLOCK, BLOCK):
        packets += sound.encode(samples[begin : begin + BLOCK], begin)
    packets += sound.flush()
    config = dataclasses.replace(encoder.config, audio=sound.config)
    return config, tuple(sorted(packets, key=lambda packet: packet.pts_us))


def recorded(plan: RecordingPlan, seconds: int, keyframe_s: float = 1.0) -> RecordingOutput:
    """That broadcast, recorded and ended in good order."""
    config, packets = broadcast(seconds, keyframe_s)
    output = RecordingOutput(plan, free_bytes=lambda _folder: 1 << 40)
    output.start(config, lambda: None)
    for packet in packets:
        while output.counters().queued_ms > _WAITING_MS:
            time.sleep(0.001)  # on air they come in real time; all at once a busy disk would drop some
        output.push(packet)
    output.stop()
    assert output.join(20)
    return output


@dataclasses.dataclass(frozen=True)
class Seen:
    """Seconds of every flash and every beep, how many pictures, when the first and the last is shown."""

    flashes: list[float]
    beeps: list[float]
    pictures: int
    first_s: float
    end_s: float


def watch(path: Path) -> Seen:
    """Decodes the whole file."""
    flashes: list[float] = []
    times: list[float] = []
    with av.open(str(path)) as film:
        for picture in film.decode(video=0):
            assert picture.time is not None
            times.append(picture.time)
            if picture.to_ndarray(format="gray").mean() > 120:
                flashes.append(picture.time)
    return Seen(flashes, _beeps(path), len(times), times[0], times[-1] + 1 / FPS)


def _beeps(path: Path) -> list[float]:
    loud: list[float] = []
    with av.open(str(path)) as film:
        for block in film.decode(audio=0):
            assert block.time is not None
            wave = np.abs(block.to_ndarray()[0])
            for place in np.flatnonzero(wave > 0.2):
                at = block.time + float(place) / RATE
                if not loud or at - loud[-1] > 2 * _BEEP_S:
                    loud.append(at)
    return loud


def in_step(seen: Seen, within_s: float = 0.04) -> bool:
    """Whether every flash has its beep."""
    return len(seen.flashes) == len(seen.beeps) and all(
        abs(flash - beep) < within_s for flash, beep in zip(seen.flashes, seen.beeps, strict=True)
    )
