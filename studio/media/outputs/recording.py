"""Records the broadcast to disk, from the same packets that go out: no second encode.

Thread: `record` writes; the encode thread pushes; the rest from any. Must not import: Qt, net, cv2, av.

A fragmented MP4 grows by one fragment a packet, so whatever was written plays, also after a kill.
"""

from __future__ import annotations

import errno
import logging
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.media.clock import now_ns
from studio.media.outputs.queued import QueuedOutput
from studio.media.outputs.recording_files import FragmentFile, free_path
from studio.media.outputs.recording_marks import append_mark
from studio.media.outputs.status import OutputPhase, OutputStatus
from studio.media.packet import AudioPacket, MediaPacket, StreamConfig
from studio.model.mark import MOST_MARKS, Mark, MarkKind, shortened

log = logging.getLogger(__name__)

#: A disk may stall this long (a laptop's that wakes up, a full cache) before pictures are dropped.
_QUEUE_MS = 10_000
_SYNC_NS = 1_000_000_000
#: Left free for the rest of the machine: a system whose disk is full loses more than a recording.
RESERVE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """Where and how. `split_minutes`, `split_bytes`: begin a new file after so much; 0: never."""

    folder: Path
    title: str = ""
    split_minutes: float = 0
    split_bytes: int = 0
    reserve_bytes: int = RESERVE_BYTES

    def __post_init__(self) -> None:
        if min(self.split_minutes, self.split_bytes, self.reserve_bytes) < 0:
            raise ValueError("minutes and bytes of a recording are not negative")


@dataclass(frozen=True, slots=True)
class RecordedMark:
    """A mark on the disk. `recorded_ms`: of the whole recording, over all its files."""

    path: Path
    mark: Mark
    recorded_ms: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A mark on its way to the disk. `at_us`: of the broadcast."""

    at_us: int
    wall_ms: int
    kind: MarkKind
    label: str


class _ReserveReached(Exception):
    """Going on would leave the disk with less than the reserve."""


class RecordingOutput(QueuedOutput):
    """An `Output` that writes files.

    Invariant: never blocks the encoder; a failing disk ends this output alone, with a sentence in `status`.
    `on_marked` hears of a mark, on the thread `record`, once it is on the disk. `free_bytes(folder)` and
    `today()` are seams for tests.
    """

    def __init__(
        self,
        plan: RecordingPlan,
        *,
        name: str = "recording",
        on_marked: Callable[[RecordedMark], None] | None = None,
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
        today: Callable[[], datetime] = datetime.now,
    ) -> None:
        super().__init__(name, _QUEUE_MS)
        self._plan = plan
        self._on_marked = on_marked
        self._free_bytes = free_bytes
        self._today = today
        self._thread = threading.Thread(target=self._run, name="record", daemon=True)
        self._status = OutputStatus()
        self._file: FragmentFile | None = None
        self._files: list[Path] = []
        self._lengths_us: list[int] = []
        self._recorded_us = self._newest_us = 0
        self._wanted: deque[_Wanted] = deque()
        self._marks = 0

    @property
    def status(self) -> OutputStatus:
        return self._status

    @property
    def files(self) -> tuple[Path, ...]:
        """What was written, oldest first; the last may still grow."""
        return tuple(self._files)

    @property
    def lengths_s(self) -> tuple[float, ...]:
        """Seconds of each file that is closed."""
        return tuple(length_us / 1e6 for length_us in self._lengths_us)

    @property
    def recorded_s(self) -> float:
        """Seconds of media in all files."""
        current = self._file
        return (self._recorded_us + (current.duration_us if current is not None else 0)) / 1e6

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        super().start(config, request_keyframe)
        self._thread.start()

    def push(self, packet: MediaPacket) -> None:
        if not isinstance(packet, AudioPacket):
            self._newest_us = packet.pts_us + packet.duration_us
        super().push(packet)

    def mark(self, kind: MarkKind, label: str = "") -> bool:
        """Marks the newest picture. Returns at once; the mark is on the disk within a picture or two, after
        what still waits to be written. False when nothing is recorded, or there are `MOST_MARKS` already.
        """
        if self._status.phase is not OutputPhase.LIVE or self._marks + len(self._wanted) >= MOST_MARKS:
            return False
        wall_ms = time.time_ns() // 1_000_000
        self._wanted.append(_Wanted(self._newest_us, wall_ms, kind, shortened(label)))
        return True

    def join(self, timeout_s: float) -> bool:
        """Waits until the last file is closed. False when it was not after `timeout_s`."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        assert self._config is not None, "started with a configuration"
        try:
            self._status = OutputStatus(OutputPhase.CONNECTING)
            self._plan.folder.mkdir(parents=True, exist_ok=True)
            self._write_until_closed(self._config)
            self._write_marks(None)
            self._close_file()
            self._status = OutputStatus(OutputPhase.STOPPED)
        except _ReserveReached:
            self._fail(_reserve_sentence(self._plan))
        except OSError as error:
            self._fail(_disk_sentence(error, self._plan.folder))
        finally:
            self._queue.close()

    def _write_until_closed(self, config: StreamConfig) -> None:
        self._check_reserve()
        synced_ns = now_ns()
        while (packet := self._queue.pop()) is not None:
            is_key = not isinstance(packet, AudioPacket) and packet.is_key
            if is_key and self._file is not None and self._is_full(self._file):
                self._close_file()
            if not isinstance(packet, AudioPacket) and packet.config not in (None, config):
                config = packet.config  # a new encoder took over: what it makes needs a file of its own
                self._close_file()
            if self._file is None:
                if not is_key:
                    continue
                path = free_path(self._plan.folder, self._plan.title, self._today())
                self._file = FragmentFile(path, config)
                self._files.append(path)
                self._bytes += self._file.bytes
                self._status = OutputStatus(OutputPhase.LIVE)
                log.info("recording to %s", path.name)
            self._write_marks(packet.pts_us)
            self._count(packet, self._file.write(packet))
            if now_ns() - synced_ns >= _SYNC_NS:
                self._file.sync()
                self._check_reserve()
                self._file.path.stat()  # deleted or moved away, it would go on growing unseen
                synced_ns = now_ns()

    def _write_marks(self, until_us: int | None) -> None:
        """Those of before `until_us`, or all, into the file that holds their picture."""
        file = self._file
        while file is not None and self._wanted and (until_us is None or self._wanted[0].at_us <= until_us):
            wanted = self._wanted.popleft()
            at_us = max(0, min(wanted.at_us - file.begun_us, file.duration_us))
            mark = Mark(at_ms=at_us // 1000, wall_ms=wanted.wall_ms, kind=wanted.kind, label=wanted.label)
            append_mark(file.path, mark)
            self._marks += 1
            if self._on_marked is not None:
                recorded_ms = (self._recorded_us + at_us) // 1000
                self._on_marked(RecordedMark(file.path, mark, recorded_ms))

    def _is_full(self, file: FragmentFile) -> bool:
        plan = self._plan
        too_long = plan.split_minutes > 0 and file.duration_us >= plan.split_minutes * 60e6
        return too_long or (plan.split_bytes > 0 and file.bytes >= plan.split_bytes)

    def _check_reserve(self) -> None:
        if self._free_bytes(self._plan.folder) < self._plan.reserve_bytes:
            raise _ReserveReached

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            self._recorded_us += file.duration_us
            self._lengths_us.append(file.duration_us)
            file.close()

    def _fail(self, sentence: str) -> None:
        """What is on the disk stays and plays."""
        try:
            self._close_file()
        except OSError as error:
            log.warning("closing the recording: %s", error.strerror)
        log.warning("recording: %s", sentence)
        self._queue.close()
        self._queue.clear()  # counted as dropped: it was to be recorded
        self._status = OutputStatus(OutputPhase.FAILED, sentence)


def _reserve_sentence(plan: RecordingPlan) -> str:
    return (
        f"Recording stopped: less than {plan.reserve_bytes / 2**30:.3g} GB is left in {plan.folder}. "
        "What was recorded is kept. Make room, or choose another folder."
    )


def _disk_sentence(error: OSError, folder: Path) -> str:
    if error.errno == errno.ENOENT:
        return (
            f"Recording stopped: the file or its folder {folder} is gone. Was a disk unplugged, or something "
            "moved? Choose another folder."
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"Recording stopped: the disk with {folder} is full. What was recorded is kept. Make room."
    if error.errno == errno.EFBIG:
        return (
            f"Recording stopped: the disk with {folder} takes no larger file. What was recorded is kept. "
            "Split recordings, or choose another folder."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Nothing is recorded: {folder} may not be written to. Choose another folder."
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"Nothing is recorded: {folder} is not a folder. Choose another one."
    return (
        f"Recording stopped: {folder} cannot be written to ({error.strerror or error}). Choose another one."
    )
