"""A small checkout of its own for each test: nothing here touches the real one, its .venv or the network."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from devtools.environment import Environment

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a space and an umlaut in its path, an empty lock and an app that does nothing yet."""
    root = tmp_path / "check out ü"
    shutil.copytree(ROOT / "packaging", root / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "studio").mkdir()
    (root / "studio" / "__init__.py").touch()
    (root / "requirements.lock").write_text("# nothing\n", "utf-8")
    return root


@pytest.fixture
def environment(checkout: Path) -> Environment:
    return Environment(checkout)


@pytest.fixture
def ready_environment(environment: Environment) -> Environment:
    """An environment that passes for complete; its Python is the one that runs the tests."""
    if os.name != "posix":
        pytest.skip("the Python of an environment is not a link on Windows")
    environment.scripts.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    stamp = environment.wanted_stamp()
    environment.stamp.write_text(json.dumps(stamp), "utf-8")
    return environment


@pytest.fixture
def fake_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Replace PATH by an empty folder; `fake_path(name, script)` puts a program of that name into it."""
    if os.name != "posix":
        pytest.skip("the fakes are shell scripts")
    folder = tmp_path / "fake-path"
    folder.mkdir()
    for name in ("env", "sh", "touch", "chmod"):
        (folder / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, script: str = "exit 0") -> None:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        program.chmod(0o755)

    return put
