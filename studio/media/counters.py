"""What the media engine counts, for status bar, verdict, reports. Thread: any. Must not import: Qt, net."""

from __future__ import annotations

from dataclasses import dataclass

from studio.media.outputs.output import OutputCounters


@dataclass(frozen=True, slots=True)
class MediaCounters:
    """Counted since the engine was made; what concerns the encoder and outputs since going on air.

    Attributes:
        captured, capture_fps, source_silent_ms: what the main source gives; None silent: no picture yet.
        composed, repeated, lagged: ticks done, ticks without a new picture, ticks missed.
        starved: those of `lagged` for which the compositor was ready and was not woken in time.
        encoded, skipped: pictures encoded, pictures the encoder was too slow for.
    """

    captured: int
    capture_fps: float
    source_silent_ms: int | None
    composed: int
    repeated: int
    lagged: int
    starved: int
    compose_ms_p50: float
    compose_ms_p95: float
    encoded: int
    skipped: int
    encode_ms_p50: float
    encode_ms_p95: float
    outputs: tuple[OutputCounters, ...]
