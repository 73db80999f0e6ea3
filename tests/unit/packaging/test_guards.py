"""The guards of tests/conftest.py themselves: what must fail a test does, and what was announced does not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

CASES = """
import asyncio, gc, logging, os, warnings
import keyring, pytest
from PySide6.QtCore import qWarning

def test_passes_quietly():
    logging.getLogger("room").warning("a warning is no error")

def test_fails_on_error_log():
    logging.getLogger("room").error("lost a frame")

def test_fails_on_error_log_of_another_pattern(expected_errors):
    expected_errors("lost a packet")
    logging.getLogger("room").error("lost a frame")

@pytest.mark.expected_errors("lost a .rame")
def test_passes_marked():
    logging.getLogger("room").error("lost a frame")

def test_passes_announced(expected_errors):
    expected_errors(r"room: lost .* \\(ValueError")
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("room").exception("lost a frame")

async def test_fails_on_lost_task_exception():
    async def fail():
        raise ValueError("nobody waits for me")
    task = asyncio.ensure_future(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()

def test_fails_on_qt_warning(qtlog):
    qWarning("QObject::connect: no such signal")

def test_fails_on_python_warning():
    warnings.warn("old ways", DeprecationWarning)

def test_passes_with_its_own_keyring(memory_keyring):
    assert keyring.get_password("host-studio", "token") is None
    keyring.set_password("host-studio", "token", "secret")
    assert keyring.get_keyring() is memory_keyring

def test_passes_without_the_secret_of_the_test_before():
    assert keyring.get_password("host-studio", "token") is None

@pytest.mark.real_keyring
def test_passes_with_the_real_keyring_chosen():
    assert "tests.fakes" not in type(keyring.get_keyring()).__module__
    assert "PYTHON_KEYRING_BACKEND" not in os.environ

def test_passes_or_skips_what_this_desk_lacks(require_system):
    require_system("chromium")
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("guards")
    (folder / "test_cases.py").write_text(CASES, "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-rA", "-v"]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    found: dict[str, str] = {}
    # A test whose teardown fails is listed as PASSED and as ERROR: the later line counts.
    for outcome, name in re.findall(
        r"^(PASSED|FAILED|ERROR|SKIPPED) .*::(test_\w+)", done.stdout, re.MULTILINE
    ):
        found[name] = outcome if found.get(name) != "ERROR" else "ERROR"
    assert found, done.stdout + done.stderr
    return found


@pytest.mark.parametrize("name", re.findall(r"def (test_fails_\w+)", CASES))
def test_what_must_fail_fails(outcomes: dict[str, str], name: str) -> None:
    assert outcomes[name] in ("FAILED", "ERROR")


@pytest.mark.parametrize("name", re.findall(r"def (test_passes_(?!or_skips)\w+)", CASES))
def test_what_is_in_order_passes(outcomes: dict[str, str], name: str) -> None:
    assert outcomes[name] == "PASSED"


def test_a_missing_program_skips_on_a_desk_and_fails_in_ci(
    require_system: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tests import conftest

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="chromium is missing: "):
        conftest._require_system("chromium")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="chromium is missing: "):
        conftest._require_system("chromium")
