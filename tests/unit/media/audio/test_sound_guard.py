"""The sound guard by a clock of the test: what it finds, when, and what it leaves alone."""

from __future__ import annotations

import pytest

from studio.media.audio.guard import SoundGuard, SoundTrouble, VoiceWatch

S = 1_000_000_000
BLOCK_NS = 21_333_333
ROOM, VOICE, FULL = 0.001, 0.2, 1.0


class Rig:
    """A watch that sees blocks and a guard that looks four times a second."""

    def __init__(self) -> None:
        self.now = 50 * S
        self.watch, self.guard = VoiceWatch(), SoundGuard()
        self.told: list[tuple[float, SoundTrouble, bool]] = []
        self._began = self.now
        self._look_at = self.now

    def run(
        self, seconds: float, peak: float, gain: float = 1.0, *, wanted: bool = True, lost: int | None = None
    ) -> None:
        end = self.now + int(seconds * S)
        while self.now < end:
            self.now += BLOCK_NS
            self.watch.see(peak, peak * gain, self.now)
            if self.now >= self._look_at:
                self._look_at += S // 4
                sight = self.watch.sight(self.now)
                for finding in self.guard.judge(sight, self.now, wanted=wanted, lost_since_ns=lost):
                    ended = finding.recovered_ns is not None
                    self.told.append(((self.now - self._began) / S, finding.kind, ended))

    @property
    def kinds(self) -> list[tuple[SoundTrouble, bool]]:
        return [(kind, ended) for _, kind, ended in self.told]


def test_a_quiet_room_and_loud_speech_are_no_troubles() -> None:
    rig = Rig()
    rig.run(60, ROOM)
    rig.run(60, 0.95)
    assert rig.told == []


@pytest.mark.parametrize(("peak", "kind"), [(0.0, SoundTrouble.SILENT), (FULL, SoundTrouble.CLIPPING)])
def test_it_is_told_within_two_seconds_and_its_recovery_too(peak: float, kind: SoundTrouble) -> None:
    rig = Rig()
    rig.run(10, VOICE)
    rig.run(5, peak)
    rig.run(5, VOICE)
    assert rig.kinds == [(kind, False), (kind, True)]
    assert 10 < rig.told[0][0] <= 12
    assert rig.told[1][0] <= 17.5


def test_a_bump_is_not_clipping_but_too_much_gain_is() -> None:
    rig = Rig()
    rig.run(0.05, FULL)
    rig.run(5, VOICE)
    assert rig.told == []
    rig.run(1, VOICE, gain=8.0)
    assert rig.kinds == [(SoundTrouble.CLIPPING, False)]
    assert not rig.guard.open[0].at_device, "here it can be turned down here"
    rig.run(5, VOICE)
    rig.run(1, FULL, gain=0.1)
    assert rig.guard.open[0].at_device, "turned down here it distorts all the same"


def test_a_muted_microphone_has_no_troubles_and_gets_its_time_after_that() -> None:
    rig = Rig()
    rig.run(20, 0.0, wanted=False)
    assert rig.told == []
    rig.run(1, 0.0)
    assert rig.told == []
    rig.run(1, 0.0)
    assert rig.kinds == [(SoundTrouble.SILENT, False)]
    rig.run(1, 0.0, wanted=False)
    assert rig.kinds[-1] == (SoundTrouble.SILENT, True)


def test_a_headset_that_is_silent_between_sentences_is_learned() -> None:
    rig = Rig()
    for _ in range(10):
        rig.run(4, VOICE)
        rig.run(4, 0.0)
    assert len(rig.told) == 2, "told once, well again, and then known"
    rig.run(12, 0.0)
    assert rig.kinds[-1] == (SoundTrouble.SILENT, False)
    rig.run(1, VOICE)
    rig.guard.another_device()
    rig.run(2, 0.0)
    assert rig.kinds[-1] == (SoundTrouble.SILENT, False), "another one gets no such credit"


def test_a_lost_one_is_told_at_once_and_hides_the_rest() -> None:
    rig = Rig()
    rig.run(3, FULL)
    rig.run(1, FULL, lost=rig.now)
    assert [finding.kind for finding in rig.guard.open] == [SoundTrouble.LOST]
    rig.run(3, VOICE)
    assert rig.guard.open == ()
