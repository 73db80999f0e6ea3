"""Fifty kills in a gift storm: of the studio, of its backend, of both at once; then the books are compared.

`python -m tests.long.kill_storm [--kills 50] [--seed 1] [--folder DIR]`: two viewers give without pause, over
real sockets; what the backend answered is remembered. Exit code 0: nothing answered is lost, nothing counted
twice, the ledger balances; summary, journal and ledger say the same. 1: the report says what does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from studio.journal.files import journal_path
from studio.journal.reader import Reader
from studio.net.address import parse_address
from studio.protocol.commands import GiftAccepted
from tests.viewer_client import TestViewer

_ANSWERS_BETWEEN = (3, 40)
_WAIT_S = 90.0


class Child:
    """One life of the studio."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reading = asyncio.create_task(self._read())

    @classmethod
    async def born(cls, folder: Path) -> Child:
        log = (folder / "studio.log").open("ab")
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.long.storm_studio", str(folder),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
            )
        )  # fmt: skip

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.put_nowait(json.loads(line))

    async def told(self) -> dict[str, Any]:
        """The next word: which backend it is now, or what came of the LIVE."""
        return await asyncio.wait_for(self.lines.get(), _WAIT_S)

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()
        await self.reading


class Giver:
    """A viewer that gives without pause, wherever the backend is now, and never forgets an answer."""

    def __init__(self, handle: str, seed: int) -> None:
        self.handle, self.answered = handle, list[GiftAccepted]()
        self._dice = random.Random(seed)
        self._known = False
        self._viewer: TestViewer | None = None
        self._giving: asyncio.Task[None] | None = None

    async def go(self, origin: str, room_id: str) -> None:
        """To this backend, into this room."""
        await self.leave()
        self._viewer = viewer = TestViewer(parse_address(origin), self.handle)
        await viewer.enter(room_id, *["coins-17500"] * 2, again=self._known)
        self._known = True
        self._giving = asyncio.create_task(viewer.give_on(room_id, self._dice, self.answered, lambda: True))

    async def leave(self) -> None:
        if self._giving is not None:
            self._giving.cancel()
            await asyncio.gather(self._giving, return_exceptions=True)
        if self._viewer is not None:
            await self._viewer.leave()


async def storm(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """All of it; the report."""
    dice, done = random.Random(seed), Counter[str]()
    givers = [Giver(f"giver{number}", seed + number) for number in range(2)]

    def answers() -> int:
        return sum(len(giver.answered) for giver in givers)

    child = await Child.born(folder)
    for number in range(kills + 1):
        place = await child.told()
        await asyncio.gather(*(giver.go(place["origin"], place["room_id"]) for giver in givers))
        wanted = answers() + dice.randint(*_ANSWERS_BETWEEN)
        async with asyncio.timeout(_WAIT_S):
            while answers() < wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        if number == kills:
            break
        await asyncio.sleep(dice.uniform(0, 0.1))
        whom = dice.choice(("studio", "backend", "both"))
        done[whom] += 1
        if whom != "studio":
            os.kill(place["pid"], signal.SIGKILL)
        if whom != "backend":
            await child.kill()
            child = await Child.born(folder)
        print(f"{number + 1}/{kills} {whom}: {answers()} gifts answered", file=sys.stderr, flush=True)
    for giver in givers:
        await giver.leave()
    assert child.process.stdin is not None
    child.process.stdin.write(b"end\n")
    summary = await child.told()
    await asyncio.wait_for(child.process.wait(), _WAIT_S)
    answered = [one for giver in givers for one in giver.answered]
    return judged(folder, place["room_id"], answered, summary, done)


def judged(
    folder: Path, room_id: str, answered: list[GiftAccepted], summary: dict[str, Any], kills: Counter[str]
) -> dict[str, Any]:
    """The report; ``wrong`` is what does not hold."""
    kept = Counter[str]()
    diamonds = 0
    with Reader(journal_path(folder / "journal", room_id)) as reader:
        intact = reader.verify().intact
        for entry in reader.stream():
            if entry.kind == "gift" and entry.coins:  # a streak's end names its last gift once more
                kept[json.loads(entry.body)["transfer_id"]] += 1
                diamonds += entry.diamonds
    told = {one.transfer_id for one in answered}
    wrong = {
        "answered but not in the journal": len(told - kept.keys()),
        "counted twice": sum(count > 1 for count in kept.values()) + len(answered) - len(told),
        "journal and ledger": diamonds - summary["diamonds"],
        "feed and ledger": summary["feed"] - summary["diamonds"],
        "missed": summary["missed"],
        "the journal's chain": 0 if intact else 1,
        "debits and credits": 0 if summary["debits"] == summary["credits"] else 1,
        "audit": "" if summary["audit"] == "ok" else summary["audit"],
        "differences": summary["differences"],
    }
    return {
        "kills": dict(kills),
        "answered": len(answered),
        "gifts": len(kept),
        "summary": summary,
        "wrong": {what: much for what, much in wrong.items() if much},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="kept afterwards; else a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-storm-") as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(storm(folder, options.kills, options.seed))
    print(json.dumps(report))
    return 1 if report["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
