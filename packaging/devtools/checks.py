"""The test command: every check in order, all of them even after a failure, one line for each at the end."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from . import launch, system_parts
from .console import DevError, say
from .environment import Environment

#: Each has windows, backends and browsers of its own; more only makes them wait for memory and disk.
MOST_PROCESSES = 4
#: More of them than cores: half of a test's time is waiting for pictures, sockets and pages.
SPARE_PROCESSES = 1


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    name: str
    exit_code: int
    seconds: float

    def line(self) -> str:
        result = "ok" if self.exit_code == 0 else f"FAILED ({self.exit_code})"
        return f"{self.name:<14} {result:<12} {self.seconds:7.1f} s"


def run_tests(environment: Environment, arguments: Sequence[str]) -> int:
    prepare_for_tests(environment)
    outcomes = [_run(step, environment) for step in steps(environment, arguments)]
    print()
    for outcome in outcomes:
        print(outcome.line())
    return 1 if any(outcome.exit_code for outcome in outcomes) else 0


def prepare_for_tests(environment: Environment) -> None:
    """Make the environment and the parts of the system the tests drive.

    Raises DevError in CI when a part cannot be had; elsewhere the tests that need it skip, saying why.
    """
    environment.prepare()
    launch.check_system(environment)
    parts = [*system_parts.test_programs(), *(system_parts.fonts() if system_parts.in_ci() else [])]
    try:
        absent = system_parts.provide(parts)
    except DevError as error:
        if system_parts.in_ci():
            raise
        say(str(error))
        absent = system_parts.missing(parts)
    if not absent:
        return
    names = ", ".join(part.name for part in absent)
    if system_parts.in_ci():
        raise DevError(
            f"The tests need {names}, and CI=true forbids skipping.\nRun: {system_parts.advice(absent)}"
        )
    say(f"Tests that need {names} will be skipped. To run them: {system_parts.advice(absent)}")


def steps(environment: Environment, arguments: Sequence[str]) -> list[Step]:
    """Return the checks. `--long` adds the tests that take minutes; every other argument goes to pytest."""
    python = (str(environment.python), "-m")
    return [
        Step("ruff check", (*python, "ruff", "check", ".")),
        Step("ruff format", (*python, "ruff", "format", "--check", ".")),
        Step("mypy", (*python, "mypy", "--strict", "studio")),
        Step("lint-imports", (str(environment.scripts / "lint-imports"),)),
        *_pytest_steps((*python, "pytest"), arguments),
    ]


def _pytest_steps(pytest: tuple[str, ...], arguments: Sequence[str]) -> list[Step]:
    """The whole suite in processes side by side, then what must have the machine for itself (`alone`).

    With arguments of the caller's own it is one process: they may ask for one test, or a debugger.
    """
    chosen = [argument for argument in arguments if argument != "--long"]
    long = "--long" in arguments
    if chosen:
        # An empty expression overrides the "not long" of pyproject.toml.
        return [Step("pytest", (*pytest, *(("-m", "") if long else ()), *chosen))]
    kinds = "" if long else " and not long"
    processes = str(min(MOST_PROCESSES, (os.cpu_count() or 1) + SPARE_PROCESSES))
    side_by_side = ("-n", processes, "--dist", "worksteal", "-m", f"not alone{kinds}")
    return [
        Step("pytest", (*pytest, *side_by_side)),
        Step("pytest alone", (*pytest, "-m", f"alone{kinds}")),
    ]


def _run(step: Step, environment: Environment) -> Outcome:
    say(f"--- {step.name}")
    start = time.monotonic()
    try:
        exit_code = subprocess.run(
            step.command, cwd=environment.root, env=_clean_variables(), check=False
        ).returncode
    except OSError as error:
        say(f"cannot start {step.command[0]}: {error.strerror}")
        exit_code = 127
    return Outcome(step.name, exit_code, time.monotonic() - start)


def _clean_variables() -> dict[str, str]:
    """Return the environment without what would change which modules the checks find."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
