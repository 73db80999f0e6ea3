"""Folders the studio cannot use: it says so and ends; a log it cannot write does not stop it."""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from studio import app


@pytest.mark.usefixtures("qapp", "own_logging")
def test_a_home_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "photos"
    in_the_way.write_text("not a folder")
    monkeypatch.setenv("HOST_STUDIO_HOME", str(in_the_way / "home"))
    monkeypatch.setattr(app, "_has_display", lambda: True)
    shown: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda parent, title, text: shown.append(text))
    assert app.run_studio(argparse.Namespace(debug=False)) == 2
    assert len(shown) == 1
    assert shown[0].startswith(f"Host Studio cannot keep its settings and data in {in_the_way}")
    assert shown[0].endswith("Make that folder writable, or name another one in HOST_STUDIO_HOME.")
    assert f"host-studio: {shown[0]}" in capsys.readouterr().err


@pytest.fixture
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """The root logger and the hooks as they were, after a test that sets them up."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", threading.excepthook)
    yield root
    logging.captureWarnings(False)
    for handler in [one for one in root.handlers if one not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_a_log_that_cannot_be_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_logging: logging.Logger,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HOST_STUDIO_HOME", str(tmp_path / "file"))
    app._start_logging(False)
    assert "no log file" in capsys.readouterr().err
    assert not [one for one in own_logging.handlers if type(one).__name__ == "RotatingFileHandler"]
