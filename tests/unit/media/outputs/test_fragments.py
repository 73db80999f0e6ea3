"""Fragments: what a player gets is decoded here with FFmpeg's demuxer and compared picture by picture."""

from __future__ import annotations

import io
import shutil
import threading

import av
import pytest

from studio.media.encoding.encoder import H264Encoder
from studio.media.outputs.fragment_output import Fragment, FragmentOutput
from studio.media.outputs.isobmff import TIMESCALE
from studio.media.outputs.output import OutputState
from studio.media.packet import Packet, split_annex_b, to_length_prefixed
from studio.media.settings import CanvasSettings, EncoderSettings
from tests.fakes.sources import plain

CANVAS = CanvasSettings(96, 160, 30)
#: What x264 makes of preset ultrafast: nothing of High is used.
PROFILE = "Constrained Baseline"
SETTINGS = EncoderSettings(bit_rate=300_000, preset="ultrafast", keyframe_interval_s=1.0, threads=2)


@pytest.fixture(scope="module")
def encoded() -> tuple[H264Encoder, list[Packet]]:
    """75 pictures, keyframes at 0, 30, 60; picture n has the shade 20 + 3 * n."""
    from studio.media.program import ProgramFrame

    encoder = H264Encoder(CANVAS, SETTINGS)
    packets = []
    for number in range(75):
        packets += encoder.encode(
            ProgramFrame.of(plain(96, 160, 20 + 3 * number), number, number, number, False)
        )
    return encoder, packets


def drain(output: FragmentOutput) -> list[Fragment]:
    return list(iter(lambda: output.get(0), None))


def decode(init: bytes, fragments: list[Fragment]) -> tuple[list[int], list[bool], list[int]]:
    """Times in ticks, key flags and mean luma of what FFmpeg makes of it."""
    with av.open(io.BytesIO(init + b"".join(f.data for f in fragments))) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        assert stream.time_base.denominator == TIMESCALE
        frames = list(container.decode(stream))
    return (
        [int(frame.pts or 0) for frame in frames],
        [bool(frame.key_frame) for frame in frames],
        [int(frame.to_ndarray(format="gray").mean()) for frame in frames],
    )


def test_every_picture_arrives_at_its_time(encoded: tuple[H264Encoder, list[Packet]]) -> None:
    encoder, packets = encoded
    output = FragmentOutput()
    assert (output.state, output.init_segment, output.get(0)) == (OutputState.IDLE, None, None)
    output.start(encoder.config, lambda: None)
    assert output.state is OutputState.WAITING
    fragments = []
    for packet in packets:
        output.push(packet)
        fragments += drain(output)
        assert len(fragments) == packets.index(packet) + 1, "it leaves at once, not with the next one"
    output.stop()
    assert output.ended
    assert output.init_segment is not None
    times, keys, luma = decode(output.init_segment, fragments)
    assert times == [n * 3000 for n in range(75)]
    assert [n for n, key in enumerate(keys) if key] == [0, 30, 60]
    assert [f.is_key for f in fragments] == keys
    assert luma == sorted(luma)
    assert luma[-1] - luma[0] > 150
    counters = output.counters()
    assert (counters.packets, counters.dropped, counters.queued_ms) == (75, 0, 0)
    assert counters.bytes == sum(len(f.data) for f in fragments)


def test_init_and_fragments_are_the_boxes_a_browser_wants(encoded: tuple[H264Encoder, list[Packet]]) -> None:
    encoder, packets = encoded
    output = FragmentOutput()
    output.start(encoder.config, lambda: None)
    output.push(packets[0])
    fragment = output.get(0)
    assert fragment is not None
    assert output.init_segment is not None
    assert boxes(output.init_segment) == ["ftyp", "moov"]
    assert boxes(fragment.data) == ["moof", "mdat"]


def boxes(data: bytes) -> list[str]:
    found, place = [], 0
    while place < len(data):
        found.append(data[place + 4 : place + 8].decode("ascii"))
        place += int.from_bytes(data[place : place + 4], "big")
    assert place == len(data), "sizes add up"
    return found


def test_a_gap_is_closed_and_the_time_line_does_not_drift(encoded: tuple[H264Encoder, list[Packet]]) -> None:
    encoder, packets = encoded
    output = FragmentOutput()
    output.start(encoder.config, lambda: None)
    for number in (*range(10), *range(30, 40)):
        output.push(packets[number])
    fragments = drain(output)
    assert output.init_segment is not None
    times, _, _ = decode(output.init_segment, fragments)
    assert times[:10] == [n * 3000 for n in range(10)]
    assert times[10] == 10 * 3000, "begins where the one before it ended"
    assert times[11:] == [n * 3000 for n in range(31, 40)], "and ends at its own end"
    assert fragments[10].pts_us == 1_000_000, "the true time is told beside it"


def test_a_consumer_that_comes_back_begins_at_a_keyframe(encoded: tuple[H264Encoder, list[Packet]]) -> None:
    encoder, packets = encoded
    asked: list[int] = []
    output = FragmentOutput()
    output.start(encoder.config, lambda: asked.append(1))
    for packet in packets[:40]:
        output.push(packet)
    assert len([output.get(0) for _ in range(5)]) == 5
    output.restart()
    assert asked == [1]
    for packet in packets[40:]:
        output.push(packet)
    fragments = drain(output)
    assert fragments[0].is_key
    assert output.init_segment is not None
    times, keys, _ = decode(output.init_segment, fragments)
    assert times == [n * 3000 for n in range(60, 75)], "same time line as before"
    assert keys[0]
    assert output.counters().dropped == 35 + 20


def test_an_encoder_that_never_began_ends_the_output_too() -> None:
    ready: list[int] = []
    output = FragmentOutput(on_ready=lambda: ready.append(1))
    output.restart()
    assert output.get(0) is None
    output.stop()
    assert (output.ended, output.state, output.get(), ready) == (True, OutputState.STOPPED, None, [1])


def test_a_slow_consumer_costs_pictures_not_the_encoder(encoded: tuple[H264Encoder, list[Packet]]) -> None:
    encoder, packets = encoded
    output = FragmentOutput(capacity_ms=1500)
    output.start(encoder.config, lambda: None)
    for packet in packets:
        output.push(packet)
    assert output.counters().dropped == 30
    assert output.counters().queued_ms == 1500
    fragments = drain(output)
    assert output.init_segment is not None
    _, keys, _ = decode(output.init_segment, fragments)
    assert len(keys) == 45
    assert keys[0]


def test_another_thread_may_wait_for_fragments(encoded: tuple[H264Encoder, list[Packet]]) -> None:
    encoder, packets = encoded
    output = FragmentOutput(capacity_ms=60_000)
    output.start(encoder.config, lambda: None)
    got: list[Fragment] = []
    consumer = threading.Thread(target=lambda: got.extend(iter(output.get, None)))
    consumer.start()
    for packet in packets:
        output.push(packet)
    output.stop()
    consumer.join(30)
    assert len(got) == 75


def test_annex_b_is_split_as_the_standard_says() -> None:
    stream = b"\x00\x00\x00\x01\x67\x01\x00\x00\x03\x02\x00\x00\x01\x68\x05\x00\x00\x00\x01\x65\xff"
    assert split_annex_b(stream) == [b"\x67\x01\x00\x00\x03\x02", b"\x68\x05", b"\x65\xff"]
    assert to_length_prefixed(b"\x00\x00\x01\x65\xff") == b"\x00\x00\x00\x02\x65\xff"
    assert split_annex_b(b"no start code") == []


@pytest.mark.skipif(
    shutil.which("ffprobe") is None, reason="ffprobe is a second opinion where it is installed"
)
def test_ffprobe_finds_nothing_to_complain_about(encoded: tuple[H264Encoder, list[Packet]]) -> None:
    import subprocess

    encoder, packets = encoded
    output = FragmentOutput(capacity_ms=5000)
    output.start(encoder.config, lambda: None)
    for packet in packets:
        output.push(packet)
    data = (output.init_segment or b"") + b"".join(f.data for f in drain(output))
    command = ["ffprobe", "-v", "warning", "-count_frames", "-of", "csv=p=0", "-show_entries"]
    fields = "stream=color_space,color_range,nb_read_frames,profile"
    done = subprocess.run([*command, fields, "-"], input=data, capture_output=True, timeout=60)
    assert done.stderr == b""
    assert sorted(done.stdout.decode().strip().split(",")) == sorted(["tv", "smpte170m", "75", PROFILE])
