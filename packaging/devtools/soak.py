"""The soak command: a long time on air, measured. Options and what it tells: tests/long/on_air.py."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from .checks import prepare_for_tests
from .environment import Environment


def run_soak(environment: Environment, arguments: Sequence[str]) -> int:
    prepare_for_tests(environment)
    variables = os.environ | {"PYTHONPATH": str(environment.root)}
    variables.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = [str(environment.python), "-m", "tests.long.on_air", *arguments]
    # In the caller's folder: it says where the films go.
    return subprocess.run(command, env=variables, check=False).returncode
