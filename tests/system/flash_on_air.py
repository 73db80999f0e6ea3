"""A whole studio whose camera flashes: `python -m tests.system.flash_on_air FOLDER`.

At every whole second of the monotonic clock the picture is white for 0.2 s. Goes LIVE with the microphone it
finds, records into FOLDER/recording, prints {"web", "room"} when on air and the sound's counters at the end;
ends when its standard input does. In a process of its own: Qt keeps one connection to the sound server.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import qasync
from PySide6.QtWidgets import QApplication

from studio.app import PRACTICE_BACKEND, build_studio
from studio.media.frame import Frame
from studio.media.outputs.recording import RecordingPlan
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.sound import MicrophoneState
from studio.services.source_list import SourceChoice

SIZE = (360, 640)
S = 1_000_000_000


class Flash:
    """Gives a picture every 10 ms, stamped with the moment for which it was made."""

    name, key, size, fps = "flash", "flash", SIZE, 100.0

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._white, self._black = (np.full((SIZE[1], SIZE[0], 3), shade, np.uint8) for shade in (235, 16))

    def open(self) -> None: ...
    def close(self) -> None: ...

    def interrupt(self) -> None:
        self._ended.set()

    def read(self) -> Frame | None:
        if self._ended.wait(0.01):
            return None
        at = time.monotonic_ns()
        return Frame(self._white if at % S < S // 5 else self._black, at)


async def main(folder: Path) -> None:
    studio = build_studio(folder, folder, folder / "backend", PRACTICE_BACKEND)
    services = studio.services
    sound, heard = services.sound, asyncio.Event()
    sound.changed.connect(lambda: heard.set() if sound.state is MicrophoneState.RUNNING else None)
    sound.start()
    await services.account.sign_up(THIS_COMPUTER, "flash", "Flash", "a long password")
    # The quickest encoder: what is measured is time, and a machine that starves measures its own hunger.
    services.broadcast.video.change(speed="ultrafast", encoder="libx264")
    services.broadcast.source.show(SourceChoice("flash", "Flash", "pattern"), Flash())
    await heard.wait()
    services.broadcast.outputs.plan((), RecordingPlan(folder / "recording"))
    await services.live.go_live(LiveSetup("Flash and beep"))
    assert services.live.phase is Phase.LIVE
    address, room = services.link.address, services.live.room
    assert address is not None and room is not None
    print(json.dumps({"web": address.web, "room": room.room_id}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    counters = sound.counters()
    await services.live.end_live()
    print(json.dumps({"drift_ms": counters.most_drift_ms, "underruns": counters.underruns}), flush=True)
    await studio.stop()


if __name__ == "__main__":
    loop = qasync.QEventLoop(QApplication([]))
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(main(Path(sys.argv[1])))
