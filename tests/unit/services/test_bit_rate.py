"""The bit rate service asks, tells the encoder, and is off when the host says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.media.congestion import Upload
from studio.services.bit_rate import BitRateService
from studio.services.profile import Profile
from studio.services.verdict_rules import History, OutputReading, Readings, uplink


class Line:
    """An upload, a clock and an encoder."""

    def __init__(self, profile: Profile) -> None:
        self.now_ns, self.queued_ms = 0, 0
        self.told: list[int] = []
        self.service = BitRateService(
            profile,
            lambda: [Upload("rtmp 1", True, self.queued_ms, 0)],
            self.told.append,
            clock_ns=lambda: self.now_ns,
        )

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 2)):
            self.now_ns += 500_000_000
            self.service.look()


@pytest.fixture
def line(qtbot: QtBot, tmp_path: Path) -> Line:
    return Line(Profile(tmp_path / "profile.json"))


def test_a_congested_upload_lowers_what_the_encoder_makes(line: Line) -> None:
    changes: list[str] = []
    line.service.changed.connect(lambda: changes.append(line.service.words))
    line.service.begin(3_500_000)
    line.pass_time(5)
    assert (line.told, line.service.words) == ([], "")
    line.queued_ms = 900
    line.pass_time(1)
    assert line.told == [2_450_000]
    assert line.service.words == "3.5 → 2.5 Mb/s"
    assert (line.service.slow, line.service.rising) == ("rtmp 1", False)
    line.queued_ms = 0
    line.pass_time(60)
    assert line.told[-1] == 3_500_000
    assert line.told == [line.told[0], *sorted(line.told[1:])]
    assert (line.service.slow, line.service.words, line.service.rising) == ("", "", False)
    assert len(changes) == len(line.told) == line.service.steps
    line.service.end()
    assert line.service.bps is None


def test_switched_off_it_gives_the_full_rate_back_and_stays_there(line: Line) -> None:
    line.service.begin(3_500_000)
    line.pass_time(5)
    line.queued_ms = 900
    line.pass_time(5)
    assert line.told[-1] < 2_450_000
    line.service.enabled = False
    assert line.told[-1] == 3_500_000
    before = list(line.told)
    line.pass_time(20)
    assert line.told == before
    line.service.enabled = True
    line.pass_time(5)
    assert line.told[-1] < 3_500_000


def history(*, queued_ms: int = 0, lowered_for: str = "", trouble: str = "") -> History:
    made = History()
    output = OutputReading("rtmp 1", queued_ms=queued_ms, trouble=trouble)
    made.add(Readings(0.0, outputs=(output,), lowered_for=lowered_for, lowered_words="3.5 → 1.8 Mb/s"))
    return made


def test_the_verdict_says_what_was_lowered_and_for_whom() -> None:
    assert uplink(history()) is None
    failing = uplink(history(lowered_for="rtmp 1"))
    assert failing is not None
    assert failing.title == "Upload to rtmp 1 slow"
    assert failing.evidence == "3.5 → 1.8 Mb/s, the upload to rtmp 1 is slow"
    failing = uplink(history(lowered_for="rtmp 1", queued_ms=1_200))
    assert failing is not None
    assert failing.evidence.startswith("rtmp 1: 3.5 → 1.8 Mb/s · 1.2 s waiting")
    failing = uplink(history(lowered_for="rtmp 1", trouble="rtmp 1: gone."))
    assert failing is not None
    assert failing.evidence == "rtmp 1: rtmp 1: gone."
