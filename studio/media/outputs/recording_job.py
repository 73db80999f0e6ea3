"""Starts and follows the process that finishes or cuts a film.

Thread: `run` blocks, so it belongs into a pool; `cancel` may be called from any.
Must not import: Qt, net, av.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence

import msgspec

from studio.media.outputs.recording_files import part_path
from studio.media.outputs.recording_jobs import FilmJob, FilmReport

log = logging.getLogger(__name__)

_GIVE_UP_S = 5.0


class FilmProcess:
    """One job in one process. `progress(share)` is called on the thread of `run`.

    Invariant: after `run` returned the process is gone, and of a job that was not done nothing is left.
    """

    def __init__(self, program: Sequence[str], job: FilmJob, progress: Callable[[float], None]) -> None:
        """`program`: the start of a command line that runs this program (`places.program_command`)."""
        self._command = [*program, "film"]
        self._job = job
        self._progress = progress
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def run(self) -> str:
        """Does the job. Empty when it is done, else a sentence; that one is empty too when cancelled."""
        with self._lock:
            if self._cancelled:
                return ""
            pipe = subprocess.PIPE
            try:
                process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe)
            except OSError as error:
                return f"The film cannot be worked on: {error.strerror or error}."
            self._process = process
        try:
            last = self._follow(process)
        finally:
            self._end(process)
        if last.done:
            return ""
        self._clean_up()
        if self.cancelled:  # by another thread meanwhile
            return ""
        return last.problem or "Working on the film broke off. Try it again; the log says more."

    def cancel(self) -> None:
        """Ends it; what it worked on is untouched."""
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()

    def _follow(self, process: subprocess.Popen[bytes]) -> FilmReport:
        assert process.stdin is not None and process.stdout is not None
        last = FilmReport()
        try:
            process.stdin.write(msgspec.json.encode(self._job))
            process.stdin.close()
        except OSError:
            return last  # killed before it began
        for line in process.stdout:
            try:
                last = msgspec.json.decode(line, type=FilmReport)
            except msgspec.DecodeError:
                log.warning("the film process said %r", line[:200])
                continue
            if not last.done and not last.problem:
                self._progress(last.share)
        return last

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(_GIVE_UP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _clean_up(self) -> None:
        left = part_path(self._job.target)
        try:
            left.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s stays behind: %s", left.name, error.strerror)
