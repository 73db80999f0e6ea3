"""Importing OpenCV leaves the process as it was: checked in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

SCRIPT = """
import os
os.environ["QT_QPA_FONTDIR"] = "mine"
os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
from studio.media.cv2_import import cv2
assert os.environ["QT_QPA_FONTDIR"] == "mine", os.environ["QT_QPA_FONTDIR"]
assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
assert cv2.getNumThreads() == 1
import studio.media.engine, sys
assert not [name for name in sys.modules if name.startswith(("PySide6", "qasync", "websockets"))]
"""


def test_environment_and_threads() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_nobody_else_imports_cv2_in_the_media_room() -> None:
    importers = {
        path.name
        for path in (ROOT / "studio").rglob("*.py")
        if any(line.startswith(("import cv2", "from cv2 ")) for line in path.read_text("utf-8").splitlines())
    }
    assert importers == {"cv2_import.py"}
