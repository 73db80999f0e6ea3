"""A practice LIVE: the embedded backend, a host of its own, a seeded audience, and a report at the end.

GUI thread. The audience is a process of its own, made of real clients of the protocol; nothing here
knows more about it than its command line.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.targets import Target
from studio.model.room import GoalWish
from studio.net.books import AuditedBooks
from studio.net.errors import Disconnected
from studio.services.live import LiveSetup, Phase
from studio.services.practice_report import build_report
from studio.services.practice_stage import StagedLive, show_picture, sign_up

_WARM_UP_S = 3.0
_JOINING_S = 60.0
_LEAVE_LATER_S = 10.0
_TITLE = "Practice: sketching together"


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    """What the command line asks for. ``seconds`` 0: until the host ends it."""

    seconds: float = 0.0
    viewers: int = 30
    seed: int = 1
    source: str = "camera"
    storm: float = 0.0
    screenshot: Path | None = None
    report: Path | None = None
    record: Path | None = None
    targets: tuple[Target, ...] = ()


@dataclass
class Practice(StagedLive):
    """One practice LIVE. ``audit``: proves the backend's books from their rows; blocks."""

    options: PracticeOptions
    audit: Callable[[], AuditedBooks]

    async def run(self) -> bool:
        """Plays the practice LIVE; True when nothing was lost. ``Disconnected`` when it could not start."""
        await sign_up(self.services, self.say)
        await show_picture(self.services, self.options.source, self.say)
        await self._go_live()
        joined = await self._bring_audience()
        self.say(f"{joined} viewers are in.")
        try:
            await self._stay_on_air()
        finally:
            await self.stop_audience()
        if self.services.live.phase is Phase.LIVE:
            await self.services.live.end_live()
        if self.options.record is not None:
            await self._finish_recording()
        await self.services.reconciliation.settle()
        self._measured.books = await self.services.tasks.blocking(self.audit)
        return self._finish_report()

    async def _go_live(self) -> None:
        options = self.options
        recording = RecordingPlan(options.record, _TITLE) if options.record is not None else None
        setup = LiveSetup(_TITLE, "Art & drawing", GoalWish(title="New tablet", target=50_000))
        if not await self._open(setup, options.targets, recording):
            raise Disconnected("The practice LIVE could not be opened.")

    async def _bring_audience(self) -> int:
        options = ["--viewers", str(self.options.viewers), "--seed", str(self.options.seed)]
        if self.options.seconds:
            # A little longer than the LIVE: the last picture of it should not show an empty room.
            options += ["--seconds", str(self.options.seconds + _LEAVE_LATER_S)]
        if self.options.storm:
            options += ["--storm", str(self.options.storm)]
        audience = await self._start_audience(options)
        line = await audience.line(_JOINING_S)
        return int(json.loads(line)["joined"]) if line else 0

    async def _stay_on_air(self) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        warm = False
        while not self._ended.is_set():
            passed = loop.time() - begin
            if not warm and passed >= _WARM_UP_S:
                warm = True
                self._measured.begin(self.services)
            if self.options.seconds and passed >= self.options.seconds:
                break
            self._measured.sample(self.services)
            if int(passed) % 5 == 0:
                self._say_status(passed)
            left = self.options.seconds - passed if self.options.seconds else 1.0
            try:
                async with asyncio.timeout(max(0.05, min(1.0, left))):
                    await self._ended.wait()
            except TimeoutError:
                continue
        self._measured.end(self.services, loop.time() - begin)
        if self.services.live.phase is Phase.LIVE:
            self._take_screenshot(self.options.screenshot)

    async def _finish_recording(self) -> None:
        """Waits until the files are plain ones; says it where one stays as it was recorded."""
        recordings = self.services.films.recordings
        await recordings.finished()
        for film in recordings.films:
            if film.sentence:
                self.say(film.sentence)

    def _finish_report(self) -> bool:
        summary = self.services.live.summary
        if summary is None:
            self.say("The LIVE did not end in good order; there is no report.")
            return False
        outputs = self.services.broadcast.outputs
        for file in outputs.files:
            self.say(f"Recorded: {file}")
        if outputs.trouble:
            self.say(outputs.trouble)
        report = build_report(self.services, summary, self._measured, self.started_s)
        if self.options.report is not None:
            self.options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
            self.say(f"Report: {self.options.report}")
        events, earnings = report["events"], report["earnings"]
        self.say(
            f"Ended: {events['received']} of {events['sent_by_server']} events, {events['missed']} missed, "
            f"{earnings['ledger_diamonds']:,} diamonds, difference {earnings['difference']}."
        )
        differences = report["reconciliation"]["differences"]
        for difference in differences:
            self.say(difference)
        whole = events["missed"] == 0 and events["duplicates"] == 0 and earnings["difference"] == 0
        verdict = report["ledger"]["audit"]
        if verdict != "ok":
            self.say(f"The ledger’s audit: {verdict}.")
        return bool(whole and not differences and verdict == "ok")

    def _say_status(self, passed: float) -> None:
        live, counters = self.services.live, self.services.broadcast.counters
        if trouble := self.services.broadcast.outputs.trouble:
            self.say(trouble)
        self.say(
            f"{passed:5.0f} s  {live.viewers} viewers  {self.services.earnings.diamonds:,} diamonds  "
            f"{self.services.link.seq} events  preview {counters.preview_fps:.0f} fps  "
            f"lagged {counters.lagged} skipped {counters.skipped} dropped {counters.dropped}"
        )
