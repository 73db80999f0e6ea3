"""The replay buffer: how much it keeps, what it lets go, and that what it saves plays at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from studio.media.outputs.output import OutputState
from studio.media.outputs.recording_plain import FilmFailed
from studio.media.outputs.replay import ReplayOutput
from studio.media.packet import Packet
from tests.unit.media.outputs.films import broadcast, in_step, watch

AT = datetime(2026, 11, 25, 22, 40)


def filled(output: ReplayOutput, seconds: int, keyframe_s: float = 2.0) -> ReplayOutput:
    config, packets = broadcast(seconds, keyframe_s)
    output.start(config, lambda: None)
    for packet in packets:
        output.push(packet)
    return output


def test_it_keeps_the_newest_and_saves_from_a_keyframe_on(tmp_path: Path) -> None:
    output = filled(ReplayOutput(5), 12)
    assert 5 <= output.kept_s <= 7
    path = output.save(tmp_path / "not yet", "Friday", AT)
    assert path.name == "2026-11-25 22-40 Friday replay.mp4"
    seen = watch(path)
    assert seen.first_s == 0.0
    assert seen.end_s == pytest.approx(6.0, abs=0.05)  # the keyframe at 6.0 is the nearest to 7.0
    assert in_step(seen)
    assert output.save(tmp_path / "not yet", "Friday", AT).name.endswith(" (2).mp4")
    assert len(list(path.parent.iterdir())) == 2


def test_it_saves_what_there_is_and_still_after_the_end(tmp_path: Path) -> None:
    output = filled(ReplayOutput(30), 3)
    output.stop()
    assert output.state is OutputState.STOPPED
    assert watch(output.save(tmp_path, "", AT)).end_s == pytest.approx(3.0, abs=0.05)


def test_memory_is_bounded_and_what_does_not_fit_begins_anew_with_a_keyframe() -> None:
    config, packets = broadcast(12, 2.0)
    asked = [0]
    output = ReplayOutput(60, most_bytes=sum(len(packet.data) for packet in packets) // 3)

    def request_keyframe() -> None:
        asked[0] += 1

    output.start(config, request_keyframe)
    most = 0
    for packet in packets:
        output.push(packet)
        most = max(most, output.bytes)
    assert most <= sum(len(packet.data) for packet in packets) // 3
    assert 1 < output.kept_s < 6
    assert asked == [0]
    tiny = ReplayOutput(60, most_bytes=2000)
    tiny.start(config, request_keyframe)
    for packet in packets:
        tiny.push(packet)
    assert asked[0] > 0
    assert tiny.bytes <= 2000
    assert tiny.refused > 0
    assert (tiny.counters().dropped, tiny.counters().queued_ms) == (0, 0)


def test_before_the_first_picture_there_is_nothing_to_save(tmp_path: Path) -> None:
    output = ReplayOutput(5)
    with pytest.raises(FilmFailed, match="no replay yet"):
        output.save(tmp_path, "", AT)
    config, packets = broadcast(3, 2.0)
    output.start(config, lambda: None)
    assert output.state is OutputState.WAITING
    for packet in packets[5:20]:  # no keyframe among them
        output.push(packet)
    with pytest.raises(FilmFailed, match="no replay yet"):
        output.save(tmp_path, "", AT)
    assert output.refused > 0


def test_a_new_encoder_begins_a_new_replay(tmp_path: Path) -> None:
    config, packets = broadcast(6, 2.0)
    output = ReplayOutput(30)
    output.start(config, lambda: None)
    other = replace(config, bit_rate=config.bit_rate // 2)
    for packet in packets:
        if isinstance(packet, Packet) and packet.is_key:
            packet = replace(packet, config=config if packet.pts_us < 4_000_000 else other)
        output.push(packet)
    seen = watch(output.save(tmp_path, "", AT))
    assert seen.end_s == pytest.approx(2.0, abs=0.05)
    assert in_step(seen)


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(FilmFailed, match="was not written"):
        filled(ReplayOutput(5), 3).save(tmp_path / "taken", "", AT)
