"""Payments that are returned: what goes back, from whom, and who hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studio.backend.errors import Rejected
from studio.backend.money import orders
from studio.backend.settings import BackendSettings
from studio.model.money import Rates
from studio.model.payout import LineKind
from studio.protocol.commands import BuyCoins, GetBalance, SendGift
from studio.protocol.money import GetDerivation, GetReversals, RequestPayout
from tests.unit.backend.conftest import CORGI as CORGI_ID
from tests.unit.backend.conftest import Stage
from tests.unit.backend.money.books import BIG, CORGI, RATES, ROSE, SMALL, Books
from tests.unit.backend.money.test_payouts import Staged, books_balance, quick


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    books = await Books(tmp_path).open()
    yield books
    assert books.problems() == []
    await books.close()


async def test_coins_that_are_there_are_taken_back(books: Books) -> None:
    purchase = await books.buy("ana", BIG)
    await books.buy("ana", SMALL)
    await books.give("ana", "hana", CORGI)
    done = await books.refund(purchase)
    assert (done.coins_taken_back, done.gifts_reversed, done.lost) == (17_271, 1, 0)
    assert (books.purse("ana").coins, books.purse("hana").diamonds) == (0, 70)
    with pytest.raises(Rejected, match="NO_SUCH_PURCHASE"):
        await books.refund(purchase)
    for wrong in ("", "x", "gift3.gift_coins", purchase + ".0"):
        with pytest.raises(Rejected, match="NO_SUCH_PURCHASE"):
            await books.refund(wrong)


async def test_the_newest_gifts_go_first_and_hosts_are_told(books: Books) -> None:
    purchase = await books.buy("ana", SMALL)
    await books.give("ana", "hana", ROSE, 50)
    books.now_ms += 10
    last = await books.give("ana", "hugo", ROSE, 20)
    books.now_ms += 10
    promised = await books.buy("ana", SMALL)
    await books.give("ana", "hugo", ROSE, 69)
    done = await books.refund(purchase)
    # One coin was left; 69 were missing: the newest gift goes whole, the others stay.
    assert (done.coins_taken_back, done.gifts_reversed, done.diamonds) == (1, 1, 69)
    assert (books.purse("hana").diamonds, books.purse("hugo").diamonds) == (50, 20)
    done = await books.refund(promised)
    assert (done.gifts_reversed, done.diamonds) == (2, 70)
    told = [(who, one.gift_reversed.reversal) for who, one in books.notices if one.gift_reversed]
    assert [(who, one.coins) for who, one in told] == [("hugo", 69), ("hugo", 20), ("hana", 50)]
    assert told[1][1].gift_transfer_id == f"{last}.gift_coins"
    assert told[1][1].purchase_transfer_id == promised
    assert told[1][1].reason == "The bank took it back."


async def test_below_zero_by_a_chargeback_and_out_of_it_by_gifts(books: Books) -> None:
    purchase = await books.buy("ana", BIG)
    await books.buy("ben", BIG)
    await books.give("ana", "hana", CORGI, 50)
    payout = await books.payout("hana", 14_000)
    await books.say(payout, "paid", 14_000 * 5_000)
    await books.refund(purchase)
    assert books.purse("hana").available == -14_000
    with pytest.raises(Rejected, match="NOT_ENOUGH_DIAMONDS"):
        await books.payout("hana", 1)
    await books.give("ben", "hana", CORGI, 50)
    await books.release()
    assert books.purse("hana").available == 950
    assert books.problems() == []


async def test_a_share_goes_back_with_its_gift(tmp_path: Path) -> None:
    books = await Books(tmp_path, Rates(share_ppm=300_000)).open()
    purchases = [await books.buy("ana", SMALL) for _ in range(5)]
    await books.give("ana", "hana", CORGI)
    assert (books.purse("hana").diamonds, books.account("platform:diamonds:share")) == (210, 89)
    for purchase in purchases:
        await books.refund(purchase)
        assert books.problems() == []
    assert (books.purse("hana").diamonds, books.account("platform:diamonds:share")) == (0, 0)
    assert books.account("platform:diamonds:issued") == 0
    assert books.account("platform:micro_dollars:sales") == 0
    await books.close()


async def test_a_gift_of_a_promotion_does_not_save_a_purchase(books: Books) -> None:
    purchase = await books.buy("ana", SMALL)
    await books.do(lambda tx: orders.carry_out(tx, orders.Promote(handle="ana", coins=30), "p1"))
    await books.give("ana", "hana", ROSE, 60)
    done = await books.refund(purchase)
    assert (done.coins_taken_back, done.diamonds, books.purse("hana").diamonds) == (40, 30, 30)


async def test_what_is_on_hold_is_taken_there(books: Books) -> None:
    books.hold_s = 60.0
    purchase = await books.buy("ana", SMALL)
    await books.give("ana", "hana", ROSE, 40)
    await books.give("ana", "hana", ROSE, 30)
    await books.refund(purchase)
    await books.buy("ben", SMALL)
    await books.give("ben", "hana", ROSE, 7)
    assert books.purse("hana").pending == 7
    books.now_ms += 61_000
    await books.release()
    assert (books.purse("hana").pending, books.purse("hana").available) == (0, 7)


async def test_rates_of_then_stay_with_their_rows(books: Books) -> None:
    await books.buy("ana", BIG)
    await books.give("ana", "hana", CORGI)
    await books.set_rates(Rates(diamonds_per_coin=3, share_ppm=500_000, micro_dollars_per_diamond=1))
    await books.give("ana", "hana", CORGI)
    assert books.purse("hana").diamonds == 299 + (897 - 448)
    assert books.problems() == []
    await books.restart()
    await books.give("ana", "hana", CORGI)
    assert books.purse("hana").diamonds == 299 + 2 * (897 - 448)
    assert RATES.share_ppm == 0


async def test_the_host_can_ask_which_gift_and_why(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings)) as stage:
        await _ask_which(stage)


async def _ask_which(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    bought = await ana.ask(BuyCoins(pack_id="coins-3500"))
    gift = await ana.ask(SendGift(room_id=room_id, gift_id=CORGI_ID, count=8))
    await host.ask(RequestPayout(diamonds=2_000))
    refund = orders.Refund(transfer_id=bought.transfer_id)
    await stage.backend.writer.submit(lambda tx: orders.carry_out(tx, refund, "o1"))
    await host.until(lambda: [one for one in host.notices if one.gift_reversed])
    page = await host.ask(GetReversals())
    (reversal,) = page.reversals
    assert (reversal.gift_transfer_id, reversal.diamonds) == (gift.transfer_id, 2_392)
    assert (reversal.person.handle, reversal.gift_id) == ("ana", CORGI_ID)
    assert reversal == next(one.gift_reversed.reversal for one in host.notices if one.gift_reversed)
    balance = await host.ask(GetBalance())
    assert (balance.available, (await ana.ask(GetBalance())).coins) == (392 - 2_392, 0)
    derived = await host.ask(GetDerivation(of="available"))
    assert (derived.opening, derived.closing) == (392, -2_000)
    assert [(one.kind, one.diamonds, one.coins) for one in derived.lines] == [
        (LineKind.REVERSAL, -2_392, 2_392)
    ]
    live = await host.ask(GetDerivation(of="live", room_id=room_id))
    assert (live.opening, live.closing, live.amount) == (0, 0, 0)
    assert [(one.kind, one.diamonds) for one in live.lines] == [
        (LineKind.GIFT, 2_392),
        (LineKind.REVERSAL, -2_392),
    ]
    await books_balance(stage)
