"""A small server that speaks the protocol at the seam: enough of one to test an audience against.

Not the reference backend: no storage, no limits but those a test sets. It keeps the promises a client
relies on: one sequence without gaps, Resume, one outcome per request id.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from studio.model.gift import Gift
from studio.model.limits import LIMITS
from studio.model.money import COIN_PACKS, Rates
from studio.model.room import Person, Room, RoomTotals
from studio.protocol import EVENTS_PATH
from studio.protocol import commands as c
from studio.protocol import events as e
from studio.protocol.codec import decode_client_frame, decode_command, encode, raw
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command, Done, Result
from studio.protocol.frames import Events, Hello, Identified, Identify, Ping, Pong, Request, Response
from studio.protocol.media import MediaKind, MediaMessage, MediaReady, pack_media

ROOM = "room-1"
HOST = Person(id="p-host", handle="host")
GIFTS = (
    Gift(id=1, name="Rose", coins=1, streakable=True),
    Gift(id=2, name="Lion", coins=29_999, tier=5),
    Gift(id=3, name="Rose", coins=2),
)
TICK_S = 0.01


class SmallServer:
    """One room. ``refuse(handle, command)`` may give an error code; ``before_answer`` may cut connections."""

    def __init__(self) -> None:
        self.url = ""
        self.events: list[bytes] = []
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.accounts: dict[str, str] = {}
        self.coins: dict[str, int] = {}
        self.outcomes: dict[tuple[str, str], bytes] = {}
        self.gifts = 0
        self.diamonds = 0
        self.reports: list[c.ReportPicture] = []
        self.seen_ids: list[str] = []
        self.refuse: Callable[[str, Command], ErrorCode | None] = lambda handle, command: None
        self.before_answer: Callable[[ServerConnection, Command], bool] = lambda socket, command: True
        self.inside: dict[ServerConnection, int] = {}
        self.media: list[MediaMessage] = []
        self.told_time = asyncio.Event()
        self.pings = 0
        self.reported = asyncio.Event()

    def add(self, event: e.Event) -> int:
        seq = len(self.events) + 1
        self.events.append(encode(msgspec.structs.replace(event, seq=seq, at_ms=1)).encode())
        self.kinds.append(str(event.__struct_config__.tag))
        return seq

    async def handle(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        try:
            await (self._events(socket) if socket.request.path == EVENTS_PATH else self._watch(socket))
        except ConnectionClosed:
            pass
        finally:
            self.inside.pop(socket, None)

    async def _events(self, socket: ServerConnection) -> None:
        await socket.send(encode(Hello(server="small", versions=(1,))))
        identify = decode_client_frame(await socket.recv())
        assert isinstance(identify, Identify)
        handle = identify.token.removeprefix("token of ")
        identified = Identified(
            version=1, server_time_ms=0, rates=Rates(diamonds_per_coin=2), limits=LIMITS, topics=()
        )
        await socket.send(encode(identified))
        while True:
            frame = decode_client_frame(await socket.recv())
            if isinstance(frame, Ping):
                await socket.send(encode(Pong(sent_ms=frame.sent_ms, server_time_ms=clock_ms())))
                self.pings += 1
                if self.pings == 3:  # by then the client has read an answer
                    self.told_time.set()
                continue
            assert isinstance(frame, Request)
            handle = await self._request(socket, frame, handle)

    async def _request(self, socket: ServerConnection, frame: Request, handle: str) -> str:
        command = decode_command(frame.command)
        self.seen_ids.append(frame.id)
        if isinstance(command, c.SignUp | c.SignIn):
            handle = command.handle
        key = (handle, frame.id)
        answer = self.outcomes.get(key)
        if answer is None:
            code = self.refuse(handle, command) or self._ground(socket, handle, command)
            if code:
                answer = encode(Response(id=frame.id, ok=False, code=code, retry_after_ms=10)).encode()
            else:
                result = self._carry_out(socket, handle, command)
                answer = encode(Response(id=frame.id, ok=True, result=raw(result))).encode()
                if command.mutates:
                    self.outcomes[key] = answer
        if self.before_answer(socket, command):
            await socket.send(answer.decode())
        return handle

    def _ground(self, socket: ServerConnection, handle: str, command: Command) -> ErrorCode | None:
        if isinstance(command, c.SignUp) and handle in self.accounts:
            return ErrorCode.HANDLE_TAKEN
        if isinstance(command, c.SignIn) and self.accounts.get(handle) != command.password:
            return ErrorCode.WRONG_PASSWORD
        if isinstance(command, c.SendGift):
            price = next(gift.coins for gift in GIFTS if gift.id == command.gift_id)
            if self.coins[handle] < price:
                return ErrorCode.NOT_ENOUGH_COINS
        enters = isinstance(command, c.EnterRoom | c.Resume)
        if hasattr(command, "room_id") and socket not in self.inside and not enters:
            return ErrorCode.NOT_IN_ROOM
        return None

    def _carry_out(self, socket: ServerConnection, handle: str, command: Command) -> Result:  # noqa: C901
        person = Person(id=f"p-{handle}", handle=handle)
        room = Room(room_id=ROOM, host=HOST, title="t", topic="", started_ms=1)
        match command:
            case c.SignUp() | c.SignIn():
                self.accounts[handle] = command.password
                self.coins.setdefault(handle, 0)
                account = c.Account(person=person, role="viewer", coins=self.coins[handle])
                return c.SignedIn(account=account, token=f"token of {handle}", expires_ms=1)
            case c.EnterRoom():
                seq = len(self.events)
                self.inside[socket] = seq
                self.add(e.Joined(person=person))
                return c.Entered(room=room, seq=seq)
            case c.Resume():
                self.inside[socket] = command.after_seq
                return c.Resumed(room=room, after_seq=command.after_seq, seq=len(self.events))
            case c.GetCatalogue():
                return c.Catalogue(gifts=GIFTS, packs=COIN_PACKS, test_money=True)
            case c.BuyCoins():
                pack = next(pack for pack in COIN_PACKS if pack.pack_id == command.pack_id)
                self.coins[handle] += pack.coins
                return c.Bought(transfer_id="x", coins=self.coins[handle])
            case c.SendGift():
                return self._gift(person, command)
            case c.Comment():
                self.texts.append(command.text)
                seq = self.add(e.Commented(comment_id="c", person=person, text=command.text))
                return c.Posted(item_id="c", seq=seq)
            case c.AskQuestion():
                seq = self.add(e.QuestionAsked(question_id="q", person=person, text=command.text))
                return c.Posted(item_id="q", seq=seq)
            case c.Like():
                self.add(e.Liked(person=person, count=command.count, total=0))
            case c.Follow():
                self.add(e.Followed(person=person, followers=1))
            case c.Share():
                self.add(e.Shared(person=person))
            case c.ReportPicture():
                self.report(command)
            case other:
                raise AssertionError(f"an audience does not send {other}")
        return Done()

    def _gift(self, person: Person, command: c.SendGift) -> c.GiftAccepted:
        gift = next(gift for gift in GIFTS if gift.id == command.gift_id)
        self.coins[person.handle] -= gift.coins
        self.gifts += 1
        self.diamonds += 2 * gift.coins
        seq = self.add(
            e.GiftSent(
                transfer_id="t",
                streak_id="s",
                person=person,
                gift_id=gift.id,
                gift_name=gift.name,
                coins_each=gift.coins,
                count=1,
                added=1,
                coins=gift.coins,
                diamonds=2 * gift.coins,
                room_diamonds=self.diamonds,
            )
        )
        return c.GiftAccepted(
            transfer_id="t", streak_id="s", count=1, coins=self.coins[person.handle], seq=seq
        )

    def close_room(self) -> None:
        self.add(e.RoomClosed(totals=RoomTotals()))

    async def _watch(self, socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(encode(MediaReady(mime="video/mp4", width=2, height=2)))
        waits = [asyncio.ensure_future(waiting) for waiting in (self.told_time.wait(), socket.wait_closed())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
        for message in self.media:
            await socket.send(pack_media(msgspec.structs.replace(message, captured_ms=int(clock_ms()) - 250)))
        await socket.wait_closed()

    def report(self, report: c.ReportPicture) -> None:
        self.reports.append(report)
        self.reported.set()

    async def broadcast(self) -> None:
        """One frame a tick to everyone inside, from where each of them is."""
        while True:
            await asyncio.sleep(TICK_S)
            for socket, seen in list(self.inside.items()):
                if seen < len(self.events):
                    fresh = tuple(msgspec.Raw(event) for event in self.events[seen:])
                    self.inside[socket] = len(self.events)
                    try:
                        await socket.send(encode(Events(room_id=ROOM, events=fresh, sent_ms=1)))
                    except ConnectionClosed:
                        self.inside.pop(socket, None)


def clock_ms() -> float:
    """A server's clock that has nothing to do with the clients'."""
    return time.monotonic() * 1000 + 3_600_000


def picture(frames: int = 40) -> list[MediaMessage]:
    """A stream a decoder could play; the server says each frame was captured 250 ms before it is sent."""
    messages = [MediaMessage(MediaKind.INIT, 0, 0, b"moov")]
    for number in range(frames):
        kind = MediaKind.DELTA if number % 10 else MediaKind.KEYFRAME
        messages.append(MediaMessage(kind, number * 33_333, 1, b"moof"))
    return messages


@asynccontextmanager
async def small_server() -> AsyncIterator[SmallServer]:
    server: Any = SmallServer()
    async with serve(server.handle, "127.0.0.1", 0, compression=None, close_timeout=0.2) as listener:
        server.url = f"ws://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        ticker = asyncio.ensure_future(server.broadcast())
        try:
            yield server
        finally:
            ticker.cancel()
            await asyncio.gather(ticker, return_exceptions=True)
