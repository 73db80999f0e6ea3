"""The lock command: requirements.lock from pyproject.toml, for every system and Python, with hashes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from .console import DevError, run_quietly, say
from .environment import Environment


def compile_lock(environment: Environment) -> int:
    with tempfile.TemporaryDirectory(prefix="host-studio-lock-") as folder:
        tools = Environment(Path(folder))
        say("fetching uv")
        run_quietly([sys.executable, "-m", "venv", str(tools.folder)], "Could not make an environment for uv")
        run_quietly(
            [str(tools.python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv"],
            "pip could not install uv",
        )
        say("resolving")
        done = subprocess.run([str(tools.python), "-m", *uv_words()], cwd=environment.root, check=False)
    if done.returncode:
        return done.returncode
    refuse_hosts(environment.lock)
    say(f"wrote {environment.lock}")
    return 0


def uv_words() -> list[str]:
    words = [
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        "--extra",
        "dev",
        "--universal",
        "--python-version",
        "3.11",
    ]
    # An index of this machine is nobody else's: neither its address nor a command line naming it goes in.
    words += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"]
    return [*words, "-o", "requirements.lock"]


def refuse_hosts(lock: Path) -> None:
    """Raise DevError when the lock names a registry or a place on a disk."""
    for number, line in enumerate(lock.read_text("utf-8").splitlines(), 1):
        if "://" in line or line.startswith(("--index", "--extra-index", "--find-links")):
            raise DevError(f"{lock.name}:{number} names a place: {line.strip()}")
