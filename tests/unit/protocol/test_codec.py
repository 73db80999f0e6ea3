"""Messages there and back, lines as they were once written, and fields of a later version."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.room import Person
from studio.protocol import codec
from studio.protocol import commands as c
from studio.protocol import events as e
from studio.protocol import frames as f
from studio.protocol import media as m
from studio.protocol.codes import ErrorCode
from studio.protocol.reference_examples import example

RESULT_OF = {kind.result: kind for kind in c.COMMAND_TYPES}

#: Every entry: the classes, and how the receiving side reads them.
GROUPS: list[tuple[tuple[type[Any], ...], Callable[[Any, str], Any]]] = [
    (f.CLIENT_FRAME_TYPES, lambda kind, line: codec.decode_client_frame(line)),
    (f.SERVER_FRAME_TYPES, lambda kind, line: codec.decode_server_frame(line)),
    (c.COMMAND_TYPES, lambda kind, line: codec.decode_command(line.encode())),
    (tuple(RESULT_OF), lambda kind, line: codec.decode_result(RESULT_OF[kind], line.encode())),
    (e.EVENT_TYPES, lambda kind, line: codec.decode_event(line.encode())),
    ((m.Publish, m.Watch, m.Measure), lambda kind, line: codec.decode_media_opening(line)),
    ((m.MediaReady, m.MediaRefused, m.Measured), lambda kind, line: codec.decode_media_answer(line)),
]
MESSAGES = [pytest.param(kind, read, id=kind.__name__) for kinds, read in GROUPS for kind in kinds]


def plain(message: Any) -> Any:
    """For comparing: raw parts as what they hold."""
    return json.loads(codec.encode(message))


@pytest.mark.parametrize(("kind", "read"), MESSAGES)
def test_every_message_comes_back_as_it_was(kind: type[Any], read: Callable[[Any, str], Any]) -> None:
    message = example(kind)
    again = read(kind, codec.encode(message))
    assert type(again) is kind
    assert plain(again) == plain(message)


@pytest.mark.parametrize(("kind", "read"), MESSAGES)
def test_fields_of_a_later_version_are_survived(kind: type[Any], read: Callable[[Any, str], Any]) -> None:
    message = example(kind)
    extended = plain(message) | {"new_field": {"deep": [1, None, "x"]}, "another": -1.5}
    again = read(kind, json.dumps(extended))
    assert plain(again) == plain(message)


@pytest.mark.parametrize(("kind", "read"), MESSAGES)
def test_a_message_without_a_required_field_is_no_message(
    kind: type[Any], read: Callable[[Any, str], Any]
) -> None:
    described = msgspec.inspect.type_info(kind)
    assert isinstance(described, msgspec.inspect.StructType)
    for field in described.fields:
        if not field.required:
            continue
        broken = plain(example(kind))
        del broken[field.encode_name]
        if issubclass(kind, e.Event):
            assert isinstance(read(kind, json.dumps(broken)), e.UnknownEvent)
        else:
            with pytest.raises(codec.ProtocolError) as caught:
                read(kind, json.dumps(broken))
            assert caught.value.code is ErrorCode.MALFORMED


WIRE = Path(__file__).parents[2] / "data" / "wire"


def snapshot(name: str) -> list[Any]:
    lines = (WIRE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [pytest.param(line, id=f"{name}-{number}") for number, line in enumerate(lines, 1)]


@pytest.mark.parametrize(
    "line", [one for name in ("frames", "commands", "results", "events", "media") for one in snapshot(name)]
)
def test_wire_lines_of_this_version_are_read_and_written_as_ever(line: str) -> None:
    entry = json.loads(line)
    kind = next(param.values[0] for param in MESSAGES if param.id == entry["class"])
    read = next(param.values[1] for param in MESSAGES if param.id == entry["class"])
    assert codec.encode(example(kind)) == entry["wire"], "the wire changed: old peers would notice"
    assert plain(read(kind, entry["wire"])) == json.loads(entry["wire"])


def test_every_message_has_a_snapshot() -> None:
    names = {json.loads(param.values[0])["class"] for name in GROUP_FILES for param in snapshot(name)}
    assert names == {param.id for param in MESSAGES}


GROUP_FILES = ("frames", "commands", "results", "events", "media")


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
amounts = st.integers(0, 2**53 - 1)
people = st.builds(Person, id=texts, handle=texts, name=texts)


@given(st.builds(e.Commented, seq=amounts, at_ms=amounts, comment_id=texts, person=people, text=texts))
def test_any_comment_comes_back(event: e.Commented) -> None:
    assert codec.decode_event(codec.raw(event)) == event


@given(
    st.builds(
        e.GiftSent,
        seq=amounts,
        at_ms=amounts,
        transfer_id=texts,
        streak_id=texts,
        person=people,
        gift_id=amounts,
        gift_name=texts,
        coins_each=amounts,
        count=amounts,
        added=amounts,
        coins=amounts,
        diamonds=amounts,
        room_diamonds=amounts,
        ended=st.booleans(),
    )
)
def test_any_gift_comes_back(event: e.GiftSent) -> None:
    assert codec.decode_event(codec.raw(event)) == event


@given(st.from_regex(r"[A-Za-z0-9_.:-]{1,64}", fullmatch=True), texts)
def test_any_request_comes_back(request_id: str, text: str) -> None:
    comment = c.Comment(room_id="r", text=text)
    frame = codec.decode_client_frame(codec.encode(f.Request(id=request_id, command=codec.raw(comment))))
    assert (frame.id, codec.decode_command(frame.command)) == (request_id, comment)
