"""How close the feed's rows lie: comfortable, or compact. GUI thread. ``Theme`` sets it and says so."""

from __future__ import annotations

_compact = False


def compact() -> bool:
    """Whether a short comment shares the line of its name."""
    return _compact


def set_compact(on: bool) -> None:
    """``Theme`` calls this and then says the theme changed."""
    global _compact
    _compact = on
