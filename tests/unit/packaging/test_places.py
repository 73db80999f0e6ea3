"""Where things lie, in the checkout, the wheel and the bundle."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio import places

from .conftest import ROOT

FOLDERS = [places.data_dir, places.config_dir, places.log_dir]


def test_resources_of_the_checkout() -> None:
    assert (
        places.resource_path("fonts", "Inter-Regular.otf")
        == ROOT / "resources" / "fonts" / "Inter-Regular.otf"
    )


def test_resources_of_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert places.resource_path() == tmp_path / "resources"
    assert places.program_command() == [sys.executable]


def test_resources_of_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "studio" / "_resources" / "icons"
    shipped.mkdir(parents=True)
    monkeypatch.setattr(places, "__file__", str(tmp_path / "studio" / "places.py"))
    assert places.resource_path("icons") == shipped.resolve()
    assert places.program_command() == [sys.executable, "-m", "studio"]


def test_no_file_of_the_current_folder_hides_a_library_from_our_other_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit('the wrong one')", "utf-8")
    monkeypatch.chdir(tmp_path)
    words = [*places.program_command(), "backend", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--listen" in done.stdout


def test_a_missing_resource_says_where_it_should_be() -> None:
    with pytest.raises(
        places.ResourceMissing, match=r"no-such-font\.otf is missing: install Host Studio again"
    ):
        places.resource_path("fonts", "no-such-font.otf")


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_variable_moves_every_folder(studio_home: Path, folder: Callable[[], Path]) -> None:
    assert folder().is_dir()
    assert folder().parent == studio_home
    assert len({other() for other in FOLDERS}) == 3


def test_a_relative_home_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(places.HOME_VARIABLE, "here")
    assert places.data_dir() == tmp_path / "here" / "data"


@pytest.mark.parametrize("folder", FOLDERS)
def test_without_the_variable_the_systems_folders_are_used(
    folder: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(places.HOME_VARIABLE)
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "win32":
        pytest.skip("Windows asks the system for its folders, not the environment")
    assert folder().is_relative_to(tmp_path)
    assert "host" in str(folder().relative_to(tmp_path)).lower()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_are_for_their_owner_only(studio_home: Path, folder: Callable[[], Path]) -> None:
    before = os.umask(0)
    try:
        made = folder()
    finally:
        os.umask(before)
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert stat.S_IMODE(studio_home.stat().st_mode) == 0o700


def test_a_file_in_the_way_is_an_error(studio_home: Path) -> None:
    studio_home.mkdir()
    (studio_home / "data").touch()
    with pytest.raises(FileExistsError):
        places.data_dir()
