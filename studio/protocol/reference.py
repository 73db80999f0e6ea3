"""Writes REFERENCE.md from the message classes: ``python -m studio.protocol.reference``.

Any thread. A test compares the file with what this module would write. Imports only this package and
``studio.model``; examples are built from the types, so they are valid by construction.
"""

from __future__ import annotations

import inspect
import json
from enum import IntEnum
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect as types

from studio.model.gift import Gift
from studio.model.limits import Limits
from studio.model.moderation import ModEntry, Moderator
from studio.model.money import MAX_AMOUNT, CoinPack, Rates
from studio.model.payout import DerivationLine, Payout, Reversal
from studio.model.room import CommentAccess, Goal, Person, Pinned, Room, RoomTotals, Supporter
from studio.model.rules import Rule, Rules
from studio.protocol import EVENTS_PATH, PUBLISH_PATH, VERSIONS, WATCH_PATH, media
from studio.protocol.codec import MAX_CLIENT_MESSAGE, MAX_SERVER_MESSAGE, encode
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.command import Command, Done
from studio.protocol.commands import COMMAND_TYPES, Account
from studio.protocol.events import EVENT_TYPES
from studio.protocol.frames import (
    CLIENT_FRAME_TYPES,
    SERVER_FRAME_TYPES,
    BalanceChanged,
    Denied,
    GiftReversed,
    HostStarted,
    Moderated,
    Moderates,
    PayoutChanged,
    PictureReported,
    TurnedOut,
)
from studio.protocol.moderation import TriedComment
from studio.protocol.reference_examples import example

PATH = Path(__file__).with_name("REFERENCE.md")

_MEDIA_TYPES = (
    media.Publish,
    media.Watch,
    media.Measure,
    media.MediaReady,
    media.Measured,
    media.MediaRefused,
)
_VALUE_TYPES = (
    Person,
    Account,
    Room,
    RoomTotals,
    Goal,
    Pinned,
    CommentAccess,
    Supporter,
    Gift,
    CoinPack,
    Rates,
    Limits,
    HostStarted,
    BalanceChanged,
    PictureReported,
    Moderated,
    TurnedOut,
    Denied,
    Moderates,
    Moderator,
    ModEntry,
    Rules,
    Rule,
    TriedComment,
    PayoutChanged,
    GiftReversed,
    Payout,
    Reversal,
    DerivationLine,
)


def reference() -> str:
    """The whole page, as Markdown."""
    parts = [
        _introduction(),
        "## Frames\n",
        *(_message(kind, "client") for kind in CLIENT_FRAME_TYPES),
        *(_message(kind, "server") for kind in SERVER_FRAME_TYPES),
        _COMMANDS,
        *(_command(kind) for kind in COMMAND_TYPES),
        _EVENTS,
        *(_message(kind) for kind in EVENT_TYPES),
        "## Values\n\nObjects that stand inside messages.\n",
        *(_message(kind) for kind in _VALUE_TYPES),
        _picture(),
        *(_message(kind) for kind in _MEDIA_TYPES),
        _codes("Error codes", "`code` of a Response, Fault or MediaRefused.", ErrorCode),
        _codes("Close codes", "Why the server closed a WebSocket.", CloseCode),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def write() -> None:
    PATH.write_text(reference(), encoding="utf-8", newline="\n")


def _introduction() -> str:
    versions = ", ".join(map(str, VERSIONS))
    return f"""# The protocol of Host Studio

Written by `python -m studio.protocol.reference` from the message classes; do not edit.

Versions: {versions}. Three WebSockets on one origin, JSON text messages unless said otherwise:

| path | for |
| --- | --- |
| `{EVENTS_PATH}` | everything but the picture |
| `{PUBLISH_PATH}` | a host sends the picture |
| `{WATCH_PATH}` | a viewer gets the picture |

## A session

1. The server sends **Hello** with the versions it speaks.
2. The client sends **Identify** with one of them and, if it has one, a token. A token never stands in a URL.
3. The server sends **Identified**. Now the client sends **Request** and **Ping** at will; the server sends
   **Response**, **Pong**, **Events** and **Notice**, and **Fault** before it closes a connection.

A Request carries a command under an id the client made. Its Response has the same id. A command that changes
something is carried out once per account and id: cut off before the answer, send it again with the same id
and the stored answer comes.

Every event of a room has a `seq`: 1, 2, 3 … without a gap. A client drops what it has seen; when a number is
missing, and after every reconnect, it asks for `resume` after the last one it has. Answers to `resume` come
before the events they announce.

Rules for growing: readers ignore fields they do not know, skip kinds of events they do not know (but count
their `seq`), and answer commands they do not know with UNKNOWN_COMMAND. Fields with a default may be missing.

Limits: a client's message is at most {MAX_CLIENT_MESSAGE:,} bytes, a server's {MAX_SERVER_MESSAGE:,},
a picture's {media.MAX_MEDIA_MESSAGE:,}. No number exceeds {MAX_AMOUNT:,} (2^53 - 1), so every client can
hold it. Times are Unix milliseconds of the server's clock. Coins, diamonds and micro-dollars are whole.
"""


_COMMANDS = """## Commands

The `command` of a Request, told apart by `do`. *Once per id*: repeated with the same id it is not carried out
again, the stored answer comes instead.
"""

_EVENTS = """## Events

The `events` of an Events frame, told apart by `kind`. All have `seq` and `at_ms`.
"""


def _picture() -> str:
    kinds = ", ".join(f"{kind.value} {kind.name}" for kind in media.MediaKind)
    return f"""## The picture

{_prose(media)}

| bytes | field | meaning |
| --- | --- | --- |
| 0 | version | 1 |
| 1 | kind | {kinds} |
| 2-3 | reserved | 0 |
| 4-11 | pts_us | signed; media time of the first frame, microseconds |
| 12-19 | captured_ms | signed; server's clock when that frame was captured, Unix milliseconds |
| {media.HEADER_SIZE}- | payload | fragmented MP4: ftyp+moov for INIT, else moof+mdat |

Numbers are big endian. A KEYFRAME can be decoded without what came before it.
"""


def _command(kind: type[Command]) -> str:
    name = kind.result.__name__
    facts = f"Result: {name}. {'Once per id.' if kind.mutates else 'Changes nothing that must not repeat.'}"
    text = _message(kind) + f"\n{facts}\n"
    if kind.result is not Done and kind is next(one for one in COMMAND_TYPES if one.result is kind.result):
        text += f"\n**{name}.** {_prose(kind.result)}\n\n{_fields(kind.result)}\n{_example(kind.result)}"
    return text


def _message(kind: type[msgspec.Struct], sender: str = "") -> str:
    tag = kind.__struct_config__.tag
    title = f"### {kind.__name__}" + (f" `{tag}`" if tag else "") + (f" ({sender})" if sender else "")
    prose = _prose(kind).removeprefix("Server: ").removeprefix("Client: ")
    return f"{title}\n\n{prose[:1].upper() + prose[1:]}\n\n{_fields(kind)}\n{_example(kind)}"


def _example(kind: type[msgspec.Struct]) -> str:
    pretty = msgspec.json.format(encode(example(kind)), indent=2)
    return f"```json\n{pretty}\n```\n"


def _fields(kind: type[msgspec.Struct]) -> str:
    described = types.type_info(kind)
    assert isinstance(described, types.StructType)
    if not described.fields:
        return ""
    rows = [f"| `{one.encode_name}` | {_type_name(one.type)} | {_default(one)} |" for one in described.fields]
    return "\n".join(["| field | type | default |", "| --- | --- | --- |", *rows, ""])


def _default(field: types.Field) -> str:
    if field.required:
        return "required"
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    plain = msgspec.json.decode(msgspec.json.encode(value))
    return "its defaults" if isinstance(plain, dict) else f"`{json.dumps(plain)}`"


def _type_name(kind: types.Type) -> str:
    match kind:
        case types.StrType():
            return "text" + _bounds(kind.min_length, kind.max_length, " characters", kind.pattern)
        case types.IntType():
            return "integer" + _bounds(kind.ge, kind.le, "", None)
        case types.FloatType():
            return "number"
        case types.BoolType():
            return "boolean"
        case types.EnumType():
            return " or ".join(f"`{one.value}`" for one in kind.cls)
        case types.NoneType():
            return "null"
        case types.RawType():
            return "object"
        case types.StructType():
            return f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})"
        case types.VarTupleType():
            return f"list of {_type_name(kind.item_type)}"
        case types.UnionType():
            return " or ".join(_type_name(one) for one in kind.types)
        case types.DictType():
            return f"object of {_type_name(kind.value_type)}"
        case _:
            raise TypeError(f"the reference has no words for {kind}")


def _bounds(low: int | None, high: int | None, unit: str, pattern: str | None) -> str:
    words = ""
    if low is not None and high is not None:
        words = f", {low:,} to {high:,}{unit}"
    elif high is not None:
        words = f", at most {high:,}{unit}"
    elif low is not None:
        words = f", at least {low:,}{unit}"
    return words + (f", `{pattern}`".replace("|", "\\|") if pattern else "")


def _codes(title: str, intro: str, codes: type[IntEnum]) -> str:
    rows = [f"| {int(code)} | {code.name} | {code.__doc__} |" for code in codes]
    final = [code.name for code in codes if isinstance(code, CloseCode) and code.final]
    after = f"\nConnecting again the same way cannot help after {', '.join(final)}.\n" if final else ""
    return "\n".join(
        [f"## {title}\n", intro, "", "| code | name | meaning |", "| --- | --- | --- |", *rows, after]
    )


def _prose(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").replace("``", "`")


if __name__ == "__main__":
    write()
