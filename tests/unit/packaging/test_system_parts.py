"""Parts of the system: found, missing, installed by apt, or advised."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from devtools import part_list, system_parts
from devtools.console import DevError
from devtools.part_list import Packages
from devtools.system_parts import Font, Library, Program

Put = Callable[..., None]
THING = Program("thing", ("thing", "thing-browser"), Packages("deb-thing", "rpm-thing", "arch-thing"))

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux")


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("CI", raising=False)


def test_a_program_is_found_under_any_of_its_names(fake_path: Put) -> None:
    assert system_parts.missing([THING]) == [THING]
    fake_path("thing-browser")
    assert system_parts.missing([THING]) == []
    assert Path(THING.path() or "").name == "thing-browser"


def test_a_part_that_does_not_exist_on_this_system_is_not_missing(
    fake_path: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert system_parts.missing([system_parts.program("Xvfb"), *system_parts.libraries()]) == []
    chromium = system_parts.program("chromium")
    assert system_parts.missing([chromium]) == [chromium]


@linux
def test_libraries_are_found_by_loading_them() -> None:
    packages = Packages("a", "b", "c")
    assert Library("libc.so.6", packages).present()
    assert not Library("libno-such-library.so.1", packages).present()


@linux
def test_a_font_is_present_when_fontconfig_names_one(fake_path: Put) -> None:
    font = Font(":lang=ja", Packages("a", "b", "c"))
    assert not font.present()  # no fc-list
    fake_path("fc-list", "exit 0")
    assert not font.present()
    fake_path("fc-list", '[ "$1" = ":lang=ja" ] && echo "Noto Sans CJK JP"')
    assert font.present()


@pytest.mark.parametrize(
    ("tool", "command"),
    [
        ("apt-get", "sudo apt-get install --no-install-recommends deb-thing"),
        ("dnf", "sudo dnf install rpm-thing"),
        ("pacman", "sudo pacman -S --needed arch-thing"),
    ],
)
def test_advice_is_the_command_of_this_system(fake_path: Put, tool: str, command: str) -> None:
    fake_path(tool)
    assert system_parts.advice([THING, THING]) == command


def test_advice_without_a_known_package_manager_names_the_parts(fake_path: Put) -> None:
    assert "thing" in system_parts.advice([THING])


def test_apt_asks_nothing_and_waits_for_its_lock() -> None:
    command = system_parts.apt_command(["sudo", "-n"], "install", "--no-install-recommends", "xvfb")
    assert command[:5] == ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    assert "-y" in command
    assert "DPkg::Lock::Timeout=300" in command
    assert command[-3:] == ["install", "--no-install-recommends", "xvfb"]


def test_root_installs_what_is_missing(fake_path: Put, tmp_path: Path, as_root: None) -> None:
    log, made = tmp_path / "apt.log", tmp_path / "fake-path" / "thing"
    install = f'echo "$@" >> "{log}"; case "$*" in *install*) touch "{made}"; chmod +x "{made}";; esac'
    fake_path("apt-get", install)
    assert system_parts.provide([THING]) == []
    assert log.read_text().splitlines()[-1].endswith("install --no-install-recommends deb-thing")


def test_without_lists_they_are_fetched_first(
    fake_path: Put, tmp_path: Path, as_root: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "apt.log"
    fake_path("apt-get", f'echo "$@" >> "{log}"')
    monkeypatch.setattr(system_parts, "_has_package_lists", lambda: False)
    system_parts.install_debian(["deb-thing"])
    assert [line.split()[-1] for line in log.read_text().splitlines()] == ["update", "deb-thing"]


def test_stale_lists_are_fetched_anew_once(
    fake_path: Put, tmp_path: Path, as_root: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, updated = tmp_path / "apt.log", tmp_path / "updated"
    fake_path(
        "apt-get",
        f'echo "$@" >> "{log}"\ncase "$*" in *update) touch "{updated}";; *) [ -e "{updated}" ];; esac',
    )
    monkeypatch.setattr(system_parts, "_has_package_lists", lambda: True)
    system_parts.install_debian(["deb-thing"])
    assert [line.split()[-1] for line in log.read_text().splitlines()] == ["deb-thing", "update", "deb-thing"]


def test_apt_failures_show_its_last_lines(fake_path: Put, as_root: None) -> None:
    fake_path("apt-get", 'case "$*" in *update) exit 0;; esac; echo "E: Unable to locate package"; exit 100')
    with pytest.raises(DevError, match=r"(?s)deb-thing \(exit code 100\).*Unable to locate package"):
        system_parts.provide([THING])


def test_a_user_who_is_not_root_gets_no_apt(fake_path: Put, as_user: None) -> None:
    fake_path("apt-get", "exit 1")
    assert system_parts.provide([THING]) == [THING]
    with pytest.raises(DevError, match="sudo apt-get install --no-install-recommends deb-thing"):
        system_parts.install_debian(["deb-thing"])


def test_ci_may_use_sudo_when_it_asks_nothing(
    fake_path: Put, as_user: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_path("sudo", "exit 0")
    assert system_parts.root_prefix() is None
    monkeypatch.setenv("CI", "true")
    assert system_parts.root_prefix() == ["sudo", "-n"]
    fake_path("sudo", "exit 1")
    assert system_parts.root_prefix() is None


def test_every_listed_part_names_a_package_everywhere() -> None:
    listed = [*part_list.LIBRARIES.values(), *part_list.FONTS.values(), *part_list.BUILD_PROGRAMS.values()]
    listed += [packages for _, packages, _ in part_list.TEST_PROGRAMS.values()]
    assert all(all(name.strip() == name and name for name in packages) for packages in listed)


def test_an_unlisted_program_is_a_mistake_in_the_test() -> None:
    with pytest.raises(DevError, match="part_list"):
        system_parts.program("no-such-program")
