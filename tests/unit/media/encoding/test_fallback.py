"""An encoder that fails on air: the next one takes over, and every output goes on with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from studio.media.encoding import encoder as encoder_module
from studio.media.encoding.encoder import H264Encoder
from studio.media.encoding.kinds import X264
from studio.media.encoding.thread import EncoderThread
from studio.media.outputs.fragment_output import FragmentOutput
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.packet import Packet, StreamConfig, split_annex_b
from studio.media.queues import DropOldestQueue
from studio.media.settings import CanvasSettings, EncoderSettings
from tests.fakes.encoders import STALLS, STAND_IN, driven
from tests.unit.media.encoding.test_encoder import Collector, busy, program, rate_of

CANVAS = CanvasSettings(96, 160, 30)
FAST = EncoderSettings(bit_rate=300_000, preset="ultrafast", threads=1)


class Driver:
    """The stand-in's works for so many pictures, then does `then`."""

    def __init__(self, pictures: int, then: Callable[[], None]) -> None:
        self._left, self._then = pictures, then

    def __call__(self) -> None:
        self._left -= 1
        if self._left < 0:
            self._then()


def _fails() -> None:
    raise OSError("device lost")


def decoded(config: StreamConfig, packets: list[Packet]) -> int:
    context = av.CodecContext.create("h264", "r")
    count = 0
    for packet in packets:
        data = config.extradata + packet.data if packet.is_key else packet.data
        count += len(context.decode(av.Packet(data)))
    return count + len(context.decode(None))


def test_the_stand_in_is_normalised_like_a_graphics_cards_encoder() -> None:
    encoder = H264Encoder(CANVAS, FAST, STAND_IN)
    assert encoder.config.codec.startswith("avc1.4D")
    packets = [encoder.encode(program(n), keyframe=n == 7)[0] for n in range(20)]
    kinds = {unit[0] & 0x1F for packet in packets for unit in split_annex_b(packet.data)}
    assert kinds <= {1, 5, 6}, "pictures, and no parameter sets or delimiters among them"
    assert [n for n, packet in enumerate(packets) if packet.is_key] == [0, 7]
    assert decoded(encoder.config, packets) == 20


def test_an_encoder_that_looks_at_no_new_rate_is_opened_anew() -> None:
    canvas = CanvasSettings(180, 320, 30)
    encoder = H264Encoder(
        canvas, EncoderSettings(bit_rate=2_000_000, keyframe_interval_s=10, threads=1), STAND_IN
    )
    before = [encoder.encode(busy(n))[0] for n in range(60)]
    encoder.set_bit_rate(600_000)
    after = [encoder.encode(busy(n))[0] for n in range(60, 120)]
    assert after[0].is_key
    assert after[0].pts_us > before[-1].pts_us
    assert rate_of(after[30:]) == pytest.approx(600_000, rel=0.25)


def test_a_failing_encoder_is_replaced_on_the_same_time_line(
    monkeypatch: pytest.MonkeyPatch, expected_errors: Callable[..., None], tmp_path: Path
) -> None:
    monkeypatch.setattr(encoder_module, "PlanesFor", driven(Driver(10, _fails)))
    queue: DropOldestQueue[object] = DropOldestQueue(100)
    collector, fragments = Collector(), FragmentOutput(capacity_ms=60_000)
    recording = RecordingOutput(RecordingPlan(tmp_path, reserve_bytes=0))
    told: list[str] = []
    thread = EncoderThread(
        queue,  # type: ignore[arg-type]
        CANVAS,
        FAST,
        [collector, fragments, recording],  # type: ignore[list-item]
        kinds=(STAND_IN, X264),
        on_fallback=told.append,
        on_error=lambda error: told.append(f"not expected: {error}"),
    )
    for number in range(30):
        queue.put(program(number))
    thread.start()
    assert thread.stop(30)
    assert recording.join(30)
    assert told == ["Stand-in failed; x264 took over, and the LIVE goes on."]
    assert thread.kind is X264
    # One picture is lost: the one the driver failed on.
    numbers = [round(packet.pts_us * 30 / 1e6) for packet in collector.packets]
    assert numbers == [n for n in range(30) if n != 10]
    before, after = collector.packets[:10], collector.packets[10:]
    assert collector.config is not None and before[0].config == collector.config
    assert after[0].is_key and after[0].config is not None
    assert after[0].config.codec != collector.config.codec
    assert decoded(collector.config, before) == 10
    assert decoded(after[0].config, after) == 19
    _fragments_play(fragments, tmp_path)
    assert [_pictures(path) for path in recording.files] == [10, 19], "a file of its own for each"


def _fragments_play(output: FragmentOutput, folder: Path) -> None:
    """What a player gets: an init segment, fragments, and in mid-stream a new one with what fits it."""
    assert output.config is not None
    streams: list[list[bytes]] = [[]]
    first = output.init_segment
    assert first is not None
    while (fragment := output.get(0)) is not None:
        if fragment.init is not None:
            assert fragment.is_key
            streams.append([fragment.init])
        streams[-1].append(fragment.data)
    assert len(streams) == 2
    streams[0].insert(0, first)
    for number, (parts, count) in enumerate(zip(streams, (10, 19), strict=True)):
        path = folder / f"stream{number}.bin"
        path.write_bytes(b"".join(parts))
        assert _pictures(path) == count
    assert output.init_segment == streams[1][0], "who comes now gets the new one"


def _pictures(path: Path) -> int:
    with av.open(path, format="mp4") as container:
        return sum(1 for _ in container.decode(video=0))


def test_an_encoder_that_gives_nothing_for_a_second_is_replaced(
    expected_errors: Callable[..., None],
) -> None:
    queue: DropOldestQueue[object] = DropOldestQueue(600)
    collector = Collector()
    told: list[str] = []
    replaced = threading.Event()
    thread = EncoderThread(
        queue,  # type: ignore[arg-type]
        CANVAS,
        FAST,
        [collector],
        kinds=(STALLS, X264),
        on_fallback=lambda sentence: (told.append(sentence), replaced.set()),  # type: ignore[func-returns-value]
    )
    thread.start()
    for number in range(20):
        queue.put(program(number))
    assert replaced.wait(30)
    assert not collector.packets
    for number in range(60, 70):
        queue.put(program(number))
    assert thread.stop(30)
    assert told == ["Stalling failed; x264 took over, and the LIVE goes on."]
    assert 9 <= len(collector.packets) <= 10, "at most one picture was in the hands of the other"
    assert collector.packets[0].is_key
    assert collector.packets[-1].pts_us == 69 * 1_000_000 // 30, "still the time line of the first picture"


def test_a_driver_that_never_comes_back_is_left_behind_and_stays_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    back = threading.Event()
    monkeypatch.setattr(encoder_module, "PlanesFor", driven(Driver(5, lambda: back.wait() and None)))
    queue: DropOldestQueue[object] = DropOldestQueue(600)
    collector = Collector()
    replaced = threading.Event()
    thread = EncoderThread(
        queue,  # type: ignore[arg-type]
        CANVAS,
        FAST,
        [collector],
        kinds=(STAND_IN, X264),
        on_fallback=lambda _: replaced.set(),
    )
    thread.start()
    stuck = next(t for t in threading.enumerate() if t.name == "encode")
    for number in range(10):
        queue.put(program(number))
    assert replaced.wait(30)
    back.set()  # the driver comes back with its picture
    stuck.join(30)
    queue.put(program(40))
    assert thread.stop(30)
    assert thread.kind is X264
    assert [packet.is_key for packet in collector.packets].count(True) == 2
    assert len(collector.packets) == 5 + 4 + 1, "the picture it was stuck with is lost, no other is"


def test_without_another_encoder_the_failure_is_told(
    monkeypatch: pytest.MonkeyPatch, expected_errors: Callable[..., None]
) -> None:
    expected_errors("encoder")
    monkeypatch.setattr(encoder_module, "PlanesFor", driven(Driver(3, _fails)))
    queue: DropOldestQueue[object] = DropOldestQueue(100)
    collector, told = Collector(), []
    failed = threading.Event()
    thread = EncoderThread(
        queue,  # type: ignore[arg-type]
        CANVAS,
        FAST,
        [collector],
        kinds=(STAND_IN,),
        on_error=lambda error: (told.append(str(error)), failed.set()),
    )
    for number in range(5):
        queue.put(program(number))
    thread.start()
    assert failed.wait(30)
    assert "device lost" in told[0]
    assert collector.stopped.is_set()
    assert thread.stop(30)
