"""The environment in `.venv`: made from requirements.lock, checked by a stamp, repaired when half made.

The project itself is not installed: a `.pth` file of one line puts the checkout on the path. That needs no
build tool and no network, takes no time, works from any folder, and processes started by the app have it too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import system_parts
from .console import DevError, run_quietly, say

INTERRUPTED = 130  # the shell's exit code after Ctrl+C


@dataclass(frozen=True)
class Environment:
    """The virtual environment of one checkout.

    Invariant: the stamp exists only beside a complete installation; the `incomplete` marker from before
    the first change to the last, so whatever stops us in between is seen the next time.
    """

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / ".venv"

    @property
    def scripts(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    @property
    def stamp(self) -> Path:
        return self.folder / "host-studio-stamp.json"

    @property
    def incomplete(self) -> Path:
        return self.folder / "host-studio-incomplete"

    def wanted_stamp(self) -> dict[str, str]:
        """Return what the stamp of an up to date environment says. Raises DevError without a lock file."""
        try:
            lock = hashlib.sha256(self.lock.read_bytes()).hexdigest()
        except OSError as error:
            raise DevError(f"Cannot read {self.lock}: {error.strerror}. Is this a whole checkout?") from error
        return {"lock": lock, "python": ".".join(str(number) for number in sys.version_info[:3])}

    def read_stamp(self) -> dict[str, str]:
        try:
            stamp = json.loads(self.stamp.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def is_ready(self) -> bool:
        stamp = self.read_stamp()
        fits = all(stamp.get(key) == value for key, value in self.wanted_stamp().items())
        return fits and self.python.exists() and not self.incomplete.exists()

    def prepare(self) -> None:
        """Make the environment fit the lock file. Raises DevError, saying what to do."""
        if self.is_ready():
            return
        try:
            self._make()
        except OSError as error:
            raise DevError(
                f"Cannot write {error.filename or self.folder}: {error.strerror}.\n"
                "Put the checkout into a folder of your own, on a disk with 2 GB free."
            ) from error

    def note(self, key: str, value: str) -> None:
        """Add a fact to the stamp. An environment that cannot be written to keeps working."""
        stamp = self.read_stamp() | {key: value}
        try:
            _write_whole(self.stamp, json.dumps(stamp))
        except OSError as error:
            say(f"cannot remember the check of the system: {error}")

    def _make(self) -> None:
        whole = self._has_working_pip() and not self.incomplete.exists()
        self.stamp.unlink(missing_ok=True)
        self.folder.mkdir(exist_ok=True)
        self.incomplete.write_text("An installation was stopped here; dev.py starts it again.\n", "utf-8")
        if not whole:
            provide_venv_module()
            self._empty()
            say(f"making the environment in {self.folder}")
            run_quietly(
                [_base_python(), "-m", "venv", str(self.folder)],
                "Could not make the environment",
            )
        self._install()
        self._link_checkout()
        _write_whole(self.stamp, json.dumps(self.wanted_stamp()))
        self.incomplete.unlink()

    def _has_working_pip(self) -> bool:
        """Say whether the environment runs, has pip, and is of the Python that runs us."""
        if not self.python.exists():
            return False
        ask = "import sys, pip; print(*sys.version_info[:2])"
        try:
            answer = subprocess.run(
                [self.python, "-I", "-c", ask], capture_output=True, text=True, check=False
            )
        except OSError:
            return False
        return answer.returncode == 0 and answer.stdout.split() == [str(n) for n in sys.version_info[:2]]

    def _empty(self) -> None:
        for entry in self.folder.iterdir():
            if entry == self.incomplete:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def _install(self) -> None:
        lock = self.lock.read_text("utf-8")
        total = len(re.findall(r"^\S+==", lock, re.MULTILINE))
        say(f"installing up to {total} packages from {self.lock.name}; the first time takes some minutes")
        # -I: the caller's PYTHONPATH must not leak in. Only wheels: no compiler, no set-up code of others.
        command = [
            str(self.python),
            "-I",
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]
        command += [
            "--disable-pip-version-check",
            "--no-input",
            "--progress-bar",
            "off",
            "-r",
            str(self.lock),
        ]
        run_quietly(command, "pip could not install the packages", progress=PipProgress(), cwd=self.root)

    def _link_checkout(self) -> None:
        ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
        answer = subprocess.run([self.python, "-I", "-c", ask], capture_output=True, text=True, check=True)
        site_packages = Path(answer.stdout.strip())
        # Relative: the file is read in the locale's encoding, which may not know the checkout's name.
        line = os.path.relpath(self.root, site_packages)
        _write_whole(site_packages / "host-studio-checkout.pth", line + "\n")


class PipProgress:
    """Turns pip's lines into one line of progress."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, line: str) -> str | None:
        word, _, rest = line.strip().partition(" ")
        if word == "Collecting":
            self.seen += 1
            return f"fetching {self.seen}: {rest.split('==')[0].split(' ')[0]}"
        if word == "Downloading":
            return f"fetching {self.seen}: {rest.rsplit('/', 1)[-1]}"
        if word == "Installing":
            return f"unpacking {self.seen} packages"
        return None


def provide_venv_module() -> None:
    """Debian cuts `ensurepip` out of Python; without it no environment has pip. Raises DevError."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    of_the_system = Path(sys.base_prefix) == Path("/usr")
    if of_the_system and system_parts.can_install():
        system_parts.install_debian([package])
        return
    raise DevError(f"This Python cannot make environments. Run: sudo apt-get install {package}")


def _base_python() -> str:
    # When an environment's own Python runs us, a new one must not be made from it: we are about to delete it.
    return getattr(sys, "_base_executable", None) or sys.executable


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    half = path.with_name(path.name + ".part")
    half.write_text(text, "utf-8")
    half.replace(path)
