"""Exports of earnings, and the check of one: written by a process of its own, which can be cancelled.

GUI thread; the process is waited for in the pool. Signals: ``changed``, as often as the process says how far
it is.
"""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal

from studio.export.period import BadPeriod, period_of, zone_named
from studio.export.printed import EVERY_FORM
from studio.export.row import Signed
from studio.export.source import Money
from studio.export.verify import Verdict
from studio.net.errors import Disconnected, Rejected
from studio.protocol.money import (
    GetPayouts,
    GetReversals,
    GetStatement,
    Payouts,
    Reversals,
    SignedStatement,
)
from studio.services.account import AccountService
from studio.services.earnings import EarningsService
from studio.services.journal import JournalService
from studio.services.link import LinkService
from studio.services.tasks import Tasks

__all__ = ["EVERY_FORM", "ExportWish", "ExportsService", "Verdict"]

P = TypeVar("P", Payouts, Reversals)

log = logging.getLogger(__name__)

#: Pages of payouts and reversals that are asked for.
_MOST_PAGES = 200
_CANCELLED = "Cancelled; nothing was written."


@dataclass(frozen=True, slots=True)
class ExportWish:
    """``period``: as in `period_of`; ``zone``: of local times, "" is this computer's."""

    period: str
    form: str
    path: Path
    zone: str = ""


class _Said(msgspec.Struct):
    rows: int
    of: int = -1
    diamonds: int = 0
    unreadable: list[str] = []


class ExportsService(QObject):
    """One export or check at a time. ``done``: a sentence about the last one; ``trouble``: why it failed."""

    changed = Signal()
    _said = Signal(int, int)

    def __init__(
        self,
        link: LinkService,
        account: AccountService,
        earnings: EarningsService,
        journal: JournalService,
        tasks: Tasks,
        program: Sequence[str],
    ) -> None:
        """``program``: the command line that starts us."""
        super().__init__()
        self._link, self._account, self._earnings, self._journal = link, account, earnings, journal
        self._tasks, self._program = tasks, list(program)
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = False
        self.busy = False
        self.rows, self.of = 0, 0
        self.done = self.trouble = ""
        self.file: Path | None = None
        self.verdict: Verdict | None = None
        self._said.connect(self._progressed)

    def export(self, wish: ExportWish) -> None:
        """Writes the file, all of it or nothing."""
        if self.busy:
            return
        try:
            zone = zone_named(wish.zone)
            span = period_of(wish.period, zone)
        except BadPeriod as error:
            self._end(trouble=str(error))
            return
        self._begin()
        self._tasks.start(
            self._export(wish, span.from_ms, span.until_ms), lambda words: self._end(trouble=words)
        )

    def cancel(self) -> None:
        """What is under way ends, and leaves nothing."""
        self._cancelled = True
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def check(self, file: Path) -> None:
        """Says whether every byte of an export is as it was written."""
        if not self.busy:
            self._begin()
            self._tasks.start(self._check(file), lambda words: self._end(trouble=words))

    async def _export(self, wish: ExportWish, from_ms: int, until_ms: int) -> None:
        person = self._account.person
        if person is None:
            self._end(trouble="Sign in first.")
            return
        money, note = await self._money(from_ms, until_ms)
        with tempfile.TemporaryDirectory(prefix="host-studio-export-") as folder:
            told = Path(folder) / "money.json"
            await self._tasks.blocking(lambda: told.write_bytes(msgspec.json.encode(money)))
            words = [
                "export", "--period", wish.period, "--format", wish.form, "--out", str(wish.path),
                "--journal", str(self._journal.folder), "--host-id", person.id, "--money", str(told),
                "--tell-progress",
            ]  # fmt: skip
            if wish.zone:
                words += ["--time-zone", wish.zone]
            last, why = await self._tasks.blocking(lambda: self._run(words))
        if last is None:
            self._end(trouble=_CANCELLED if self._cancelled else why)
            return
        self.file = wish.path
        lost = f" Not in it, as they cannot be read: {', '.join(last.unreadable)}." if last.unreadable else ""
        self._end(done=f"{last.rows:,} rows, {last.diamonds:,} diamonds.{lost}{note}")

    async def _money(self, from_ms: int, until_ms: int) -> tuple[Money, str]:
        """What the backend knows; without a connection a word about what is missing."""
        rate = self._earnings.rates.micro_dollars_per_diamond
        try:
            told = await self._link.ask(GetStatement(from_ms=from_ms, until_ms=until_ms))
            payouts = [one for page in await self._pages(GetPayouts, Payouts) for one in page.payouts]
            reversals = [one for page in await self._pages(GetReversals, Reversals) for one in page.reversals]
        except (Disconnected, Rejected) as error:
            log.info("an export without the backend's word: %s", error)
            return Money(micro_dollars_per_diamond=rate), " Without payouts and signature: no connection."
        assert isinstance(told, SignedStatement)
        signed = Signed(statement=told.statement, signature=told.signature, public_key=told.public_key)
        money = Money(
            micro_dollars_per_diamond=rate, signed=signed, payouts=tuple(payouts), reversals=tuple(reversals)
        )
        return money, " Signed by the backend."

    async def _pages(self, asking: type[GetPayouts | GetReversals], kind: type[P]) -> list[P]:
        """Every page of a list, the newest first. Raises Disconnected, Rejected."""
        found: list[P] = []
        before = 0
        for _ in range(_MOST_PAGES):
            page = await self._link.ask(asking(before=before))
            assert isinstance(page, kind)
            found.append(page)
            before = page.next_before
            if not before:
                break
        return found

    def _run(self, words: list[str]) -> tuple[_Said | None, str]:
        """In the pool: what the process said last, or its last words on standard error."""
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        process = subprocess.Popen(
            [*self._program, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=flags,
        )
        self._process = process
        if self._cancelled and process.stdin is not None:
            process.stdin.close()
        last: _Said | None = None
        assert process.stdout is not None and process.stderr is not None
        with process.stdout, process.stderr:
            for line in process.stdout:
                with suppress(msgspec.DecodeError):
                    last = msgspec.json.decode(line, type=_Said)
                    self._said.emit(last.rows, last.of)
            said = process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        code = process.wait()
        self._process = None
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        whole = code in (0, 1) and last is not None and last.of < 0
        if not whole:
            log.warning("an export ended with code %s: %s", code, said)
        why = said[-1].removeprefix("host-studio export: ") if said else ""
        return (last if whole else None), why or f"It ended with code {code}; the log says more."

    async def _check(self, file: Path) -> None:
        def run() -> subprocess.CompletedProcess[bytes]:
            return subprocess.run(
                [*self._program, "verify", "--json", os.fspath(file)], capture_output=True, check=False
            )

        done = await self._tasks.blocking(run)
        try:
            self.verdict = msgspec.json.decode(done.stdout, type=Verdict)
        except msgspec.DecodeError:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            self._end(trouble=said[-1].rpartition(": ")[2] if said else "The file could not be read.")
            return
        self._end(done=verdict_words(self.verdict))

    def _progressed(self, rows: int, of: int) -> None:
        self.rows = rows
        self.of = max(of, self.of)
        self.changed.emit()

    def _begin(self) -> None:
        self.busy, self._cancelled = True, False
        self.rows = self.of = 0
        self.done = self.trouble = ""
        self.file, self.verdict = None, None
        self.changed.emit()

    def _end(self, done: str = "", trouble: str = "") -> None:
        self.busy, self.done, self.trouble = False, done, trouble
        self.changed.emit()


def verdict_words(verdict: Verdict) -> str:
    """A sentence or two about a checked file."""
    if verdict.altered:
        return f"Altered. {verdict.altered}"
    signed = f" Signed by the backend ({verdict.public_key[:16]}…)." if verdict.statement is not None else ""
    notes = " ".join(verdict.notes)
    return f"Intact: {verdict.rows:,} rows, every byte as it was written.{signed} {notes}".strip()
