"""Colours, fonts and icons of the studio, switched at run time. GUI thread.

``current()`` is the palette in use; connect ``notifier.changed`` to paint again when it changes.
Like QPalette itself this is a matter of the whole application, not of one window.
"""

from studio.ui.theme.active import current, notifier, use
from studio.ui.theme.tokens import CONTRAST, DARK, LIGHT, Tokens, faded, ink_on, mixed

__all__ = ["CONTRAST", "DARK", "LIGHT", "Tokens", "current", "faded", "ink_on", "mixed", "notifier", "use"]
