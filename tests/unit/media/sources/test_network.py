"""Network cameras against real servers: motion JPEG with its faults, and what is no camera at all."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from studio.media.errors import CameraMissing, SourceError, SourceLost, SourceUnreadable
from studio.media.sources.network import NetworkSource
from studio.media.sources.network_address import BadNetworkAddress, NetworkAddress
from tests.fakes.mjpeg_server import MjpegServer, jpeg, steady

Served = Callable[..., MjpegServer]


@pytest.fixture
def served() -> Iterator[Served]:
    servers: list[MjpegServer] = []

    def serve(parts: Callable[[], Iterator[bytes | float]], **options: object) -> MjpegServer:
        servers.append(MjpegServer(parts, **options))  # type: ignore[arg-type]
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


def source_of(address: str) -> NetworkSource:
    return NetworkSource("Phone", "phone", lambda: NetworkAddress(address))


def test_pictures_of_a_phone(served: Served) -> None:
    source = source_of(served(steady).address)
    source.open()
    assert source.size == (96, 64)
    frames = [source.read() for _ in range(5)]
    source.close()
    assert all(frame is not None and abs(frame.array.mean() - 128) < 3 for frame in frames)


def test_a_rate_that_changes_is_followed(served: Served) -> None:
    """A phone in the dark sends 5 pictures a second, in the light 30."""

    def changing() -> Iterator[bytes | float]:
        for number in itertools.count():
            yield jpeg(40 + number % 150)
            yield 0.2 if number % 10 < 3 else 0.03

    source = source_of(served(changing).address)
    source.open()
    times = [frame.pts_ns for frame in (source.read() for _ in range(20)) if frame]
    source.close()
    steps = [(b - a) / 1e6 for a, b in itertools.pairwise(times)]
    assert max(steps) > 150, "slow ones are not hurried"
    assert sorted(steps)[len(steps) // 2] < 100, "fast ones are not held back"


def test_a_slow_reader_gets_the_newest(served: Served) -> None:
    """No delay builds up: the shade tells when a picture was sent."""
    source = source_of(served(lambda: steady(60, lambda seconds: min(250, int(seconds * 50)))).address)
    source.open()
    began = time.monotonic()
    waiting = threading.Event()
    shade = 0.0
    for _ in range(4):
        waiting.wait(0.4)
        frame = source.read()
        assert frame is not None
        shade = float(frame.array.mean())
    behind_s = time.monotonic() - began - shade / 50
    assert behind_s < 0.5, "of 1.6 s in which it read only four times"
    assert source.skipped > 10
    source.close()


def test_it_asks_with_name_and_password(served: Served) -> None:
    server = served(steady, login="me:p@ss:word")
    with pytest.raises(SourceUnreadable, match="does not accept this user name and password"):
        source_of(server.address).open()
    with pytest.raises(SourceUnreadable, match="user name and password"):
        source_of(f"me:wrong@{server.address}").open()
    source = NetworkSource("Phone", "phone", lambda: NetworkAddress(server.address, "me", "p@ss:word"))
    source.open()
    assert source.read() is not None
    source.close()


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("forbidden", SourceUnreadable, "refuses this studio"),
        ("missing", CameraMissing, "nothing at this address"),
        ("broken", CameraMissing, "error of its own"),
        ("page", SourceUnreadable, "sends no video"),
    ],
)
def test_what_is_no_camera_says_so(
    served: Served, path: str, kind: type[SourceError], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = served(steady).address.replace("video", path)
    with pytest.raises(kind, match=says) as caught:
        source_of(f"me:s3cret@{address}?token=t0ken").open()
    told = str(caught.value) + caplog.text
    assert "s3cret" not in told
    assert "t0ken" not in told


def test_nobody_listens_there() -> None:
    with pytest.raises(CameraMissing, match="refuses the connection"):
        source_of("127.0.0.1:1/video").open()
    with pytest.raises(CameraMissing, match="cannot be found"):
        source_of("nobody.invalid/video").open()


def test_a_stalled_line_is_a_loss_and_it_comes_back(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.media.sources.network_reader.READ_S", 0.5)
    source = source_of(served(lambda: itertools.chain([jpeg(90)] * 20, [60.0])).address)
    for _ in range(2):  # opened again, it gives pictures again
        source.open()
        with pytest.raises(SourceLost, match="stopped sending"):
            for _ in range(30):
                source.read()


def test_a_camera_that_closes_is_a_loss(served: Served) -> None:
    source = source_of(served(lambda: iter([jpeg(90)] * 20)).address)
    source.open()
    with pytest.raises(SourceLost, match="connected again by itself"):
        for _ in range(30):
            source.read()
    source.close()
    with pytest.raises(SourceLost, match="not open"):
        source.read()


def test_a_camera_that_answers_and_says_nothing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.media.sources.network_reader.OPEN_S", 0.5)
    with pytest.raises(CameraMissing, match="does not answer"):
        source_of(served(lambda: iter([60.0])).address).open()


def test_interrupt_ends_a_stalled_read_and_a_stalled_open_at_once(served: Served) -> None:
    stalls = served(lambda: itertools.chain([jpeg(90)] * 20, [60.0]))
    source = source_of(stalls.address)
    source.open()
    threading.Timer(0.3, source.interrupt).start()
    began = time.monotonic()
    while source.read() is not None:
        pass
    assert time.monotonic() - began < 2, "its time limit is 4 s"
    silent = source_of(served(lambda: iter([60.0])).address)
    threading.Timer(0.3, silent.interrupt).start()
    began = time.monotonic()
    with pytest.raises(SourceLost, match="given up"):
        silent.open()
    assert time.monotonic() - began < 2
    source.close()


@pytest.mark.parametrize("size", [(1, 1), (35, 17), (7680, 4320)])
def test_odd_sizes(served: Served, size: tuple[int, int]) -> None:
    picture = jpeg(120, size)
    source = source_of(served(lambda: itertools.cycle([picture, 0.1])).address)
    source.open()
    assert source.size == size
    source.close()


def test_a_size_that_changes_is_followed(served: Served) -> None:
    """A phone is turned."""
    parts = [*[jpeg(90, (96, 64)), 0.03] * 20, *[jpeg(90, (64, 96)), 0.03] * 200]
    source = source_of(served(lambda: iter(parts)).address)
    source.open()
    assert source.size == (96, 64)
    while source.size == (96, 64):
        assert source.read() is not None
    assert source.size == (64, 96)
    source.close()


def test_broken_pictures_are_skipped(served: Served) -> None:
    def torn() -> Iterator[bytes | float]:
        for number in itertools.count():
            yield jpeg(90) if number % 3 == 0 else jpeg(90)[:200] + b"\x00" * 50
            yield 0.02

    source = source_of(served(torn).address)
    source.open()
    assert all(source.read() is not None for _ in range(5))
    source.close()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Give the address"),
        ("   ", "Give the address"),
        ("file:///etc/passwd", "begins with http"),
        ("concat:a|b", "not an address|begins with"),
        ("http://", "names no camera"),
        ("http://:8080/video", "names no camera"),
        ("http://host:99999/", "not an address"),
        ("http://[::1/video", "not an address"),
        ("http://a b/", "characters"),
        ("http://host/\nX: y", "characters"),
        ("h" * 3000, "characters"),
    ],
)
def test_bad_addresses(text: str, says: str) -> None:
    with pytest.raises(BadNetworkAddress, match=says):
        NetworkAddress(text)


def test_an_address_hides_what_is_secret() -> None:
    address = NetworkAddress("rtsp://me:s3cret@cam.local:554/live?token=t0ken")
    assert address.shown == "rtsp://cam.local:554/live"
    assert "s3cret" not in f"{address!r} {address}"
    assert address.reveal() == "rtsp://me:s3cret@cam.local:554/live?token=t0ken"
    assert NetworkAddress("cam:80/v", "a b", "c/d@e").reveal() == "http://a%20b:c%2Fd%40e@cam:80/v"
    with pytest.raises(BadNetworkAddress, match="user name"):
        NetworkAddress("cam/v", "", "word")
