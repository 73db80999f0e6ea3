"""The header in front of every piece of picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.protocol.media import HEADER_SIZE, MediaKind, MediaMessage, pack_media, unpack_media

int64 = st.integers(-(2**63), 2**63 - 1)


@given(st.sampled_from(MediaKind), int64, int64, st.binary(min_size=1))
def test_any_message_comes_back(kind: MediaKind, pts_us: int, captured_ms: int, payload: bytes) -> None:
    message = MediaMessage(kind, pts_us, captured_ms, payload)
    packed = pack_media(message)
    assert len(packed) == HEADER_SIZE + len(payload)
    assert unpack_media(packed) == message


def test_the_header_is_as_documented() -> None:
    packed = pack_media(MediaMessage(MediaKind.KEYFRAME, 0x0102, 0x0304, b"moof"))
    assert HEADER_SIZE == 20
    assert packed.hex() == "01020000" + "0000000000000102" + "0000000000000304" + b"moof".hex()


@given(st.binary(max_size=64))
def test_any_bytes_are_a_message_or_a_value_error(data: bytes) -> None:
    try:
        unpack_media(data)
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "20-byte header"),
        (b"\x01\x01" + bytes(18), "20-byte header"),
        (b"\x02\x01" + bytes(18) + b"x", "version 2"),
        (b"\x01\x00" + bytes(18) + b"x", "MediaKind"),
        (b"\x01\x04" + bytes(18) + b"x", "MediaKind"),
    ],
)
def test_what_is_no_media_message_says_why(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        unpack_media(data)
