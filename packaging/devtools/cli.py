"""The command line of dev.py. Commands are imported when chosen: `run` must cost next to nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from .console import DevError, say
from .environment import INTERRUPTED, Environment

USAGE = """\
usage: python3 packaging/dev.py COMMAND [arguments]     (Windows: py packaging\\dev.py COMMAND)

  run [arguments]         start Host Studio; everything after `run` goes to the app (try: run practice)
  test [--long] [...]     ruff, mypy, import contracts and pytest; other arguments go to pytest
  bench [name ...]        measure; one JSON document on stdout
  soak [arguments]        an hour on air: memory, sound against picture, packets (try: soak --help)
  package                 a folder without need of Python and a .deb, in dist/
  lock                    make requirements.lock anew from pyproject.toml

The first command makes .venv from requirements.lock. Missing system libraries are installed when run as root
on Debian-like systems; otherwise the command to install them is shown.
"""


def main(arguments: Sequence[str], root: Path | None = None) -> int:
    command, *rest = arguments or ["--help"]
    if command in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0 if arguments else 2
    environment = Environment(root or Path(__file__).resolve().parents[2])
    try:
        return _run(command, environment, rest)
    except DevError as error:
        say(f"dev.py {command}: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return INTERRUPTED


def _run(command: str, environment: Environment, rest: Sequence[str]) -> int:
    if command == "run":
        from .launch import run_app

        return run_app(environment, rest)
    if command == "test":
        from .checks import run_tests

        return run_tests(environment, rest)
    if command == "bench":
        from .benches import run_benches

        return run_benches(environment, rest)
    if command == "soak":
        from .soak import run_soak

        return run_soak(environment, rest)
    if command == "package":
        from .bundle import package

        return package(environment, rest)
    if command == "lock":
        from .lock import compile_lock

        return compile_lock(environment)
    print(USAGE, end="", file=sys.stderr)
    raise DevError("there is no such command")
