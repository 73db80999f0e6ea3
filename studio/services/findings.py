"""What a guard found in this run: told in the log, kept for the report. GUI thread; pure but for the log."""

from __future__ import annotations

import logging
from collections import deque
from enum import Enum
from typing import Generic, Protocol, TypeVar

log = logging.getLogger(__name__)

_KEPT = 200


class GuardFinding(Protocol):
    """One trouble. Times in `clock.now_ns` nanoseconds; ``recovered_ns`` None while it lasts."""

    @property
    def kind(self) -> Enum: ...
    @property
    def began_ns(self) -> int: ...
    @property
    def recovered_ns(self) -> int | None: ...


F = TypeVar("F", bound=GuardFinding)


class FindingLog(Generic[F]):
    """Invariant: one entry a trouble, the newest last, bounded to 200: the oldest go."""

    def __init__(self) -> None:
        self._kept: deque[F] = deque(maxlen=_KEPT)

    def __len__(self) -> int:
        return len(self._kept)

    def began(self, finding: F, sentence: str) -> None:
        log.warning("guard: %s", sentence)
        self._kept.append(finding)

    def ended(self, finding: F) -> None:
        """The same trouble, with the time of its end."""
        assert finding.recovered_ns is not None
        lasted_s = (finding.recovered_ns - finding.began_ns) / 1e9
        log.info("guard: %s recovered after %.1f s", finding.kind.value, lasted_s)
        for place, known in enumerate(self._kept):
            if known.kind is finding.kind and known.began_ns == finding.began_ns:
                self._kept[place] = finding

    def report(self, since_ns: int) -> list[dict[str, object]]:
        """For the practice report: troubles that began, or lasted, after ``since_ns``; seconds from there."""
        return [
            {
                "kind": finding.kind.value,
                "at_s": round(max(0, finding.began_ns - since_ns) / 1e9, 2),
                "recovered_after_s": None
                if finding.recovered_ns is None
                else round((finding.recovered_ns - finding.began_ns) / 1e9, 2),
            }
            for finding in self._kept
            if finding.recovered_ns is None or finding.recovered_ns > since_ns
        ]
