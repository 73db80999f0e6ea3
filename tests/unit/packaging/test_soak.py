"""The soak command: it runs the long run with the caller's options, and its verdict is the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from devtools import cli, soak
from devtools.environment import Environment


@pytest.mark.parametrize("verdict", [0, 1])
def test_options_reach_the_run_and_its_verdict_comes_back(
    ready_environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, verdict: int
) -> None:
    monkeypatch.setattr(soak, "prepare_for_tests", lambda environment: None)
    folder = ready_environment.root / "tests" / "long"
    folder.mkdir(parents=True)
    (folder / "on_air.py").write_text(
        f"import sys\nopen('told', 'w').write(' '.join(sys.argv[1:]))\nsys.exit({verdict})", "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    assert soak.run_soak(ready_environment, ["--seconds", "5"]) == verdict
    assert (tmp_path / "told").read_text("utf-8") == "--seconds 5"


def test_the_command_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    assert "soak" in capsys.readouterr().out
