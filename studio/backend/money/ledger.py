"""The double-entry ledger: all that happens to money as immutable transfers between accounts.

Writer thread only (works on the open transaction). One happening is one or more transfers with the same
``link_id``; each moves ``amount`` > 0 of one ledger from the debited to the credited account, so the sum of
debits equals the sum of credits in each ledger whatever happens. Transfer ids come from the client's
request id: a second posting of the same request breaks the primary key, whatever else fails.

A host's diamonds: a gift brings ``pending`` ones, `holds` makes them ``available``, a payout in two phases
takes them over ``reserved``. Of a gift the platform has its share, rounded down; the rest is the host's.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from studio.backend.errors import Rejected
from studio.backend.storage.state import LedgerAccount
from studio.backend.storage.tx import Tx
from studio.model.money import MAX_AMOUNT, CoinPack
from studio.protocol.codes import ErrorCode

COINS, DIAMONDS, MICRO_DOLLARS = "coins", "diamonds", "micro_dollars"
PLATFORM = "platform"

#: What a transfer was made for.
GIFT_COINS, GIFT_DIAMONDS, GIFT_SHARE = "gift_coins", "gift_diamonds", "gift_share"
PURCHASE_PAID, PURCHASE_COINS = "purchase_paid", "purchase_coins"
HOLD_RELEASED = "hold_released"
PROMOTED = "promoted"
REFUND_PAID, REFUND_COINS, REFUND_LOST = "refund_paid", "refund_coins", "refund_lost"
GIFT_UNREDEEMED, GIFT_REVERSED, SHARE_REVERSED = "gift_unredeemed", "gift_reversed", "share_reversed"
PAYOUT_RESERVED, PAYOUT_PAID, PAYOUT_RETURNED = "payout_reserved", "payout_paid", "payout_returned"
PAYOUT_MONEY = "payout_money"
BOX_FUNDED, BOX_SHARE, BOX_RETURNED = "box_funded", "box_share", "box_returned"


class Happening(msgspec.Struct, frozen=True):
    """What the transfers of one gift or purchase have in common."""

    link_id: str
    actor_id: str
    item: str
    quantity: int = 1
    room_id: str = ""
    event_seq: int = 0
    part: str = ""  # tells the transfers of one code apart, when there are several


def wallet(tx: Tx, account_id: str) -> LedgerAccount:
    """The coins somebody can spend."""
    return tx.ledger_account(account_id, COINS, "wallet")


def pending(tx: Tx, host_id: str) -> LedgerAccount:
    """Diamonds of gifts whose hold has not ended."""
    return tx.ledger_account(host_id, DIAMONDS, "pending")


def available(tx: Tx, host_id: str) -> LedgerAccount:
    """Diamonds that can be cashed out. The one account a chargeback may bring below zero."""
    return tx.ledger_account(host_id, DIAMONDS, "available")


def reserved(tx: Tx, host_id: str) -> LedgerAccount:
    """Diamonds in a payout under way."""
    return tx.ledger_account(host_id, DIAMONDS, "reserved")


def platform(tx: Tx, ledger: str, code: str) -> LedgerAccount:
    """One of the platform's own accounts."""
    return tx.ledger_account(PLATFORM, ledger, code)


def check_coins(tx: Tx, account_id: str, coins: int) -> LedgerAccount:
    """The wallet, which holds at least ``coins``. `Rejected` NOT_ENOUGH_COINS or INVALID_AMOUNT."""
    if not 0 < coins <= MAX_AMOUNT:
        raise Rejected(ErrorCode.INVALID_AMOUNT)
    purse = wallet(tx, account_id)
    balance = purse.balance
    if balance < coins:
        raise Rejected(
            ErrorCode.NOT_ENOUGH_COINS,
            f"That costs {coins:,} coins and you have {balance:,}; buy coins first.",
        )
    return purse


def give(tx: Tx, happening: Happening, sender: LedgerAccount, *, host_id: str, coins: int) -> int:
    """Books a gift of ``coins`` (see `check_coins`) to ``host_id``; returns the diamonds the host gets."""
    redeemed = tx.ledger_account(PLATFORM, COINS, "redeemed")
    transfer(tx, happening, COINS, GIFT_COINS, sender, redeemed, coins)
    diamonds = tx.rates.diamonds(coins)
    issued = tx.ledger_account(PLATFORM, DIAMONDS, "issued")
    share = tx.rates.share(diamonds)
    if share:
        transfer(tx, happening, DIAMONDS, GIFT_SHARE, issued, platform(tx, DIAMONDS, "share"), share)
    transfer(tx, happening, DIAMONDS, GIFT_DIAMONDS, issued, pending(tx, host_id), diamonds - share)
    return diamonds - share


def buy(tx: Tx, happening: Happening, pack: CoinPack) -> int:
    """Books a purchase of a coin pack with test money; returns the buyer's new balance in coins."""
    till = tx.ledger_account(PLATFORM, MICRO_DOLLARS, "test_money")
    sales = tx.ledger_account(PLATFORM, MICRO_DOLLARS, "sales")
    transfer(tx, happening, MICRO_DOLLARS, PURCHASE_PAID, till, sales, pack.price_micro_dollars)
    buyer = wallet(tx, happening.actor_id)
    issued = tx.ledger_account(PLATFORM, COINS, "issued")
    transfer(tx, happening, COINS, PURCHASE_COINS, issued, buyer, pack.coins)
    return buyer.balance


def promote(tx: Tx, happening: Happening, account_id: str, coins: int) -> None:
    """Coins somebody gets from the platform for nothing."""
    given = platform(tx, COINS, "promotions")
    transfer(tx, happening, COINS, PROMOTED, given, wallet(tx, account_id), coins)


def boxes(tx: Tx) -> LedgerAccount:
    """The coins in treasure boxes that have not opened."""
    return tx.ledger_account(PLATFORM, COINS, "boxes")


def fund_box(tx: Tx, why: Happening, giver: LedgerAccount, coins: int) -> None:
    """Puts ``coins`` (see `check_coins`) into a box, whose id is the happening's item."""
    transfer(tx, why, COINS, BOX_FUNDED, giver, boxes(tx), coins)


def share_box(tx: Tx, box_id: str, room_id: str, shares: Sequence[tuple[str, int]]) -> None:
    """Books what each account gets of a box: all of its coins, a transfer each."""
    for place, (account_id, coins) in enumerate(shares):
        why = Happening(box_id, account_id, box_id, room_id=room_id, part=f".{place}")
        transfer(tx, why, COINS, BOX_SHARE, boxes(tx), wallet(tx, account_id), coins)


def return_box(tx: Tx, box_id: str, room_id: str, giver_id: str, coins: int) -> None:
    """Nobody came: the giver has all of it again."""
    why = Happening(box_id, giver_id, box_id, room_id=room_id)
    transfer(tx, why, COINS, BOX_RETURNED, boxes(tx), wallet(tx, giver_id), coins)


def move_available(
    tx: Tx,
    why: Happening,
    code: str,
    debit: LedgerAccount,
    credit: LedgerAccount,
    amount: int,
    pending_id: str = "",
) -> str:
    """A transfer from or to a host's available diamonds: it stands in the host's statement, too."""
    transfer_id = transfer(tx, why, DIAMONDS, code, debit, credit, amount, pending_id)
    account, diamonds = (debit, -amount) if debit.code == "available" else (credit, amount)
    assert account.code == "available"
    turnover = account.debits + account.credits
    tx.add_row("statement_lines", (account.owner_id, turnover, transfer_id, code, diamonds, account.balance))
    return transfer_id


def transfer(
    tx: Tx,
    why: Happening,
    ledger: str,
    code: str,
    debit: LedgerAccount,
    credit: LedgerAccount,
    amount: int,
    pending_id: str = "",
) -> str:
    """Books it; returns its id. ``pending_id``: the first phase that this one posts or voids."""
    assert 0 < amount <= MAX_AMOUNT
    assert debit.owner_id == PLATFORM or debit.balance >= amount or code == GIFT_REVERSED, "checked before"
    transfer_id = f"{why.link_id}.{code}{why.part}"
    debit.debits += amount
    credit.credits += amount
    tx.touch_account(debit)
    tx.touch_account(credit)
    tx.add_row(
        "transfers",
        (
            transfer_id,
            why.link_id,
            pending_id,
            ledger,
            code,
            debit.id,
            credit.id,
            amount,
            why.actor_id,
            why.room_id,
            why.event_seq,
            why.item,
            why.quantity,
            tx.rates.diamonds_per_coin,
            tx.rates.micro_dollars_per_diamond,
            tx.money_ms,
            tx.rates.share_ppm,
        ),
    )
    return transfer_id
