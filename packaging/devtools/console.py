"""Talking to the developer: progress on stderr, failures as one type. stdout is for results."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

KEPT_LINES = 25  # of a failing command's output: enough for pip's and apt's explanations


class DevError(Exception):
    """Something a developer has to act on; its text says what to do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class ProgressLine:
    """One line that is written over on a terminal, and stays silent in a log file."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._dirty = False

    def show(self, text: str) -> None:
        if self._shown:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + text[:width].ljust(width), end="", file=sys.stderr, flush=True)
            self._dirty = True

    def clear(self) -> None:
        if self._dirty:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + " " * width + "\r", end="", file=sys.stderr, flush=True)
            self._dirty = False


def run_quietly(
    command: Sequence[str],
    failure: str,
    *,
    progress: Callable[[str], str | None] = lambda line: None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> None:
    """Run a command without its output; `progress` turns a line of it into what to show meanwhile.

    Raises DevError(failure + the last lines of output) when it does not end with 0.
    """
    last_lines: deque[str] = deque(maxlen=KEPT_LINES)
    shown = ProgressLine()
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=environment,
            cwd=cwd,
        )
    except OSError as error:
        raise DevError(f"{failure}: {command[0]}: {error.strerror or error}") from error
    with process:
        try:
            for line in process.stdout or ():
                last_lines.append(line.rstrip())
                if text := progress(line):
                    shown.show(text)
        except BaseException:
            process.terminate()  # Ctrl+C: leave nothing working behind our back
            raise
        finally:
            shown.clear()
    if process.returncode:
        raise DevError(
            "\n".join([f"{failure} (exit code {process.returncode}). Its last lines:", *last_lines])
        )
