"""One connection that publishes over RTMP or RTMPS: handshake, commands, packets. Blocking, with time limits.

Thread: its owner's (`rtmp:<name>`); only `abort` may come from elsewhere. Must not import: Qt, net, cv2, av.

Why not PyAV: its outputs open a network address holding the interpreter's lock, with neither time limit nor
interrupt (PyAV 18.1), so one server that does not answer would stop the whole studio; FFmpeg also checks no
certificate by itself and puts the address with the stream key into its errors.
Sources: Adobe's RTMP specification 1.0; Video File Format Specification 10.1, annex E (FLV tags).
"""

from __future__ import annotations

import os
import socket
import ssl
import struct
import time

from studio.media.outputs.isobmff import avc_record
from studio.media.outputs.rtmp.amf import AmfError, AmfValue, decode_amf, encode_amf
from studio.media.outputs.rtmp.chunks import (
    ACKNOWLEDGEMENT,
    CHUNK_SIZE,
    COMMAND,
    DATA,
    PICTURE,
    SET_CHUNK_SIZE,
    SOUND,
    USER_CONTROL,
    WINDOW_SIZE,
    ChunkReader,
    Message,
    RtmpError,
    chunked,
)
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.packet import AudioPacket, MediaPacket, StreamConfig, to_length_prefixed

#: From the first attempt to the server's word that publishing began.
OPEN_TIMEOUT_S = 15.0
#: A server that takes nothing for so long is gone.
SEND_TIMEOUT_S = 5.0
#: Small, so that what a slow network cannot take waits in our queue, which knows what to drop, and not in
#: the system's. Enough for 8 Mb/s at 250 ms there and back.
_SEND_BUFFER = 256 * 1024
_HANDSHAKE = 1536
_CONTROL_CHANNEL, _COMMAND_CHANNEL, _SOUND_CHANNEL, _PICTURE_CHANNEL, _PUBLISH_CHANNEL = 2, 3, 4, 6, 8
_PING, _PONG = 6, 7


class RtmpConnection:
    """Use once: `open`, then `send` packet by packet, then `close`. Raises OSError and RtmpError."""

    def __init__(self, target: RtmpTarget, *, tls: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._tls = tls
        self._socket: socket.socket | None = None
        self._reader = ChunkReader()
        self._received = self._acknowledged = 0
        self._window = 2_500_000
        self._stream = 0
        self._base_us: int | None = None
        self._config: StreamConfig | None = None
        self.bytes = 0

    def open(self, config: StreamConfig) -> None:
        """Connects and begins to publish; returns when the server said yes."""
        deadline = time.monotonic() + OPEN_TIMEOUT_S
        self._config = config
        target = self._target
        raw = socket.create_connection((target.host, target.port), timeout=OPEN_TIMEOUT_S)
        self._socket = raw
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if target.secure:
            context = self._tls or ssl.create_default_context()
            self._socket = context.wrap_socket(raw, server_hostname=target.host)
        self._shake_hands(deadline)
        self._write(chunked(SET_CHUNK_SIZE, struct.pack(">I", CHUNK_SIZE), channel=_CONTROL_CHANNEL))
        self._connect(deadline)
        self._publish(deadline)
        self._describe(config)

    def send(self, packet: MediaPacket) -> bool:
        """Sends a packet. False for sound of before the first picture, which is left out."""
        if self._base_us is None and not isinstance(packet, AudioPacket):
            self._base_us = packet.dts_us
        if self._base_us is None or packet.pts_us < self._base_us:
            return False
        at_ms = (packet.pts_us - self._base_us) // 1000
        if isinstance(packet, AudioPacket):
            self._media(SOUND, b"\xaf\x01" + packet.data, at_ms)
        else:
            data = packet.data
            if packet.config is not None and packet.config != self._config:  # a new encoder took over
                self._config = packet.config
                self._describe(packet.config, at_ms)
                data = packet.config.extradata + data  # FFmpeg's parser heeds no second configuration
            # key or inter picture of AVC, a NAL unit, no composition offset
            head = (b"\x17" if packet.is_key else b"\x27") + b"\x01\0\0\0"
            self._media(PICTURE, head + to_length_prefixed(data), at_ms)
        self._hear()
        return True

    def idle(self) -> None:
        """Call when there was nothing to send for a while: notices a server that closed."""
        self._hear()

    def close(self) -> None:
        """Says goodbye if that is possible at once, and closes. Never raises, harmless twice."""
        connection, self._socket = self._socket, None
        if connection is None:
            return
        try:
            if self._stream:
                connection.settimeout(0.2)
                connection.sendall(self._command("FCUnpublish", 6, None, self._target.key))
                connection.sendall(self._command("deleteStream", 7, None, float(self._stream)))
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:  # it is broken already, which is why it is being closed
            pass
        finally:
            connection.close()

    def abort(self) -> None:
        """From any thread: makes a blocked `open` or `send` end now."""
        connection = self._socket
        if connection is not None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # not connected (yet, or any more)
                return

    def _shake_hands(self, deadline: float) -> None:
        self._write(b"\x03" + struct.pack(">II", 0, 0) + os.urandom(_HANDSHAKE - 8))
        answer = b""
        while len(answer) < 1 + 2 * _HANDSHAKE:
            answer += self._read(deadline, 1 + 2 * _HANDSHAKE - len(answer))
            if answer[0] != 3:
                raise RtmpError("it does not speak RTMP")
        self._write(answer[1 : 1 + _HANDSHAKE])

    def _connect(self, deadline: float) -> None:
        target = self._target
        scheme = "rtmps" if target.secure else "rtmp"
        host = f"[{target.host}]" if ":" in target.host else target.host
        about: dict[str, AmfValue] = {
            "app": target.app,
            "type": "nonprivate",
            "flashVer": "FMLE/3.0 (compatible; Host Studio)",
            "tcUrl": f"{scheme}://{host}:{target.port}/{target.app}",
        }
        self._write(self._command("connect", 1, about))
        self._await_result(1, deadline)

    def _publish(self, deadline: float) -> None:
        key = self._target.key
        self._write(self._command("releaseStream", 2, None, key))
        self._write(self._command("FCPublish", 3, None, key))
        self._write(self._command("createStream", 4, None))
        result = self._await_result(4, deadline)
        if len(result) < 4 or not isinstance(result[3], float) or not 0 <= result[3] < 2**32:
            raise RtmpError("it does not speak RTMP")
        self._stream = int(result[3])
        payload = encode_amf("publish", 5.0, None, key, "live")
        self._write(chunked(COMMAND, payload, channel=_PUBLISH_CHANNEL, stream=self._stream))
        while True:
            for command in self._commands(deadline):
                if command[0] == "onStatus" and _code(command) == "NetStream.Publish.Start":
                    return

    def _describe(self, config: StreamConfig, at_ms: int = 0) -> None:
        """What a player needs first: metadata, and the configuration of both decoders."""
        metadata: dict[str, AmfValue] = {
            "width": float(config.width),
            "height": float(config.height),
            "framerate": float(config.fps),
            "videocodecid": 7.0,
            "videodatarate": config.bit_rate / 1000,
            "encoder": "Host Studio",
        }
        audio = config.audio
        if audio is not None:
            metadata |= {
                "audiocodecid": 10.0,
                "audiodatarate": audio.bit_rate / 1000,
                "audiosamplerate": float(audio.sample_rate),
                "audiosamplesize": 16.0,
                "stereo": audio.channels == 2,
            }
        payload = encode_amf("@setDataFrame", "onMetaData", metadata)
        self._write(chunked(DATA, payload, channel=_SOUND_CHANNEL, stream=self._stream, at_ms=at_ms))
        self._media(PICTURE, b"\x17\0\0\0\0" + avc_record(config), at_ms)
        if audio is not None:  # 0xAF: AAC; FLV always says 44 kHz, 16 bits, stereo, and decoders ignore it
            self._media(SOUND, b"\xaf\0" + audio.extradata, at_ms)

    def _media(self, kind: int, payload: bytes, at_ms: int) -> None:
        channel = _SOUND_CHANNEL if kind == SOUND else _PICTURE_CHANNEL
        self._write(chunked(kind, payload, channel=channel, stream=self._stream, at_ms=at_ms))

    def _command(self, name: str, number: int, *values: AmfValue) -> bytes:
        return chunked(COMMAND, encode_amf(name, float(number), *values), channel=_COMMAND_CHANNEL)

    def _await_result(self, number: int, deadline: float) -> list[AmfValue]:
        while True:
            for command in self._commands(deadline):
                if command[0] == "_result" and len(command) > 1 and command[1] == number:
                    return command

    def _commands(self, deadline: float) -> list[list[AmfValue]]:
        """Waits for bytes; the commands that came. Raises RtmpError when one of them is a refusal."""
        return self._take(self._read(deadline, 65536))

    def _hear(self) -> None:
        """Takes what the server said meanwhile, without waiting."""
        connection = self._connected()
        connection.settimeout(0)
        try:
            data = connection.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        if not data:
            raise ConnectionResetError("closed")
        self._take(data)

    def _take(self, data: bytes) -> list[list[AmfValue]]:
        self._received += len(data)
        commands = [
            command for message in self._reader.feed(data) if (command := self._handle(message)) is not None
        ]
        if self._received - self._acknowledged >= self._window:
            self._acknowledged = self._received
            payload = struct.pack(">I", self._received & 0xFFFFFFFF)
            self._write(chunked(ACKNOWLEDGEMENT, payload, channel=_CONTROL_CHANNEL))
        return commands

    def _handle(self, message: Message) -> list[AmfValue] | None:
        """Answers what RTMP itself asks; gives a command on. Raises RtmpError for a refusal."""
        payload = message.payload
        if message.kind == WINDOW_SIZE and len(payload) >= 4:
            self._window = max(1, int.from_bytes(payload[:4], "big"))
        elif message.kind == USER_CONTROL and len(payload) >= 6 and payload[1] == _PING:
            answer = struct.pack(">H", _PONG) + payload[2:6]
            self._write(chunked(USER_CONTROL, answer, channel=_CONTROL_CHANNEL))
        elif message.kind == COMMAND:
            try:
                command = decode_amf(payload)
            except AmfError:
                raise RtmpError("it does not speak RTMP") from None
            if _is_refusal(command):
                raise RtmpError(f"it refused ({self._target.scrub(_reason(command))})")
            return command or None
        return None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionResetError("closed")
        return self._socket

    def _read(self, deadline: float, most: int) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        connection = self._connected()
        connection.settimeout(left)
        data = connection.recv(most)
        if not data:
            raise ConnectionResetError("closed")
        return data

    def _write(self, data: bytes) -> None:
        connection = self._connected()
        connection.settimeout(SEND_TIMEOUT_S)
        connection.sendall(data)
        self.bytes += len(data)


def _about(command: list[AmfValue]) -> dict[str, AmfValue]:
    return next((value for value in reversed(command) if isinstance(value, dict)), {})


def _code(command: list[AmfValue]) -> str:
    return str(_about(command).get("code", ""))


def _is_refusal(command: list[AmfValue]) -> bool:
    if not command or command[0] not in ("_error", "onStatus", "close"):
        return False
    # releaseStream (2) and FCPublish (3) are courtesies of old servers: an error there means nothing.
    courtesy = len(command) > 1 and command[1] in (2.0, 3.0)
    is_error = command[0] != "onStatus" or _about(command).get("level") == "error"
    return is_error and not courtesy


def _reason(command: list[AmfValue]) -> str:
    about = _about(command)
    return str(about.get("description") or about.get("code") or "no reason given")[:200]
