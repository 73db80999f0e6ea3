"""Payouts over the wire: who may, how much, once, and what the provider's words do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from studio.backend.errors import BackendError
from studio.backend.money.audit import audit
from studio.backend.money.provider import BadCallback, Callback, Word, opened, sign
from studio.backend.money.sandbox_bank import BankHabits
from studio.backend.settings import BackendSettings
from studio.model.money import Rates
from studio.model.payout import DerivationLine, LineKind, PayoutState
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import GetBalance, SendGift, SignIn
from studio.protocol.money import GetDerivation, GetPayouts, RequestPayout
from tests.unit.backend.conftest import CORGI, LION, PASSWORD, ROSE, Stage

SECRET = b"between us and the bank"
#: A bank that does as it is told, at once.
GOOD = BankHabits(
    delay_s=(0.0, 0.01), unreachable=0, answer_lost=0, returned=0, said_twice=0, said_late=0, never_said=0
)
SILENT = replace(GOOD, delay_s=(600.0, 600.0))
Staged = Callable[..., Any]


def quick(settings: BackendSettings, bank: BankHabits = GOOD, **changes: Any) -> BackendSettings:
    return replace(settings, bank=bank, books_every_s=0.02, payout_ask_s=0.1, payout_secret=SECRET, **changes)


async def books_balance(stage: Stage) -> None:
    report = await stage.backend._reader.ask(audit)
    assert [str(one) for one in report.problems] == []


async def rich(stage: Stage, lions: int = 1, packs: int = 2) -> tuple[Any, str]:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=packs)
    for _ in range(lions):
        await ana.ask(SendGift(room_id=room_id, gift_id=LION))
    return host, room_id


async def until_asked(person: Any, command: Any, fits: Callable[[Any], bool]) -> None:
    """News may have come while nobody was connected."""
    async with asyncio.timeout(20):
        while not fits(await person.ask(command)):  # noqa: ASYNC110 - what is asked is the server's
            await asyncio.sleep(0.05)


async def every_line(host: Any, **of: str) -> list[DerivationLine]:
    """Of all pages."""
    lines: list[DerivationLine] = []
    after = ""
    while True:
        page = await host.ask(GetDerivation(after=after, **of))
        assert len(page.lines) <= 200
        lines += page.lines
        if not (after := page.next):
            assert sum(one.diamonds for one in lines) == page.closing - page.opening
            return lines


def changes(person: Any) -> list[PayoutState]:
    return [one.payout.payout.state for one in person.notices if one.payout is not None]


async def test_a_gift_becomes_money(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings)) as stage:
        host, _ = await rich(stage)
        answer = await host.ask(RequestPayout(diamonds=20_000))  # at once: nothing is held in the sandbox
        payout = answer.payout
        assert (payout.state, payout.micro_dollars) == (PayoutState.REQUESTED, 100_000_000)
        await host.until(lambda: PayoutState.PAID in changes(host))
        assert changes(host)[0] is PayoutState.REQUESTED
        balance = await host.ask(GetBalance())
        assert (balance.available, balance.reserved, balance.diamonds) == (9_999, 0, 9_999)
        page = await host.ask(GetPayouts())
        assert [(one.payout_id, one.state) for one in page.payouts] == [(payout.payout_id, "paid")]
        assert (page.next_before, page.paid_micro_dollars) == (0, 100_000_000)
        again = await stage.stranger(host.token)
        assert (again.account.available, again.account.reserved, again.account.diamonds) == (9_999, 0, 9_999)
        assert await stage.backend.money.bank.paid() == {payout.payout_id: 100_000_000}
        await books_balance(stage)


async def test_what_is_refused_sets_nothing_aside(settings: BackendSettings, staged: Staged) -> None:
    rates = Rates(payout_max_micro_dollars_per_day=100_000_000)
    async with staged(quick(settings, SILENT, rates=rates)) as stage:
        host, _ = await rich(stage)
        for wrong in (
            {},
            {"diamonds": -1},
            {"micro_dollars": -(2**53) + 1},
            {"diamonds": 2_000, "micro_dollars": 10_000_000},
            {"diamonds": 2**53 - 1},
        ):
            assert (await host.refused(RequestPayout(**wrong))).code is ErrorCode.INVALID_AMOUNT, wrong
        least = await host.refused(RequestPayout(micro_dollars=9_999_999))
        assert least.code is ErrorCode.BELOW_MINIMUM
        assert "$10.00" in least.message
        assert (await host.refused(RequestPayout(diamonds=20_001))).code is ErrorCode.DAILY_LIMIT
        viewer = await stage.viewer("ben")
        assert (await viewer.refused(RequestPayout(diamonds=2_000))).code is ErrorCode.NOT_A_HOST
        poor = await stage.host("hugo")
        assert (await poor.refused(RequestPayout(diamonds=2_000))).code is ErrorCode.NOT_ENOUGH_DIAMONDS
        assert (await host.ask(GetBalance())).reserved == 0
        assert (await host.ask(GetPayouts())).payouts == ()
        assert (await host.refused(GetDerivation(of="nothing"))).code is ErrorCode.NO_SUCH_PAYOUT
        assert (await host.refused(GetDerivation(of="available", after="x"))).code is ErrorCode.MALFORMED


async def test_two_studios_cash_out_at_once(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings, SILENT)) as stage:
        host, _ = await rich(stage)
        second = await stage.stranger(host.token)
        answers = await asyncio.gather(
            *(one.response(RequestPayout(diamonds=20_000)) for one in (host, second, host, second))
        )
        assert sorted(one.code for one in answers) == [0] + [ErrorCode.PAYOUT_UNDER_WAY] * 3
        balance = await host.ask(GetBalance())
        assert (balance.available, balance.reserved) == (9_999, 20_000)
        await books_balance(stage)


async def test_the_same_request_is_one_payout(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings)) as stage:
        host, _ = await rich(stage)
        second = await stage.stranger(host.token)
        wish = RequestPayout(diamonds=2_000)
        first, other = await asyncio.gather(host.ask(wish, "cash"), second.ask(wish, "cash"))
        assert first == other
        await host.until(lambda: PayoutState.PAID in changes(host))
        assert await host.ask(wish, "cash") == first
        assert len((await host.ask(GetPayouts())).payouts) == 1
        assert (await host.ask(GetBalance())).diamonds == 27_999
        assert await stage.backend.money.bank.paid() == {first.payout.payout_id: 10_000_000}


async def test_only_a_fresh_sign_in_moves_money(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings, fresh_sign_in_s=60)) as stage:
        host, _ = await rich(stage)
        for shift_ms in (-61_000, 3_600_000):  # long ago; and before the clock was set back
            move = text("UPDATE tokens SET created_ms = created_ms + :shift")
            await stage.backend.writer.submit(
                lambda tx, move=move, shift_ms=shift_ms: tx.execute(move.bindparams(shift=shift_ms)) and None
            )
            assert (await host.refused(RequestPayout(diamonds=2_000))).code is ErrorCode.SIGN_IN_AGAIN
        await host.ask(SignIn(handle="host", password=PASSWORD))
        assert (await host.ask(RequestPayout(diamonds=2_000))).payout.diamonds == 2_000


async def test_what_comes_back_can_be_cashed_out_again(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings, replace(GOOD, returned=1.0))) as stage:
        host, _ = await rich(stage)
        payout = (await host.ask(RequestPayout(diamonds=20_000))).payout
        await host.until(lambda: PayoutState.RETURNED in changes(host))
        told = next(one.payout.payout for one in reversed(host.notices) if one.payout is not None)
        assert "closed" in told.reason
        balance = await host.ask(GetBalance())
        assert (balance.available, balance.reserved) == (29_999, 0)
        again = (await host.ask(RequestPayout(diamonds=29_999))).payout
        derived = await host.ask(GetDerivation(of=again.payout_id))
        assert (derived.opening, derived.closing, derived.amount) == (9_999, 29_999, 29_999)
        assert [(one.kind, one.diamonds) for one in derived.lines] == [(LineKind.PAYOUT_RETURNED, 20_000)]
        first = await host.ask(GetDerivation(of=payout.payout_id))
        assert [(one.kind, one.coins) for one in first.lines] == [(LineKind.GIFT, 29_999)]
        await books_balance(stage)


async def test_a_bank_with_bad_habits_pays_once(settings: BackendSettings, staged: Staged) -> None:
    """Sends that fail or succeed unheard, words said twice, late, in the wrong order or never."""
    async with staged(quick(settings, BankHabits.quick(seed=5))) as stage:
        host, _ = await rich(stage, lions=4, packs=8)
        counters = stage.backend.counters

        def every_habit_seen() -> bool:  # which payout meets which is drawn from its id, another in each run
            fates = {one for one in changes(host) if one.settled}
            return len(fates) == 2 and counters.payout_sends_failed > 0 < counters.payout_callbacks_repeated

        asked = 0
        while asked < 12 or not every_habit_seen():
            begun = len([one for one in changes(host) if one.settled])
            await host.ask(RequestPayout(diamonds=2_000))
            await host.until(lambda begun=begun: len([one for one in changes(host) if one.settled]) > begun)
            asked += 1
        paid = [one for one in (await host.ask(GetPayouts())).payouts if one.state is PayoutState.PAID]
        assert 0 < len(paid) < asked
        assert await stage.backend.money.bank.paid() == {one.payout_id: 10_000_000 for one in paid}
        assert (await host.ask(GetBalance())).diamonds == 4 * 29_999 - 2_000 * len(paid)
        assert counters.payout_sends_failed > 0
        assert counters.payout_callbacks_repeated > 0
        assert counters.payout_callbacks_refused == counters.payout_callbacks_in_conflict == 0
        await books_balance(stage)


@pytest.mark.expected_errors("contradicts itself")
async def test_forged_words_do_nothing(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings, SILENT)) as stage:
        host, _ = await rich(stage)
        payout = (await host.ask(RequestPayout(diamonds=2_000))).payout
        said = Callback(
            callback_id="1", payout_id=payout.payout_id, word=Word.PAID, micro_dollars=payout.micro_dollars
        )
        good = msgspec.json.encode(said)
        callback = stage.backend.money.sending.callback
        richer = msgspec.json.encode(msgspec.structs.replace(said, micro_dollars=11_000_000))
        stranger = msgspec.json.encode(msgspec.structs.replace(said, payout_id="other"))
        for body, signature in (
            (good, ""),
            (good, "é"),
            (good, sign(b"guessed", good)),
            (good + b" ", sign(SECRET, good)),
            (b"{}", sign(SECRET, b"{}")),
            (richer, sign(SECRET, richer)),
            (stranger, sign(SECRET, stranger)),
        ):
            assert await callback(body, signature) is False
        assert stage.backend.counters.payout_callbacks_refused == 7
        assert (await host.ask(GetBalance())).reserved == 2_000
        assert await callback(good, sign(SECRET, good)) is True
        assert await callback(good, sign(SECRET, good)) is True
        assert (await host.ask(GetBalance())).reserved == 0
        other = msgspec.json.encode(msgspec.structs.replace(said, word=Word.RETURNED, callback_id="2"))
        await callback(other, sign(SECRET, other))
        assert stage.backend.counters.payout_callbacks_in_conflict == 1
        assert (await host.ask(GetPayouts())).payouts[0].state is PayoutState.PAID
        await books_balance(stage)


async def test_a_hold_ends_after_a_restart(settings: BackendSettings, staged: Staged) -> None:
    held = quick(settings, hold_s=0.8)
    async with staged(held) as stage:
        host, _ = await rich(stage)
        balance = await host.ask(GetBalance())
        assert (balance.pending, balance.available, balance.diamonds) == (29_999, 0, 29_999)
        assert (await host.refused(RequestPayout(diamonds=2_000))).code is ErrorCode.NOT_ENOUGH_DIAMONDS
        derived = await host.ask(GetDerivation(of="pending"))
        assert [(one.coins, one.diamonds, one.gift_id) for one in derived.lines] == [(29_999, 29_999, LION)]
        token = host.token
    async with staged(held) as stage:
        host = await stage.stranger(token)
        await until_asked(host, GetBalance(), lambda balance: balance.available == 29_999)
        await books_balance(stage)


async def test_a_payout_goes_on_after_a_restart(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings, replace(GOOD, unreachable=1.0))) as stage:
        host, _ = await rich(stage)
        payout = (await host.ask(RequestPayout(diamonds=2_000))).payout
        token = host.token
    async with staged(quick(settings)) as stage:
        host = await stage.stranger(token)
        await until_asked(host, GetPayouts(), lambda page: page.payouts[0].state is PayoutState.PAID)
        assert await stage.backend.money.bank.paid() == {payout.payout_id: 10_000_000}
        await books_balance(stage)


async def test_a_derivation_has_every_gift_once(settings: BackendSettings, staged: Staged) -> None:
    rates = Rates(share_ppm=333_333, diamonds_per_coin=2)
    async with staged(quick(settings, rates=rates)) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana", packs=2)
        started = [
            ana.start(SendGift(room_id=room_id, gift_id=ROSE if number % 50 else CORGI))
            for number in range(450)
        ]
        for line, _ in started:
            await ana.socket.send(line)
        given = [await asyncio.wait_for(future, 20) for _, future in started]
        first = (await host.ask(RequestPayout(diamonds=2_000))).payout
        await ana.ask(SendGift(room_id=room_id, gift_id=CORGI, count=3))
        await host.until(lambda: PayoutState.PAID in changes(host))
        lines = await every_line(host, of=first.payout_id)
        page = await host.ask(GetDerivation(of=first.payout_id))
        assert len(lines) == len(given) == len({one.transfer_id for one in lines})
        assert sum(one.diamonds for one in lines) == page.closing - page.opening
        assert (page.opening, page.amount, page.micro_dollars) == (0, 2_000, 10_000_000)
        for line in lines:
            assert line.diamonds + line.share == line.coins * 2
            assert line.share == line.coins * 2 * 333_333 // 1_000_000
            assert line.person.handle == "ana"
            assert line.micro_dollars == line.diamonds * 5_000
        of_live = await every_line(host, of="live", room_id=room_id)
        assert of_live[: len(lines)] == lines
        assert [one.coins for one in of_live[len(lines) :]] == [897]
        assert (await ana.refused(GetDerivation(of="live", room_id=room_id))).code is ErrorCode.NOT_A_HOST
        other = await stage.host("hugo")
        for room in (room_id, "nothing", ""):
            refused = await other.refused(GetDerivation(of="live", room_id=room))
            assert refused.code is ErrorCode.NO_SUCH_ROOM
        now = await host.ask(GetDerivation(of="available"))
        assert now.opening == page.closing - 2_000
        assert [one.coins for one in now.lines] in ([897], [])  # its hold may be about to end
        await books_balance(stage)


def test_a_callback_is_opened_only_whole() -> None:
    said = Callback(callback_id="1", payout_id="p", word=Word.PAID, micro_dollars=1)
    body = msgspec.json.encode(said)
    assert opened(SECRET, body, sign(SECRET, body)) == said
    for wrong in (b"", b"[]", body.replace(b'"paid"', b'"stolen"'), body.replace(b":1", b":-1")):
        with pytest.raises(BadCallback):
            opened(SECRET, wrong, sign(SECRET, wrong))


@pytest.mark.parametrize(
    "changes", [{"rates": Rates(share_ppm=-1)}, {"hold_s": -1.0}, {"fresh_sign_in_s": 0}]
)
async def test_money_nobody_could_keep_books_with(
    settings: BackendSettings, staged: Staged, changes: Any
) -> None:
    with pytest.raises(BackendError, match="settings of the money"):
        async with staged(replace(settings, **changes)):
            raise AssertionError("it started")
