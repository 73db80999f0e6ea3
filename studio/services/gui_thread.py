"""One rule, checked where it matters: state that widgets read changes on the GUI thread alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QThread


def assert_gui_thread() -> None:
    """``AssertionError`` when called from another thread than the application's."""
    app = QCoreApplication.instance()
    assert app is None or QThread.currentThread() is app.thread(), "called outside the GUI thread"
