"""Closed days stay as they were, wherever the clock is set; a storm of words settles a payout once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from studio.backend.money.closings import DAY_MS, DayTotals, day_name, day_number
from studio.backend.money.payouts import Settling
from tests.unit.backend.money.books import BIG, ROSE, SMALL, Books


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    books = await Books(tmp_path).open()
    yield books
    assert books.problems() == []
    await books.close()


def closings(books: Books) -> dict[str, DayTotals]:
    with books.engine.begin() as connection:
        rows = connection.execute(text("SELECT day, body FROM day_closings ORDER BY day")).all()
    return {day: msgspec.json.decode(body, type=DayTotals) for day, body in rows}


async def test_a_clock_set_back_books_nothing_into_a_closed_day(books: Books) -> None:
    await books.buy("ana", BIG)
    books.now_ms += DAY_MS
    await books.close_days()
    border = books.now_ms // DAY_MS * DAY_MS
    for restarted in (False, True):
        books.now_ms -= 5 * DAY_MS
        if restarted:
            await books.restart()
        await books.give("ana", "hana", ROSE)
        with books.engine.begin() as connection:
            assert connection.execute(text("SELECT max(at_ms) FROM transfers")).scalar_one() == border
        assert books.problems() == []
    await books.close_days()
    assert list(closings(books)) == ["2023-11-14"]


async def test_days_are_closed_once_and_add_up(books: Books) -> None:
    await books.buy("ana", SMALL)
    await books.close_days()
    assert closings(books)["2023-11-13"].transfers == 0  # nothing of today
    books.now_ms += 3 * DAY_MS
    await books.buy("ben", BIG)
    await books.give("ben", "hana", ROSE, 5)
    await books.close_days()
    await books.close_days()
    found = closings(books)
    assert list(found) == ["2023-11-13", "2023-11-14", "2023-11-16"]
    assert [(one.code, one.amount) for one in found["2023-11-14"].by_code] == [
        ("purchase_coins", 70),
        ("purchase_paid", 990_000),
    ]
    books.now_ms += DAY_MS
    await books.close_days()
    assert closings(books)["2023-11-17"].transfers == 4


def test_days_have_names() -> None:
    assert day_name(0) == "1970-01-01"
    assert day_number(day_name(19_675)) == 19_675


async def test_words_in_any_order_settle_a_payout_once(books: Books) -> None:
    await books.buy("ana", BIG)
    await books.give("ana", "hana", ROSE, 900)
    first = await books.payout("hana", 100)
    assert await books.say(first, "paid", 500_000) is Settling.DONE  # before it was accepted
    for word, outcome in (
        ("accepted", Settling.AGAIN),
        ("paid", Settling.AGAIN),
        ("returned", Settling.CONFLICT),
        ("paid", Settling.AGAIN),
    ):
        assert await books.say(first, word, 500_000) is outcome
    assert books.purse("hana").diamonds == 800
    second = await books.payout("hana", 100)
    assert await books.say(second, "accepted", 500_000) is Settling.DONE
    assert await books.say(second, "returned", 500_000) is Settling.DONE
    assert await books.say(second, "returned", 500_000) is Settling.AGAIN
    assert await books.say("other", "paid", 500_000) is Settling.UNKNOWN
    assert books.purse("hana").diamonds == 800
    assert books.account("platform:micro_dollars:payouts") == 500_000


async def test_long_hours_of_gifts_are_released_in_parts(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.backend.money.holds.MOST_RELEASED", 3)
    purchase = await books.buy("ana", SMALL)
    for _ in range(8):
        await books.give("ana", "hana", ROSE)
    await books.give("ana", "hana", ROSE, 62)
    await books.refund(purchase)  # all of it, more than one release takes
    await books.release()
    assert books.purse("hana").available == books.purse("hana").pending == 0
    await books.buy("ben", SMALL)
    for _ in range(7):
        await books.give("ben", "hana", ROSE)
    await books.release()
    assert (books.purse("hana").pending, books.purse("hana").available) == (0, 7)
