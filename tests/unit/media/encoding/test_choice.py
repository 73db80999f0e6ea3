"""Which encoder is chosen: by really trying them, in a process that may crash or hang."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from studio.media.encoding.choice import AUTOMATIC, EncoderChoice, choose
from studio.media.encoding.kinds import KINDS, X264, EncoderKind
from studio.media.encoding.probe import Probe, probe_encoder
from studio.media.encoding.probe_process import probe_all
from studio.media.settings import CanvasSettings, EncoderSettings
from tests.fakes.encoders import ABSENT, CRASHES, DAMAGED, HANGS, NO_H264, STAND_IN, TABLE

CANVAS = CanvasSettings(96, 160, 30)
FAST = EncoderSettings(bit_rate=300_000, preset="superfast", threads=1)


def test_every_encoder_gets_its_verdict_though_drivers_hang_and_crash() -> None:
    kinds = (STAND_IN, HANGS, CRASHES, NO_H264, ABSENT, DAMAGED, X264)
    probes = probe_all(kinds, CANVAS, FAST, table="tests.fakes.encoders:TABLE", limit_s=4)
    assert kinds == TABLE
    assert [probe.failure for probe in probes[1:6]] == [
        "its driver does not answer",
        "its driver crashed",
        "it does not start with these settings",
        "no such card",
        "its picture is damaged (26 dB)",
    ]
    for probe in (probes[0], probes[6]):
        assert probe.works
        assert probe.ms > 0
        assert probe.psnr_db > 40, "what comes out is what went in"


def test_hardware_without_a_driver_fails_with_a_word_and_not_with_an_exception() -> None:
    for kind in KINDS:
        if kind.hardware:
            probe = probe_encoder(kind, CanvasSettings(320, 480, 30), EncoderSettings())
            assert probe.works or probe.failure, "on a machine that has it, it may well work"


def by_cost(costs: dict[tuple[str, str], float]) -> object:
    """Stands in for the measurement: milliseconds by encoder and x264's preset; what is not named fails."""

    def probe(
        kinds: Sequence[EncoderKind], canvas: CanvasSettings, settings: EncoderSettings
    ) -> tuple[Probe, ...]:
        found = [(kind, costs.get((kind.title, settings.preset if kind is X264 else ""))) for kind in kinds]
        return tuple(
            Probe(kind.title, failure=kind.missing or "broken") if ms is None else Probe(kind.title, ms, 36.0)
            for kind, ms in found
        )

    return probe


def chosen(wanted: str, costs: dict[tuple[str, str], float]) -> EncoderChoice:
    return choose(CanvasSettings(), EncoderSettings(), wanted, by_cost(costs))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "costs", "sentence"),
    [
        (
            AUTOMATIC,
            {("x264", "veryfast"): 5.0},
            "x264 veryfast · 5 ms a frame of 33 · no driver for NVENC, QuickSync, AMF",
        ),
        (AUTOMATIC, {("NVENC", ""): 3.0, ("x264", "veryfast"): 5.0}, "NVENC · 3 ms a frame of 33"),
        (
            AUTOMATIC,
            {("NVENC", ""): 30.0, ("AMF", ""): 4.0, ("x264", "veryfast"): 5.0},
            "AMF · 4 ms a frame of 33",
        ),
        (
            AUTOMATIC,
            {("x264", "veryfast"): 18.0, ("x264", "superfast"): 11.0, ("x264", "ultrafast"): 6.0},
            "x264 superfast · 11 ms a frame of 33 · this computer is busy or slow: 18 ms a frame of 33 at "
            "veryfast",
        ),
        (
            AUTOMATIC,
            {("x264", "veryfast"): 40.0, ("x264", "superfast"): 30.0, ("x264", "ultrafast"): 20.0},
            "x264 ultrafast · 20 ms a frame of 33 · this computer is busy or slow: 40 ms a frame of 33 at "
            "veryfast",
        ),
        (
            "libx264",
            {("NVENC", ""): 3.0, ("x264", "veryfast"): 18.0},
            "x264 veryfast · 18 ms a frame of 33",
        ),
        (
            "h264_nvenc",
            {("x264", "veryfast"): 5.0},
            "x264 veryfast · 5 ms a frame of 33 · NVENC does not work now: no NVIDIA driver",
        ),
        (
            AUTOMATIC,
            {("NVENC", ""): 30.0, ("x264", "veryfast"): 5.0},
            "x264 veryfast · 5 ms a frame of 33 · NVENC: too slow, no driver for QuickSync, AMF",
        ),
        (AUTOMATIC, {}, "x264 veryfast · not measured · no driver for NVENC, QuickSync, AMF"),
    ],
)  # fmt: skip
def test_the_choice_and_why(wanted: str, costs: dict[tuple[str, str], float], sentence: str) -> None:
    choice = chosen(wanted, costs)
    assert choice.sentence == sentence
    assert choice.kinds[-1] is X264 or choice.kinds[0] is X264, "x264 is always there to take over"


def test_what_works_takes_over_in_the_order_of_the_table() -> None:
    choice = chosen(AUTOMATIC, {("NVENC", ""): 3.0, ("QuickSync", ""): 4.0, ("x264", "veryfast"): 5.0})
    assert [kind.title for kind in choice.kinds] == ["NVENC", "QuickSync", "x264"]
    asked = chosen("libx264", {("NVENC", ""): 3.0, ("x264", "veryfast"): 5.0})
    assert [kind.title for kind in asked.kinds] == ["x264", "NVENC"]
