"""Fixtures of the system tests."""

from tests.studio_parts import build, on_qt_loop

__all__ = ["build", "on_qt_loop"]
