"""Real RTMP servers for the tests: nginx with its rtmp module, and a port that never answers."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

_MODULES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")
_START_S = 10.0

_CONFIG = """
load_module {module};
daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{http};
        location /stat {{ rtmp_stat all; }}
        location /control {{ rtmp_control all; }}
        location /ask {{ if ($arg_name != "{key}") {{ return 403; }} return 200; }}
    }}
}}
rtmp {{
    server {{
        listen 127.0.0.1:{rtmp};
        chunk_size 4096;
        application live {{
            live on;
            record all; record_path {folder}; record_suffix .flv;
            notify_method get;
            on_publish http://127.0.0.1:{http}/ask;
        }}
    }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NginxRtmp:
    """nginx on ports of its own, taking one stream key, recording what it gets as FLV."""

    def __init__(self, program: str, folder: Path, key: str) -> None:
        module = next((f"{place}/ngx_rtmp_module.so" for place in _MODULES if _has(place)), "")
        if not module:
            pytest.skip("nginx has no rtmp module here")
        folder.mkdir()
        self._program, self._folder, self._key = program, folder, key
        self.rtmp, self.http = free_port(), free_port()
        self._config = folder / "nginx.conf"
        self._config.write_text(
            _CONFIG.format(module=module, folder=folder, http=self.http, rtmp=self.rtmp, key=key)
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"rtmp://127.0.0.1:{self.rtmp}/live"

    @property
    def files(self) -> list[Path]:
        return sorted(self._folder.glob("*.flv"))

    def start(self) -> None:
        command = [self._program, "-p", str(self._folder), "-e", str(self._folder / "first.log")]
        self._process = subprocess.Popen([*command, "-c", str(self._config)])
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            try:
                self.statistics()
                return
            except (urllib.error.URLError, ConnectionError):
                assert self._process.poll() is None, (self._folder / "error.log").read_text()
                time.sleep(0.05)
        raise AssertionError("nginx did not start")

    def statistics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/stat", timeout=5) as answer:
            return str(answer.read(), "utf-8")

    def publishing(self) -> bool:
        return bool(re.search(r"<publishing/>", self.statistics()))

    def send_away(self) -> None:
        """Closes the publisher's connection in good order."""
        asked = f"http://127.0.0.1:{self.http}/control/drop/publisher?app=live&name={self._key}"
        with urllib.request.urlopen(asked, timeout=5) as answer:
            assert answer.read() == b"1", "one publisher was there"

    def pause(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """As when the plug is pulled: nothing is said, files stay as they are."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(10)


def _has(place: str) -> bool:
    return Path(place, "ngx_rtmp_module.so").exists()


class TlsFront:
    """Takes TLS for a server behind it, as platforms do for rtmps://. One connection at a time is enough."""

    def __init__(self, behind: int, context: ssl.SSLContext) -> None:
        self._behind = behind
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        # Closing alone would leave `accept` waiting.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._listening.accept()
            except OSError:
                return
            try:
                with self._context.wrap_socket(raw, server_side=True) as near:
                    self._relay(near)
            except OSError:  # a client that does not trust us goes away in the handshake
                continue

    def _relay(self, near: ssl.SSLSocket) -> None:
        with socket.create_connection(("127.0.0.1", self._behind)) as far:
            back = threading.Thread(target=self._back, args=(far, near), daemon=True)
            back.start()
            while data := near.recv(65536):
                far.sendall(data)
            far.shutdown(socket.SHUT_WR)
            back.join(10)

    def _back(self, far: socket.socket, near: ssl.SSLSocket) -> None:
        try:
            while data := far.recv(65536):
                near.sendall(data)
        except OSError:  # the client has gone
            return


class SlowLine:
    """A way to a server that carries `bytes_per_s` and no more; None: all there is. For one connection."""

    def __init__(self, behind: int, bytes_per_s: float | None) -> None:
        self._behind = behind
        self.bytes_per_s = bytes_per_s
        self._ended = threading.Event()
        self._listening = socket.socket()
        # What waits must wait at the sender, as before a real line: connections inherit this.
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen()
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        # Closing alone would leave `accept` waiting.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._behind))
            except OSError:
                return
            with near, far:
                back = threading.Thread(target=self._back, args=(far, near), daemon=True)
                back.start()
                try:
                    self._carry(near, far)
                    far.shutdown(socket.SHUT_WR)
                except OSError:  # one end has gone
                    near.close()
                back.join(10)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        while data := near.recv(4096):
            far.sendall(data)
            if self.bytes_per_s is not None:
                self._ended.wait(len(data) / self.bytes_per_s)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        try:
            while data := far.recv(65536):
                near.sendall(data)
        except OSError:  # the sender has gone
            return
