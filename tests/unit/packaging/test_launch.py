"""Starting the app: exit codes, signals, arguments, old Pythons."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from devtools import launch, system_parts
from devtools.console import DevError
from devtools.environment import Environment

posix = pytest.mark.skipif(os.name != "posix", reason="about POSIX")

APP = """
import signal, sys
if sys.argv[1] == "exit":
    sys.exit(int(sys.argv[2]))
if sys.argv[1] == "kill":
    signal.raise_signal(signal.SIGKILL)
if sys.argv[1] == "wait":
    try:
        print("waiting", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        sys.exit(7)
print(sys.argv[1:])
"""


@pytest.fixture
def dev_py(ready_environment: Environment) -> list[str]:
    """A dev.py whose `run` starts a small app without Qt."""
    root = ready_environment.root
    (root / "studio" / "__main__.py").write_text(APP, "utf-8")
    # This Python has no .pth for the small checkout: the path comes from outside.
    wrapper = f'#!/bin/sh\nPYTHONPATH="{root}" exec "{sys.executable}" "$@"\n'
    ready_environment.python.unlink()
    ready_environment.python.write_text(wrapper, "utf-8")
    ready_environment.python.chmod(0o755)
    ready_environment.note("system", system_parts.fingerprint())
    return [sys.executable, str(root / "packaging" / "dev.py")]


@posix
@pytest.mark.parametrize("code", [0, 1, 42])
def test_the_exit_code_is_the_apps(dev_py: list[str], code: int) -> None:
    assert subprocess.run([*dev_py, "run", "exit", str(code)], check=False).returncode == code


@posix
def test_a_death_by_signal_is_the_apps(dev_py: list[str]) -> None:
    assert subprocess.run([*dev_py, "run", "kill"], check=False).returncode == -signal.SIGKILL


@posix
def test_ctrl_c_reaches_the_app_and_its_answer_counts(dev_py: list[str]) -> None:
    with subprocess.Popen([*dev_py, "run", "wait"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 7


@posix
def test_arguments_arrive_as_they_are(dev_py: list[str], tmp_path: Path) -> None:
    words = ["--help", "two words", "--seed=1", "ü"]
    done = subprocess.run([*dev_py, "run", *words], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert ast.literal_eval(done.stdout) == words


def test_where_exec_does_not_wait_the_exit_code_is_passed() -> None:
    assert launch._wait_for([sys.executable, "-c", "raise SystemExit(5)"]) == 5
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(("code", "signed"), [(0, 0), (1, 1), (0xC000013A, -1073741510), (-9, -9)])
def test_windows_exit_codes_fit_sys_exit(code: int, signed: int) -> None:
    assert launch.signed(code) == signed


class _Parts:
    """Stands in for the system's parts: `absent` ones stay absent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looked = 0
        self.absent: list[system_parts.Part] = []
        monkeypatch.setattr(system_parts, "provide", self.provide)
        monkeypatch.setattr(system_parts, "fonts", list)
        monkeypatch.delenv(launch.SKIP_VARIABLE, raising=False)

    def provide(self, parts: list[system_parts.Part]) -> list[system_parts.Part]:
        self.looked += 1
        return self.absent


def test_the_system_is_looked_at_once(
    ready_environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = _Parts(monkeypatch)
    monkeypatch.setattr(system_parts, "fingerprint", lambda: "as it was")
    launch.check_system(ready_environment)
    launch.check_system(ready_environment)
    assert parts.looked == 1
    monkeypatch.setattr(system_parts, "fingerprint", lambda: "a library was removed")
    launch.check_system(ready_environment)
    assert parts.looked == 2


def test_missing_libraries_stop_with_the_command(
    ready_environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = _Parts(monkeypatch)
    parts.absent = [system_parts.libraries()[0]]
    with pytest.raises(DevError, match=r"libEGL\.so\.1(?s:.*)" + launch.SKIP_VARIABLE):
        launch.check_system(ready_environment)
    assert "system" not in ready_environment.read_stamp()
    monkeypatch.setenv(launch.SKIP_VARIABLE, "1")
    launch.check_system(ready_environment)


def test_an_old_python_is_told_so(checkout: Path) -> None:
    dev = checkout / "packaging" / "dev.py"
    pretend = (
        f"import sys, runpy; sys.version_info = (3, 8, 1); runpy.run_path({str(dev)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.8.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_old_pythons_can_read_dev_py(checkout: Path) -> None:
    tree = ast.parse((checkout / "packaging" / "dev.py").read_text("utf-8"))
    too_new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.arg, ast.Match, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, too_new)]


@pytest.mark.parametrize(("words", "code"), [([], 2), (["--help"], 0), (["no-such-command"], 1)])
def test_usage(checkout: Path, words: list[str], code: int) -> None:
    dev = checkout / "packaging" / "dev.py"
    done = subprocess.run([sys.executable, dev, *words], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "usage: python3 packaging/dev.py" in done.stdout + done.stderr
    assert not (checkout / ".venv").exists()
