"""What hosts ask of their money: payouts, what was taken back, how an amount came about.

`COMMAND_TYPES` lists them with all others.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from studio.model.money import MAX_AMOUNT
from studio.model.payout import DerivationLine, Payout, Reversal
from studio.protocol.command import Command, Id, Result, Seq

Amount = Annotated[int, msgspec.Meta(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
MaybeId = Annotated[str, msgspec.Meta(max_length=64)]
Cursor = Annotated[str, msgspec.Meta(max_length=200)]

AVAILABLE, PENDING, RESERVED, LIVE = "available", "pending", "reserved", "live"


class PayoutRequested(Result, frozen=True, kw_only=True):
    """The diamonds are set aside and the payout is on its way."""

    payout: Payout


class Payouts(Result, frozen=True, kw_only=True):
    """The newest first. ``next_before``: ask again with it for older ones; 0: there are none.

    ``paid_micro_dollars``: all that was ever paid out.
    """

    payouts: tuple[Payout, ...]
    next_before: int = 0
    paid_micro_dollars: int = 0


class Reversals(Result, frozen=True, kw_only=True):
    """Gifts that were taken back, the newest first. ``next_before``: as in `Payouts`."""

    reversals: tuple[Reversal, ...]
    next_before: int = 0


class Derivation(Result, frozen=True, kw_only=True):
    """``opening`` and all ``lines`` of all pages make ``closing``; a payout then took ``amount`` of it.

    ``micro_dollars`` is ``amount`` in money at ``micro_dollars_per_diamond``, as are the lines'. ``next``:
    ask again with it for the following lines; empty: this was the last page.
    """

    opening: int
    closing: int
    amount: int
    micro_dollars: int
    micro_dollars_per_diamond: int
    lines: tuple[DerivationLine, ...]
    next: str = ""


class SignedStatement(Result, frozen=True, kw_only=True):
    """``statement``: a `model.Statement` as JSON, exactly as it was signed. ``signature`` (Ed25519) and
    ``public_key`` as hexadecimal digits.
    """

    statement: str
    signature: str
    public_key: str


class RequestPayout(Command, frozen=True, kw_only=True, tag="request_payout"):
    """Host: cashes out so many ``diamonds``, or as many whole ones as ``micro_dollars`` pay for; one is 0.

    One payout is under way at a time. SIGN_IN_AGAIN unless the password was given a short while ago.
    """

    result: ClassVar[type[Result]] = PayoutRequested
    diamonds: Amount = 0
    micro_dollars: Amount = 0


class GetPayouts(Command, frozen=True, kw_only=True, tag="get_payouts"):
    """Host: own payouts, the newest first, from before ``before`` on (0: the newest)."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = Payouts
    before: Seq = 0


class GetReversals(Command, frozen=True, kw_only=True, tag="get_reversals"):
    """Host: gifts whose diamonds were taken back, and why, the newest first."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = Reversals
    before: Seq = 0


class GetDerivation(Command, frozen=True, kw_only=True, tag="get_derivation"):
    """Host: how a balance (``available``, ``pending``, ``reserved``), a payout (its id) or what a LIVE has
    brought (``live``, with its ``room_id``) came about.

    Available diamonds are told since the payout before, a payout's from the one before it to itself.
    """

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = Derivation
    of: Id
    room_id: MaybeId = ""
    after: Cursor = ""


class GetStatement(Command, frozen=True, kw_only=True, tag="get_statement"):
    """Host: what the ledger says of their money from ``from_ms`` until before ``until_ms``, signed."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = SignedStatement
    from_ms: Seq
    until_ms: Seq


MONEY_TYPES: tuple[type[Command], ...] = (
    RequestPayout,
    GetPayouts,
    GetReversals,
    GetDerivation,
    GetStatement,
)
