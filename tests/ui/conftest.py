"""What holds for every test of windows: none outlives its test.

A new theme styles every window there is: those that earlier tests left would cost seconds each time.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from tests.studio_parts import build, on_qt_loop

__all__ = ["build", "on_qt_loop"]


@pytest.fixture(autouse=True)
def _no_window_left(qapp: QApplication) -> Iterator[None]:
    yield
    for widget in qapp.topLevelWidgets():
        if shiboken6.isValid(widget) and widget.parent() is None:
            shiboken6.delete(widget)
