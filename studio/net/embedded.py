"""The backend that the app starts itself: a process of its own, kept alive while the app runs.

Blocking calls (start, stop) belong in an executor. The child ends by itself when its standard input
closes, so a studio that was killed leaves no backend behind, on any system.
"""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from studio.net.address import BackendAddress, parse_address
from studio.net.books import AuditedBooks, audit_books
from studio.net.errors import Disconnected

log = logging.getLogger(__name__)

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 8.0
_STDERR_LINES = 40
_CANNOT_START = "The backend on this computer could not start:"
_SAYS = "host-studio backend: "


class EmbeddedBackend:
    """Invariant: at most one child; after a crash it starts again on the same port, so clients find it.

    ``on_restart_failed``: told why that came to nothing, on a thread of ours; ``start`` tries once more.
    """

    def __init__(self, program: Sequence[str], data: Path, extra: Sequence[str] = ()) -> None:
        self._program = list(program)
        self._data = data
        self._extra = list(extra)
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self._lock = threading.Lock()
        self._stopping = False
        self._readers: list[threading.Thread] = []
        self._last_lines: list[str] = []
        self.restarts = 0
        self.address: BackendAddress | None = None
        self.on_restart_failed: Callable[[str], None] = lambda sentence: None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> BackendAddress:
        """Starts it unless it runs, on the port it had. ``Disconnected`` with its own words if it cannot."""
        with self._lock:
            if self.pid is None or self.address is None:
                self._stopping = False
                self.address = self._spawn()
            return self.address

    def stop(self) -> None:
        """Asks it to end, waits, and kills it only if it will not."""
        with self._lock:
            self._stopping = True
            process = self._process
            if process is None or process.poll() is not None:
                return
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                log.warning("the backend did not stop in %.0f s and is killed", STOP_TIMEOUT_S)
                process.kill()
                process.wait(5)
            for reader in self._readers:
                reader.join(2)

    def audit(self) -> AuditedBooks:
        """Proves its books from their rows, while it runs or not."""
        return audit_books(self._program, self._data)

    def kill(self) -> None:
        """Kills it outright, as a power cut would (rehearsals and tests); it is started again."""
        if self._process is not None:
            self._process.kill()

    def _spawn(self) -> BackendAddress:
        command = [*self._program, "backend", "--listen", f"127.0.0.1:{self._port}"]
        command += ["--data", str(self._data), "--stop-with-stdin", *self._extra]
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows: no console flashes up
        self._last_lines = []
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                creationflags=flags,
            )
        except OSError as error:
            raise Disconnected(f"{_CANNOT_START} {error.strerror or error}") from error
        self._process = process
        ready: queue.Queue[str] = queue.Queue(maxsize=1)
        self._readers = [
            threading.Thread(target=self._read_ready, args=(process, ready), daemon=True, name="backend out"),
            threading.Thread(target=self._read_log, args=(process,), daemon=True, name="backend log"),
        ]
        for reader in self._readers:
            reader.start()
        try:
            line = ready.get(timeout=START_TIMEOUT_S)
        except queue.Empty:
            process.kill()
            raise Disconnected("The backend on this computer did not start in time.") from None
        if not line:
            process.wait(5)
            self._readers[1].join(2)  # its last words may still be in the pipe
            said = self._last_lines[-1] if self._last_lines else f"exit code {process.returncode}"
            raise Disconnected(f"{_CANNOT_START} {said.removeprefix(_SAYS)}")
        address = parse_address(str(json.loads(line)["url"]))
        self._port = address.port
        return address

    def _read_ready(self, process: subprocess.Popen[str], ready: queue.Queue[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            line = process.stdout.readline()
            ready.put(line)
            for _ in process.stdout:
                pass  # nothing more is expected; reading keeps the pipe from filling
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        # One that never came up would only fail again, and again: whoever started it is told instead.
        if line and not self._stopping and process is self._process:
            self._revive(process.returncode)

    def _revive(self, code: int) -> None:
        log.error("the backend on this computer ended unexpectedly (exit code %s); starting it again", code)
        with self._lock:
            if self._stopping:
                return
            self.restarts += 1
            try:
                self.address = self._spawn()
            except Disconnected as error:
                log.error("and it could not be started again: %s", error)
                self.on_restart_failed(str(error))

    def _read_log(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                self._last_lines = [*self._last_lines, line.rstrip()][-_STDERR_LINES:]
                log.debug("backend: %s", line.rstrip())
