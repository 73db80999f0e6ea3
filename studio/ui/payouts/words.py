"""Words and amounts of payouts. Pure, any thread."""

from __future__ import annotations

import re
from datetime import datetime

from studio.model.money import MICRO_PER_CENT, MICRO_PER_DOLLAR, format_dollars
from studio.model.payout import Payout, PayoutState, Reversal
from studio.model.text import clean_line

#: ``$1,240.50``: thousands may have commas, cents have a point and two digits or none.
_AMOUNT = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?")

STATES = {
    PayoutState.REQUESTED: "Requested",
    PayoutState.SENT: "Sent to the bank",
    PayoutState.PAID: "Paid",
    PayoutState.RETURNED: "Returned",
}


def micro_dollars_of(text: str) -> int | None:
    """What somebody typed as an amount of money, in micro-dollars; None when it is none."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None or not text.isascii():
        return None
    cents = (found[2] or "").ljust(2, "0")
    return int(found[1].replace(",", "")) * MICRO_PER_DOLLAR + int(cents) * MICRO_PER_CENT


def day_and_time(at_ms: int) -> str:
    """``Nov 20, 21:14`` in this computer's time zone."""
    moment = datetime.fromtimestamp(at_ms / 1_000)
    return f"{moment:%b} {moment.day}, {moment:%H:%M}"


def payout_words(payout: Payout) -> str:
    """One line: what became of it, when, and why."""
    line = f"{STATES[payout.state]} · {day_and_time(payout.changed_ms)}"
    return f"{line} · {clean_line(payout.reason)}" if payout.reason else line


def reversal_words(reversal: Reversal, gift_name: str) -> str:
    """Which gift was taken back, and why, in a sentence."""
    who = clean_line(reversal.person.shown_name)
    why = clean_line(reversal.reason)
    return (
        f"{reversal.diamonds:,} diamonds of {who}’s {gift_name} were taken back on "
        f"{day_and_time(reversal.at_ms)}{f': {why}' if why else '.'}"
    )


def money_of(payout: Payout) -> str:
    """``"$420.56"``."""
    return format_dollars(payout.micro_dollars)


def exact_dollars(micro_dollars: int) -> str:
    """``5_000`` -> ``"$0.005"``: every digit of a rate, where ``format_dollars`` stops at cents."""
    whole, micro = divmod(micro_dollars, MICRO_PER_DOLLAR)
    digits = f"{micro:06d}".rstrip("0")
    return f"${whole:,}.{digits.ljust(2, '0')}"
