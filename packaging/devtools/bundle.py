"""The package command: the PyInstaller folder and the .deb made from it, both in dist/."""

from __future__ import annotations

import os
import shutil
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from . import deb, launch, part_list, system_parts
from .console import DevError, run_quietly, say
from .environment import Environment

NAME = "host-studio"


def package(environment: Environment, arguments: Sequence[str]) -> int:
    if arguments:
        raise DevError(f"package takes no arguments: {' '.join(arguments)}")
    environment.prepare()
    launch.check_system(environment)
    if absent := system_parts.provide(build_programs()):
        raise DevError(f"{absent[0].name} is missing. Run: {system_parts.advice(absent)}")
    dist = environment.root / "dist"
    folder = freeze(environment, dist)
    print(f"{folder}  {_megabytes(folder)} MB")
    if not system_parts.on_linux():
        return 0
    if not shutil.which("dpkg-deb"):
        say("dpkg-deb is missing: no .deb was made")
        return 0
    start = time.monotonic()
    say("making the .deb")
    made = deb.build(folder, environment.root, dist, project_version(environment.root))
    print(f"{made}  {_megabytes(made)} MB  ({time.monotonic() - start:.0f} s)")
    return 0


def build_programs() -> list[system_parts.Part]:
    return [
        system_parts.Program(name, (name,), packages, linux_only=True)
        for name, packages in part_list.BUILD_PROGRAMS.items()
    ]


def freeze(environment: Environment, dist: Path) -> Path:
    """Run PyInstaller; return the folder it made. Raises DevError with its last lines."""
    build = environment.root / "build"
    command = [str(environment.python), "-m", "PyInstaller", "--noconfirm", "--log-level", "INFO"]
    command += ["--distpath", str(dist), "--workpath", str(build / "pyinstaller")]
    command.append(str(environment.root / "packaging" / f"{NAME}.spec"))
    say("freezing (some minutes)")
    start = time.monotonic()
    # Its cache belongs to this checkout: parallel builds of two checkouts must not share one.
    variables = os.environ | {"PYINSTALLER_CONFIG_DIR": str(build / "pyinstaller-cache")}
    run_quietly(
        command,
        "PyInstaller failed",
        progress=lambda line: line.strip()[:100] or None,
        environment=variables,
        cwd=environment.root,
    )
    say(f"frozen in {time.monotonic() - start:.0f} s")
    return dist / NAME


def project_version(root: Path) -> str:
    with (root / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _megabytes(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if not file.is_symlink()]
    return sum(file.stat().st_size for file in files if file.is_file()) // 1_000_000
