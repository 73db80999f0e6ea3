"""The fixtures of the shell: a furnished studio on a real loop."""

from tests.ui.shell.conftest import play, stage, theme

__all__ = ["play", "stage", "theme"]
