"""The bench command: each tests/bench/bench_*.py in a process of its own, one JSON document on stdout."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .checks import prepare_for_tests
from .console import DevError, say
from .environment import Environment

LIMIT_S = 900  # one bench; a hang must not hold up the others for ever


def run_benches(environment: Environment, names: Sequence[str]) -> int:
    chosen = choose(environment.root / "tests" / "bench", names)
    prepare_for_tests(environment)
    document: dict[str, Any] = {}
    failed = False
    for name in chosen:
        say(f"--- bench {name}")
        start = time.monotonic()
        try:
            document[name] = _run(environment, name)
        except DevError as error:
            failed = True
            document[name] = {"error": str(error)}
        say(f"    {name}: {document[name].get('error', 'ok')} ({time.monotonic() - start:.1f} s)")
    print(json.dumps(document, indent=2))
    return 1 if failed else 0


def choose(folder: Path, names: Sequence[str]) -> list[str]:
    """Return the benches to run, in order of name. Raises DevError for a name that does not exist."""
    existing = sorted(path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py"))
    if not existing:
        raise DevError(f"There is no bench_*.py in {folder}")
    if unknown := sorted(set(names) - set(existing)):
        raise DevError(f"No bench is called {', '.join(unknown)}. There are: {', '.join(existing)}")
    return [name for name in existing if not names or name in names]


def read_result(output: str) -> dict[str, Any]:
    """Return the JSON object in the last line a bench printed. Raises DevError."""
    lines = output.strip().splitlines()
    try:
        result = json.loads(lines[-1])
    except (IndexError, ValueError) as error:
        raise DevError("its last line is not JSON") from error
    if not isinstance(result, dict):
        raise DevError("its last line is not a JSON object")
    return result


def _run(environment: Environment, name: str) -> dict[str, Any]:
    variables = os.environ | {"PYTHONPATH": str(environment.root)}
    variables.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = [str(environment.python), "-m", f"tests.bench.bench_{name}"]
    try:
        done = subprocess.run(
            command,
            cwd=environment.root,
            env=variables,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DevError(f"not done after {LIMIT_S} s") from error
    if done.returncode:
        raise DevError(f"exit code {done.returncode}")
    return read_result(done.stdout)
