"""Everything about the backend that can be set, with the defaults the field uses. Pure values, any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from studio.backend.money.sandbox_bank import BankHabits
from studio.model.limits import LIMITS, Limits
from studio.model.money import COIN_PACKS, CoinPack, Rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A token bucket's measure: ``per_second`` on average, ``burst`` at once."""

    per_second: float
    burst: float


_UNLIMITED = Allowance(per_second=math.inf, burst=math.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """How fast clients may be.

    ``abuse_strikes`` refusals for speed within ``abuse_window_s`` end a connection.
    """

    commands_per_connection: Allowance = Allowance(per_second=20, burst=60)
    commands_per_account: Allowance = Allowance(per_second=40, burst=120)
    comments_per_account: Allowance = Allowance(per_second=3, burst=10)
    votes_per_account: Allowance = Allowance(per_second=2, burst=20)
    sign_ups_per_address: Allowance = Allowance(per_second=0.2, burst=20)
    sign_in_free_tries: int = 5
    sign_in_longest_wait_s: float = 300.0
    abuse_strikes: int = 100
    abuse_window_s: float = 10.0

    @classmethod
    def off(cls) -> RateLimits:
        """No limits: for rehearsals and measurements on this machine."""
        return cls(
            commands_per_connection=_UNLIMITED,
            commands_per_account=_UNLIMITED,
            comments_per_account=_UNLIMITED,
            votes_per_account=_UNLIMITED,
            sign_ups_per_address=_UNLIMITED,
            sign_in_free_tries=1_000_000,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordCost:
    """Argon2id parameters.

    Default: OWASP's recommended minimum (19 MiB, 2 passes, 1 lane), about 20 ms here.
    """

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1

    @classmethod
    def light(cls) -> PasswordCost:
        """For accounts that live for one rehearsal: a thousand of them sign up in seconds."""
        return cls(memory_kib=64, passes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    """Bounds of one connection; what exceeds them is cut off and counted."""

    max_connections: int = 5_000
    identify_timeout_s: float = 10.0
    #: Text waiting for a client that reads slowly; beyond it the client is cut off (TOO_SLOW).
    events_buffer_bytes: int = 2 * 1024 * 1024
    #: Commands under way at once on one connection; beyond it the server stops reading from it.
    commands_under_way: int = 64
    #: Picture waiting for a viewer; beyond it the viewer skips to a later keyframe.
    media_buffer_bytes: int = 1024 * 1024
    media_stall_s: float = 10.0
    #: Picture kept since the last keyframe for newcomers.
    media_backlog_bytes: int = 8 * 1024 * 1024
    close_timeout_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendSettings:
    """What a backend is started with. ``port`` 0 takes a free one.

    ``database_url`` empty is SQLite in ``data_dir``.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 0
    tls_cert: Path | None = None
    tls_key: Path | None = None
    database_url: str = ""
    #: Folders of the viewer page and of the gifts; None: those shipped with the program.
    viewer_dir: Path | None = None
    gifts_dir: Path | None = None
    test_money: bool = True
    #: How long diamonds are pending before they can be cashed out. 0, for the sandbox: not at all.
    hold_s: float = 0.0
    #: How old the sign-in with a password may be that a payout is asked for with.
    fresh_sign_in_s: float = 900.0
    #: How often holds, the operator's orders and payouts under way are looked after.
    books_every_s: float = 1.0
    #: The provider is asked about a payout it has said nothing of for so long.
    payout_ask_s: float = 15.0
    #: Signs the provider's callbacks; empty: a new one each start, for the sandbox bank beside us.
    payout_secret: bytes = b""
    bank: BankHabits = field(default_factory=BankHabits)
    rates: Rates = field(default_factory=Rates)
    limits: Limits = LIMITS
    packs: tuple[CoinPack, ...] = COIN_PACKS
    rate_limits: RateLimits = field(default_factory=RateLimits)
    password_cost: PasswordCost = field(default_factory=PasswordCost)
    sockets: SocketLimits = field(default_factory=SocketLimits)
    token_days: int = 30
    tick_s: float = 0.033
    host_away_s: float = 300.0
    viewers_every_s: float = 1.0
    goal_every_s: float = 0.5
    balance_every_s: float = 0.25
    picture_every_s: float = 2.0
    joined_again_s: float = 30.0
    #: Events kept in memory a room for Resume; older ones come from the database.
    ring_events: int = 4_096
    #: Jobs waiting for the writer; beyond it commands are refused (TOO_FAST) and counted.
    writer_queue: int = 10_000
    writer_batch: int = 512
