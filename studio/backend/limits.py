"""Token buckets and the guard at the sign-in door. Event-loop thread; the clock is passed in. No sockets."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from studio.backend.settings import Allowance, RateLimits

Clock = Callable[[], float]

#: Buckets and tries remembered at once; the longest unused are forgotten first.
_REMEMBERED = 20_000


class TokenBucket:
    """Lets ``burst`` through at once and ``per_second`` on average. Invariant: 0 <= tokens <= burst."""

    __slots__ = ("_allowance", "_at", "_tokens")

    def __init__(self, allowance: Allowance, now: float) -> None:
        self._allowance = allowance
        self._tokens = allowance.burst
        self._at = now

    def take(self, now: float) -> float:
        """Takes one token: 0.0 when there was one, else the seconds until there is."""
        if math.isinf(self._allowance.burst):
            return 0.0
        elapsed = max(0.0, now - self._at)
        self._tokens = min(self._allowance.burst, self._tokens + elapsed * self._allowance.per_second)
        self._at = now
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self._allowance.per_second


class Buckets:
    """One bucket a key (account, address). Capacity 20,000; the longest unused is forgotten."""

    def __init__(self, allowance: Allowance, clock: Clock) -> None:
        self._allowance = allowance
        self._clock = clock
        self._by_key: OrderedDict[Hashable, TokenBucket] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Seconds to wait for this key; 0.0 when it may go on."""
        now = self._clock()
        bucket = self._by_key.get(key)
        if bucket is None:
            bucket = self._by_key[key] = TokenBucket(self._allowance, now)
            if len(self._by_key) > _REMEMBERED:
                self._by_key.popitem(last=False)
        else:
            self._by_key.move_to_end(key)
        return bucket.take(now)


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    open_at: float = 0.0


class SignInGuard:
    """Slows down guessing: after some free tries each wrong password doubles the wait, per address and
    handle.
    """

    def __init__(self, limits: RateLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def wait_s(self, address: str, handle: str) -> float:
        """Seconds until the next try is taken; 0.0 for now."""
        tries = self._tries.get((address, handle))
        return max(0.0, tries.open_at - self._clock()) if tries else 0.0

    def failed(self, address: str, handle: str) -> None:
        tries = self._tries.setdefault((address, handle), _Tries())
        self._tries.move_to_end((address, handle))
        tries.failures += 1
        over = tries.failures - self._limits.sign_in_free_tries
        if over >= 0:
            wait = min(self._limits.sign_in_longest_wait_s, 2.0 ** min(over, 30))
            tries.open_at = self._clock() + wait
        if len(self._tries) > _REMEMBERED:
            self._tries.popitem(last=False)

    def succeeded(self, address: str, handle: str) -> None:
        self._tries.pop((address, handle), None)


class AbuseMeter:
    """Counts refusals for speed on one connection; True when it should be closed."""

    __slots__ = ("_limits", "_since", "_strikes")

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self._since = 0.0
        self._strikes = 0

    def strike(self, now: float) -> bool:
        if now - self._since > self._limits.abuse_window_s:
            self._since, self._strikes = now, 0
        self._strikes += 1
        return self._strikes >= self._limits.abuse_strikes
