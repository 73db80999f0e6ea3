"""The earnings on air, without a window around them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.fakes.feed_services import Rig
from tests.ui.shell.conftest import theme

__all__ = ["rig", "theme"]


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path) -> Rig:
    made = Rig(tmp_path)
    made.go_live()
    return made
