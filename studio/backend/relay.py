"""The picture: one publisher a room, any number of viewers, messages passed on as they came.

Event-loop thread. A newcomer gets MediaReady, the init segment and everything since the last keyframe (kept
up to ``media_backlog_bytes``, else it waits for the next keyframe). A viewer for whom more than
``media_buffer_bytes`` wait skips to a later keyframe (counters ``media_skips``, ``media_messages_dropped``)
and is cut off when that lasts ``media_stall_s`` (counter ``media_cut_slow``).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, broadcast

from studio.backend.client import close_socket, encode_frame
from studio.backend.counters import Counters
from studio.backend.settings import SocketLimits
from studio.protocol.codes import CloseCode
from studio.protocol.media import MediaKind, MediaReady, Publish, unpack_media


@dataclass(slots=True, eq=False)
class Watcher:
    """One viewer's picture socket. ``skipping_since``: loop time since it waits for a keyframe, or None."""

    socket: ServerConnection
    skipping_since: float | None = None
    stale: bool = False  # a new stream began while it skipped: it needs the opening again
    behind: bool = False  # it skips because too much waits for it, not because nothing fits yet


@dataclass(slots=True)
class Channel:
    """One room's picture: its opening (MediaReady and init segment) and the messages since the last
    keyframe.
    """

    publisher: ServerConnection | None = None
    ready: bytes = b""
    init: bytes = b""
    backlog: list[bytes] = field(default_factory=list)
    backlog_bytes: int = 0
    watchers: dict[ServerConnection, Watcher] = field(default_factory=dict)

    def forget_stream(self) -> None:
        self.init = b""
        self.backlog, self.backlog_bytes = [], 0


class Relay:
    """All channels. Sockets are handed in after their opening frame was checked."""

    def __init__(self, limits: SocketLimits, counters: Counters) -> None:
        self._limits = limits
        self._counters = counters
        self._channels: dict[str, Channel] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def watchers(self) -> int:
        return sum(len(channel.watchers) for channel in self._channels.values())

    def has_picture(self, room_id: str) -> bool:
        channel = self._channels.get(room_id)
        return channel is not None and bool(channel.init)

    # --- the host's side

    def publish(self, room_id: str, socket: ServerConnection, opening: Publish) -> None:
        """This connection sends the room's picture from now on.

        An older one of the same host ends (REPLACED).
        """
        channel = self._channels.setdefault(room_id, Channel())
        if channel.publisher is not None:
            self._close(channel.publisher, CloseCode.REPLACED)
        channel.publisher = socket
        channel.forget_stream()
        channel.ready = encode_frame(
            MediaReady(mime=opening.mime, width=opening.width, height=opening.height)
        )

    def unpublish(self, room_id: str, socket: ServerConnection) -> None:
        """The publisher is gone; viewers stay and wait for the next one."""
        channel = self._channels.get(room_id)
        if channel is not None and channel.publisher is socket:
            channel.publisher = None
            channel.forget_stream()
            channel.ready = b""
            self._drop_if_empty(room_id, channel)

    def message(self, room_id: str, socket: ServerConnection, data: bytes) -> None:
        """Passes one binary message on.

        ``ValueError`` when it is not one, or no init segment came before it.
        """
        channel = self._channels.get(room_id)
        if channel is None or channel.publisher is not socket:
            return  # replaced: what was still under way is not shown
        kind = unpack_media(data).kind
        if kind is not MediaKind.INIT and not channel.init:
            raise ValueError("the first binary message is the init segment")
        self._counters.media_messages_in += 1
        self._counters.media_bytes_in += len(data)
        self._keep(channel, kind, data)
        if kind is MediaKind.INIT:
            self._open_stream(channel)
        else:
            self._pass_on(channel, kind, data)

    def _keep(self, channel: Channel, kind: MediaKind, data: bytes) -> None:
        if kind is MediaKind.INIT:
            channel.init = data
            channel.backlog, channel.backlog_bytes = [], 0
        elif kind is MediaKind.KEYFRAME:
            channel.backlog, channel.backlog_bytes = [data], len(data)
        elif channel.backlog:
            channel.backlog.append(data)
            channel.backlog_bytes += len(data)
            if channel.backlog_bytes > self._limits.media_backlog_bytes:
                channel.backlog, channel.backlog_bytes = [], 0
                self._counters.media_backlog_overflows += 1

    def _open_stream(self, channel: Channel) -> None:
        now = asyncio.get_running_loop().time()
        for watcher in channel.watchers.values():
            if watcher.behind:
                watcher.stale = True
                continue
            self._send_opening(channel, watcher)
            watcher.skipping_since = now

    def _pass_on(self, channel: Channel, kind: MediaKind, data: bytes) -> None:
        now = asyncio.get_running_loop().time()
        ready: list[ServerConnection] = []
        for watcher in list(channel.watchers.values()):
            if self._may_have(channel, watcher, kind, now):
                ready.append(watcher.socket)
        broadcast(ready, data)
        self._counters.media_messages_out += len(ready)
        self._counters.media_bytes_out += len(ready) * len(data)

    def _may_have(self, channel: Channel, watcher: Watcher, kind: MediaKind, now: float) -> bool:
        """Whether this viewer gets this message: not while it skips, and it stops skipping only at a
        keyframe.
        """
        waiting = watcher.socket.transport.get_write_buffer_size()
        if watcher.skipping_since is None:
            if waiting <= self._limits.media_buffer_bytes:
                return True
            watcher.skipping_since, watcher.behind = now, True
            self._counters.media_skips += 1
        elif watcher.behind and now - watcher.skipping_since > self._limits.media_stall_s:
            self._counters.media_cut_slow += 1
            channel.watchers.pop(watcher.socket, None)
            self._close(watcher.socket, CloseCode.TOO_SLOW)
            return False
        elif kind is MediaKind.KEYFRAME and waiting <= self._limits.media_buffer_bytes // 4:
            if watcher.stale:
                self._send_opening(channel, watcher)
            watcher.skipping_since, watcher.behind = None, False
            return True
        elif kind is MediaKind.KEYFRAME and not watcher.behind:
            watcher.skipping_since, watcher.behind = now, True
        self._counters.media_messages_dropped += 1
        return False

    def _send_opening(self, channel: Channel, watcher: Watcher) -> None:
        watcher.stale = False
        broadcast((watcher.socket,), channel.ready, text=True)
        broadcast((watcher.socket,), channel.init)

    # --- the viewers' side

    def watch(self, room_id: str, socket: ServerConnection) -> None:
        """A newcomer: accepted at once (MediaReady, empty while there is no picture), then as fast as it
        may go.
        """
        channel = self._channels.setdefault(room_id, Channel())
        watcher = Watcher(socket)
        channel.watchers[socket] = watcher
        if not channel.init:
            broadcast((socket,), channel.ready or encode_frame(MediaReady()), text=True)
            return
        self._send_opening(channel, watcher)
        if not channel.backlog:
            watcher.skipping_since = asyncio.get_running_loop().time()
        for data in channel.backlog:
            broadcast((socket,), data)
        self._counters.media_messages_out += len(channel.backlog)
        self._counters.media_bytes_out += channel.backlog_bytes

    def unwatch(self, room_id: str, socket: ServerConnection) -> None:
        channel = self._channels.get(room_id)
        if channel is not None:
            channel.watchers.pop(socket, None)
            self._drop_if_empty(room_id, channel)

    # --- ends

    def close_room(self, room_id: str) -> None:
        """The LIVE has ended: everyone goes."""
        channel = self._channels.pop(room_id, None)
        if channel is None:
            return
        for socket in [*channel.watchers, *filter(None, [channel.publisher])]:
            self._close(socket, CloseCode.ROOM_CLOSED)

    async def close(self) -> None:
        """The server stops: everyone goes, and is waited for."""
        for channel in self._channels.values():
            for socket in [*channel.watchers, *filter(None, [channel.publisher])]:
                self._close(socket, CloseCode.SHUTTING_DOWN)
        if self._closing:
            await asyncio.wait(self._closing)

    def _close(self, socket: ServerConnection, code: CloseCode) -> None:
        task = asyncio.get_running_loop().create_task(
            close_socket(socket, code, self._limits.close_timeout_s)
        )
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _drop_if_empty(self, room_id: str, channel: Channel) -> None:
        if channel.publisher is None and not channel.watchers:
            self._channels.pop(room_id, None)
