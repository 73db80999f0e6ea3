"""Whatever happens to money in whatever order: nothing is lost, nothing comes from nowhere."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from studio.backend.errors import Rejected
from studio.backend.money.payouts import Settling
from studio.model.money import Rates
from tests.unit.backend.money.books import BIG, CORGI, HOSTS, RATES, ROSE, SMALL, VIEWERS, Books

_who, _host = st.sampled_from(VIEWERS), st.sampled_from(HOSTS)
_some = st.integers(0, 12)
_rates = st.builds(
    Rates,
    diamonds_per_coin=st.integers(1, 3),
    micro_dollars_per_diamond=st.sampled_from([1, 4_999, 5_000, 7_001]),
    share_ppm=st.sampled_from([0, 1, 333_333, 500_000, 999_999]),
    payout_min_micro_dollars=st.just(1),
    payout_max_micro_dollars_per_day=st.just(2**50),
)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), _who, st.sampled_from([SMALL, BIG])),
        st.tuples(st.just("give"), _who, _host, st.sampled_from([ROSE, CORGI]), st.integers(1, 70)),
        st.tuples(st.just("give"), _who, _host, st.just(ROSE), st.integers(1, 70)),
        st.tuples(st.just("refund"), _some),
        st.tuples(st.just("payout"), _host, st.integers(1, 90)),
        st.tuples(st.just("payout"), _host, st.sampled_from([-1, 0, 10_000, 2**53])),
        st.tuples(st.just("say"), st.integers(0, 2), st.sampled_from(["accepted", "paid", "returned"])),
        st.tuples(st.just("say"), st.integers(0, 2), st.just("paid")),
        st.tuples(st.just("rates"), _rates),
        st.tuples(st.just("wait"), st.sampled_from([-7_200_000, 10, 4_000, 90_000_000])),
        st.tuples(st.just("hold"), st.sampled_from([0.0, 3.0, 100_000.0])),
        st.tuples(st.just("release")),
        st.tuples(st.just("close")),
        st.tuples(st.just("restart")),
    ),
    max_size=45,
)


#: So that even short sequences have something to pay out and to take back.
_BEGIN = (
    ("buy", "ana", SMALL),
    ("give", "ana", "hana", ROSE, 70),
    ("buy", "ben", BIG),
    ("give", "ben", "hugo", ROSE, 40),
)


@dataclass
class _Gift:
    who: str
    host: str
    coins: int
    diamonds: int
    at_ms: int
    number: int
    back: int = 0


@dataclass
class _Model:
    """The same money, kept in the simplest way there is."""

    wallets: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    hosts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    reserved: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    charged_back: set[str] = field(default_factory=set)
    gifts: list[_Gift] = field(default_factory=list)
    purchases: list[tuple[str, str, int, int]] = field(default_factory=list)
    payouts: dict[str, list] = field(default_factory=dict)  # id: host, diamonds, money, state
    sales: int = 0
    paid: int = 0
    rates: Rates = RATES
    refunded: set[str] = field(default_factory=set)

    def refund(self, purchase: str, who: str, coins: int, price: int) -> None:
        self.refunded.add(purchase)
        self.sales -= price
        taken = min(self.wallets[who], coins)
        self.wallets[who] -= taken
        missing = coins - taken
        # Of one millisecond the hosts' LIVEs began at, the order of two gifts is by seq.
        for gift in sorted(self.gifts, key=lambda one: (one.at_ms, one.number), reverse=True):
            if gift.who != who or gift.back == gift.coins or not missing:
                continue
            part = min(missing, gift.coins - gift.back)
            before = gift.diamonds * gift.back // gift.coins
            gift.back += part
            self.hosts[gift.host] -= gift.diamonds * gift.back // gift.coins - before
            self.charged_back.add(gift.host)
            missing -= part
        assert missing == 0, "without boxes every coin is in a wallet or a gift"


_sequences = given(steps=_steps, batch=st.sampled_from([1, 64]))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@_sequences
def test_any_sequence(steps: list[tuple], batch: int) -> None:
    _sequence(steps, batch)


@pytest.mark.long
@pytest.mark.timeout(1_800)
@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@_sequences
def test_any_of_a_thousand_sequences(steps: list[tuple], batch: int) -> None:
    _sequence(steps, batch)


def _sequence(steps: list[tuple], batch: int) -> None:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        asyncio.run(_run(Path(folder), steps, batch))


async def _run(folder: Path, steps: list[tuple], batch: int) -> None:
    books, model = await Books(folder, batch=batch).open(), _Model()
    for step in (*_BEGIN, *steps):
        books.now_ms += 7
        await _STEPS[step[0]](books, model, *step[1:])
        _compare(books, model)
    await books.release()
    assert books.problems() == []
    await books.restart()
    _compare(books, model)
    assert books.problems() == []
    await books.close()


def _compare(books: Books, model: _Model) -> None:
    for who in VIEWERS:
        assert books.purse(who).coins == model.wallets[who] >= 0
    for host in HOSTS:
        purse = books.purse(host)
        assert purse.diamonds == model.hosts[host]
        assert purse.reserved == model.reserved[host] >= 0
        assert purse.pending >= 0
        assert purse.available >= 0 or host in model.charged_back
    with books.engine.begin() as connection:
        rows = connection.execute(
            text("SELECT ledger, sum(credits), sum(debits) FROM ledger_accounts GROUP BY 1")
        )
        for _, credits, debits in rows:
            assert credits == debits
    assert books.account("platform:micro_dollars:sales") == model.sales - model.paid
    assert books.account("platform:micro_dollars:payouts") == model.paid


async def _buy(books: Books, model: _Model, who: str, pack) -> None:
    purchase = await books.buy(who, pack)
    model.wallets[who] += pack.coins
    model.sales += pack.price_micro_dollars
    model.purchases.append((purchase, who, pack.coins, pack.price_micro_dollars))


async def _give(books: Books, model: _Model, who: str, host: str, gift, count: int) -> None:
    coins = gift.coins * count
    try:
        await books.give(who, host, gift, count)
    except Rejected:
        assert model.wallets[who] < coins
        return
    assert model.wallets[who] >= coins
    gross = coins * model.rates.diamonds_per_coin
    diamonds = gross - gross * model.rates.share_ppm // 1_000_000
    with books.engine.begin() as connection:
        query = text("SELECT max(at_ms) FROM transfers WHERE link_id = :link")
        at_ms = connection.execute(query, {"link": f"gift{books._number}"}).scalar_one()
    model.wallets[who] -= coins
    model.hosts[host] += diamonds
    model.gifts.append(_Gift(who, host, coins, diamonds, at_ms, books._number))


async def _refund(books: Books, model: _Model, which: int) -> None:
    if not model.purchases:
        return
    purchase, who, coins, price = model.purchases[which % len(model.purchases)]
    try:
        await books.refund(purchase)
    except Rejected:
        assert purchase in model.refunded
        return
    assert purchase not in model.refunded
    model.refund(purchase, who, coins, price)


async def _payout(books: Books, model: _Model, host: str, diamonds: int) -> None:
    before = books.purse(host)
    try:
        payout = await books.payout(host, diamonds)
    except Rejected:
        under_way = any(one[0] == host and one[3] == "open" for one in model.payouts.values())
        # On hold may be more than can be cashed out.
        assert diamonds <= 0 or under_way or before.available < diamonds
        return
    assert 0 < diamonds <= before.diamonds
    money = diamonds * model.rates.micro_dollars_per_diamond
    model.hosts[host] -= diamonds
    model.reserved[host] += diamonds
    model.payouts[payout] = [host, diamonds, money, "open"]


async def _say(books: Books, model: _Model, which: int, word: str) -> None:
    if not model.payouts:
        return
    payout = list(model.payouts)[which % len(model.payouts)]
    host, diamonds, money, state = model.payouts[payout]
    assert await books.say(payout, word, money + 1) is Settling.UNKNOWN
    outcome = await books.say(payout, word, money)
    if word == "accepted":
        return
    if state != "open":
        assert outcome is Settling.AGAIN if state == word else outcome in (Settling.CONFLICT, Settling.AGAIN)
        return
    assert outcome is Settling.DONE
    model.payouts[payout][3] = word
    model.reserved[host] -= diamonds
    if word == "paid":
        model.paid += money
    else:
        model.hosts[host] += diamonds


async def _set_rates(books: Books, model: _Model, rates: Rates) -> None:
    await books.set_rates(rates)
    model.rates = rates


async def _wait(books: Books, _model: _Model, ms: int) -> None:
    books.now_ms += ms


async def _hold(books: Books, _model: _Model, hold_s: float) -> None:
    books.hold_s = hold_s


_STEPS = {
    "buy": _buy,
    "give": _give,
    "refund": _refund,
    "payout": _payout,
    "say": _say,
    "rates": _set_rates,
    "wait": _wait,
    "hold": _hold,
    "release": lambda books, _model: books.release(),
    "close": lambda books, _model: books.close_days(),
    "restart": lambda books, _model: books.restart(),
}


def test_rates_that_cannot_be() -> None:
    for wrong in ({"share_ppm": 1_000_000}, {"diamonds_per_coin": 0}, {"micro_dollars_per_diamond": -1}):
        assert msgspec.structs.replace(RATES, **wrong).wrong()
    assert RATES.wrong() == ""
