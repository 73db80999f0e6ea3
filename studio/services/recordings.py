"""After the LIVE: recordings are finished, marks become clips, what a crash left is found again. GUI thread.

One film is worked on at a time, by a process of its own that stands back. Signals: ``changed``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.media.clips import clip_around, clip_path
from studio.media.outputs.recording import RecordedMark
from studio.media.outputs.recording_files import part_path
from studio.media.outputs.recording_job import FilmProcess
from studio.media.outputs.recording_jobs import CutClip, FilmJob, RewriteFilm
from studio.media.outputs.recording_reader import is_fragmented
from studio.services.outputs import OutputsService
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

#: Of a folder, the newest: a host who recorded for years must not wait for all of it.
_LOOKED_AT = 200
#: What changed in the last seconds may be a recording right now; a part may wait for the disk longer.
_STILL_S, _PART_STILL_S = 3.0, 60.0
_LOOK_AGAIN_MS = 3_500


class FilmState(Enum):
    WAITING = "waiting"  # its turn comes
    WORKING = "working"
    DONE = "done"
    KEPT = "kept"  # as it was: cancelled, or it could not be done; see `sentence`


@dataclass(slots=True, eq=False)
class Film:
    """A recording or a clip on its way. ``share``: 0..1 while it is worked on."""

    path: Path
    seconds: float = 0.0
    bytes: int = 0
    state: FilmState = FilmState.WAITING
    share: float = 0.0
    sentence: str = ""


class RecordingsService(QObject):
    """Invariant: a recording is never changed but by its complete, verified plain form.

    ``films``: of the LIVE that ended last, in the order they were recorded; ``clips`` by mark.
    """

    changed = Signal()
    _progress_came = Signal(object, float)

    def __init__(self, outputs: OutputsService, tasks: Tasks, program: Sequence[str]) -> None:
        """``program``: how to start this program again."""
        super().__init__()
        self._outputs = outputs
        self._tasks = tasks
        self._program = tuple(program)
        self.films: tuple[Film, ...] = ()
        self.clips: dict[RecordedMark, Film] = {}
        self.unfinished: tuple[Path, ...] = ()
        self._queue: deque[tuple[Film, FilmJob]] = deque()
        self._working: tuple[Film, FilmProcess] | None = None
        self._broadcasting = self._stopped = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self.look)
        self._progress_came.connect(self._progressed)
        outputs.begun.connect(self._begun)
        outputs.ended.connect(self._ended)

    @property
    def finishing(self) -> Film | None:
        """The recording that is being finished now."""
        working = self._working[0] if self._working is not None else None
        return working if working in self.films else None

    @property
    def share(self) -> float:
        """How much of all that is to be finished is done, 0..1, by size."""
        films = self.films
        whole = sum(max(1, film.bytes) for film in films)
        done = sum(
            max(1, film.bytes) * (film.share if film.state is FilmState.WORKING else 1.0)
            for film in films
            if film.state is not FilmState.WAITING
        )
        return done / whole if whole else 1.0

    def cancel_finishing(self) -> None:
        """Leaves the recordings as they were recorded; they play, and can be finished later."""
        words = "Left as it was recorded: it plays, and can be finished later."
        for film, job in tuple(self._queue):
            if isinstance(job, RewriteFilm):
                self._queue.remove((film, job))
                film.state, film.sentence = FilmState.KEPT, words
        if self._working is not None and self.finishing is not None:
            self._working[0].sentence = words
            self._working[1].cancel()
        self.changed.emit()

    def finish(self, path: Path) -> None:
        """Finishes a recording that was left as it was recorded."""
        film = next((film for film in self.films if film.path == path), None)
        if film is None:
            film = Film(path, 0.0, _size(path))
            self.films = (*self.films, film)
        if film.state in (FilmState.WAITING, FilmState.WORKING) and self._pending(film):
            return
        film.state, film.sentence, film.share = FilmState.WAITING, "", 0.0
        self.unfinished = tuple(left for left in self.unfinished if left != path)
        self._add(film, RewriteFilm(path=str(path)))

    def finish_unfinished(self) -> None:
        """Finishes all that a crash has left."""
        for path in self.unfinished:
            self.finish(path)

    def save_clip(self, mark: RecordedMark) -> None:
        """Cuts the moment of ``mark`` out of its recording, into the same folder."""
        known = self.clips.get(mark)
        if known is not None and known.state is not FilmState.KEPT:
            return
        start_s, end_s = clip_around(mark.mark.at_ms)
        target = clip_path(mark.path, mark.mark.at_ms, {film.path for film in self.clips.values()})
        film = self.clips[mark] = Film(target, end_s - start_s)
        job = CutClip(source=str(mark.path), clip=str(target), start_s=start_s, end_s=end_s)
        self._add(film, job)

    def look(self) -> None:
        """Looks in the folder of recordings what a crash has left there."""
        if not self._stopped:
            self._tasks.start(self._look())

    async def finished(self) -> None:
        """Waits until the LIVE's recordings are closed and all work on films is done."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Ends the work; what was not done is found again at the next start."""
        self._stopped = True
        self._again.stop()
        self._queue.clear()
        if self._working is not None:
            self._working[1].cancel()
        self._broadcasting = False
        self._settle()
        await self.finished()

    def _pending(self, film: Film) -> bool:
        working = self._working is not None and self._working[0] is film
        return working or any(one is film for one, _ in self._queue)

    @Slot()
    def _begun(self) -> None:
        self._broadcasting = True
        self._idle.clear()
        self.films = tuple(film for film in self.films if self._pending(film))
        self.clips = {mark: film for mark, film in self.clips.items() if self._pending(film)}
        self.changed.emit()

    @Slot()
    def _ended(self) -> None:
        self._broadcasting = False
        for path, seconds in self._outputs.recorded:
            if all(film.path != path for film in self.films):
                film = Film(path, seconds, _size(path))
                self.films = (*self.films, film)
                self._add(film, RewriteFilm(path=str(path)))
        self._settle()
        self.changed.emit()

    def _add(self, film: Film, job: FilmJob) -> None:
        if self._stopped:
            return
        self._queue.append((film, job))
        self._idle.clear()
        if self._working is None:
            self._next()
        self.changed.emit()

    def _next(self) -> None:
        film, job = self._queue.popleft()
        process = FilmProcess(self._program, job, lambda share: self._progress_came.emit(film, share))
        film.state = FilmState.WORKING
        self._working = (film, process)
        self._tasks.start(self._work(film, process))

    async def _work(self, film: Film, process: FilmProcess) -> None:
        problem = "It was not finished."
        try:
            problem = await self._tasks.blocking(process.run)
        finally:
            self._working = None
            if process.cancelled or problem:
                film.state = FilmState.KEPT
                film.sentence = problem or film.sentence
            else:
                film.state, film.share, film.sentence = FilmState.DONE, 1.0, ""
                film.bytes = _size(film.path)
            if problem:
                log.warning("%s: %s", film.path.name, problem)
            if self._queue and not self._stopped:
                self._next()
            self._settle()
            self.changed.emit()

    def _settle(self) -> None:
        if self._working is None and not self._queue and not self._broadcasting:
            self._idle.set()

    @Slot(object, float)
    def _progressed(self, film: Film, share: float) -> None:
        film.share = share
        self.changed.emit()

    async def _look(self) -> None:
        folder = self._outputs.settings.folder
        ours = {film.path for film in self.films}
        busy = {part_path(film.path) for film in (*self.films, *self.clips.values())}
        found, restless = await self._tasks.blocking(lambda: _left_behind(folder, busy))
        self.unfinished = tuple(path for path in found if path not in ours and not self._broadcasting)
        if restless and not self._broadcasting:
            self._again.start()
        self.changed.emit()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _left_behind(folder: Path, busy: set[Path]) -> tuple[list[Path], bool]:
    """Recordings in ``folder`` that were not finished, the newest first; parts of films that nobody works on
    (``busy`` are ours) are taken away. The second value: a recording changed just now, so look again.
    """
    found: list[tuple[float, Path]] = []
    restless = False
    try:
        for path in folder.iterdir():
            if path.name.endswith((".mp4", ".mp4.part")) and path.is_file():
                found.append((path.stat().st_mtime, path))
    except OSError:
        return [], False  # not made yet, or not to be read: the disk's check says so
    left: list[Path] = []
    for changed_s, path in sorted(found, reverse=True)[:_LOOKED_AT]:
        still_s = time.time() - changed_s
        if path.suffix == ".part":
            if still_s < _PART_STILL_S or path in busy:
                continue
            try:
                path.unlink()
            except OSError as error:
                log.warning("%s stays behind: %s", path.name, error.strerror)
        elif is_fragmented(path):
            if still_s < _STILL_S:
                restless = True
            else:
                left.append(path)
    return left, restless
