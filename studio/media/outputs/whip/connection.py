"""One WHIP connection: a process that sends, fed through a pipe, killed when it hangs.

Thread: its owner's (`whip:<name>`); only `abort` may come from elsewhere. Must not import: Qt, net, av.
"""

from __future__ import annotations

import contextlib
import os
import queue
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from studio.media.clock import now_ns
from studio.media.errors import StreamRefused
from studio.media.outputs.whip.certificate import write_certificate
from studio.media.outputs.whip.records import About, pack_about, pack_packet
from studio.media.outputs.whip.signalling import Signalling
from studio.media.outputs.whip.target import WhipTarget
from studio.media.packet import AudioPacket, MediaPacket, Packet, StreamConfig

#: The process starts, the service answers, ICE and DTLS come through.
OPEN_TIMEOUT_S = 20.0
#: A process that takes nothing for so long hangs.
SEND_TIMEOUT_S = 5.0
_END_TIMEOUT_S = 2.0
_LOOK_S = 0.5


class WhipConnection:
    """Use once: `open`, then `send` packet by packet, then `close`. Raises OSError and StreamRefused.

    The stream begins with a keyframe, so the process connects when it has one: `open` returns before that,
    and `send` waits for it with the first keyframe. `program`: how to start this program again.
    """

    def __init__(
        self, target: WhipTarget, program: Sequence[str], *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._target = target
        self._program = program
        self._tls = tls
        self._process: subprocess.Popen[bytes] | None = None
        self._signalling: Signalling | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._said: queue.Queue[str] = queue.Queue(maxsize=4)
        self._writing_since_ns: int | None = None
        self._closed = threading.Event()
        self._connected = False
        self._config: StreamConfig | None = None
        self.bytes = 0

    def open(self, config: StreamConfig) -> None:
        """Starts the process and tells it where to send."""
        self._config = config
        self._folder = tempfile.TemporaryDirectory(prefix="host-studio-", ignore_cleanup_errors=True)
        certificate, key = write_certificate(Path(self._folder.name))
        self._signalling = Signalling(self._target, tls=self._tls)
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows: no console flashes up
        self._process = subprocess.Popen(
            [*self._program, "output"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # FFmpeg puts addresses into its errors
            creationflags=flags,
            env={**os.environ, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"},
        )
        for work, name in ((self._listen, "whip-said"), (self._watch, "whip-watch")):
            threading.Thread(target=work, args=(self._process,), name=name, daemon=True).start()
        self._write(pack_about(About(self._signalling.url, str(certificate), str(key), config)))

    def send(self, packet: MediaPacket) -> bool:
        """Hands a packet to the process. False for sound of before the first picture, which is left out."""
        if isinstance(packet, Packet) and packet.config not in (None, self._config):
            raise ConnectionResetError("another encoder took over")  # a session has one description
        if self._connected:
            self._write(pack_packet(packet))
            return True
        if isinstance(packet, AudioPacket) or not packet.is_key:
            return False
        self._write(pack_packet(packet))
        self._await_open()
        return True

    def idle(self) -> None:
        if self._process is None or self._process.poll() is not None:
            raise ConnectionResetError("closed")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                assert process.stdin is not None
                process.stdin.close()
            try:
                process.wait(_END_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._closed.set()
        if self._signalling is not None:
            self._signalling.close()
            self._signalling = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def abort(self) -> None:
        process = self._process
        if process is not None:
            process.kill()

    def _await_open(self) -> None:
        try:
            word = self._said.get(timeout=OPEN_TIMEOUT_S)
        except queue.Empty:
            self.abort()
            raise TimeoutError("no connection in time") from None
        if word != "open":
            signalling = self._signalling
            if signalling is not None and signalling.error is not None:
                raise signalling.error
            raise StreamRefused("no media gets through to it")
        self._connected = True

    def _write(self, data: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise ConnectionResetError("closed")
        self._writing_since_ns = now_ns()
        try:
            process.stdin.write(data)
            process.stdin.flush()
        except (OSError, ValueError):
            raise ConnectionResetError("closed") from None
        finally:
            self._writing_since_ns = None
        self.bytes += len(data)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                with contextlib.suppress(queue.Full):  # more words than we know
                    self._said.put_nowait(line.decode("ascii", "replace").strip())
        with contextlib.suppress(queue.Full):
            self._said.put_nowait("ended")

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """A pipe has no time limit of its own."""
        while not self._closed.wait(_LOOK_S):
            since_ns = self._writing_since_ns
            if since_ns is not None and now_ns() - since_ns > SEND_TIMEOUT_S * 1e9:
                process.kill()
                return
