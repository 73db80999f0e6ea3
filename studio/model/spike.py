"""When gifts make a moment worth marking: a burst beyond what this LIVE is used to, or one large gift.

Pure, no clock inside: whoever owns it says when a gift came. Memory is bounded by ``_HISTORY_MIN`` minutes.
"""

from __future__ import annotations

from collections import deque
from statistics import median

_MINUTE_MS = 60_000
#: What "used to" means: the median of as many minutes. A median, so that one burst does not hide the next.
_HISTORY_MIN = 30
#: A minute is a burst at so many times the median, and at no less than this many diamonds.
_TIMES, _LEAST_DIAMONDS = 4, 100
#: A gift this large is a moment by itself (Galaxy and up, see the catalogue).
BIG_GIFT = 1_000
#: Between two bursts, and between a large gift and the next: the first seconds are what people look for.
_REST_MS = 90_000
_BIG_REST_MS = 20_000
#: A large gift in the middle of a burst that was told has its place in that one's clip.
_SAME_MS = 10_000


class SpikeRule:
    """``gift`` tells for each whether it makes a moment. Times must not go back by more than they jitter."""

    def __init__(self) -> None:
        self._begun_ms: int | None = None
        self._recent: deque[tuple[int, int]] = deque()  # (ms, diamonds) of the last minute
        self._recent_sum = 0
        self._minutes: deque[int] = deque([0], maxlen=_HISTORY_MIN + 1)  # the last one still runs
        self._minute = 0
        self._quiet_until_ms = self._big_quiet_until_ms = 0

    def gift(self, at_ms: int, diamonds: int) -> int:
        """A gift of so many diamonds came. Returns the diamonds that make a moment (of the gift alone when it
        is large, else of the last minute), 0 when it is none.
        """
        if self._begun_ms is None:
            self._begun_ms = at_ms
        self._advance(max(0, at_ms - self._begun_ms) // _MINUTE_MS)
        self._minutes[-1] += diamonds
        self._recent.append((at_ms, diamonds))
        self._recent_sum += diamonds
        while self._recent and self._recent[0][0] <= at_ms - _MINUTE_MS:
            self._recent_sum -= self._recent.popleft()[1]
        if diamonds >= BIG_GIFT and at_ms >= self._big_quiet_until_ms:
            self._big_quiet_until_ms = at_ms + _BIG_REST_MS
            self._quiet_until_ms = at_ms + _REST_MS  # it would be a burst, too: the same moment
            return diamonds
        if at_ms >= self._quiet_until_ms and self._recent_sum >= self._threshold():
            self._quiet_until_ms = at_ms + _REST_MS
            self._big_quiet_until_ms = max(self._big_quiet_until_ms, at_ms + _SAME_MS)
            return self._recent_sum
        return 0

    @property
    def median_per_minute(self) -> float:
        """Of the minutes that are over; 0 before there is one."""
        past = list(self._minutes)[:-1]
        return median(past) if past else 0.0

    def _threshold(self) -> float:
        return max(_LEAST_DIAMONDS, _TIMES * self.median_per_minute)

    def _advance(self, minute: int) -> None:
        for _ in range(min(minute - self._minute, _HISTORY_MIN + 1)):
            self._minutes.append(0)
        self._minute = max(minute, self._minute)
