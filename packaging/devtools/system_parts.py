"""Which parts of the system are missing, and how they come to be there.

On Debian and its kin missing parts are installed when we may (as root, or by `sudo -n` in CI); elsewhere
the exact command is said instead.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import part_list
from .console import DevError, run_quietly, say
from .part_list import Packages


@dataclass(frozen=True)
class Program:
    """A program found on PATH under one of its names."""

    name: str
    commands: tuple[str, ...]
    packages: Packages
    linux_only: bool = False

    def path(self) -> str | None:
        return next((found for command in self.commands if (found := shutil.which(command))), None)

    def present(self) -> bool:
        return self.path() is not None

    def belongs_here(self) -> bool:
        return not self.linux_only or on_linux()


@dataclass(frozen=True)
class Library:
    """A shared library, found the way the loader finds it: by loading it."""

    name: str
    packages: Packages

    def present(self) -> bool:
        try:
            ctypes.CDLL(self.name)
        except OSError:
            return False
        return True

    def belongs_here(self) -> bool:
        return on_linux()


@dataclass(frozen=True)
class Font:
    """A font that covers what the fontconfig pattern asks for."""

    name: str
    packages: Packages

    def present(self) -> bool:
        if not (fc_list := shutil.which("fc-list")):
            return False
        asked = subprocess.run(
            [fc_list, self.name, "family"], capture_output=True, text=True, errors="replace", check=False
        )
        return bool(asked.stdout.strip())

    def belongs_here(self) -> bool:
        return on_linux()


Part = Program | Library | Font


def on_linux() -> bool:
    return sys.platform.startswith("linux")


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def libraries() -> list[Part]:
    return [Library(name, packages) for name, packages in part_list.LIBRARIES.items()]


def fonts() -> list[Part]:
    asking = Program("fc-list", ("fc-list",), part_list.FONTCONFIG, linux_only=True)
    return [asking, *(Font(name, packages) for name, packages in part_list.FONTS.items())]


def test_programs() -> list[Part]:
    return [program(name) for name in part_list.TEST_PROGRAMS]


def program(name: str) -> Program:
    """Return the description of a program of the tests. Raises DevError for a name that is not listed."""
    if name not in part_list.TEST_PROGRAMS:
        raise DevError(f"{name} is not in packaging/devtools/part_list.py: add it to TEST_PROGRAMS")
    commands, packages, linux_only = part_list.TEST_PROGRAMS[name]
    return Program(name, commands, packages, linux_only)


def missing(parts: Iterable[Part]) -> list[Part]:
    return [part for part in parts if part.belongs_here() and not part.present()]


def debian_packages(parts: Iterable[Part]) -> list[str]:
    return sorted({part.packages.debian for part in parts})


def advice(parts: Iterable[Part]) -> str:
    """Return the command that installs the parts on this system."""
    parts = list(parts)
    for tool, command, column in (
        ("apt-get", "apt-get install --no-install-recommends", 0),
        ("dnf", "dnf install", 1),
        ("pacman", "pacman -S --needed", 2),
    ):
        if shutil.which(tool):
            return f"sudo {command} " + " ".join(sorted({part.packages[column] for part in parts}))
    return "install " + ", ".join(part.name for part in parts) + " with your system's package manager"


def fingerprint() -> str:
    """Return a text that changes when a library is installed or removed: then, and only then, look again."""
    if not on_linux():
        return sys.platform
    try:
        changed_ns = Path("/etc/ld.so.cache").stat().st_mtime_ns
    except OSError:
        changed_ns = 0  # a system without the cache (musl, Nix): looked at once
    return f"{len(part_list.LIBRARIES)} libraries at {changed_ns}"


def root_prefix() -> list[str] | None:
    """Return what goes before a command to run it as root, or None when we may not."""
    if not hasattr(os, "geteuid"):
        return None
    if os.geteuid() == 0:
        return []
    if in_ci() and shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def can_install() -> bool:
    return shutil.which("apt-get") is not None and root_prefix() is not None


def apt_command(prefix: list[str], *words: str) -> list[str]:
    """Return an apt-get command line that asks nothing and waits for another one that is at work."""
    options = ["-qq", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    return [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *options, *words]


def install_debian(packages: list[str]) -> None:
    """Install packages as root. Raises DevError with apt's last lines."""
    prefix = root_prefix()
    if prefix is None:
        raise DevError(f"Not root. Run: sudo apt-get install --no-install-recommends {shlex.join(packages)}")
    say(f"installing system packages: {' '.join(packages)}")
    install = apt_command(prefix, "install", "--no-install-recommends", *packages)
    if _has_package_lists() and _succeeds(install):
        return
    # No lists yet (fresh container), or lists too old to find the files they name.
    run_quietly(apt_command(prefix, "update"), "apt-get update failed")
    run_quietly(install, "apt-get could not install " + " ".join(packages))


def provide(parts: Iterable[Part]) -> list[Part]:
    """Install what is missing where we may; return what is missing still."""
    absent = missing(parts)
    if absent and can_install():
        install_debian(debian_packages(absent))
        absent = missing(absent)
    return absent


def _has_package_lists() -> bool:
    return any(Path("/var/lib/apt/lists").glob("*_Packages*"))


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
