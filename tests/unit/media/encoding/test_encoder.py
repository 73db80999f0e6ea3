"""The real x264: what comes out decodes, keyframes are where they were asked for, failures are told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from studio.media.encoding.encoder import H264Encoder
from studio.media.encoding.probe import measure_encode_ms
from studio.media.encoding.thread import EncoderThread
from studio.media.errors import EncoderFailed
from studio.media.frame import Pixels
from studio.media.outputs.output import OutputCounters, OutputState
from studio.media.packet import Packet, StreamConfig, split_annex_b
from studio.media.program import ProgramFrame
from studio.media.queues import DropOldestQueue
from studio.media.settings import CanvasSettings, EncoderSettings
from tests.fakes.sources import plain

CANVAS = CanvasSettings(96, 160, 30)
FAST = EncoderSettings(bit_rate=300_000, preset="ultrafast", threads=1)


def program(number: int, array: Pixels | None = None) -> ProgramFrame:
    picture = plain(96, 160, 20 + number % 200) if array is None else array
    return ProgramFrame.of(picture, number, number * 10**9 // 30, 1000 + number, False)


class Collector:
    """An output that keeps what it got."""

    name = "collector"
    state = OutputState.RUNNING

    def __init__(self) -> None:
        self.config: StreamConfig | None = None
        self.packets: list[Packet] = []
        self.stopped = threading.Event()
        self.request_keyframe: Callable[[], None] | None = None

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        self.config, self.request_keyframe = config, request_keyframe

    def push(self, packet: Packet) -> None:
        self.packets.append(packet)

    def stop(self) -> None:
        self.stopped.set()

    def counters(self) -> OutputCounters:
        return OutputCounters(self.name, len(self.packets), 0, 0, 0)


def test_one_packet_a_picture_at_once_with_keyframes_on_time() -> None:
    encoder = H264Encoder(CANVAS, EncoderSettings(bit_rate=300_000, keyframe_interval_s=1.0))
    packets = []
    for number in range(65):
        got = encoder.encode(program(number))
        assert len(got) == 1, "no delay"
        packets += got
    assert encoder.flush() == []
    assert [n for n, packet in enumerate(packets) if packet.is_key] == [0, 30, 60]
    assert all(packet.pts_us == packet.dts_us for packet in packets)
    assert [packet.pts_us for packet in packets] == [n * 1_000_000 // 30 for n in range(65)]
    assert [packet.captured_ns for packet in packets] == [1000 + n for n in range(65)]


def test_missed_ticks_are_gaps_in_time() -> None:
    encoder = H264Encoder(CANVAS, FAST)
    times = [encoder.encode(program(number))[0].pts_us for number in (7, 8, 11)]
    assert times == [0, 33_333, 133_333]


def test_a_keyframe_when_asked_for() -> None:
    encoder = H264Encoder(CANVAS, FAST)
    keys = [encoder.encode(program(n), keyframe=n == 3)[0] for n in range(5)]
    assert [packet.is_key for packet in keys] == [True, False, False, True, False]
    assert 5 in [unit[0] & 0x1F for unit in split_annex_b(keys[3].data)], "a real IDR, decodable on its own"


@pytest.mark.parametrize(("profile", "byte"), [("baseline", 66), ("main", 77), ("high", 100)])
def test_codec_name_comes_from_the_real_sps(profile: str, byte: int) -> None:
    config = H264Encoder(CANVAS, EncoderSettings(profile=profile, preset="veryfast")).config  # type: ignore[arg-type]
    assert config.codec.startswith(f"avc1.{byte:02X}")
    assert len(config.codec) == len("avc1.64001F")
    assert config.pps


def test_the_bit_rate_is_held_on_noise() -> None:
    import numpy as np

    random = np.random.default_rng(1)
    canvas, settings = CanvasSettings(180, 320, 30), EncoderSettings(bit_rate=500_000)
    encoder = H264Encoder(canvas, settings)
    size = 0
    for number in range(120):
        noise = random.integers(0, 255, (320, 180, 3), dtype=np.uint8)
        size += sum(len(p.data) for p in encoder.encode(program(number, noise)))
    rate = size * 8 / 4
    assert 300_000 < rate < 500_000 * (4 + 1) / 4 * 1.1, "the rate and at most one buffer more"


def busy(number: int) -> ProgramFrame:
    """A picture that takes more bits than any rate of these tests allows."""
    import numpy as np

    noise = np.random.default_rng(number % 8).integers(60, 190, (320, 180, 3), dtype=np.uint8)
    return program(number, noise)


def test_the_bit_rate_follows_on_the_fly_without_a_keyframe() -> None:
    canvas = CanvasSettings(180, 320, 30)
    encoder = H264Encoder(canvas, EncoderSettings(bit_rate=2_000_000, keyframe_interval_s=10))
    before = [encoder.encode(busy(n))[0] for n in range(60)]
    encoder.set_bit_rate(600_000)
    after = [encoder.encode(busy(n))[0] for n in range(60, 150)]
    encoder.set_bit_rate(9_000_000)
    again = [encoder.encode(busy(n))[0] for n in range(150, 300)]
    assert not any(packet.is_key for packet in after + again)
    assert rate_of(before[30:]) == pytest.approx(2_000_000, rel=0.15)
    assert rate_of(after[15:45]) == pytest.approx(600_000, rel=0.2), "within half a second"
    assert rate_of(after[45:]) == pytest.approx(600_000, rel=0.15)
    assert rate_of(again[90:]) == pytest.approx(2_000_000, rel=0.15), "not above what it was opened with"


def rate_of(packets: list[Packet]) -> float:
    """Bits a second at 30 fps."""
    return sum(len(packet.data) for packet in packets) * 8 * 30 / len(packets)


def test_the_thread_applies_a_new_bit_rate_to_the_next_picture() -> None:
    queue: DropOldestQueue[ProgramFrame] = DropOldestQueue(300)
    output = Collector()
    canvas, settings = CanvasSettings(180, 320, 30), EncoderSettings(bit_rate=2_000_000)
    thread = EncoderThread(queue, canvas, settings, [output])
    thread.set_bit_rate(500_000)
    for number in range(90):
        queue.put(busy(number))
    thread.start()
    assert thread.stop(30)
    assert rate_of(output.packets[45:]) == pytest.approx(500_000, rel=0.25)


def test_a_wrong_picture_is_a_typed_failure() -> None:
    encoder = H264Encoder(CANVAS, FAST)
    with pytest.raises(EncoderFailed, match="stopped"):
        encoder.encode(program(0, plain(10, 10)))


def test_the_probe_measures_this_machine() -> None:
    assert 0 < measure_encode_ms(CANVAS, FAST) < 10_000


def test_settings_x264_refuses_are_a_typed_failure() -> None:
    with pytest.raises(EncoderFailed, match="does not start"):
        H264Encoder(CANVAS, EncoderSettings(preset="warp"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "make",
    [
        lambda: CanvasSettings(width=721),
        lambda: CanvasSettings(height=8),
        lambda: CanvasSettings(fps=0),
        lambda: EncoderSettings(bit_rate=1),
        lambda: EncoderSettings(keyframe_interval_s=0),
        lambda: EncoderSettings(threads=0),
        lambda: EncoderSettings(buffer_ms=0),
    ],
)
def test_settings_are_checked(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        make()


def test_the_thread_encodes_once_for_all_outputs_and_drains_at_the_end() -> None:
    queue: DropOldestQueue[ProgramFrame] = DropOldestQueue(100)
    outputs = [Collector(), Collector()]
    thread = EncoderThread(queue, CANVAS, FAST, outputs)
    for number in range(20):
        queue.put(program(number))
    thread.start()
    assert thread.stop(30)
    first, second = outputs
    assert first.config is not None
    assert first.config == second.config
    assert len(first.packets) == thread.encoded == 20
    assert all(a is b for a, b in zip(first.packets, second.packets, strict=True))
    assert all(output.stopped.is_set() for output in outputs)
    assert thread.encode_ms.percentiles(0.5)[0] > 0


def test_a_failure_on_the_thread_reaches_the_host_and_ends_the_outputs(
    expected_errors: Callable[..., None],
) -> None:
    expected_errors("encoder")
    queue: DropOldestQueue[ProgramFrame] = DropOldestQueue()
    output, errors = Collector(), []
    failed = threading.Event()
    thread = EncoderThread(
        queue, CANVAS, FAST, [output], on_error=lambda error: (errors.append(error), failed.set())
    )
    thread.start()
    queue.put(program(0, plain(4, 4)))
    assert failed.wait(30)
    assert isinstance(errors[0], EncoderFailed)
    assert output.stopped.is_set()
    assert queue.closed
    assert thread.stop(30)
