"""The double-entry ledger: gifts and purchases as immutable transfers between accounts.

Writer thread only (works on the open transaction). One happening is one or more transfers with the same
``link_id``; each moves ``amount`` > 0 of one ledger from the debited to the credited account, so the sum of
debits equals the sum of credits in each ledger whatever happens. Transfer ids come from the client's
request id: a second posting of the same request breaks the primary key, whatever else fails.
"""

from __future__ import annotations

import msgspec

from studio.backend.errors import Rejected
from studio.backend.storage.state import LedgerAccount
from studio.backend.storage.tx import Tx
from studio.model.money import MAX_AMOUNT, CoinPack
from studio.protocol.codes import ErrorCode

COINS, DIAMONDS, MICRO_DOLLARS = "coins", "diamonds", "micro_dollars"
PLATFORM = "platform"

#: What a transfer was made for. Payouts, holds and refunds will be further codes on the same rows.
GIFT_COINS, GIFT_DIAMONDS = "gift_coins", "gift_diamonds"
PURCHASE_PAID, PURCHASE_COINS = "purchase_paid", "purchase_coins"


class Happening(msgspec.Struct, frozen=True):
    """What the transfers of one gift or purchase have in common."""

    link_id: str
    actor_id: str
    item: str
    quantity: int = 1
    room_id: str = ""
    event_seq: int = 0


def wallet(tx: Tx, account_id: str) -> LedgerAccount:
    """The coins somebody can spend."""
    return tx.ledger_account(account_id, COINS, "wallet")


def earned(tx: Tx, account_id: str) -> LedgerAccount:
    """The diamonds a host has received."""
    return tx.ledger_account(account_id, DIAMONDS, "earned")


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
    """Books a gift of ``coins`` (see `check_coins`) to ``host_id``; returns the diamonds it brings."""
    redeemed = tx.ledger_account(PLATFORM, COINS, "redeemed")
    _transfer(tx, happening, COINS, GIFT_COINS, sender, redeemed, coins)
    diamonds = tx.rates.diamonds(coins)
    issued = tx.ledger_account(PLATFORM, DIAMONDS, "issued")
    _transfer(tx, happening, DIAMONDS, GIFT_DIAMONDS, issued, earned(tx, host_id), diamonds)
    return diamonds


def buy(tx: Tx, happening: Happening, pack: CoinPack) -> int:
    """Books a purchase of a coin pack with test money; returns the buyer's new balance in coins."""
    till = tx.ledger_account(PLATFORM, MICRO_DOLLARS, "test_money")
    sales = tx.ledger_account(PLATFORM, MICRO_DOLLARS, "sales")
    _transfer(tx, happening, MICRO_DOLLARS, PURCHASE_PAID, till, sales, pack.price_micro_dollars)
    buyer = wallet(tx, happening.actor_id)
    issued = tx.ledger_account(PLATFORM, COINS, "issued")
    _transfer(tx, happening, COINS, PURCHASE_COINS, issued, buyer, pack.coins)
    return buyer.balance


def _transfer(
    tx: Tx, why: Happening, ledger: str, code: str, debit: LedgerAccount, credit: LedgerAccount, amount: int
) -> None:
    assert amount > 0
    assert debit.owner_id == PLATFORM or debit.balance >= amount, "checked before the first write"
    debit.debits += amount
    credit.credits += amount
    tx.touch_account(debit)
    tx.touch_account(credit)
    tx.add_row(
        "transfers",
        (
            f"{why.link_id}.{code}",
            why.link_id,
            "",  # pending_id: for two-phase transfers
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
            tx.now_ms,
        ),
    )
