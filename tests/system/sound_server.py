"""A sound server of a test's own: PulseAudio with a null sink and, as Qt leaves monitors out of its list, a
remapped source as microphone.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

WAIT_S = 40


class SoundServer:
    """A PulseAudio of our own on a socket of our own, with a speaker and a microphone that hears it."""

    def __init__(
        self, folder: Path, require: Callable[[str], str], rate: int = 44_100, channels: int = 2
    ) -> None:
        program, self._pactl, self._paplay = (require(name) for name in ("pulseaudio", "pactl", "paplay"))
        folder.mkdir(mode=0o700)
        socket = folder / "native"
        self.env = {**os.environ, "PULSE_SERVER": f"unix:{socket}", "HOME": str(folder)}
        self.env["XDG_RUNTIME_DIR"] = self.env["PULSE_RUNTIME_PATH"] = str(folder)
        command = [program, "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        command += ["-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"]
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        end = time.monotonic() + WAIT_S
        while subprocess.run([self._pactl, "info"], env=self.env, capture_output=True).returncode:
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        self._format = rate, channels
        self.plug_in()

    def _load(self, *module: str) -> str:
        command = [self._pactl, "load-module", *module]
        return subprocess.run(
            command, env=self.env, capture_output=True, check=True, text=True
        ).stdout.strip()

    def plug_in(self) -> None:
        """The speaker, and the microphone that hears it."""
        rate, channels = self._format
        self._speaker = self._load(
            "module-null-sink", "sink_name=speaker", f"rate={rate}", f"channels={channels}"
        )
        properties = "source_properties=device.description=Yeti"
        self._load("module-remap-source", "master=speaker.monitor", "source_name=mic", properties)

    def unplug(self) -> None:
        """Takes the microphone away, and everything else that can be recorded: PulseAudio would move who
        records it to that."""
        subprocess.run([self._pactl, "unload-module", self._speaker], env=self.env, check=True)

    def suspend(self, on: bool) -> None:
        """The microphone gives no sample, or gives them again."""
        subprocess.run([self._pactl, "suspend-source", "mic", str(int(on))], env=self.env, check=True)

    def play(self, path: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen([self._paplay, "--device=speaker", str(path)], env=self.env)

    def kill(self) -> None:
        """As when the system's sound breaks down."""
        self._process.kill()
        self._process.wait(WAIT_S)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(WAIT_S)
