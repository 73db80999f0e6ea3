"""The state machine of one events connection: Hello, Identify in time, then requests.

Event-loop thread, one task a connection. Reading stops while ``commands_under_way`` commands wait for the
writer, so a client cannot queue more than that; commands of one connection are carried out in the order
they came.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from websockets.exceptions import ConnectionClosed

from studio.backend.accounts import Accounts, hash_token
from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Asks, Plan, Plans, signed_in, too_fast
from studio.backend.hub import Hub
from studio.backend.limits import AbuseMeter, Buckets, Clock, TokenBucket
from studio.backend.settings import BackendSettings
from studio.backend.storage.reader import Reader
from studio.backend.storage.writer import Reply, RequestKey, Writer
from studio.model.room import Room
from studio.protocol import VERSIONS
from studio.protocol.codec import ProtocolError, decode_client_frame, decode_command
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.command import Command
from studio.protocol.frames import Fault, Hello, Identified, Identify, Ping, Pong, Request, Response

log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode
_FINGERPRINT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Desk:
    """What every session works with: the topics' handlers and the parts they need."""

    settings: BackendSettings
    server_name: str
    topics: tuple[str, ...]
    hub: Hub
    writer: Writer
    reader: Reader
    accounts: Accounts
    asks: Asks
    plans: Plans
    account_pace: Buckets
    clock: Clock


class Session:
    """`run` returns when the connection is over. Faults are told with their code before a close."""

    def __init__(self, client: Client, desk: Desk) -> None:
        self._client = client
        self._desk = desk
        self._counters = desk.hub.counters
        self._pace = TokenBucket(desk.settings.rate_limits.commands_per_connection, desk.clock())
        self._abuse = AbuseMeter(desk.settings.rate_limits)
        self._under_way = 0
        self._room_to_read = asyncio.Event()

    async def run(self) -> None:
        client = self._client
        client.send(Hello(server=self._desk.server_name, versions=VERSIONS))
        try:
            if await self._identify():
                self._desk.hub.add(client)
                self._desk.hub.become(client, client.account, client.token_hash)
                await self._serve()
        except ConnectionClosed:
            log.debug("client %d went away", client.number)
        except ProtocolError as error:
            self._fault(error)
        finally:
            self._desk.hub.remove(client)
            if client.closing is not None:
                await client.closing

    def _fault(self, error: ProtocolError) -> None:
        """Says what was wrong, then closes with the matching code."""
        self._counters.protocol_errors += 1
        self._client.send(Fault(code=int(error.code), message=f"{error.code.__doc__} {error.detail}"))
        self._client.close(error.close_code)

    async def _identify(self) -> bool:
        client, desk = self._client, self._desk
        try:
            async with asyncio.timeout(desk.settings.sockets.identify_timeout_s):
                frame = self._decode(await client.socket.recv())
        except TimeoutError:
            client.send(Fault.of(ErrorCode.OUT_OF_ORDER, "Identify did not come in time."))
            client.close(CloseCode.IDENTIFY_TIMEOUT)
            return False
        if not isinstance(frame, Identify):
            raise ProtocolError(ErrorCode.OUT_OF_ORDER, "")
        if frame.version not in VERSIONS:
            raise ProtocolError(ErrorCode.UNSUPPORTED_VERSION, f"This server speaks {list(VERSIONS)}.")
        if frame.token:
            token_hash = hash_token(frame.token)
            now_ms = time.time_ns() // 1_000_000
            client.account = await desk.reader.account_by_token(token_hash, now_ms)
            if client.account is None:
                raise ProtocolError(ErrorCode.TOKEN_INVALID, "")
            client.token_hash = token_hash
        account = await desk.accounts.describe(client.account) if client.account else None
        settings = desk.settings
        client.send(
            Identified(
                version=frame.version,
                server_time_ms=time.time_ns() // 1_000_000,
                rates=desk.hub.rates,
                limits=settings.limits,
                topics=desk.topics,
                account=account,
                live_room=self._live_room(),
                test_money=settings.test_money,
            )
        )
        return True

    def _live_room(self) -> Room | None:
        account = self._client.account
        for view in self._desk.hub.rooms.values():
            if account is not None and view.host_id == account.id and view.snapshot.room.live:
                return view.room()
        return None

    @staticmethod
    def _decode(message: str | bytes) -> object:
        if isinstance(message, bytes):
            raise ProtocolError(ErrorCode.MALFORMED, "this connection speaks JSON text")
        return decode_client_frame(message)

    async def _serve(self) -> None:
        limit = self._desk.settings.sockets.commands_under_way
        async for message in self._client.socket:
            frame = self._decode(message)
            if isinstance(frame, Ping):
                now_ms = time.time_ns() / 1_000_000
                self._client.send(Pong(sent_ms=frame.sent_ms, server_time_ms=now_ms))
            elif isinstance(frame, Request):
                await self._request(frame)
            else:
                raise ProtocolError(ErrorCode.OUT_OF_ORDER, "")
            while self._under_way >= limit:
                self._room_to_read.clear()
                await self._room_to_read.wait()
            if self._client.closing is not None:
                return

    async def _request(self, request: Request) -> None:
        self._counters.commands += 1
        try:
            self._check_pace()
            command = decode_command(request.command)
            plan = self._desk.plans.get(type(command))
            if plan is not None:
                self._submit(request.id, command, plan(self._client, command, request.id))
                return
            answer = await self._desk.asks[type(command)](self._client, command)
        except Rejected as refusal:
            self._refuse(request.id, refusal)
        except ProtocolError as error:
            self._refuse(request.id, Rejected(error.code, f"{error.code.__doc__} {error.detail}"))
        except SQLAlchemyError:
            log.exception("a command could not read the database")
            self._refuse(request.id, Rejected(ErrorCode.STORAGE_FAULT))
        else:
            self._client.send(Response(id=request.id, ok=True, result=msgspec.Raw(_encode(answer.result))))
            if answer.then is not None:
                answer.then()

    def _check_pace(self) -> None:
        desk, client = self._desk, self._client
        wait = self._pace.take(desk.clock())
        if not wait and client.account is not None:
            wait = desk.account_pace.take(client.account.id)
        if wait:
            raise too_fast(wait)

    def _submit(self, request_id: str, command: Command, plan: Plan) -> None:
        account = signed_in(self._client)
        fingerprint = hashlib.blake2b(_encode(command), digest_size=_FINGERPRINT_BYTES).digest()
        future = self._desk.writer.submit(plan.work, RequestKey(account.id, request_id, fingerprint))
        self._under_way += 1

        def done(finished: asyncio.Future[Reply]) -> None:
            self._under_way -= 1
            self._room_to_read.set()
            self._finish(request_id, finished, plan.then)

        future.add_done_callback(done)

    def _finish(
        self, request_id: str, finished: asyncio.Future[Reply], then: Callable[[bytes], None] | None
    ) -> None:
        error = finished.exception()
        if isinstance(error, Rejected):
            self._refuse(request_id, error)
        elif error is not None:
            log.error("a command failed", exc_info=error)
            self._refuse(request_id, Rejected(ErrorCode.SERVER_FAULT))
        else:
            data = finished.result().data
            self._client.send(Response(id=request_id, ok=True, result=msgspec.Raw(data)))
            if then is not None:
                then(data)

    def _refuse(self, request_id: str, refusal: Rejected) -> None:
        self._counters.commands_rejected += 1
        self._client.send(
            Response(
                id=request_id,
                ok=False,
                code=int(refusal.code),
                message=refusal.message,
                retry_after_ms=refusal.retry_after_ms,
            )
        )
        if refusal.code is ErrorCode.TOO_FAST:
            self._counters.commands_too_fast += 1
            if self._abuse.strike(self._desk.clock()):
                self._counters.clients_cut_fast += 1
                self._client.close(CloseCode.TOO_FAST)
