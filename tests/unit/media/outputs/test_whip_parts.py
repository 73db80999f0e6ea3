"""WHIP without WebRTC: addresses, what goes through the pipe, sentences, and its HTTP half."""

from __future__ import annotations

import http.client
import io
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.media.errors import StreamRefused
from studio.media.outputs.rtmp.target import BadTarget, RtmpTarget
from studio.media.outputs.targets import make_target, target_of_line
from studio.media.outputs.whip.output import explain
from studio.media.outputs.whip.records import (
    LONGEST,
    About,
    BadRecord,
    pack_about,
    pack_packet,
    read_about,
    read_packet,
)
from studio.media.outputs.whip.signalling import Signalling
from studio.media.outputs.whip.target import WhipTarget
from studio.media.packet import AudioConfig, AudioPacket, Packet, StreamConfig

TOKEN = "tok_s3cret"


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        ("ftp://example.org/x", "", "begins with rtmp"),
        ("srt://example.org:9000", "", "SRT is not part of this version"),
        ("http://example.org/whip", "k", "Use https"),
        ("https://", "k", "names no server"),
        ("https://user:pw@example.org/whip", "k", "a field of its own"),
        ("https://example.org:0/whip", "k", "Port 0"),
        ("https://example.org:x/whip", "k", "cannot be read"),
        ("https://example.org/wh ip", "k", "names no server"),
        ("https://example.org/whip", "k k", "copy it again"),
        ("https://example.org/whip", "ключ", "copy it again"),
        ("https://example.org/whip", "k" * 4_001, "too long"),
        ("https://[::1/whip", "", "cannot be read"),
    ],
)
def test_bad_addresses_are_refused_with_what_to_do(url: str, key: str, words: str) -> None:
    with pytest.raises(BadTarget, match=words):
        make_target("a", url, key)


def test_the_address_says_the_protocol() -> None:
    whip = make_target("a", " https://example.org/whip/room ", TOKEN)
    assert isinstance(whip, WhipTarget)
    assert (whip.host, whip.port, whip.secure) == ("example.org", 443, True)
    assert TOKEN not in repr(whip)
    assert isinstance(make_target("a", "rtmps://example.org/app", "k"), RtmpTarget)
    line = target_of_line(2, f"https://{TOKEN}@example.org:8443/whip")
    assert isinstance(line, WhipTarget)
    assert (line.url, line.key, line.port) == ("https://example.org:8443/whip", TOKEN, 8443)
    assert line.name == "whip 2"
    plain = target_of_line(1, "rtmp://example.org/app/key_1")
    assert isinstance(plain, RtmpTarget) and plain.key == "key_1"
    with pytest.raises(BadTarget, match="SRT"):
        target_of_line(1, "srt://example.org:9000?streamid=s3cret")


CONFIGS = st.builds(
    StreamConfig,
    st.binary(max_size=60),
    st.integers(16, 4096),
    st.integers(16, 4096),
    st.integers(1, 120),
    st.integers(1, 50_000_000),
    st.none() | st.builds(AudioConfig, st.binary(max_size=8), st.just(48_000), st.integers(1, 2)),
)
TIMES = st.integers(-(2**40), 2**40)
PACKETS = st.builds(AudioPacket, st.binary(max_size=50), TIMES, st.integers(0, 2**31)) | st.builds(
    lambda data, at, long, key: Packet(data, at, at, long, key, None),
    st.binary(max_size=50), TIMES, st.integers(0, 2**31), st.booleans(),
)  # fmt: skip


@settings(deadline=None)  # a busy machine is no failure
@given(CONFIGS, st.lists(PACKETS, max_size=8))
def test_what_goes_into_the_pipe_comes_out_of_it(
    config: StreamConfig, packets: list[Packet | AudioPacket]
) -> None:
    about = About("http://127.0.0.1/x", "/c", "/k", config)
    read = io.BytesIO(pack_about(about) + b"".join(map(pack_packet, packets))).read
    assert read_about(read) == about
    assert [read_packet(read) for _ in packets] == packets
    with pytest.raises(EOFError):
        read_packet(read)


@settings(deadline=None)  # a busy machine is no failure
@given(st.binary(max_size=200))
def test_strange_bytes_in_the_pipe_are_refused(data: bytes) -> None:
    for reading in (read_about, read_packet):
        try:
            reading(io.BytesIO(data).read)
        except (BadRecord, EOFError):
            continue
        assert reading is read_packet and data[0] in (1, 2, 3)


def test_a_record_has_a_longest() -> None:
    whole = pack_packet(AudioPacket(b"", 0, 0))
    head = whole[:-4] + (LONGEST + 1).to_bytes(4, "big")
    with pytest.raises(BadRecord, match="too long"):
        read_packet(io.BytesIO(head).read)
    with pytest.raises(BadRecord, match="description"):
        read_about(io.BytesIO(whole).read)
    with pytest.raises(EOFError):
        read_packet(io.BytesIO(pack_packet(AudioPacket(b"12", 0, 0))[:-1]).read)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StreamRefused("it refused (HTTP 500)"), "answers, but it refused (HTTP 500). Check"),
        (ssl.SSLCertVerificationError(), "not trusted"),
        (ssl.SSLError(), "does not speak TLS"),
        (ConnectionRefusedError(), "nothing answers at example.org, port 443"),
        (TimeoutError(), "does not answer"),
        (ConnectionResetError(), "made again by itself"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
def test_every_failure_has_its_sentence(error: OSError | StreamRefused, words: str) -> None:
    assert words in explain(error, WhipTarget("a", "https://example.org/whip", TOKEN))


class Service:
    """Answers offers as the test says; keeps what it was asked."""

    def __init__(self) -> None:
        self.status, self.location = 201, "session/7"
        self.asked: list[tuple[str, str, str, bytes]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                token = self.headers.get("Authorization", "")
                service.asked.append((self.command, self.path, token, body))
                moved = self.path == "/moved"
                self.send_response(307 if moved else service.status)
                self.send_header("Location", "/whip/room" if moved else service.location)
                self.end_headers()
                self.wfile.write(b"answer")

            do_POST = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


def post(url: str, body: bytes = b"offer") -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, method="POST"), timeout=10) as answer:
            return int(answer.status), bytes(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""


def test_the_offer_goes_to_the_service_with_the_token_and_the_session_is_ended(service: Service) -> None:
    made = Signalling(WhipTarget("a", f"{service.origin}/moved", TOKEN))
    assert TOKEN not in made.url
    assert post(made.url) == (201, b"answer")
    made.close()
    bearer = f"Bearer {TOKEN}"
    assert service.asked == [
        ("POST", "/moved", bearer, b"offer"),
        ("POST", "/whip/room", bearer, b"offer"),
        ("DELETE", "/whip/session/7", bearer, b""),
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "the token"), (404, "no such address"), (409, "already"), (415, "H.264"), (500, "refused")],
)
def test_what_the_service_refuses_is_kept(service: Service, status: int, words: str) -> None:
    service.status = status
    made = Signalling(WhipTarget("a", f"{service.origin}/whip", TOKEN))
    assert post(made.url)[0] == 502
    assert isinstance(made.error, StreamRefused)
    assert words in str(made.error)
    made.close()
    assert [asked[0] for asked in service.asked] == ["POST"], "no session, no goodbye"


def test_a_service_that_leads_in_circles_is_left(service: Service) -> None:
    service.status, service.location = 308, "/whip/again"
    made = Signalling(WhipTarget("a", f"{service.origin}/whip", ""))
    assert post(made.url)[0] == 502
    assert "from one address to the next" in str(made.error)
    made.close()


def test_nobody_else_on_this_computer_gets_in(service: Service) -> None:
    made = Signalling(WhipTarget("a", f"{service.origin}/whip", TOKEN))
    origin = made.url.rsplit("/", 1)[0]
    assert post(f"{origin}/guess")[0] == 404
    assert post(made.url, b"")[0] == 404
    made.close()
    assert service.asked == []
    with pytest.raises((ConnectionError, urllib.error.URLError, http.client.HTTPException)):
        post(made.url)
