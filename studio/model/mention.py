"""Does a comment speak to the host? Pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable

from studio.model.folding import fold
from studio.model.keywords import Keywords

#: Words and phrases, and people, that a host can have marked.
MAX_PHRASES, MAX_PEOPLE = 50, 200


class Addressed:
    """``handle``: the host's, which counts after an @. ``phrases``: words that count wherever they stand."""

    def __init__(self, handle: str, phrases: Iterable[str]) -> None:
        self._at = f"@{fold(handle)}" if handle else ""
        self._phrases = Keywords(phrases, {})

    def fits(self, text: str) -> bool:
        return self._calls(fold(text)) or bool(self._phrases.reason(text))

    def _calls(self, line: str) -> bool:
        """The handle after its @, and not as the beginning of a longer one."""
        if not self._at:
            return False
        at = line.find(self._at)
        while at >= 0:
            after = line[at + len(self._at) : at + len(self._at) + 2]
            # A dot or a dash belongs to a handle only if it goes on behind it.
            if not after or not (after[0].isalnum() or after[0] == "_" or _goes_on(after)):
                return True
            at = line.find(self._at, at + 1)
        return False


def _goes_on(after: str) -> bool:
    return after[0] in ".-" and after[1:].isalnum()
