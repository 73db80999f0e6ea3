"""RTMP's bytes: AMF0, chunks and addresses, without any socket."""

from __future__ import annotations

import struct

import pytest

from studio.media.outputs.rtmp.amf import AmfError, decode_amf, encode_amf
from studio.media.outputs.rtmp.chunks import (
    CHUNK_SIZE,
    COMMAND,
    PICTURE,
    ChunkReader,
    Message,
    RtmpError,
    chunked,
)
from studio.media.outputs.rtmp.target import BadTarget, RtmpTarget

SIZE = chunked(1, struct.pack(">I", CHUNK_SIZE), channel=2)


def test_amf_as_the_specification_writes_it() -> None:
    assert encode_amf("a", 1.0, True, None) == b"\x02\x00\x01a\x00\x3f\xf0\0\0\0\0\0\0\x01\x01\x05"
    assert encode_amf({"k": "v"}) == b"\x03\x00\x01k\x02\x00\x01v\x00\x00\x09"


def test_amf_reads_what_it_writes_and_what_only_servers_write() -> None:
    values = ["_result", 1.0, None, {"level": "status", "inner": {"n": 2.5}}, False]
    assert decode_amf(encode_amf(*values)) == values
    assert decode_amf(b"\x08\0\0\0\x01\x00\x01k\x05\0\0\x09") == [{"k": None}]
    assert decode_amf(b"\x0a\0\0\0\x02\x05\x01\x01") == [[None, True]]


@pytest.mark.parametrize(
    "data",
    [
        b"\x02\x00\x09ab",
        b"\x00\x01",
        b"\x03\x00\x01k",
        b"\x11",
        b"\x0a\xff\xff\xff\xff",
        b"\x0a\0\0\0\x01" * 20,
    ],
)
def test_amf_that_is_broken_is_refused(data: bytes) -> None:
    with pytest.raises(AmfError):
        decode_amf(data)


@pytest.mark.parametrize("at_ms", [0, 0xFFFFFE, 0xFFFFFF, 0x1000000, 0xFFFFFFFF])
@pytest.mark.parametrize("length", [0, 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE])
def test_messages_come_back_whole_however_they_are_cut(at_ms: int, length: int) -> None:
    payload = bytes(range(256)) * (length // 256) + bytes(length % 256)
    data = SIZE + chunked(PICTURE, payload, channel=6, stream=1, at_ms=at_ms)
    data += chunked(COMMAND, b"end", channel=3)
    for step in (1, 7, len(data)):
        reader = ChunkReader()
        found: list[Message] = []
        for at in range(0, len(data), step):
            found += reader.feed(data[at : at + step])
        assert found[1:] == [Message(PICTURE, 1, payload), Message(COMMAND, 0, b"end")]


def test_chunks_of_two_channels_may_alternate() -> None:
    first = chunked(PICTURE, b"p" * 200, channel=6)
    head = first[:12] + first[12 : 12 + 128]
    tail = b"\xc6" + b"p" * 72
    (sound, picture) = ChunkReader().feed(head + chunked(8, b"s", channel=4) + tail)
    assert (sound.payload, picture.payload) == (b"s", b"p" * 200)


def test_short_headers_of_a_server_are_followed() -> None:
    whole = chunked(COMMAND, b"ab", channel=3, stream=5)
    again = b"\x43" + b"\0\0\x05" + b"\0\0\x01" + bytes([COMMAND]) + b"x"  # same stream
    third = b"\x83" + b"\0\0\x05" + b"y"  # same length and kind, too
    fourth = b"\xc3" + b"z"
    found = ChunkReader().feed(whole + again + third + fourth)
    assert [(message.stream, message.payload) for message in found] == [
        (5, b"ab"),
        (5, b"x"),
        (5, b"y"),
        (5, b"z"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        chunked(1, bytes(4), channel=2),  # chunk size 0
        b"\x03\0\0\0\xff\xff\xff\x14\0\0\0\0",  # 16 MB from a server
        b"\xc3rest",  # goes on with what never began
    ],
)
def test_what_is_not_rtmp_is_refused(data: bytes) -> None:
    with pytest.raises(RtmpError):
        ChunkReader().feed(data)


def test_addresses_as_platforms_show_them() -> None:
    tiktok = RtmpTarget("TikTok", " rtmps://push.example.com/game/ ", "stream-1?expire=1&sign=ab")
    assert (tiktok.host, tiktok.port, tiktok.app, tiktok.secure) == ("push.example.com", 443, "game", True)
    own = RtmpTarget("Own", "rtmp://[::1]:19350/live/sub", "")
    assert (own.host, own.port, own.app, own.secure) == ("::1", 19350, "live/sub", False)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/app", "begins with rtmp"),
        ("", "begins with rtmp"),
        ("rtmp:///app", "names no server"),
        ("rtmp://exa mple.org/app", "names no server"),
        ("rtmp://example.org", "name of the app"),
        ("rtmp://example.org:99999/app", "cannot be read"),
        ("rtmp://[::1/app", "cannot be read"),
        ("rtmp://example.org:0/app", "Port 0"),
        ("rtmp://me:pw@example.org/app", "stream key has a field"),
    ],
)
def test_addresses_that_cannot_be_sent_to(url: str, words: str) -> None:
    with pytest.raises(BadTarget, match=words):
        RtmpTarget("x", url, "")


@pytest.mark.parametrize("key", ["a b", "a\n", "k" * 1001])
def test_keys_that_were_copied_wrong(key: str) -> None:
    with pytest.raises(BadTarget, match="copy it again"):
        RtmpTarget("x", "rtmp://example.org/app", key)


def test_a_key_shows_in_no_repr_and_is_scrubbed() -> None:
    target = RtmpTarget("x", "rtmp://example.org/app", "live_s3cret")
    assert "s3cret" not in repr(target)
    assert target.scrub("no live_s3cret here") == "no *** here"
