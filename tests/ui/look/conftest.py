"""Fixtures of the look's tests: the window's stage."""

from tests.ui.shell.conftest import play, stage, theme

__all__ = ["play", "stage", "theme"]
