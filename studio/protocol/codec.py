"""Bytes to messages and back, with one kind of error for everything a stranger can send.

Any thread. Decoders are made once; unknown fields are ignored (that is how versions grow), unknown
event kinds become ``UnknownEvent``.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

import msgspec

from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.command import Command, Result
from studio.protocol.commands import AnyCommand
from studio.protocol.events import AnyEvent, Event, UnknownEvent
from studio.protocol.frames import ClientFrame, Frame, ServerFrame
from studio.protocol.media import MediaAnswer, MediaOpening

#: Largest text message a client may send, in bytes (a 20,000-character text in UTF-8 fits).
MAX_CLIENT_MESSAGE = 128 * 1024
#: Largest text message a server may send, in bytes.
MAX_SERVER_MESSAGE = 4 * 1024 * 1024

#: All a decoder raises for what a stranger sent: no JSON or the wrong shape, no UTF-8, lone surrogates, and
#: brackets nested deeper than the stack.
_UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)

_encoder = msgspec.json.Encoder()
_client_frames = msgspec.json.Decoder(ClientFrame)
_server_frames = msgspec.json.Decoder(ServerFrame)
_commands = msgspec.json.Decoder(AnyCommand)
_events = msgspec.json.Decoder(AnyEvent)
_media_openings = msgspec.json.Decoder(MediaOpening)
_media_answers = msgspec.json.Decoder(MediaAnswer)


class _AnyCommandTag(msgspec.Struct):
    do: str = ""


class _EventPlace(msgspec.Struct):
    seq: int
    kind: str = ""
    at_ms: int = 0


_command_tags = msgspec.json.Decoder(_AnyCommandTag)
_event_places = msgspec.json.Decoder(_EventPlace)
_KNOWN_COMMANDS = frozenset(str(kind.__struct_config__.tag) for kind in AnyCommand.__args__)


class ProtocolError(Exception):
    """The other side sent something that is not of the protocol."""

    def __init__(self, code: ErrorCode, detail: str) -> None:
        super().__init__(f"{int(code)} {code.name}: {detail}")
        self.code = code
        self.detail = detail

    @property
    def close_code(self) -> CloseCode:
        return {
            ErrorCode.OUT_OF_ORDER: CloseCode.OUT_OF_ORDER,
            ErrorCode.UNSUPPORTED_VERSION: CloseCode.UNSUPPORTED_VERSION,
            ErrorCode.TOKEN_INVALID: CloseCode.TOKEN_INVALID,
        }.get(self.code, CloseCode.MALFORMED)


def encode(message: msgspec.Struct) -> str:
    """A frame, event, command or result as JSON text."""
    return _encoder.encode(message).decode()


def raw(message: msgspec.Struct) -> msgspec.Raw:
    """A message as JSON bytes, to be placed in a frame: a command in a Request, events in Events."""
    return msgspec.Raw(_encoder.encode(message))


def decode_client_frame(data: str | bytes) -> Any:
    """Server side: Identify, Request or Ping. ``ProtocolError`` otherwise."""
    # A text counts as the bytes it takes on the wire; its length alone would let four times as much in.
    if len(data) > MAX_CLIENT_MESSAGE or _size(data) > MAX_CLIENT_MESSAGE:
        raise ProtocolError(ErrorCode.TOO_LARGE, f"at most {MAX_CLIENT_MESSAGE} bytes a message")
    return _decode(_client_frames, data)


def decode_server_frame(data: str | bytes) -> Any:
    """Client side: any server frame. ``ProtocolError`` otherwise."""
    return _decode(_server_frames, data)


def decode_media_opening(data: str | bytes) -> Any:
    """Server side: Publish or Watch; ``ProtocolError`` otherwise."""
    return _decode(_media_openings, data)


def decode_media_answer(data: str | bytes) -> Any:
    """Client side: MediaReady or MediaRefused; ``ProtocolError`` otherwise."""
    return _decode(_media_answers, data)


def decode_command(data: msgspec.Raw | bytes) -> Command:
    """The command of a Request; a command of a later version is told apart from a broken one."""
    try:
        return _commands.decode(data)  # type: ignore[no-any-return]
    except _UNREADABLE as error:
        try:
            name = _command_tags.decode(data).do
        except _UNREADABLE:
            name = ""
        if name and name not in _KNOWN_COMMANDS:
            raise ProtocolError(ErrorCode.UNKNOWN_COMMAND, f"no command {name[:40]!r} here") from error
        raise ProtocolError(ErrorCode.MALFORMED, str(error)) from error


def decode_event(data: msgspec.Raw | bytes) -> Event:
    """One event; what this version cannot read keeps its place as ``UnknownEvent``."""
    try:
        return _events.decode(data)  # type: ignore[no-any-return]
    except _UNREADABLE as error:
        try:
            place = _event_places.decode(data)
        except _UNREADABLE:
            raise ProtocolError(ErrorCode.MALFORMED, f"an event without a seq: {error}") from error
        return UnknownEvent(seq=place.seq, at_ms=place.at_ms, original_kind=place.kind, detail=str(error))


def decode_result(command: type[Command], data: msgspec.Raw | bytes) -> Result:
    """The result a command promises; ``ProtocolError`` when the server sent something else."""
    try:
        return msgspec.json.decode(data, type=command.result)
    except _UNREADABLE as error:
        raise ProtocolError(ErrorCode.MALFORMED, f"result of {command.__name__}: {error}") from error


def new_id() -> str:
    """A request id: time-ordered (so that rows lie together in an index), 128 bits, 32 hex characters."""
    return f"{time.time_ns() // 1_000_000:012x}{uuid.uuid4().hex[:20]}"


def _decode(decoder: msgspec.json.Decoder[Any], data: str | bytes) -> Frame | msgspec.Struct:
    try:
        return decoder.decode(data)  # type: ignore[no-any-return]
    except _UNREADABLE as error:
        raise ProtocolError(ErrorCode.MALFORMED, str(error)) from error


def _size(data: str | bytes) -> int:
    """Bytes on the wire; few texts are long enough for that to matter."""
    if isinstance(data, bytes) or len(data) * 4 <= MAX_CLIENT_MESSAGE:
        return len(data)
    return len(data.encode(errors="surrogatepass"))
