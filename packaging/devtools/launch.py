"""Starting the app so that its exit code, its signals and its terminal are the caller's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import system_parts
from .console import DevError, say
from .environment import Environment

SKIP_VARIABLE = "HOST_STUDIO_SKIP_SYSTEM_CHECK"


def run_app(environment: Environment, arguments: Sequence[str]) -> int:
    environment.prepare()
    check_system(environment)
    # -P: no file of the caller's folder may hide a library; the checkout is on the path by its .pth file.
    return hand_over([str(environment.python), "-P", "-m", "studio", *arguments])


def check_system(environment: Environment) -> None:
    """See to it that Qt finds its libraries. Raises DevError with the command that installs them."""
    found = system_parts.fingerprint()
    if environment.read_stamp().get("system") == found or os.environ.get(SKIP_VARIABLE):
        return
    if absent := system_parts.provide(system_parts.libraries()):
        names = ", ".join(part.name for part in absent)
        raise DevError(
            f"Qt needs libraries this system does not have: {names}.\nRun: {system_parts.advice(absent)}\n"
            f"(set {SKIP_VARIABLE}=1 to start all the same)"
        )
    if absent := system_parts.missing(system_parts.fonts()):
        try:
            absent = system_parts.provide(absent)
        except DevError as error:
            say(str(error))  # the app starts without these fonts: a warning, not an end
    if absent:
        say(f"Some scripts or emoji will show as boxes. To mend it: {system_parts.advice(absent)}")
    environment.note("system", system_parts.fingerprint())


def hand_over(command: list[str]) -> int:
    """Become the command (POSIX), or run it and return its exit code (Windows, where exec does not wait)."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        _become(command)
    return _wait_for(command)


def _become(command: list[str]) -> NoReturn:
    try:
        os.execv(command[0], command)
    except OSError as error:
        raise DevError(f"Cannot start {command[0]}: {error.strerror}") from error


def _wait_for(command: list[str]) -> int:
    with subprocess.Popen(command) as process:
        # Ctrl+C reaches the whole console: the app decides what it means, and we report how it ended.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            code = process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
    return signed(code)


def signed(code: int) -> int:
    """Return a Windows exit code (unsigned: 0xC000013A) as the C long that sys.exit wants."""
    return code - (1 << 32) if code >= 1 << 31 else code
