"""The replay buffer: whether it runs and how long it is, and saving what it holds. GUI thread; the file is
written in the pool.

Signals: ``changed`` (settings, saving, how much there is), ``saved(path)``, ``failed(sentence)``.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.media.outputs.output import Output
from studio.media.outputs.recording_plain import FilmFailed
from studio.media.outputs.replay import ReplayOutput
from studio.services.brief_word import BriefWord
from studio.services.output_settings import OutputSettings
from studio.services.outputs import Broadcasting
from studio.services.profile import Profile
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

#: Seconds to choose from.
LENGTHS_S = (15, 30, 60, 120)


class ReplayService(QObject):
    """Invariant: on air and switched on, the newest seconds are in memory; a replay is saved at most once at
    a time. What was kept of a broadcast can still be saved until the next one begins.
    """

    changed = Signal()
    saved = Signal(object)
    failed = Signal(str)

    def __init__(
        self, profile: Profile, tasks: Tasks, settings: OutputSettings, engine: Broadcasting
    ) -> None:
        super().__init__()
        self._profile = profile
        self._tasks = tasks
        self._settings = settings
        self._engine = engine
        self._output: ReplayOutput | None = None
        self.saving = False
        self.word = BriefWord(self)
        self.files: list[Path] = []

    @property
    def on(self) -> bool:
        return self._profile.saved.replay

    @property
    def seconds(self) -> int:
        """How much is kept; one of ``LENGTHS_S``."""
        seconds = self._profile.saved.replay_s
        return seconds if seconds in LENGTHS_S else 30  # a profile edited by hand

    @property
    def kept_s(self) -> float:
        """How much could be saved now."""
        return self._output.kept_s if self._output is not None else 0.0

    def choose(self, *, on: bool | None = None, seconds: int | None = None) -> None:
        """Switches it, or changes its length; on air what was kept begins anew."""
        if seconds is not None and seconds not in LENGTHS_S:
            raise ValueError(f"no replay of {seconds} s")
        self._profile.update(
            replay=self.on if on is None else on, replay_s=self.seconds if seconds is None else seconds
        )
        if self._engine.on_air:
            self._exchange()
        self.changed.emit()

    def begin(self) -> list[Output]:
        """A broadcast begins: a new buffer for the engine, or none."""
        self.files = []
        self._output = ReplayOutput(self.seconds) if self.on else None
        self.changed.emit()
        return [self._output] if self._output is not None else []

    def save(self) -> None:
        """Saves the newest seconds to the folder of recordings; ``saved`` or ``failed`` follows."""
        if self.saving:
            return
        if self._output is None:
            what = "it is kept from the next LIVE on" if self.on else "switch it on, then it is kept"
            self.failed.emit(f"There is no replay to save: {what}.")
            return
        self.saving = True
        self.changed.emit()
        self._tasks.start(self._save(self._output), self.failed.emit)

    async def _save(self, output: ReplayOutput) -> None:
        folder, title = self._settings.folder, self._profile.saved.last_title
        now = datetime.now()
        try:
            path = await self._tasks.blocking(lambda: output.save(folder, title, now))
        except FilmFailed as error:
            self.failed.emit(str(error))
        else:
            log.info("replay saved: %s", path.name)
            self.files.append(path)
            self.word.say("Replay saved")
            self.saved.emit(path)
        finally:
            self.saving = False
            self.changed.emit()

    def _exchange(self) -> None:
        before, self._output = self._output, ReplayOutput(self.seconds) if self.on else None
        if before is not None:
            self._engine.remove_output(before)
        if self._output is not None:
            try:
                self._engine.add_output(self._output)
            except RuntimeError:  # the encoder failed this very moment, which the host is told
                self._output = None
