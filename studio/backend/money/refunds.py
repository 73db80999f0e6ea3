"""A purchase whose payment was returned: its coins are taken back, and what they bought, too.

Writer thread, in the open transaction. In this order: coins still in the buyer's wallet; then the buyer's
gifts, the newest first, of each as many coins as are missing; what is left then (coins shared out of treasure
boxes, which others have in good faith) is the platform's loss. Of a gift's diamonds the part goes back that
its coins are of all its coins, rounded down over all that was ever taken back of it: a gift taken back whole
gives back every diamond. Nothing here refuses because a host has too little: that is what lets a host fall
below zero, and only that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from studio.backend.errors import Rejected
from studio.backend.money import holds, ledger
from studio.backend.storage import schema
from studio.backend.storage.tx import Tx
from studio.model.payout import Reversal
from studio.model.person import Person
from studio.protocol.codes import ErrorCode
from studio.protocol.frames import GiftReversed, Notice

_rows = schema.transfers
_encode = msgspec.json.Encoder().encode


class Refunded(msgspec.Struct, frozen=True, kw_only=True):
    """What a refund has moved. ``diamonds``: taken back from hosts; ``lost``: coins the platform bears."""

    purchase: str
    micro_dollars: int
    coins_taken_back: int
    gifts_reversed: int
    diamonds: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Gift:
    """A gift with what of it can still be taken back."""

    row: Any
    host_id: str
    diamonds: int
    share: int
    coins_before: int  # taken back by earlier refunds

    def part(self, amount: int, coins: int) -> int:
        """What ``coins`` more of it take of ``amount``."""
        whole, before = int(self.row.amount), self.coins_before
        return amount * (before + coins) // whole - amount * before // whole


def refund(tx: Tx, transfer_id: str, reason: str) -> Refunded:
    """Takes the purchase back. ``transfer_id``: any of its transfers'. `Rejected` NO_SUCH_PURCHASE."""
    paid, bought = tx.ask(lambda connection: _purchase(connection, transfer_id))
    link, buyer = paid.link_id, bought.actor_id
    purse = ledger.wallet(tx, buyer)
    taken = min(max(purse.balance, 0), bought.amount)
    missing = bought.amount - taken
    gifts = tx.ask(lambda connection: _newest_gifts(connection, buyer, missing)) if missing else []
    person = tx.ask(lambda connection: _person(connection, buyer))
    why = ledger.Happening(link, buyer, bought.item)
    till, sales = (ledger.platform(tx, ledger.MICRO_DOLLARS, code) for code in ("test_money", "sales"))
    issued = ledger.platform(tx, ledger.COINS, "issued")
    ledger.transfer(tx, why, ledger.MICRO_DOLLARS, ledger.REFUND_PAID, sales, till, paid.amount)
    if taken:
        ledger.transfer(tx, why, ledger.COINS, ledger.REFUND_COINS, purse, issued, taken)
    diamonds, count = 0, 0
    for gift in gifts:
        coins = min(missing, gift.row.amount - gift.coins_before)
        diamonds += _reverse(tx, link, count, gift, coins, person, reason)
        missing -= coins
        count += 1
    if missing:
        lost = ledger.platform(tx, ledger.COINS, "losses")
        ledger.transfer(tx, why, ledger.COINS, ledger.REFUND_LOST, lost, issued, missing)
    return Refunded(
        purchase=link,
        micro_dollars=paid.amount,
        coins_taken_back=taken,
        gifts_reversed=count,
        diamonds=diamonds,
        lost=missing,
    )


def _purchase(connection: Connection, transfer_id: str) -> tuple[Any, Any]:
    link = transfer_id.rpartition(".")[0]
    ids = [f"{link}.{code}" for code in (ledger.PURCHASE_PAID, ledger.PURCHASE_COINS, ledger.REFUND_PAID)]
    found = {row.code: row for row in connection.execute(select(_rows).where(_rows.c.id.in_(ids)))}
    if transfer_id not in ids[:2] or len(found) != 2 or ledger.REFUND_PAID in found:
        raise Rejected(ErrorCode.NO_SUCH_PURCHASE)
    return found[ledger.PURCHASE_PAID], found[ledger.PURCHASE_COINS]


def _newest_gifts(connection: Connection, buyer: str, missing: int) -> list[_Gift]:
    """Gifts that make up for ``missing`` coins, as far as there are such."""
    rooms = schema.rooms
    query = (
        select(_rows, rooms.c.host_id)
        .join(rooms, rooms.c.id == _rows.c.room_id)
        .where(_rows.c.code == ledger.GIFT_COINS, _rows.c.actor_id == buyer)
        .order_by(_rows.c.at_ms.desc(), rooms.c.started_ms.desc(), _rows.c.event_seq.desc())
    )
    gifts: list[_Gift] = []
    for row in connection.execution_options(yield_per=200).execute(query):
        before = _sum(connection, row, ledger.GIFT_UNREDEEMED)
        if before >= row.amount:
            continue
        diamonds = _sum(connection, row, ledger.GIFT_DIAMONDS)
        share = _sum(connection, row, ledger.GIFT_SHARE)
        gifts.append(_Gift(row, row.host_id, diamonds, share, before))
        missing -= row.amount - before
        if missing <= 0:
            break
    return gifts


def _sum(connection: Connection, gift: Any, code: str) -> int:
    """What that gift's transfers of a code add up to."""
    query = select(func.coalesce(func.sum(_rows.c.amount), 0)).where(
        _rows.c.room_id == gift.room_id, _rows.c.code == code, _rows.c.event_seq == gift.event_seq
    )
    return int(connection.execute(query).scalar_one())


def _person(connection: Connection, account_id: str) -> Person:
    accounts = schema.accounts
    query = select(accounts.c.id, accounts.c.handle, accounts.c.name).where(accounts.c.id == account_id)
    row = connection.execute(query).one()
    return Person(id=row.id, handle=row.handle, name=row.name)


def _reverse(tx: Tx, link: str, part: int, gift: _Gift, coins: int, person: Person, reason: str) -> int:
    """Takes ``coins`` of a gift back; the host's diamonds that cost."""
    row = gift.row
    why = ledger.Happening(
        link, person.id, row.item, room_id=row.room_id, event_seq=row.event_seq, part=f".{part}"
    )
    redeemed, issued = (ledger.platform(tx, ledger.COINS, code) for code in ("redeemed", "issued"))
    ledger.transfer(tx, why, ledger.COINS, ledger.GIFT_UNREDEEMED, redeemed, issued, coins)
    made = ledger.platform(tx, ledger.DIAMONDS, "issued")
    share = gift.part(gift.share, coins)
    if share:
        of_platform = ledger.platform(tx, ledger.DIAMONDS, "share")
        ledger.transfer(tx, why, ledger.DIAMONDS, ledger.SHARE_REVERSED, of_platform, made, share)
    diamonds = gift.part(gift.diamonds, coins)
    transfer_id = f"{link}.{ledger.GIFT_UNREDEEMED}.{part}"
    if diamonds:
        released = tx.ask(lambda connection: holds.released_to(connection, row.room_id))
        if row.event_seq <= released:
            account = ledger.available(tx, gift.host_id)
            transfer_id = ledger.move_available(tx, why, ledger.GIFT_REVERSED, account, made, diamonds)
        else:
            account = ledger.pending(tx, gift.host_id)
            code = ledger.GIFT_REVERSED
            transfer_id = ledger.transfer(tx, why, ledger.DIAMONDS, code, account, made, diamonds)
    _tell(tx, gift, transfer_id, f"{link}.{ledger.PURCHASE_COINS}", coins, diamonds, person, reason)
    return diamonds


def _tell(
    tx: Tx,
    gift: _Gift,
    transfer_id: str,
    purchase_id: str,
    coins: int,
    diamonds: int,
    person: Person,
    reason: str,
) -> None:
    """A row the host can ask for, and news of it."""
    table = schema.reversals
    last = tx.execute(select(func.max(table.c.no)).where(table.c.host_id == gift.host_id)).scalar()
    reversal = Reversal(
        no=int(last or 0) + 1,
        gift_transfer_id=gift.row.id,
        purchase_transfer_id=purchase_id,
        room_id=gift.row.room_id,
        event_seq=gift.row.event_seq,
        person=person,
        gift_id=int(gift.row.item),
        coins=coins,
        diamonds=diamonds,
        reason=reason,
        at_ms=tx.money_ms,
    )
    tx.add_row("reversals", (gift.host_id, reversal.no, transfer_id, _encode(reversal).decode()))
    tx.notify(gift.host_id, Notice(gift_reversed=GiftReversed(reversal=reversal)))
