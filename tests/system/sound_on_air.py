"""A studio's sound in a process of its own: `python -m tests.system.sound_on_air FILE.mp4`.

Qt keeps one connection to the sound server a process, so each test gets a process. Goes on air with a test
pattern into FILE.mp4; takes commands on standard input (mute, open, quit) and prints one JSON object a line
whenever something changes.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from studio.media.engine import MediaEngine
from studio.media.outputs.fragment_output import FragmentOutput
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from studio.services.profile import Profile
from studio.services.sound import SoundService

CANVAS = CanvasSettings(144, 256, 30)
FAST = EncoderSettings(bit_rate=300_000, preset="ultrafast", keyframe_interval_s=1.0)


class Commands(QObject):
    """Lines of standard input, brought to the GUI thread."""

    came = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.came.emit(line.strip())
        self.came.emit("quit")


def main(target: Path) -> int:
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        sound = SoundService(Profile(Path(folder) / "profile.json"))
        engine = MediaEngine(CANVAS, sound=sound.thread_of_sound)
        engine.start_preview(TestPatternSource(144, 256))
        output = FragmentOutput(capacity_ms=60_000)
        sound.start()
        said = ""

        def say() -> None:
            nonlocal said
            loud = sound.loudest_dbfs > -30
            state = {"state": sound.state.value, "loud": loud, "warns": sound.talking_while_muted}
            state["detail"] = sound.detail
            line = json.dumps({**state, "devices": [choice.name for choice in sound.choices]})
            if line != said:
                said = line
                print(line, flush=True)

        with target.open("wb") as file:
            begun = False

            def save() -> None:
                nonlocal begun
                if not begun and output.init_segment is not None:
                    begun = True
                    file.write(output.init_segment)
                while begun and (fragment := output.get(0)) is not None:
                    file.write(fragment.data)
                say()

            def obey(command: str) -> None:
                if command == "quit":
                    engine.leave_air()
                    save()
                    app.quit()
                else:
                    sound.muted = command == "mute"

            saving = QTimer()
            saving.timeout.connect(save)
            saving.start(20)
            commands = Commands()
            commands.came.connect(obey)
            engine.go_on_air([output], FAST)
            app.exec()
        counters = sound.counters()
        print(json.dumps({"drift_ms": counters.most_drift_ms, "underruns": counters.underruns}), flush=True)
        ended = sound.stop() and engine.stop()
    return 0 if ended else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
