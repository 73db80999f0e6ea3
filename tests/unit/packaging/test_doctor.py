"""The doctor: what works is tried, what does not is said with what to do; the exit code tells them apart."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked

from studio import doctor, places
from studio.media.encoding import probe_process
from studio.media.encoding.probe import Probe
from tests.fakes.keyring_memory import MemoryKeyring

from .conftest import ROOT

OPTIONS = argparse.Namespace(debug=False, try_window=False)
Examine = Callable[[str], tuple[int, str]]


@pytest.fixture
def examine(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Examine:
    """``examine("Folders")`` runs the doctor for that part alone: the exit code, and its line."""

    def _examine(name: str) -> tuple[int, str]:
        chosen = tuple(row for row in doctor._EXAMINATIONS if row[0] == name)
        assert chosen, f"there is no examination {name}"
        monkeypatch.setattr(doctor, "_EXAMINATIONS", chosen)
        code = doctor.run_doctor(OPTIONS)
        return code, capsys.readouterr().out.splitlines()[1].strip()

    return _examine


def ask_doctor(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "studio", "doctor"],
        env=os.environ | variables,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_on_this_machine_everything_a_live_needs_works(studio_home: Path) -> None:
    said = ask_doctor(QT_QPA_PLATFORM="offscreen")
    assert said.returncode == 0, said.stdout + said.stderr
    for part in ("Program files", "Folders", "Window", "Backend", "Demo clip"):
        assert f"  ok    {part}: " in said.stdout
    # A machine busy with other tests is slow, and says so.
    assert re.search(r"  (ok|note)  +Encoder: x264 \w+ · \d+ ms a frame of 33", said.stdout)
    assert str(studio_home) in said.stdout
    assert "on offscreen" in said.stdout
    assert "Ready for a LIVE." in said.stdout


def test_a_window_that_cannot_open_fails_with_qts_own_words() -> None:
    said = ask_doctor(QT_QPA_PLATFORM="no-such-platform")
    assert said.returncode == 1
    assert "  FAIL  Window: Qt cannot open one: " in said.stdout
    assert "no-such-platform" in said.stdout
    assert said.stdout.rstrip().endswith("Not ready for a LIVE: see Window.")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
def test_without_a_display_offscreen_is_tried(monkeypatch: pytest.MonkeyPatch, examine: Examine) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    code, line = examine("Window")
    assert code == 0
    assert line.startswith("note  Window: no display here: only `practice --offscreen`")


def test_a_library_that_does_not_load_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent() -> str:
        raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.setattr(doctor, "_EXAMINATIONS", (("Picture", True, absent), ("Sound", False, absent)))
    assert doctor.run_doctor(OPTIONS) == 1
    out = capsys.readouterr().out
    assert "  FAIL  Picture: libEGL.so.1: cannot open shared object file; install Host Studio again\n" in out
    assert "  note  Sound: libEGL.so.1" in out
    assert out.endswith("Not ready for a LIVE: see Picture.\n")


def test_a_backend_that_does_not_start_fails_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, examine: Examine
) -> None:
    broken = [sys.executable, "-c", "import sys; sys.exit('the stage is closed')"]
    monkeypatch.setattr(places, "program_command", lambda: broken)
    code, line = examine("Backend")
    assert code == 1
    assert line.startswith("FAIL  Backend: ") and "the stage is closed" in line


def test_a_missing_file_of_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, examine: Examine
) -> None:
    monkeypatch.setattr(places, "resource_root", lambda: tmp_path)
    code, line = examine("Program files")
    assert code == 1
    assert line.endswith("is missing: install Host Studio again")


def test_a_damaged_gift_catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, examine: Examine) -> None:
    shutil.copytree(ROOT / "resources", tmp_path / "resources")
    (tmp_path / "resources" / "gifts" / "catalogue.json").write_text("[{]", "utf-8")
    monkeypatch.setattr(places, "resource_root", lambda: tmp_path / "resources")
    code, line = examine("Program files")
    assert code == 1
    assert line.startswith("FAIL  Program files: the gift catalogue is damaged: ")


def test_folders_that_cannot_be_made(studio_home: Path, examine: Examine) -> None:
    studio_home.write_text("a file in the way", "utf-8")
    code, line = examine("Folders")
    assert code == 1
    assert str(studio_home) in line


def test_a_disk_that_is_nearly_full_is_noted(
    studio_home: Path, monkeypatch: pytest.MonkeyPatch, examine: Examine
) -> None:
    usage = type(shutil.disk_usage(ROOT))(total=10**12, used=10**12 - 10**9, free=10**9)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage)
    code, line = examine("Folders")
    assert code == 0
    assert line.startswith("note  Folders: only 1.0 GB free; data in ")


def test_a_machine_too_slow_to_encode_is_noted(monkeypatch: pytest.MonkeyPatch, examine: Examine) -> None:
    slow = lambda kinds, canvas, settings: tuple(Probe(kind.title, 41.0, 36.0) for kind in kinds)  # noqa: E731
    monkeypatch.setattr(probe_process, "probe_all", slow)
    code, line = examine("Encoder")
    assert code == 0
    assert line.startswith("note  Encoder: x264 ultrafast · 41 ms a frame of 33 · this computer is busy")
    assert "viewers may see fewer" in line


def test_a_machine_where_no_encoder_works_is_told_why(
    monkeypatch: pytest.MonkeyPatch, examine: Examine
) -> None:
    broken = lambda kinds, canvas, settings: tuple(  # noqa: E731
        Probe(kind.title, failure="no driver") for kind in kinds
    )
    monkeypatch.setattr(probe_process, "probe_all", broken)
    code, line = examine("Encoder")
    assert code == 1
    assert line.startswith("FAIL  Encoder: none works here (NVENC: no driver, ")


class _LockedKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("no")


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        (MemoryKeyring, "ok    Keyring: Token in "),
        (fail.Keyring, "note  Keyring: none found; "),
        (_LockedKeyring, "note  Keyring: there is one, but it does not keep a secret; unlock it; "),
    ],
)
def test_the_keyring_is_tried(backend: type[KeyringBackend], expected: str, examine: Examine) -> None:
    chosen = backend()
    keyring.set_keyring(chosen)
    code, line = examine("Keyring")
    assert code == 0
    assert line.startswith(expected)
    assert getattr(chosen, "secrets", {}) == {}, "what the doctor stored, it deletes"
