"""Network cameras of other makers: RTSP from Debian's rtsp-server-perl, HLS as FFmpeg cuts it."""

from __future__ import annotations

import itertools
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from studio.media.errors import CameraMissing, SourceLost
from studio.media.sources.network import NetworkSource
from studio.media.sources.network_address import NetworkAddress

CLIP = Path(__file__).parents[1] / "data" / "clips" / "webcam_person_asl_walk_480p.mkv"
ENCODE = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "15"]

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")


def source_of(address: str) -> NetworkSource:
    return NetworkSource("Camera", "camera", lambda: NetworkAddress(address))


def opened(source: NetworkSource, limit_s: float = 20) -> NetworkSource:
    """As the capture thread does: tries again until the server has its stream."""
    deadline = time.monotonic() + limit_s
    while True:
        try:
            source.open()
            return source
        except (CameraMissing, SourceLost):
            if time.monotonic() > deadline:
                raise


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture
def run() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        started.append(subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet))
        return started[-1]

    yield start
    for process in reversed(started):
        process.kill()
        process.wait(10)


def until_listening(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, "the server started"


@pytest.mark.skipif(shutil.which("rtsp-server-perl") is None, reason="needs rtsp-server-perl")
def test_rtsp_that_offers_udp_alone(run: Callable[..., subprocess.Popen[bytes]]) -> None:
    viewers, cameras, rtp = free_ports(3)
    here = "127.0.0.1"
    listen = ["--client_listen_address", here, "--source_listen_address", here]
    run(
        "rtsp-server-perl", "-c", str(viewers), "-s", str(cameras), *listen, "--rtp_start_port", str(rtp & ~1)
    )
    until_listening(cameras)
    until_listening(viewers)
    camera = run(
        "ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(CLIP), "-an", *ENCODE,
        "-f", "rtsp", f"rtsp://{here}:{cameras}/cam",
    )  # fmt: skip
    source = opened(source_of(f"rtsp://{here}:{viewers}/cam"))
    assert source.size == (640, 480)
    began = time.monotonic()
    frames = [source.read() for _ in range(30)]
    assert all(frame is not None and frame.array.std() > 10 for frame in frames)
    assert 0.5 < time.monotonic() - began < 3, "as fast as the camera sends"
    camera.kill()
    with pytest.raises(SourceLost, match="connected again"):
        for _ in range(300):
            source.read()
    source.close()


def test_hls_is_played_at_its_own_pace(tmp_path: Path, run: Callable[..., subprocess.Popen[bytes]]) -> None:
    """A playlist comes in gulps of a second: pictures are shown when they are due, not as they come."""
    playlist = tmp_path / "live.m3u8"
    run(
        "ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(CLIP), "-an", *ENCODE, "-r", "30",
        "-f", "hls", "-hls_time", "1", "-hls_list_size", "4", "-hls_flags", "delete_segments", str(playlist),
    )  # fmt: skip

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    deadline = time.monotonic() + 30
    while not (playlist.exists() and playlist.read_text().count("#EXTINF") >= 3):
        assert time.monotonic() < deadline, "FFmpeg cuts"
    source = source_of(f"http://127.0.0.1:{server.server_address[1]}/live.m3u8")
    source.open()
    times = [frame.pts_ns for frame in (source.read() for _ in range(90)) if frame]
    source.close()
    server.shutdown()
    server.server_close()
    assert len(times) == 90
    steps_ms = sorted((b - a) / 1e6 for a, b in itertools.pairwise(times))
    assert 2.0 < (times[-1] - times[0]) / 1e9 < 5.0, "three seconds take three seconds"
    assert 25 < steps_ms[len(steps_ms) // 2] < 42


def test_a_playlist_must_not_read_files_of_this_machine(tmp_path: Path) -> None:
    """A camera's address may be anybody's: FFmpeg is told which protocols it may follow."""
    secret = tmp_path / "private.mkv"
    shutil.copy(CLIP, secret)
    (tmp_path / "trap.m3u8").write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{secret}\n#EXT-X-ENDLIST\n"
    )

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    source = source_of(f"http://127.0.0.1:{server.server_address[1]}/trap.m3u8")
    with pytest.raises(Exception, match="Camera") as caught:
        source.open()
    assert "private" not in str(caught.value)
    source.close()
    server.shutdown()
    server.server_close()
