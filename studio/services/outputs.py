"""Where the broadcast goes beside the backend: servers and the recording, switched before and while on air.

GUI thread; each output works on a thread of its own. Signals: ``changed`` (a state, once a second on air),
``begun`` and ``ended`` (a broadcast), ``marked(RecordedMark)`` (a mark is on the disk).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.congestion import Upload
from studio.media.outputs.network import NetworkOutput
from studio.media.outputs.output import Output, OutputCounters
from studio.media.outputs.recording import RecordedMark, RecordingOutput, RecordingPlan
from studio.media.outputs.status import OutputPhase, OutputStatus
from studio.media.outputs.targets import Target, make_output
from studio.model.mark import MarkKind
from studio.services.output_lines import OutputLine, recording_line, target_line
from studio.services.output_settings import OutputSettings
from studio.services.rate import RateOfChange
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

#: What these two are called among the outputs.
BACKEND, RECORDING = "backend", "recording"
_EVERY_MS = 1_000
#: Together with the engine's own limits it stays below what the app gives the end of a broadcast.
_JOIN_S = 3.0


class Broadcasting(Protocol):
    """What of the engine switches outputs. All return at once."""

    @property
    def on_air(self) -> bool: ...
    def add_output(self, output: Output) -> None: ...
    def remove_output(self, output: Output) -> None: ...


class OutputsService(QObject):
    """Invariant: an output serves one broadcast; ``begin`` makes new ones, ``end`` waits for their ends.

    Between the two what runs follows what the host wants: one that is switched on joins, one that is switched
    off is stopped and waited for in the pool, and a name runs at most once.
    """

    changed = Signal()
    begun = Signal()
    ended = Signal()
    marked = Signal(object)

    def __init__(self, tasks: Tasks, settings: OutputSettings, engine: Broadcasting) -> None:
        super().__init__()
        self._tasks = tasks
        self._engine = engine
        self.settings = settings
        settings.setParent(self)
        settings.changed.connect(self._follow)
        self._planned: tuple[tuple[Target, ...], RecordingPlan | None] | None = None
        self._switched_off: set[str] = set()  # of what is planned
        self._running = False
        self._sending: dict[str, NetworkOutput] = {}
        self._recording: RecordingOutput | None = None
        self._recorded: list[RecordingOutput] = []  # of this broadcast, or of the last one
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._rates: dict[str, RateOfChange] = {}
        self._kbps: dict[str, float] = {}
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY_MS)
        self._clock.timeout.connect(self._count)

    def plan(self, targets: Sequence[Target], recording: RecordingPlan | None) -> None:
        """What broadcasts go to, instead of what the settings say. ``ValueError`` when names repeat."""
        if len({target.name for target in targets}) != len(targets):
            raise ValueError("two targets have the same name")
        self._planned = (tuple(targets), recording)
        self._switched_off.clear()
        self.changed.emit()

    @property
    def recording(self) -> bool:
        """Whether pictures reach the disk now."""
        return self._recording is not None and self._recording.status.phase is OutputPhase.LIVE

    @property
    def recorded_s(self) -> float:
        """Seconds in the files of this broadcast, or of the last one."""
        return sum(output.recorded_s for output in self._recorded)

    @property
    def files(self) -> tuple[Path, ...]:
        """What this broadcast, or the last one, recorded."""
        return tuple(path for output in self._recorded for path in output.files)

    @property
    def recorded(self) -> tuple[tuple[Path, float], ...]:
        """What is closed of that: file and seconds."""
        return tuple(
            found for output in self._recorded for found in zip(output.files, output.lengths_s, strict=False)
        )

    def mark(self, kind: MarkKind, label: str = "") -> bool:
        """Marks this moment of the recording, ``marked`` follows; False when nothing is recorded."""
        return self._recording is not None and self._recording.mark(kind, label)

    @property
    def statuses(self) -> dict[str, OutputStatus]:
        """By name, the recording last. Also after the end, until the next beginning."""
        found = {output.name: output.status for output in self._sending.values()}
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

    @property
    def lines(self) -> tuple[OutputLine, ...]:
        """Every target that may be switched, the recording last."""
        if self._planned is not None:
            names = [(target.name, True, "") for target in self._planned[0]]
        else:
            names = [(row.name, row.usable, row.words) for row in self.settings.rows]
        made = []
        for name, usable, words in names:
            if not usable:
                made.append(OutputLine(name, words, "text3", on=False, usable=False))
                continue
            output = self._sending.get(name)
            status = output.status if output is not None else None
            made.append(target_line(name, self.wanted(name), status, self._kbps.get(name, 0.0)))
        disk = self._recording.status if self._recording is not None else None
        made.append(recording_line(RECORDING, self.wanted(RECORDING), disk, self.recorded_s))
        return tuple(made)

    def wanted(self, name: str) -> bool:
        """Whether the host wants this target, or the recording."""
        targets, plan = self._wanted()
        return plan is not None if name == RECORDING else any(target.name == name for target in targets)

    def switch(self, name: str, on: bool) -> None:
        """Switches a target, or the recording; on air it starts or stops at once."""
        if self._planned is None:
            if name == RECORDING:
                self.settings.set_record(on)
            else:
                self.settings.set_enabled(name, on)
            return
        (self._switched_off.discard if on else self._switched_off.add)(name)
        self._follow()

    def begin(self) -> list[Output]:
        """New outputs as planned, or else as the settings say, for the engine to start."""
        targets, plan = self._wanted()
        self._sending = {target.name: make_output(target) for target in targets}
        self._recorded = []
        self._recording = self._record(plan) if plan is not None else None
        self._recorded = [self._recording] if self._recording is not None else []
        self._rates, self._kbps = {}, {}
        self._running = True
        self._clock.start()
        self.begun.emit()
        return [*self._sending.values(), *self._recorded]

    async def end(self) -> None:
        """After the engine stopped them: waits until connections and files are closed."""
        self._clock.stop()
        self._running = False
        outputs = [output for output in (*self._sending.values(), self._recording) if output is not None]
        await asyncio.gather(*(self._ended(output) for output in outputs), *self._leaving.values())
        self.changed.emit()
        self.ended.emit()

    def retry_now(self, name: str = "") -> None:
        """Ends the waiting of the target of that name, without one of every target that lost its server."""
        for output in self._sending.values():
            if name in ("", output.name):
                output.retry_now()

    def uploads(self, counted: Sequence[OutputCounters], backend: bool) -> list[Upload]:
        """The network outputs among ``counted``; ``backend``: whether the backend is connected."""
        sending = {output.name: output.status.phase is OutputPhase.LIVE for output in self._sending.values()}
        sending[BACKEND] = backend
        return [
            Upload(one.name, sending[one.name], one.queued_ms, one.dropped)
            for one in counted
            if one.name in sending
        ]

    def _wanted(self) -> tuple[tuple[Target, ...], RecordingPlan | None]:
        if self._planned is None:
            return self.settings.targets_in_use(), self.settings.recording_plan()
        targets, plan = self._planned
        on = tuple(target for target in targets if target.name not in self._switched_off)
        return on, None if RECORDING in self._switched_off else plan

    def _follow(self) -> None:
        """On air: starts and stops what the host has switched since."""
        if self._running and self._engine.on_air:
            targets, plan = self._wanted()
            for name in set(self._sending) - {target.name for target in targets}:
                self._leave(self._sending.pop(name))
            if plan is None and self._recording is not None:
                leaving, self._recording = self._recording, None
                self._leave(leaving)
            for target in targets:
                if target.name not in self._sending and target.name not in self._leaving:
                    self._sending[target.name] = make_output(target)
                    self._join(self._sending[target.name])
            if plan is not None and self._recording is None and RECORDING not in self._leaving:
                self._recording = self._record(plan)
                self._recorded.append(self._recording)
                self._join(self._recording)
        self.changed.emit()

    def _record(self, plan: RecordingPlan) -> RecordingOutput:
        before_ms = round(self.recorded_s * 1000)

        def marked(mark: RecordedMark) -> None:  # on the thread of the recording; a signal may be
            self.marked.emit(replace(mark, recorded_ms=before_ms + mark.recorded_ms))

        return RecordingOutput(plan, on_marked=marked)

    def _join(self, output: Output) -> None:
        try:
            self._engine.add_output(output)
        except RuntimeError:  # the encoder failed this very moment, which the host is told
            output.stop()

    def _leave(self, output: NetworkOutput | RecordingOutput) -> None:
        self._engine.remove_output(output)
        for kept in (self._rates, self._kbps):
            kept.pop(output.name, None)
        self._leaving[output.name] = self._tasks.start(self._left(output))

    async def _left(self, output: NetworkOutput | RecordingOutput) -> None:
        """Waits for its end; a server refuses the same stream twice, so only then may the name run again."""
        try:
            await self._ended(output)
        finally:
            self._leaving.pop(output.name, None)
        self._follow()

    async def _ended(self, output: NetworkOutput | RecordingOutput) -> None:
        if not await self._tasks.blocking(partial(output.join, _JOIN_S)):
            log.warning("output %r did not end within %.0f s and is left behind", output.name, _JOIN_S)

    def _count(self) -> None:
        for name, output in self._sending.items():
            rate = self._rates.setdefault(name, RateOfChange())
            self._kbps[name] = rate.per_s(output.counters().bytes) * 8 / 1_000
        self.changed.emit()
