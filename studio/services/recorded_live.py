"""A recording of another platform, played through the embedded backend into this studio, to rehearse with.

GUI thread. Who was recorded comes as a real client of the protocol, out of the audience's process; here the
host goes on air, says how far it is, and compares what the room counted with what the recording asks for.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from studio.connectors.plan import Plan
from studio.net.books import AuditedBooks
from studio.net.errors import Disconnected
from studio.services.live import LiveSetup, Phase
from studio.services.practice_stage import StagedLive, show_picture, sign_up
from studio.services.recorded_report import PlayedTurns, build_recorded_report, is_whole

_TITLE = "Replay of a recording"
_PROGRESS_EVERY_S = 1.0
#: The room counts viewers once a second; when nothing came for longer, everything is here and painted.
_QUIET_S = 1.5
_LONGEST_QUIET_S = 15.0
_ONE_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class RecordedOptions:
    """What the command line asks for. ``speed``: times as fast as recorded, ``inf`` as fast as it goes."""

    file: Path
    speed: float = 1.0
    screenshot: Path | None = None
    report: Path | None = None


@dataclass
class RecordedLive(StagedLive):
    """One replay. ``audit``: as in `Practice`."""

    options: RecordedOptions
    plan: Plan
    audit: Callable[[], AuditedBooks]
    _settled: int = field(default=0, init=False)

    async def run(self) -> bool:
        """Plays it to its end; True when the room counted what it must. ``Disconnected``: could not start."""
        await sign_up(self.services, self.say)
        await show_picture(self.services, "demo", self.say)
        await self._go_live()
        played: PlayedTurns | None = None
        try:
            await self._bring_audience()
            played = await self._follow()
            if self.services.live.phase is Phase.LIVE:
                await self._until_quiet()
                self._take_screenshot(self.options.screenshot)
        except asyncio.CancelledError:
            self.say(f"Cancelled: {self._settled:,} of {len(self.plan.turns):,} were played.")
            raise
        finally:
            await self.stop_audience()
        if self.services.live.phase is Phase.LIVE:
            await self.services.live.end_live()
        self._measured.books = await self.services.tasks.blocking(self.audit)
        return self._finish_report(played)

    async def _go_live(self) -> None:
        if not await self._open(LiveSetup(_TITLE, "Just chatting")):
            raise Disconnected("The LIVE of the replay could not be opened.")

    async def _bring_audience(self) -> None:
        speed = "max" if math.isinf(self.options.speed) else str(self.options.speed)
        options = ["--recording", str(self.options.file), "--speed", speed]
        await self._start_audience(options)

    async def _follow(self) -> PlayedTurns | None:
        """Shows how far it is until all was played; None when the LIVE or the audience ended before."""
        assert self._audience is not None
        loop = asyncio.get_running_loop()
        begin = loop.time()
        next_progress = begin
        self._measured.begin(self.services)
        finished: PlayedTurns | None = None
        while finished is None and not self._ended.is_set():
            line = await self._audience.line(_PROGRESS_EVERY_S)
            if line == "":
                self.say("The audience ended before the recording did.")
                break
            if line:
                finished = self._heard(line)
            if loop.time() >= next_progress:
                next_progress = loop.time() + _PROGRESS_EVERY_S
                self._measured.sample(self.services)
                self._say_progress(loop.time() - begin)
        self._measured.end(self.services, loop.time() - begin)
        self._say_progress(loop.time() - begin)
        return finished

    def _heard(self, line: str) -> PlayedTurns | None:
        said = json.loads(line)
        if "finished" in said:
            finished = msgspec.convert(said["finished"], PlayedTurns)
            self._settled = finished.settled
            return finished
        self._settled = int(said.get("settled", self._settled))
        return None

    async def _until_quiet(self) -> None:
        """Waits until nothing new comes from the backend, and the feed has shown what came."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _LONGEST_QUIET_S
        seen, since = -1, loop.time()
        while loop.time() < deadline and loop.time() - since < _QUIET_S:
            if self.services.link.seq != seen:
                seen, since = self.services.link.seq, loop.time()
            await asyncio.sleep(_ONE_LOOK_S)

    def _finish_report(self, played: PlayedTurns | None) -> bool:
        summary = self.services.live.summary
        if summary is None:
            self.say("The LIVE did not end in good order; there is no report.")
            return False
        report = build_recorded_report(
            self.services, summary, self._measured, self.started_s, self.plan, played, self.options
        )
        if self.options.report is not None:
            text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
            self.options.report.write_text(text, encoding="utf-8")
            self.say(f"Report: {self.options.report}")
        if played is None:
            self.say("The recording was not played to its end; the totals are of a part of it.")
        elif any(played.refused.values()):
            refusals = ", ".join(f"{name} {count:,}" for name, count in played.codes.items())
            self.say(f"Refused by the backend: {refusals}.")
        for name, total in report["totals"].items():
            if total["difference"]:
                self.say(f"{name}: {total['room']:,} in the room, {total['expected']:,} expected.")
        events = report["events"]
        self.say(
            f"Ended: {self._settled:,} of {len(self.plan.turns):,} played, {events['received']:,} events, "
            f"{events['missed']} missed, totals differ by {report['difference']}."
        )
        return is_whole(report)

    def _say_progress(self, passed: float) -> None:
        turns = len(self.plan.turns)
        share = 100 * self._settled // turns if turns else 100
        self.say(
            f"{passed:5.0f} s  {self._settled:,} of {turns:,} ({share} %)  "
            f"{self.services.live.viewers} viewers  {self.services.earnings.diamonds:,} diamonds  "
            f"{self.services.link.seq:,} events"
        )


def plan_in_words(plan: Plan) -> str:
    """What is about to be played and what is not, in a sentence for the terminal."""
    counts = plan.counts
    skipped = counts.unreadable.total()
    words = [
        f"{counts.read.total():,} events ({plan.form}): {counts.converted.total():,} have a counterpart here",
        f"{counts.not_applicable.total():,} have none",
    ]
    words += [f"{counts.unknown.total():,} are of unknown kinds"] if counts.unknown else []
    words += [f"{counts.repeated.total():,} are told twice"] if counts.repeated else []
    words += [f"{skipped:,} cannot be read"] if skipped else []
    return f"{', '.join(words)}. {len(plan.people):,} people do {len(plan.turns):,} things."
