"""The wheel: built by hatchling, installed where there is no checkout, started there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from devtools import system_parts

from .conftest import ROOT

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--disable-pip-version-check", "-q"]
    made = subprocess.run([*words, ".", "-w", folder], cwd=ROOT, capture_output=True, text=True, check=False)
    if "No matching distribution found for hatchling" in made.stderr and not system_parts.in_ci():
        pytest.skip("no package index: hatchling cannot be fetched")
    assert made.returncode == 0, made.stdout + made.stderr
    (path,) = folder.glob("host_studio-*.whl")
    return path


def test_it_ships_every_file_of_the_app_and_none_of_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = _tracked_files()
    wanted = {name for name in tracked if name.startswith("studio/")}
    wanted |= {f"studio/_{name}" for name in tracked if name.startswith("resources/")}
    assert len(wanted) > 300
    assert wanted - names == set()
    assert {name.split("/")[0] for name in names - wanted} == {wheel.name.split("-py3")[0] + ".dist-info"}


def test_installed_it_finds_its_files_and_starts_its_backend(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", wheel], check=True)
    # The libraries are those of the tests. A .pth file named by another is not read: the checkout stays out.
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "libraries.pth").write_text("".join(f"{folder}\n" for folder in sorted(libraries)))
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHONPATH")}
    done = subprocess.run(
        [scripts / "host-studio", "doctor"],
        env=variables,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"the viewer page in {site / 'studio' / '_resources'}\n" in done.stdout
    assert "  ok    Backend: " in done.stdout
    assert "Ready for a LIVE." in done.stdout


def _tracked_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "studio", "resources"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout: which files belong to the app is not known")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]
