"""The bench command: one merged JSON document, and a failure that shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from devtools import benches
from devtools.console import DevError
from devtools.environment import Environment

GOOD = (
    "import json, sys\nprint('warming up')\nprint(json.dumps({'rate': 5}))\nprint('noise', file=sys.stderr)\n"
)


@pytest.fixture
def folder(ready_environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(benches, "prepare_for_tests", lambda environment: None)
    folder = ready_environment.root / "tests" / "bench"
    folder.mkdir(parents=True)
    (folder / "bench_feed.py").write_text(GOOD, "utf-8")
    (folder / "helper.py").touch()
    return folder


def test_results_are_merged_by_name(
    ready_environment: Environment, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "bench_ledger.py").write_text(GOOD.replace("5", "7"), "utf-8")
    assert benches.run_benches(ready_environment, []) == 0
    assert json.loads(capfd.readouterr().out) == {"feed": {"rate": 5}, "ledger": {"rate": 7}}


def test_only_the_named_ones_run(
    ready_environment: Environment, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "bench_broken.py").write_text("raise SystemExit(4)", "utf-8")
    assert benches.run_benches(ready_environment, ["feed"]) == 0
    assert list(json.loads(capfd.readouterr().out)) == ["feed"]


def test_a_failing_bench_fails_and_the_others_still_count(
    ready_environment: Environment, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "bench_broken.py").write_text("raise SystemExit(4)", "utf-8")
    (folder / "bench_chatty.py").write_text("print('done')", "utf-8")
    assert benches.run_benches(ready_environment, []) == 1
    document = json.loads(capfd.readouterr().out)
    assert document["broken"] == {"error": "exit code 4"}
    assert document["chatty"] == {"error": "its last line is not JSON"}
    assert document["feed"] == {"rate": 5}


def test_unknown_names_list_the_known_ones(ready_environment: Environment, folder: Path) -> None:
    with pytest.raises(DevError, match=r"No bench is called fed\. There are: feed"):
        benches.run_benches(ready_environment, ["fed"])


@pytest.mark.parametrize("output", ["", "\n", "text", "[1]", "3"])
def test_only_a_json_object_is_a_result(output: str) -> None:
    with pytest.raises(DevError, match="its last line is not"):
        benches.read_result(output)
