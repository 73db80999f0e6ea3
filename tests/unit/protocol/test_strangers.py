"""Whatever a stranger may send instead of a message: a coded error each time, never a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.protocol import codec
from studio.protocol import commands as c
from studio.protocol import events as e
from studio.protocol import frames as f
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.reference_examples import all_messages


def in_bytes(data: str | bytes) -> bytes:
    return data if isinstance(data, bytes) else data.encode(errors="surrogatepass")


READERS: list[Callable[[Any], Any]] = [
    codec.decode_client_frame,
    codec.decode_server_frame,
    codec.decode_media_opening,
    codec.decode_media_answer,
    lambda data: codec.decode_command(
        data if isinstance(data, bytes) else data.encode(errors="surrogatepass")
    ),
    lambda data: codec.decode_event(data if isinstance(data, bytes) else data.encode(errors="surrogatepass")),
    lambda data: codec.decode_result(
        c.SignUp, data if isinstance(data, bytes) else data.encode(errors="surrogatepass")
    ),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from(
    ["frame", "do", "kind", "media", "id", "seq", "command", "events", "room_id", "text"]
)
tags = st.sampled_from(
    ["request", "events", "comment", "gift", "send_gift", "identify", "hello", "watch", "later"]
)
almost = st.dictionaries(field_names, json_values | tags, max_size=6).map(json.dumps)


def survives(data: str | bytes) -> None:
    for read in READERS:
        try:
            read(data)
        except codec.ProtocolError as error:
            assert isinstance(error.code, ErrorCode)
            assert isinstance(error.close_code, CloseCode)
            assert str(error)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_a_coded_error(data: bytes) -> None:
    survives(data)


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_a_message_or_a_coded_error(text: str) -> None:
    survives(text)  # lone surrogates too


@settings(max_examples=300)
@given(almost)
def test_almost_messages_are_coded_errors(text: str) -> None:
    survives(text)


@given(st.sampled_from(all_messages()), st.data())
def test_a_message_cut_off_or_with_one_byte_changed_is_survived(
    message: msgspec.Struct, data: st.DataObject
) -> None:
    wire = codec.encode(message).encode()
    place = data.draw(st.integers(0, len(wire) - 1))
    survives(wire[:place])
    survives(wire[:place] + data.draw(st.binary(min_size=1, max_size=1)) + wire[place + 1 :])


@pytest.mark.parametrize("depth", [100, 900, 5_000, 60_000])
@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_deep_nesting_is_a_coded_error_or_ignored(depth: int, bracket: str) -> None:
    survives(bracket * depth)
    close = "]" if bracket == "[" else "}"
    deep = bracket * depth + "1" + close * depth
    survives(deep)
    survives('{"frame":"request","id":"1","command":{"do":"share","room_id":"r","x":' + deep + "}}")
    survives('{"do":"share","room_id":"r","x":' + deep + "}")
    survives('{"do":"later","x":' + deep + "}")
    survives('{"kind":"share","seq":1,"person":' + deep + "}")
    survives('{"kind":"later","seq":1,"x":' + deep + "}")


def refusal(read: Callable[[], Any]) -> ErrorCode:
    with pytest.raises(codec.ProtocolError) as caught:
        read()
    return caught.value.code


def test_a_message_is_measured_in_bytes() -> None:
    at_limit = '{"frame":"ping","sent_ms":1,"x":"%s"}'
    room = codec.MAX_CLIENT_MESSAGE - len(at_limit % "")
    assert isinstance(codec.decode_client_frame(at_limit % ("a" * room)), f.Ping)
    for over in ("a" * (room + 1), "é" * (room // 2 + 1), "🌹" * (room // 4 + 1)):
        assert refusal(lambda: codec.decode_client_frame(at_limit % over)) is ErrorCode.TOO_LARGE  # noqa: B023
        assert refusal(lambda: codec.decode_client_frame((at_limit % over).encode())) is ErrorCode.TOO_LARGE  # noqa: B023


@pytest.mark.parametrize("bad", ["", "a" * 65, "a b", "ä", "a\n", "a/b", "<x>"])
def test_ids_are_plain(bad: str) -> None:
    line = json.dumps({"frame": "request", "id": bad, "command": {}})
    assert refusal(lambda: codec.decode_client_frame(line)) is ErrorCode.MALFORMED
    assert refusal(lambda: codec.decode_command(json.dumps({"do": "share", "room_id": bad}).encode())) is (
        ErrorCode.MALFORMED
    )


@pytest.mark.parametrize(
    "command",
    [
        {"do": "like", "room_id": "r", "count": 0},
        {"do": "like", "room_id": "r", "count": 16},
        {"do": "like", "room_id": "r", "count": True},
        {"do": "resume", "room_id": "r", "after_seq": -1},
        {"do": "resume", "room_id": "r", "after_seq": 2**53},
        {"do": "send_gift", "room_id": "r", "gift_id": 1, "count": 2**63},
        {"do": "send_gift", "room_id": "r", "gift_id": 1.5},
        {"do": "comment", "room_id": "r", "text": "x" * 20_001},
        {"do": "mute_person", "room_id": "r", "person_id": "p", "seconds": 86_401},
        {"do": "report_picture", "room_id": "r", "latency_ms": -1},
        {"do": 7},
        {"do": None},
        {"do": ""},
        {},
        [],
    ],
)
def test_values_out_of_bounds_are_malformed(command: Any) -> None:
    assert refusal(lambda: codec.decode_command(json.dumps(command).encode())) is ErrorCode.MALFORMED


def test_a_command_of_a_later_version_is_told_apart() -> None:
    with pytest.raises(codec.ProtocolError, match="101 UNKNOWN_COMMAND: no command 'start_duel' here"):
        codec.decode_command(b'{"do":"start_duel","room_id":7}')


def test_an_event_of_a_later_version_keeps_its_place() -> None:
    event = codec.decode_event(b'{"kind":"poll","seq":9,"at_ms":5,"options":["a","b"]}')
    assert isinstance(event, e.UnknownEvent)
    assert (event.seq, event.at_ms, event.original_kind) == (9, 5, "poll")


def test_a_known_event_that_cannot_be_read_keeps_its_place_too() -> None:
    event = codec.decode_event(b'{"kind":"gift","seq":9,"at_ms":5,"person":"not an object"}')
    assert isinstance(event, e.UnknownEvent)
    assert (event.seq, event.original_kind) == (9, "gift") and event.detail


def test_an_event_without_a_place_is_malformed() -> None:
    assert refusal(lambda: codec.decode_event(b'{"kind":"poll"}')) is ErrorCode.MALFORMED


def test_new_ids_are_valid_different_and_in_order_of_time() -> None:
    ids = [codec.new_id() for _ in range(2_000)]
    assert len(set(ids)) == 2_000
    assert [one[:12] for one in ids] == sorted(one[:12] for one in ids)
    for one in ids[:50]:
        assert isinstance(
            codec.decode_client_frame(codec.encode(f.Request(id=one, command=msgspec.Raw(b"{}")))), f.Request
        )


def test_codes_are_documented_and_unlike() -> None:
    for codes in (ErrorCode, CloseCode):
        assert all(code.__doc__ and code.__doc__.endswith(".") for code in codes)
    assert all(4000 <= code < 5000 for code in CloseCode)
    assert f.Fault.of(ErrorCode.OUT_OF_ORDER) == f.Fault(code=104, message="Identify comes first, and once.")


@pytest.mark.parametrize(
    ("code", "close"),
    [
        (ErrorCode.OUT_OF_ORDER, CloseCode.OUT_OF_ORDER),
        (ErrorCode.UNSUPPORTED_VERSION, CloseCode.UNSUPPORTED_VERSION),
        (ErrorCode.TOKEN_INVALID, CloseCode.TOKEN_INVALID),
        (ErrorCode.TOO_LARGE, CloseCode.MALFORMED),
    ],
)
def test_errors_close_with_a_matching_code(code: ErrorCode, close: CloseCode) -> None:
    assert codec.ProtocolError(code, "x").close_code is close
