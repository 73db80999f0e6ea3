"""Which tokens are in use now, and the signal that says they changed. GUI thread; imports no services."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.ui.theme.tokens import DARK, Tokens


class ThemeNotifier(QObject):
    """``changed``: the colours or the text size are different now; paint again."""

    changed = Signal()


notifier = ThemeNotifier()
_tokens = DARK


def current() -> Tokens:
    """The colours in use."""
    return _tokens


def use(tokens: Tokens) -> None:
    """Switches the colours and says so. ``Theme``, which styles the application, is the only caller."""
    global _tokens
    _tokens = tokens
    notifier.changed.emit()
