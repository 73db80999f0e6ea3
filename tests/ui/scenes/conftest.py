"""Fixtures of the scenes' tests: the window's stage."""

from tests.ui.shell.conftest import play, stage, theme

__all__ = ["play", "stage", "theme"]
