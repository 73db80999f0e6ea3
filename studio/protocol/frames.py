"""The frames of the events WebSocket: one JSON object each, told apart by ``frame``.

Order: the server says Hello, the client answers Identify, the server Identified. Then the client
sends Request and Ping at will; the server sends Response, Pong, Events and Notice, and Fault
before it closes.
"""

from __future__ import annotations

from typing import Any

import msgspec

from studio.model.limits import Limits
from studio.model.moderation import ModEntry, Permission
from studio.model.money import Rates
from studio.model.payout import Payout, Reversal
from studio.model.room import Person, Room
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Id
from studio.protocol.commands import Account


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="frame"):
    """Base of all frames."""


class Hello(Frame, frozen=True, kw_only=True, tag="hello"):
    """Server: first frame. ``versions``: what it speaks."""

    server: str
    versions: tuple[int, ...]


class Identify(Frame, frozen=True, kw_only=True, tag="identify"):
    """Client: picks a version; with a token it is signed in at once. The token never stands in a URL."""

    version: int
    client: str = ""
    token: str = ""


class Identified(Frame, frozen=True, kw_only=True, tag="identified"):
    """Server: the session is open. ``account``: null without a token; ``live_room``: the host's open LIVE."""

    version: int
    server_time_ms: int
    rates: Rates
    limits: Limits
    topics: tuple[str, ...]
    account: Account | None = None
    live_room: Room | None = None
    test_money: bool = True


class Request(Frame, frozen=True, kw_only=True, tag="request"):
    """Client: a command with an id of the client's making, unique for its account."""

    id: Id
    command: msgspec.Raw


class Response(Frame, frozen=True, kw_only=True, tag="response"):
    """Server: the outcome of the request of that id. ``result`` is the command's result when ``ok``."""

    id: str
    ok: bool
    code: int = 0
    message: str = ""
    retry_after_ms: int = 0
    result: msgspec.Raw = msgspec.Raw(b"null")


class Events(Frame, frozen=True, kw_only=True, tag="events"):
    """Server: what happened in a room since the last tick, in order of ``seq``."""

    room_id: str
    events: tuple[msgspec.Raw, ...]
    sent_ms: int = 0


class Ping(Frame, frozen=True, kw_only=True, tag="ping"):
    """Client: asks for the server's time. ``sent_ms`` is echoed."""

    sent_ms: float


class Pong(Frame, frozen=True, kw_only=True, tag="pong"):
    """Server: answers a Ping; with it a client learns the round trip and the offset of the clocks."""

    sent_ms: float
    server_time_ms: float


class Fault(Frame, frozen=True, kw_only=True, tag="fault"):
    """Server: something is wrong with what the client sent; a closing connection says why here first."""

    code: int
    message: str

    @classmethod
    def of(cls, code: ErrorCode, message: str = "") -> Fault:
        return cls(code=int(code), message=message or str(code.__doc__))


class Notice(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="notice"):
    """Server: news for this account alone, outside any room's sequence. Exactly one field is set."""

    host_started: HostStarted | None = None
    balance: BalanceChanged | None = None
    picture: PictureReported | None = None
    moderated: Moderated | None = None
    turned_out: TurnedOut | None = None
    moderates: Moderates | None = None
    denied: Denied | None = None
    payout: PayoutChanged | None = None
    gift_reversed: GiftReversed | None = None


class HostStarted(msgspec.Struct, frozen=True, kw_only=True):
    """A host this account follows is live."""

    room_id: str
    host: Person
    title: str


class BalanceChanged(msgspec.Struct, frozen=True, kw_only=True):
    """This account's balances as the ledger has them; see `Balance`."""

    coins: int
    diamonds: int
    micro_dollars: int
    pending: int = 0
    available: int = 0
    reserved: int = 0


class PayoutChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Host: a payout of this account is asked for, sent, paid or returned."""

    payout: Payout


class GiftReversed(msgspec.Struct, frozen=True, kw_only=True):
    """Host: diamonds of a gift were taken back; `GetReversals` has all of them."""

    reversal: Reversal


class TurnedOut(msgspec.Struct, frozen=True, kw_only=True):
    """This account is not in that room any more: its host has blocked it."""

    room_id: str


class Moderates(msgspec.Struct, frozen=True, kw_only=True):
    """What this account may do in a room now: told on entering, and when it changes."""

    room_id: str
    permissions: tuple[Permission, ...]


class Denied(msgspec.Struct, frozen=True, kw_only=True):
    """What this account posted, and was held as ``item_id``, is not let into the room."""

    room_id: str
    item_id: str


class Moderated(msgspec.Struct, frozen=True, kw_only=True):
    """Host: an entry of the moderation log is new. Who may decide is told of what waits, and its fate."""

    entry: ModEntry


class PictureReported(msgspec.Struct, frozen=True, kw_only=True):
    """Host: the median delay of the picture at the viewers that reported in the last 10 s. ``dropped``: the
    frames they did not show, added up from the newest report of each.
    """

    room_id: str
    latency_ms: int
    viewers: int
    dropped: int = 0


ClientFrame: Any = Identify | Request | Ping
ServerFrame: Any = Hello | Identified | Response | Events | Pong | Fault | Notice

CLIENT_FRAME_TYPES: tuple[type[Frame], ...] = (Identify, Request, Ping)
SERVER_FRAME_TYPES: tuple[type[Frame], ...] = (Hello, Identified, Response, Events, Pong, Notice, Fault)
