"""Where the broadcast goes beside the backend: RTMP targets and the recording.

GUI thread; each output works on a thread of its own. Signals: ``changed`` (a state, once a second on air).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.outputs.output import Output
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.outputs.rtmp.output import RtmpOutput
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.status import OutputPhase, OutputStatus
from studio.services.output_settings import OutputSettings
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

_EVERY_MS = 1_000
#: Together with the engine's own limits it stays below what the app gives the end of a broadcast.
_JOIN_S = 3.0


class OutputsService(QObject):
    """Invariant: an output serves one broadcast; ``begin`` makes new ones, ``end`` waits for their ends."""

    changed = Signal()

    def __init__(self, tasks: Tasks, settings: OutputSettings) -> None:
        super().__init__()
        self._tasks = tasks
        self.settings = settings
        settings.setParent(self)
        self._planned: tuple[tuple[RtmpTarget, ...], RecordingPlan | None] | None = None
        self._sending: list[RtmpOutput] = []
        self._recording: RecordingOutput | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY_MS)
        self._clock.timeout.connect(self.changed)

    def plan(self, targets: Sequence[RtmpTarget], recording: RecordingPlan | None) -> None:
        """What broadcasts go to, instead of what the settings say. ``ValueError`` when names repeat."""
        if len({target.name for target in targets}) != len(targets):
            raise ValueError("two targets have the same name")
        self._planned = (tuple(targets), recording)
        self.changed.emit()

    @property
    def recording(self) -> bool:
        """Whether pictures reach the disk now."""
        return self._recording is not None and self._recording.status.phase is OutputPhase.LIVE

    @property
    def recorded_s(self) -> float:
        """Seconds in the files of this broadcast, or of the last one."""
        return self._recording.recorded_s if self._recording is not None else 0.0

    @property
    def files(self) -> tuple[Path, ...]:
        """What this broadcast, or the last one, recorded."""
        return self._recording.files if self._recording is not None else ()

    @property
    def statuses(self) -> dict[str, OutputStatus]:
        """By name, the recording last. Also after the end, until the next beginning."""
        found = {output.name: output.status for output in self._sending}
        if self._recording is not None:
            found[self._recording.name] = self._recording.status
        return found

    @property
    def trouble(self) -> str:
        """What is wrong with the outputs now, in one line; empty when all is well."""
        wrong = (OutputPhase.RETRYING, OutputPhase.FAILED)
        return " ".join(status.sentence for status in self.statuses.values() if status.phase in wrong)

    @property
    def recording_trouble(self) -> str:
        """Why nothing is recorded any more; empty when all is well."""
        return self._recording.status.sentence if self._recording is not None else ""

    def begin(self) -> list[Output]:
        """New outputs as planned, or else as the settings say, for the engine to start."""
        targets, plan = self._planned or (self.settings.targets_in_use(), self.settings.recording_plan())
        self._sending = [RtmpOutput(target) for target in targets]
        self._recording = RecordingOutput(plan) if plan is not None else None
        self._clock.start()
        outputs: list[Output] = [*self._sending]
        if self._recording is not None:
            outputs.append(self._recording)
        return outputs

    async def end(self) -> None:
        """After the engine stopped them: waits until connections and files are closed."""
        self._clock.stop()
        outputs = [output for output in (*self._sending, self._recording) if output is not None]
        ended = await asyncio.gather(
            *(self._tasks.blocking(partial(output.join, _JOIN_S)) for output in outputs)
        )
        if not all(ended):
            log.warning("an output did not end within %.0f s and is left behind", _JOIN_S)
        self.changed.emit()

    def retry_now(self) -> None:
        """Ends the waiting of every target that lost its server."""
        for output in self._sending:
            output.retry_now()
