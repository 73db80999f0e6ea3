"""The backend as one object: opens the data, binds the port, starts and stops the parts in order.

Event-loop thread. One port for WebSockets and plain GETs. Compression is off: the frames that cost most go
to every viewer, and deflate would be paid once for each of them.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from studio.backend import metrics
from studio.backend.accounts import Accounts
from studio.backend.activities.boxes import Boxes
from studio.backend.activities.countdowns import Countdowns
from studio.backend.activities.fan_club import FanClub
from studio.backend.activities.giveaways import Giveaways
from studio.backend.activities.polls import Polls
from studio.backend.aims import Aims
from studio.backend.client import Client
from studio.backend.counters import Counters
from studio.backend.errors import BackendError
from studio.backend.gifts import Gifts
from studio.backend.goals import Goals
from studio.backend.health import Health
from studio.backend.hub import Hub
from studio.backend.limits import Buckets
from studio.backend.media_sockets import MediaSockets
from studio.backend.moderation.actions import Actions
from studio.backend.moderation.blocking import Blocking
from studio.backend.moderation.decisions import Decisions
from studio.backend.moderation.moderators import Moderators
from studio.backend.moderation.rules import RuleDesk
from studio.backend.money.desk import MoneyDesk
from studio.backend.money.opening import MoneyParts
from studio.backend.money.shop import Shop
from studio.backend.money.signing import load_signer
from studio.backend.money.statement import StatementDesk
from studio.backend.pages import reply, same_origin
from studio.backend.questions import Questions
from studio.backend.recovery import recover
from studio.backend.relay import Relay
from studio.backend.rooms import Rooms
from studio.backend.search import Search
from studio.backend.session import Desk, Session
from studio.backend.settings import BackendSettings
from studio.backend.startup import (
    Shipped,
    check_money,
    load_resources,
    server_name,
    tls_context,
    why_not_listening,
)
from studio.backend.storage.database import DataFolder, migrate, open_engine
from studio.backend.storage.reader import Reader
from studio.backend.storage.tx import Committed
from studio.backend.storage.writer import Writer
from studio.backend.talk import Talk
from studio.model.limits import TOPICS
from studio.protocol import EVENTS_PATH, PUBLISH_PATH, WATCH_PATH
from studio.protocol.codec import MAX_CLIENT_MESSAGE
from studio.protocol.codes import CloseCode
from studio.protocol.media import HEADER_SIZE, MAX_MEDIA_MESSAGE

log = logging.getLogger(__name__)

#: Text beyond the protocol's limit is still read up to this, to be refused with its code.
_MAX_TEXT_READ = 8 * MAX_CLIENT_MESSAGE


class Backend:
    """`start` (raises `BackendError`), then ``url`` and ``web_url``, then `stop`; once."""

    def __init__(self, settings: BackendSettings) -> None:
        self.settings = settings
        self.counters = Counters()
        self._server: Server | None = None
        self._stopping = False
        self._parts = AsyncExitStack()  # what was opened, to be closed in the opposite order

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """``ws://host:port`` (``wss`` with TLS): append the protocol's paths."""
        return f"{'wss' if self.settings.tls_cert else 'ws'}://{self._address()}"

    @property
    def web_url(self) -> str:
        """Where the viewer page is."""
        return f"{'https' if self.settings.tls_cert else 'http'}://{self._address()}/"

    def _address(self) -> str:
        host = self.settings.host
        host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    # --- start and stop

    async def start(self) -> None:
        settings = self.settings
        check_money(settings)
        tls = tls_context(settings)
        shipped = load_resources(settings)
        self._pages = shipped.pages
        loop = asyncio.get_running_loop()
        try:
            folder = await loop.run_in_executor(None, DataFolder, settings.data_dir)
            self._parts.callback(folder.release)
            await self._open(shipped)
            self._server = await self._listen(tls)
        except BaseException:
            await self._parts.aclose()
            raise
        log.info("the backend listens on %s", self.url)

    async def _open(self, shipped: Shipped) -> None:
        settings = self.settings
        loop = asyncio.get_running_loop()
        self._engine = open_engine(settings.data_dir, settings.database_url)
        self._reading = open_engine(settings.data_dir, settings.database_url, read_only=True)
        self._parts.callback(self._engine.dispose)
        self._parts.callback(self._reading.dispose)
        await loop.run_in_executor(None, migrate, self._engine)
        self._reader = Reader(self._reading)
        self._parts.callback(self._reader.close)
        self.hub = Hub(settings, self.counters, self._reader)
        self.writer = Writer(
            self._engine,
            settings.rates,
            self._deliver,
            queue=settings.writer_queue,
            batch=settings.writer_batch,
            lists=shipped.lists,
        )
        self.writer.start()
        self._parts.push_async_callback(self.writer.stop)
        self._health = Health(self.writer)
        self.hub.writer = self.writer
        self.relay = Relay(settings.sockets, self.counters)
        self.hub.on_room_closed = self.relay.close_room
        self._media = MediaSockets(self.hub, self.relay)
        self.money = MoneyParts(settings, self.writer, self._reader, self.counters)
        self._parts.push_async_callback(self.money.close)
        await self.money.start()
        signer = await loop.run_in_executor(None, load_signer, settings.data_dir)
        self._statements = StatementDesk(self._reader, signer, lambda: time.time() * 1_000)
        self._desk = self._make_desk(shipped)
        await recover(self.hub, self.writer, self._reader)

    def _deliver(self, committed: Committed) -> None:
        self.hub.deliver(committed)
        self.money.books.committed(committed)

    def _make_desk(self, shipped: Shipped) -> Desk:
        settings, hub = self.settings, self.hub
        clock = time.monotonic
        accounts = Accounts(settings, hub, self.writer, self._reader, clock)
        self._parts.callback(accounts.close)
        aims = Aims(settings.limits, shipped.catalogue)
        rooms, gifts = Rooms(settings, hub, self._reader, aims), Gifts(settings, shipped.catalogue)
        talk, shop, actions = Talk(settings, clock), Shop(settings), Actions()
        giveaways, fan_club = Giveaways(settings, hub, self._reader), FanClub(hub, self._reader)
        money = MoneyDesk(settings, hub, self._reader, self.money.books.poke)
        questions, rules = Questions(settings, clock), RuleDesk(self._reader, shipped.lists)
        return Desk(
            settings=settings,
            server_name=server_name(),
            topics=TOPICS,
            hub=hub,
            writer=self.writer,
            reader=self._reader,
            accounts=accounts,
            asks={
                **accounts.asks(),
                **rooms.asks(),
                **gifts.asks(),
                **rules.asks(),
                **Search(self._reader).asks(),
                **giveaways.asks(),
                **fan_club.asks(),
                **money.asks(),
                **self._statements.asks(),
            },
            plans={
                **rooms.plans(),
                **Goals(aims).plans(),
                **talk.plans(),
                **questions.plans(),
                **gifts.plans(),
                **shop.plans(),
                **actions.plans(),
                **rules.plans(),
                **Blocking().plans(),
                **Moderators().plans(),
                **Decisions().plans(),
                **Polls(settings, shipped.catalogue, hub, clock).plans(),
                **Countdowns(settings).plans(),
                **giveaways.plans(),
                **Boxes(settings, hub).plans(),
                **fan_club.plans(),
                **money.plans(),
            },
            account_pace=Buckets(settings.rate_limits.commands_per_account, clock),
            clock=clock,
        )

    async def _listen(self, tls: ssl.SSLContext | None) -> Server:
        settings = self.settings
        try:
            return await serve(
                self._handle,
                settings.host,
                settings.port,
                ssl=tls,
                process_request=self._before_handshake,
                compression=None,
                server_header=None,
                max_size=_MAX_TEXT_READ,
                close_timeout=settings.sockets.close_timeout_s,
                logger=logging.getLogger("studio.backend.websockets"),
            )
        except OSError as error:
            raise BackendError(why_not_listening(settings, error)) from error

    async def stop(self) -> None:
        """Accepted work is committed and told, then every client is closed with SHUTTING_DOWN."""
        server = self._server
        assert server is not None
        self._stopping = True  # newcomers are turned away from here on
        await self.money.close()
        await self.writer.stop()
        self.hub.close()
        for client in list(self.hub.clients):
            client.close(CloseCode.SHUTTING_DOWN)
        await self.relay.close()
        closing = [client.closing for client in self.hub.clients if client.closing is not None]
        if closing:
            await asyncio.wait(closing)
        server.close(code=int(CloseCode.SHUTTING_DOWN))
        await server.wait_closed()
        await self._parts.aclose()
        log.info("the backend has stopped")

    # --- connections

    async def _before_handshake(self, connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path in (EVENTS_PATH, PUBLISH_PATH, WATCH_PATH):
            if not same_origin(request):
                self.counters.connections_refused += 1
                return reply(request, HTTPStatus.FORBIDDEN, b"Only this server's own page may connect.\n")
            if self._stopping:
                return reply(request, HTTPStatus.SERVICE_UNAVAILABLE, b"The server is stopping.\n")
            if len(self.hub.clients) + self.relay.watchers() >= self.settings.sockets.max_connections:
                self.counters.connections_refused += 1
                return reply(request, HTTPStatus.SERVICE_UNAVAILABLE, b"Too many connections.\n")
            if path == PUBLISH_PATH:
                connection.protocol.max_message_size = MAX_MEDIA_MESSAGE + HEADER_SIZE
            return None
        self.counters.http_requests += 1
        if path == "/healthz":
            return await self._health.respond(request, rooms=len(self.hub.rooms))
        if path == "/metrics":
            return reply(request, HTTPStatus.OK, self.metrics(), metrics.CONTENT_TYPE)
        return self._pages.respond(request)

    async def _handle(self, socket: ServerConnection) -> None:
        self.counters.connections_opened += 1
        assert socket.request is not None
        path = socket.request.path.partition("?")[0]
        if path == EVENTS_PATH:
            client = Client(socket, self.settings, self.counters)
            await Session(client, self._desk).run()
        elif path == PUBLISH_PATH:
            await self._media.publish(socket)
        else:
            await self._media.watch(socket)

    def metrics(self) -> bytes:
        """The counters as `/metrics` shows them."""
        gauges = {
            "connections": len(self.hub.clients),
            "rooms": len(self.hub.rooms),
            "watchers": self.relay.watchers(),
            "writer_queue": self.writer.waiting,
        }
        return metrics.render(self.counters, self.writer.counters, gauges)


@asynccontextmanager
async def running_backend(settings: BackendSettings) -> AsyncIterator[Backend]:
    """A backend for the length of a block."""
    backend = Backend(settings)
    await backend.start()
    try:
        yield backend
    finally:
        await backend.stop()
