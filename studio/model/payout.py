"""What becomes of a host's diamonds: payouts, gifts taken back, and how an amount came about.

Pure values, any thread. Amounts are whole diamonds, coins and micro-dollars.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from studio.model.person import Person


class PayoutState(StrEnum):
    """Requested and sent are under way; paid and returned are for good."""

    REQUESTED = "requested"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"

    @property
    def settled(self) -> bool:
        return self in (PayoutState.PAID, PayoutState.RETURNED)


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """Diamonds on their way to money. ``reason``: why it came back. ``micro_dollars_per_diamond``: its rate,
    fixed when it was asked for.
    """

    payout_id: str
    diamonds: int
    micro_dollars: int
    micro_dollars_per_diamond: int
    state: PayoutState
    requested_ms: int
    changed_ms: int
    reason: str = ""


class Reversal(msgspec.Struct, frozen=True, kw_only=True):
    """Diamonds of one gift that were taken back: the coins it was given with had their payment returned.

    ``coins``: how many of the gift's coins that concerns.
    """

    no: int
    gift_transfer_id: str
    purchase_transfer_id: str
    room_id: str
    event_seq: int
    person: Person
    gift_id: int
    coins: int
    diamonds: int
    reason: str
    at_ms: int


class LineKind(StrEnum):
    """What moved a balance."""

    GIFT = "gift"
    REVERSAL = "reversal"
    PAYOUT_RETURNED = "payout_returned"


class DerivationLine(msgspec.Struct, frozen=True, kw_only=True):
    """One transfer of a derivation. ``diamonds`` is what it adds (below 0: takes).

    Of a gift, too: who gave it, its ``coins``, the ``diamonds_per_coin`` and ``share_ppm`` of its row, the
    platform's ``share`` of its diamonds, and the money rate of that moment. ``micro_dollars``: ``diamonds``
    at the derivation's rate.
    """

    transfer_id: str
    kind: LineKind
    at_ms: int
    diamonds: int
    micro_dollars: int
    diamonds_per_coin: int
    micro_dollars_per_diamond: int
    share_ppm: int = 0
    share: int = 0
    coins: int = 0
    gift_id: int = 0
    count: int = 0
    room_id: str = ""
    event_seq: int = 0
    person: Person | None = None
