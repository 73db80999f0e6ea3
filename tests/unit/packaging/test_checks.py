"""The test command: all checks run, each is reported, a failure anywhere fails the whole."""

from __future__ import annotations

import sys

import pytest
from devtools import checks, launch, system_parts
from devtools.checks import Step
from devtools.console import DevError
from devtools.environment import Environment


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Environment, "prepare", lambda self: None)
    monkeypatch.setattr(launch, "check_system", lambda environment: None)


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_every_check_runs_and_one_failure_fails_all(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = [
        Step("first", _python("pass")),
        Step("second", _python("raise SystemExit(3)")),
        Step("third", ("no-such-program",)),
        Step("fourth", _python("print('fourth ran')")),
    ]
    monkeypatch.setattr(checks, "steps", lambda environment, arguments: steps)
    monkeypatch.setattr(system_parts, "provide", lambda parts: [])
    assert checks.run_tests(environment, []) == 1
    output = capfd.readouterr().out
    assert "fourth ran" in output
    assert [line.split()[:2] for line in output.splitlines()[-4:]] == [
        ["first", "ok"],
        ["second", "FAILED"],
        ["third", "FAILED"],
        ["fourth", "ok"],
    ]
    del steps[1:3]
    assert checks.run_tests(environment, []) == 0


def test_the_checks_in_order(environment: Environment) -> None:
    names = [step.name for step in checks.steps(environment, [])]
    assert names == ["ruff check", "ruff format", "mypy", "lint-imports", "pytest", "pytest alone"]


@pytest.mark.parametrize(("arguments", "kinds"), [([], " and not long"), (["--long"], "")])
def test_every_test_runs_once_side_by_side_or_alone(
    environment: Environment, arguments: list[str], kinds: str
) -> None:
    *_, side_by_side, alone = checks.steps(environment, arguments)
    assert "-n" in side_by_side.command and "-n" not in alone.command
    assert side_by_side.command[-1] == f"not alone{kinds}"
    assert alone.command[-2:] == ("-m", f"alone{kinds}")


def test_long_takes_the_marker_away_and_the_rest_goes_to_pytest(environment: Environment) -> None:
    *_, pytest_step = checks.steps(environment, ["tests/unit", "--long", "-x"])
    assert pytest_step.command[-5:] == ("pytest", "-m", "", "tests/unit", "-x")
    *_, pytest_step = checks.steps(environment, ["-k", "ledger"])
    assert pytest_step.command[-3:] == ("pytest", "-k", "ledger")


def test_a_callers_python_path_does_not_leak_in(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", "somewhere")
    show = Step("show", _python("import os; print('PYTHONPATH' in os.environ)"))
    monkeypatch.setattr(checks, "steps", lambda environment, arguments: [show])
    monkeypatch.setattr(system_parts, "provide", lambda parts: [])
    checks.run_tests(environment, [])
    assert capfd.readouterr().out.startswith("False\n")


def test_a_missing_part_is_said_on_a_desk_and_fails_in_ci(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_parts, "provide", lambda parts: [system_parts.program("chromium")])
    monkeypatch.delenv("CI", raising=False)
    checks.prepare_for_tests(environment)
    assert "Tests that need chromium will be skipped. To run them: " in capsys.readouterr().err
    monkeypatch.setenv("CI", "true")
    with pytest.raises(DevError, match="chromium, and CI=true forbids skipping"):
        checks.prepare_for_tests(environment)


def test_a_failing_installation_ends_only_ci(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(parts: list[system_parts.Part]) -> list[system_parts.Part]:
        raise DevError("apt-get could not install chromium")

    monkeypatch.setattr(system_parts, "provide", fail)
    monkeypatch.setattr(system_parts, "missing", lambda parts: [])
    monkeypatch.delenv("CI", raising=False)
    checks.prepare_for_tests(environment)
    assert "could not install chromium" in capsys.readouterr().err
    monkeypatch.setenv("CI", "true")
    with pytest.raises(DevError, match="could not install chromium"):
        checks.prepare_for_tests(environment)
