"""A studio without a window for the kill storm: hosts one LIVE until it is killed, and says how it goes.

``python -m tests.long.storm_studio FOLDER``: FOLDER keeps what a host's computer keeps. A line of JSON on
stdout whenever the backend is another one; a line on stdin ends the LIVE, the last line is what came of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from studio import app as studio_app
from studio.app import Studio
from studio.net.connection import LinkState
from studio.protocol.frames import Identified
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.router import Listener
from tests.studio_parts import until

PASSWORD = "a long password"
_WAIT_S = 60.0


def say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


class Ear(Listener):
    """``backend``: the process that last answered. A link may look connected for a moment when it is gone."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.backend: int | None = None

    def on_identified(self, identified: Identified) -> None:
        self.backend = self._studio.embedded.pid


async def host(studio: Studio, wanted_end: asyncio.Event) -> None:
    services, ear = studio.services, Ear(studio)
    studio.router.add(ear)
    account, live, link = services.account, services.live, services.link
    services.broadcast.source.choose("pattern")
    if (Path(sys.argv[1]) / "begun").exists():
        await account.sign_in(THIS_COMPUTER, "rin", PASSWORD)
        await until(lambda: live.unfinished_room is not None, "the LIVE is still there", _WAIT_S)
        await live.resume_live()
    else:
        await account.sign_up(THIS_COMPUTER, "rin", "Rin", PASSWORD)
        await live.go_live(LiveSetup("Kill storm"))
        (Path(sys.argv[1]) / "begun").touch()
    await until(lambda: live.phase is Phase.LIVE, "on air", _WAIT_S)
    told: int | None = None
    while not wanted_end.is_set():
        if ear.backend not in (None, told):
            told, address, room = ear.backend, link.address, live.room
            assert address is not None and room is not None
            say(origin=address.origin, pid=told, room_id=room.room_id)
        await asyncio.sleep(0.02)
    await until(lambda: link.state is LinkState.CONNECTED, "connected at the end", _WAIT_S)
    await until(lambda: services.earnings.verified, "feed and ledger agree", _WAIT_S)
    await live.end_live()
    summary = live.summary
    assert summary is not None
    compared = await services.reconciliation.settle()
    books = await services.tasks.blocking(studio.embedded.audit)
    say(
        diamonds=summary.totals.diamonds,
        feed=summary.feed_diamonds,
        missed=summary.missed,
        duplicates=summary.duplicates,
        audit=books.verdict,
        transfers=books.transfers,
        debits=books.debits,
        credits=books.credits,
        differences=list(compared.differences) if compared is not None else ["nothing was compared"],
    )


def main() -> None:
    folder = Path(sys.argv[1])
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    wanted_end = asyncio.Event()

    def listen() -> None:
        if not sys.stdin.readline():
            os._exit(1)  # whoever started us is gone
        loop.call_soon_threadsafe(wanted_end.set)

    threading.Thread(target=listen, daemon=True).start()
    with loop:
        studio = studio_app.build_studio(
            folder, folder, folder / "backend", [*studio_app.PRACTICE_BACKEND, "--quick-payouts"]
        )
        try:
            loop.run_until_complete(host(studio, wanted_end))
        finally:
            loop.run_until_complete(studio.stop())


if __name__ == "__main__":
    main()
