"""The .deb, the lock file, and what ships."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from devtools import bundle, deb, lock
from devtools.console import DevError
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .conftest import ROOT


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A small folder with the shape of what PyInstaller makes, under an odd umask."""
    folder = tmp_path / "frozen"
    (folder / "_internal").mkdir(parents=True)
    program = folder / "host-studio"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o700)
    library = folder / "_internal" / "libthing.so.1"
    library.write_bytes(b"\0" * 3000)
    library.chmod(0o600)
    (folder / "_internal" / "libthing.so").symlink_to("libthing.so.1")
    return folder


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="makes a .deb with dpkg-deb")
def test_the_deb_installs_command_menu_entry_and_icon(frozen: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    made = deb.build(frozen, ROOT, dist, "1.2.3")
    assert re.fullmatch(r"host-studio_1\.2\.3_\w+\.deb", made.name)
    assert [made] == list(dist.iterdir())
    listing = subprocess.run(["dpkg-deb", "-c", made], capture_output=True, text=True, check=True).stdout
    lines = {line.split(" ./", 1)[1]: line for line in listing.splitlines() if " ./" in line}
    assert lines["usr/lib/host-studio/host-studio"].startswith("-rwxr-xr-x root/root")
    assert lines["usr/lib/host-studio/_internal/libthing.so.1"].startswith("-rw-r--r-- root/root")
    assert "usr/bin/host-studio -> ../lib/host-studio/host-studio" in lines
    assert "usr/share/applications/host-studio.desktop" in lines
    assert "usr/share/icons/hicolor/scalable/apps/host-studio.svg" in lines
    control = subprocess.run(["dpkg-deb", "-f", made], capture_output=True, text=True, check=True).stdout
    assert "Package: host-studio\nVersion: 1.2.3\n" in control
    assert "libxcb-cursor0" in control
    copyright_text = subprocess.run(
        f"dpkg-deb --fsys-tarfile '{made}' | tar -xO ./usr/share/doc/host-studio/copyright",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Permission is hereby granted" in copyright_text


def test_package_refuses_arguments(environment: bundle.Environment) -> None:
    with pytest.raises(DevError, match="takes no arguments: --fast"):
        bundle.package(environment, ["--fast"])


def test_the_version_is_the_projects() -> None:
    from studio import __version__

    assert bundle.project_version(ROOT) == __version__


def test_the_lock_names_no_place_and_every_package_has_hashes() -> None:
    lock.refuse_hosts(ROOT / "requirements.lock")
    entries = re.split(r"^(?=\S+==)", (ROOT / "requirements.lock").read_text("utf-8"), flags=re.MULTILINE)
    without = [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
    assert without == []


@pytest.mark.parametrize("line", ["--index-url x", "--find-links wheels", "a @ https://somewhere/a.whl"])
def test_a_lock_that_names_a_place_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "requirements.lock"
    path.write_text(f"zipp==4.1.2\n{line}\n", "utf-8")
    with pytest.raises(DevError, match=r"requirements\.lock:2 names a place"):
        lock.refuse_hosts(path)


def test_the_lock_is_not_older_than_the_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    wanted += [Requirement(text) for text in project["optional-dependencies"]["dev"]]
    lock_text = (ROOT / "requirements.lock").read_text("utf-8")
    locked = re.findall(r"^([\w.-]+)==([\w.+!-]+)", lock_text, re.MULTILINE)
    # One lock for all systems and Pythons: a package may be there in several versions, and each has to fit.
    unfit = [
        f"{requirement}: {found or 'not locked'}"
        for requirement in wanted
        if not (found := [v for name, v in locked if name == canonicalize_name(requirement.name)])
        or not all(requirement.specifier.contains(version, prereleases=True) for version in found)
    ]
    assert unfit == [], "run: python3 packaging/dev.py lock"


def test_no_tests_folder_of_a_package_hides_ours() -> None:
    # `packaging` must stay a folder without __init__.py, or it would hide the library of that name.
    assert not (ROOT / "packaging" / "__init__.py").exists()
    code = "import packaging.version, tests.fakes.keyring_memory as m; print(ascii(m.__file__))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == ascii(str(ROOT / "tests" / "fakes" / "keyring_memory.py"))
