"""The environment: when it counts as ready, and what becomes of a half-made one."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from devtools import environment as module
from devtools.console import DevError
from devtools.environment import Environment, PipProgress


def test_a_stamped_environment_is_ready(ready_environment: Environment) -> None:
    assert ready_environment.is_ready()


def test_a_changed_lock_makes_it_stale(ready_environment: Environment) -> None:
    ready_environment.lock.write_text("# changed\n", "utf-8")
    assert not ready_environment.is_ready()


def test_another_python_makes_it_stale(ready_environment: Environment) -> None:
    stamp = ready_environment.read_stamp() | {"python": "3.11.0-other"}
    ready_environment.stamp.write_text(json.dumps(stamp), "utf-8")
    assert not ready_environment.is_ready()


def test_a_vanished_python_makes_it_stale(ready_environment: Environment) -> None:
    ready_environment.python.unlink()
    ready_environment.python.symlink_to("gone")
    assert not ready_environment.is_ready()


def test_an_interrupted_change_makes_it_stale(ready_environment: Environment) -> None:
    ready_environment.incomplete.touch()
    assert not ready_environment.is_ready()


@pytest.mark.parametrize("text", ["", "{", "[]", '"text"'])
def test_a_damaged_stamp_is_no_stamp(ready_environment: Environment, text: str) -> None:
    ready_environment.stamp.write_text(text, "utf-8")
    assert not ready_environment.is_ready()


def test_a_ready_environment_starts_no_process(
    ready_environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a process was started"))
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    ready_environment.prepare()


def test_a_note_is_kept_beside_the_stamp(ready_environment: Environment) -> None:
    ready_environment.note("system", "33 libraries")
    assert ready_environment.read_stamp()["system"] == "33 libraries"
    assert ready_environment.is_ready()


@pytest.mark.long
def test_a_half_made_environment_is_repaired(environment: Environment) -> None:
    # What a kill in the first install leaves: a folder, our marker, a Python that does not run.
    environment.scripts.mkdir(parents=True)
    environment.python.write_text("not a program", "utf-8")
    environment.incomplete.touch()
    (environment.folder / "lib").mkdir()
    (environment.folder / "lib" / "half-a-library").touch()

    environment.prepare()

    assert environment.is_ready()
    assert not environment.incomplete.exists()
    assert not (environment.folder / "lib" / "half-a-library").exists()
    # The checkout is importable from any folder, though its path has a space and an umlaut.
    asked = subprocess.run(
        [environment.python, "-P", "-c", "import studio; print(ascii(studio.__file__))"],
        capture_output=True,
        text=True,
        cwd=environment.root.parent,
        check=True,
    )
    assert asked.stdout.strip() == ascii(str(environment.root / "studio" / "__init__.py"))

    # In the same environment, since making one takes seconds: pip fails, and says why.
    environment.lock.write_text("--no-index\nno-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n", "utf-8")
    with pytest.raises(DevError, match="No matching distribution found for no-such-package"):
        environment.prepare()
    assert environment.incomplete.exists()
    assert not environment.is_ready()


def test_an_unwritable_place_is_said(environment: Environment) -> None:
    environment.folder.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(DevError, match=r"Cannot write .*\.venv"):
        environment.prepare()


def test_a_checkout_without_lock_is_said(environment: Environment) -> None:
    environment.lock.unlink()
    with pytest.raises(DevError, match=r"requirements\.lock.*whole checkout"):
        environment.prepare()


def test_a_python_without_ensurepip_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(module.system_parts, "can_install", lambda: False)
    with pytest.raises(DevError, match=r"sudo apt-get install python3\.\d+-venv"):
        module.provide_venv_module()


def test_root_gets_the_missing_venv_package(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[list[str]] = []
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(module.system_parts, "can_install", lambda: True)
    monkeypatch.setattr(module.system_parts, "install_debian", installed.append)
    monkeypatch.setattr(module.sys, "base_prefix", os.sep + "usr")
    if Path(module.sys.base_prefix) != Path("/usr"):
        pytest.skip("Debian's prefix has no counterpart here")
    module.provide_venv_module()
    version = module.sys.version_info
    assert installed == [[f"python{version[0]}.{version[1]}-venv"]]


def test_pip_lines_become_one_line_of_progress() -> None:
    progress = PipProgress()
    assert (
        progress("Collecting alembic==1.20.1 (from -r requirements.lock (line 1))") == "fetching 1: alembic"
    )
    assert progress("  Downloading av-18.1.0-cp311.whl (40 MB)") == "fetching 1: av-18.1.0-cp311.whl (40 MB)"
    assert progress("Installing collected packages: altgraph, zipp") == "unpacking 1 packages"
    assert progress("Looking in indexes: somewhere") is None
