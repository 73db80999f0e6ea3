"""The verdict's rules by a fake clock: each layer in turn, the order among them, and the patience."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.services.verdict_rules import RULES, History, Latch, Layer, OutputReading, Readings

GOOD = Readings(
    at_s=100.0,
    camera_fps=30.0,
    compose_ms=2.0,
    encode_ms=11.0,
    cpu_machine=40.0,
    cpu_ours=25.0,
    heard_s_ago=0.5,
    round_trip_ms=18.0,
    outputs=(OutputReading("backend"), OutputReading("Twitch")),
    kbps=3_400,
    viewers=3,
    viewers_ms=420,
)


class Rig:
    """Looks once a second; `run` takes what is different from good, counters as growth a second."""

    def __init__(self) -> None:
        self.history = History()
        self.latches = [Latch(rule) for rule in RULES]
        self.last = GOOD
        self.dropped = 0

    def run(
        self, seconds: int, *, lagged: int = 0, skipped: int = 0, dropped: int = 0, **other: object
    ) -> None:
        for _ in range(seconds):
            self.dropped += dropped
            kept = replace(
                GOOD,
                at_s=self.last.at_s + 1,
                composed=self.last.composed + 30,
                encoded=self.last.encoded + 30 - skipped,
                lagged=self.last.lagged + lagged,
                skipped=self.last.skipped + skipped,
                outputs=(GOOD.outputs[0], replace(GOOD.outputs[1], dropped=self.dropped)),
            )
            self.last = replace(kept, **other)  # type: ignore[arg-type]
            self.history.add(self.last)
            for latch in self.latches:
                latch.look(self.history)

    @property
    def layer(self) -> Layer | None:
        return next((latch.rule.layer for latch in self.latches if latch.failing), None)

    @property
    def words(self) -> str:
        return next((latch.failing.evidence for latch in self.latches if latch.failing), "")


TROUBLES = {
    Layer.CPU: {"lagged": 3, "skipped": 2, "cpu_machine": 99.0, "cpu_ours": 20.0},
    Layer.CAMERA: {"camera_trouble": "“C920” gives 8 of 30 pictures a second.", "camera_fps": 8.0},
    Layer.LOOK: {"look_trouble": "The look takes 41 ms a picture, 33 allowed.", "look_ms": 41.0},
    Layer.MICROPHONE: {"sound_trouble": "“Yeti” gives no sound at all.", "sound_title": "Microphone silent"},
    Layer.COMPOSITOR: {"lagged": 4, "compose_ms": 41.0},
    Layer.ENCODER: {"skipped": 4, "encode_ms": 41.0},
    Layer.SERVER: {"heard_s_ago": 4.0},
    Layer.UPLINK: {"dropped": 9},
    Layer.DISK: {
        "outputs": (OutputReading("backend"), OutputReading("recording", queued_ms=1_700, to_disk=True))
    },
    Layer.VIEWERS: {"viewers_ms": 6_200},
}


def test_all_good_stays_all_good() -> None:
    rig = Rig()
    rig.run(60)
    assert rig.layer is None


@pytest.mark.parametrize("layer", list(Layer))
def test_each_layer_is_named_and_comes_back(layer: Layer) -> None:
    rig = Rig()
    rig.run(10)
    rig.run(1, **TROUBLES[layer])  # type: ignore[arg-type]
    if layer not in (Layer.LOOK, Layer.CAMERA, Layer.MICROPHONE):  # their guards have waited already
        assert rig.layer is None, "one bad second is a hiccup"
    rig.run(4, **TROUBLES[layer])  # type: ignore[arg-type]
    assert rig.layer is layer
    rig.run(1)
    assert rig.layer is layer, "one good second is no recovery"
    rig.run(10)
    assert rig.layer is None


def test_evidence_has_the_figures() -> None:
    rig = Rig()
    rig.run(10)
    rig.run(6, skipped=3, encode_ms=41.0)
    assert rig.words == "41 ms a frame, 33 allowed · 15 skipped in 5 s"
    rig = Rig()
    rig.run(10)
    rig.run(6, skipped=1, encode_ms=20.0, encode_slow_ms=58.0)
    assert rig.words == "up to 58 ms a frame, 33 allowed · 5 skipped in 5 s"
    rig = Rig()
    rig.run(10)
    rig.run(6, dropped=9)
    assert rig.words == "Twitch: 0.0 s waiting · 45 packets dropped in 5 s"
    rig = Rig()
    rig.run(10)
    rig.run(4, heard_s_ago=5.2)
    assert rig.words == "No answer for 5 s"


def test_a_mixer_that_is_not_woken_is_not_slow() -> None:
    rig = Rig()
    rig.run(10)
    for second in range(1, 7):
        rig.run(1, lagged=4, starved=4 * second, cpu_machine=70.0, cpu_ours=60.0)
    assert rig.layer is Layer.CPU
    assert rig.words == "woken late for 20 pictures in 5 s · 70 % busy"
    rig.run(10)
    assert rig.layer is None


def test_trouble_every_other_second_does_not_flicker() -> None:
    rig = Rig()
    rig.run(10)
    told = []
    for _ in range(20):
        rig.run(1, viewers_ms=6_200)
        told.append(rig.layer)
        rig.run(1)
        told.append(rig.layer)
    assert set(told) == {None}
    rig.run(4, viewers_ms=6_200)
    told = []
    for _ in range(10):
        rig.run(2)
        rig.run(1, viewers_ms=6_200)
        told.append(rig.layer)
    assert set(told) == {Layer.VIEWERS}


def test_what_everything_depends_on_is_named_first() -> None:
    """A paused server stops the upload; a machine full of other work slows everything."""
    rig = Rig()
    rig.run(10)
    rig.run(5, dropped=9, heard_s_ago=5.0)
    assert rig.layer is Layer.SERVER
    rig.run(5, skipped=9, dropped=9, heard_s_ago=5.0, cpu_machine=98.0, cpu_ours=30.0)
    assert rig.layer is Layer.CPU


def test_a_machine_full_by_our_own_encoder_is_the_encoders_failing() -> None:
    rig = Rig()
    rig.run(10)
    rig.run(5, skipped=9, encode_ms=52.0, cpu_machine=100.0, cpu_ours=88.0)
    assert rig.layer is Layer.ENCODER


def test_a_full_machine_without_a_late_picture_is_no_failing() -> None:
    rig = Rig()
    rig.run(20, cpu_machine=100.0, cpu_ours=10.0)
    assert rig.layer is None


def test_a_new_broadcast_does_not_inherit_growth() -> None:
    rig = Rig()
    rig.run(10, skipped=2)
    rig.last = replace(rig.last, encoded=0, skipped=0)
    rig.run(1)
    assert rig.history.skipped == 0


def test_an_output_without_connection_is_worse_than_one_that_drops() -> None:
    rig = Rig()
    rig.run(10)
    waiting = (OutputReading("backend", trouble="Next try in 4 s"), OutputReading("Twitch", dropped=900))
    rig.run(4, outputs=waiting)
    assert rig.words == "backend: Next try in 4 s"


def test_a_recording_that_stops_is_the_disks_failing_and_no_uplinks() -> None:
    rig = Rig()
    rig.run(10)
    full = OutputReading("recording", trouble="The disk is full.", to_disk=True)
    rig.run(4, outputs=(OutputReading("backend"), full))
    assert (rig.layer, rig.words) == (Layer.DISK, "The disk is full.")


def test_viewers_that_drop_pictures_are_named_too() -> None:
    rig = Rig()
    rig.run(10)
    rig.run(4, viewers_dropped=23)
    assert rig.layer is None
    rig.run(4, viewers_dropped=24)
    assert rig.layer is Layer.VIEWERS
