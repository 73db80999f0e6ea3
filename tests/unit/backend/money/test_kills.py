"""A real backend killed again and again in a gift storm with payouts and refunds: the books are right."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from studio.backend.money.sandbox_bank import BANK_NAME
from studio.model.payout import Payout, PayoutState
from studio.protocol.codec import new_id
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import BuyCoins, EnterRoom, GetBalance, GetCatalogue, OpenRoom, SendGift
from studio.protocol.frames import Response
from studio.protocol.money import GetDerivation, GetPayouts, RequestPayout
from tests.unit.backend.conftest import Person
from tests.unit.backend.money.test_audit import command
from tests.unit.backend.money.test_payouts import until_asked
from tests.unit.backend.test_command import person_at, program

_QUICK = ("--quick-payouts",)


class Storm:
    """What was asked and answered, over all lives of the backend."""

    def __init__(self) -> None:
        self.dice = random.Random(3)
        self.sent: dict[str, asyncio.Future[Response]] = {}
        self.cash: dict[str, asyncio.Future[Response]] = {}
        self.room_id = ""
        self.corgi = 0

    async def give(self, ana: Person) -> None:
        while True:
            request_id = new_id()
            command_ = SendGift(room_id=self.room_id, gift_id=self.corgi, count=self.dice.choice([1, 1, 3]))
            line, self.sent[request_id] = ana.start(command_, request_id)
            await ana.socket.send(line)
            await asyncio.sleep(0)

    async def cash_out(self, host: Person) -> None:
        while True:
            request_id = new_id()
            line, self.cash[request_id] = host.start(RequestPayout(diamonds=2_000), request_id)
            await host.socket.send(line)
            await asyncio.sleep(0.01)

    def answered(self, asked: dict[str, asyncio.Future[Response]]) -> dict[str, Response]:
        done = {key: one.result() for key, one in asked.items() if one.done() and not one.cancelled()}
        return {key: one for key, one in done.items() if one.ok}


async def _life(folder: Path, storm: Storm, people: list[Any]) -> None:
    """One life of the backend, from its start to its kill."""
    with program(folder, *_QUICK) as (process, ready):
        host, ana = [await person_at(ready["url"], one.token) for one in people]
        await ana.ask(EnterRoom(room_id=storm.room_id))
        for _ in range(30):
            await ana.ask(BuyCoins(pack_id="coins-17500"))
        before, cashed = len(storm.answered(storm.sent)), len(storm.answered(storm.cash))
        working = [asyncio.create_task(storm.give(ana)), asyncio.create_task(storm.cash_out(host))]
        wanted = before + storm.dice.randint(30, 300)
        await ana.until(
            lambda: len(storm.answered(storm.sent)) >= wanted and len(storm.answered(storm.cash)) > cashed
        )
        process.kill()
        for task in working:
            with contextlib.suppress(ConnectionClosed):
                await task
        await asyncio.gather(host.closed(), ana.closed())
        await asyncio.gather(host.close(), ana.close())
        await asyncio.to_thread(process.wait, 30)


@pytest.mark.skipif(sys.platform == "win32", reason="a kill there is not SIGKILL")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.long)])
async def test_killed_again_and_again(tmp_path: Path, kills: int) -> None:
    storm = Storm()
    with program(tmp_path, *_QUICK) as (process, ready):
        host = await (await person_at(ready["url"])).sign_up("host", role="host")
        storm.room_id = (await host.ask(OpenRoom(title="Storm"))).room.room_id
        ana = await (await person_at(ready["url"])).sign_up("ana")
        bought = await ana.ask(BuyCoins(pack_id="coins-17500"))
        storm.corgi = next(one.id for one in (await ana.ask(GetCatalogue())).gifts if one.coins == 299)
        process.kill()
        await asyncio.gather(host.closed(), ana.closed())
        await asyncio.gather(host.close(), ana.close())
    for _ in range(kills):
        await _life(tmp_path, storm, [host, ana])
    assert command(tmp_path, "audit")[0] == 0
    with program(tmp_path, *_QUICK) as (process, ready):
        again = await person_at(ready["url"], host.token)
        for request_id, response in list(storm.answered(storm.cash).items())[:3]:
            repeated = await again.response(RequestPayout(diamonds=2_000), request_id)
            assert repeated.result == response.result
        await until_asked(again, GetPayouts(), lambda page: all(one.state.settled for one in page.payouts))
        code, refunded = await asyncio.to_thread(command, tmp_path, "refund", bought.transfer_id)
        assert (code, refunded["coins_taken_back"] + refunded["lost"] > 0) == (0, True)
        assert (await again.refused(GetDerivation(of="x"))).code is ErrorCode.NO_SUCH_PAYOUT
        payouts = await _every_payout(again)
        balance = await again.ask(GetBalance())
        process.kill()
        await again.closed()
        await again.close()
    code, said = command(tmp_path, "audit")
    assert (code, said["first"]) == (0, None)
    gifts = storm.answered(storm.sent)
    assert said["gifts"] >= len(gifts) >= 30 * kills
    _compare_with_the_bank(tmp_path, storm, gifts)
    assert balance.reserved == 0
    assert all(one.state.settled for one in payouts)
    assert len(payouts) >= len(storm.answered(storm.cash)) >= kills


async def _every_payout(host: Person) -> list[Payout]:
    found: list[Payout] = []
    before = 0
    while not found or before:
        page = await host.ask(GetPayouts(before=before))
        found += page.payouts
        before = page.next_before
    return found


def _compare_with_the_bank(folder: Path, storm: Storm, gifts: dict[str, Response]) -> None:
    """What was answered is there; what the bank has paid is what the ledger says it has, to the payout."""
    bank = sqlite3.connect(folder / BANK_NAME)
    paid = dict(bank.execute("SELECT id, micro_dollars FROM orders WHERE word = 'paid'").fetchall())
    bank.close()
    books = sqlite3.connect(folder / "backend.sqlite3")
    query = "SELECT id, micro_dollars FROM payouts WHERE state = ?"
    assert dict(books.execute(query, (PayoutState.PAID.value,)).fetchall()) == paid
    known = {row[0] for row in books.execute("SELECT id FROM transfers WHERE code = 'gift_coins'")}
    assert {json.loads(bytes(one.result))["transfer_id"] for one in gifts.values()} <= known
    asked = {row[0] for row in books.execute("SELECT id FROM payouts")}
    answers = storm.answered(storm.cash).values()
    assert {json.loads(bytes(one.result))["payout"]["payout_id"] for one in answers} <= asked
    books.close()
