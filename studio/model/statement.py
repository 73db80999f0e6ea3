"""What a backend's ledger says of a host's money over a time, in the form that it signs. Pure values."""

from __future__ import annotations

import msgspec


class Balances(msgspec.Struct, frozen=True, kw_only=True):
    """Whole diamonds."""

    pending: int
    available: int
    reserved: int


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """From ``from_ms`` on, until before ``until_ms`` (Unix milliseconds of the backend's clock).

    ``gifts`` counts messages (a streak has several), ``diamonds`` are what they brought the host after the
    platform's ``share``; ``reversed_diamonds`` were taken back. ``paid_*``: payouts that were paid in that
    time. ``balances``: when the statement was made. ``closed_days``: those of it that take no transfer more.
    """

    host_id: str
    handle: str
    from_ms: int
    until_ms: int
    made_ms: int
    gifts: int
    coins: int
    diamonds: int
    share: int
    reversed_diamonds: int
    paid_payouts: int
    paid_diamonds: int
    paid_micro_dollars: int
    balances: Balances
    closed_days: int
