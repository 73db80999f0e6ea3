"""Money: what cannot be given, what happens once, and books that balance after anything."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from studio.backend.errors import Rejected
from studio.backend.gifts import give
from studio.backend.money import ledger
from studio.backend.money.audit import audit
from studio.backend.storage import schema
from studio.backend.storage.database import migrate, open_engine
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.backend.storage.writer import RequestKey, Writer
from studio.model.gift import Gift
from studio.model.money import COIN_PACKS, Rates
from studio.model.room import Person as Someone
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import Bought, BuyCoins, EnterRoom, GetBalance, Like, OpenRoom, SendGift
from studio.protocol.events import GiftSent, RoomOpened
from tests.unit.backend.conftest import CORGI, LION, ROSE, Stage


async def _books(stage: Stage) -> None:
    report = await stage.backend.writer.submit(lambda tx: (tx.flush(), audit(tx._connection))[1])
    assert report.problems == []


async def test_gifts_that_are_refused_take_nothing(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    assert (await ana.refused(SendGift(room_id=room_id, gift_id=ROSE))).code is ErrorCode.NOT_ENOUGH_COINS
    await ana.ask(BuyCoins(pack_id="coins-350"))
    poor = await ana.refused(SendGift(room_id=room_id, gift_id=LION))
    assert poor.code is ErrorCode.NOT_ENOUGH_COINS
    assert "350" in poor.message
    for count in (0, -1, -(2**40), 1_000, 2**50):
        refused = await ana.refused(SendGift(room_id=room_id, gift_id=ROSE, count=count))
        assert refused.code is ErrorCode.INVALID_AMOUNT
    assert (await ana.refused(SendGift(room_id=room_id, gift_id=777))).code is ErrorCode.UNKNOWN_GIFT
    assert (await ana.refused(BuyCoins(pack_id="coins-1"))).code is ErrorCode.UNKNOWN_PACK
    await host.ask(BuyCoins(pack_id="coins-350"))
    assert (await host.refused(SendGift(room_id=room_id, gift_id=ROSE))).code is ErrorCode.NOT_YOURSELF
    assert (await ana.ask(GetBalance())).coins == 350
    assert not [one for one in host.events if isinstance(one, GiftSent)]
    await _books(stage)


async def test_a_replayed_request_is_carried_out_once(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=1)
    gift = SendGift(room_id=room_id, gift_id=CORGI)
    first = await ana.ask(gift, "gift-1")
    page = await stage.stranger(ana.token)  # as after a reconnect, before it has entered again
    assert await page.ask(gift, "gift-1") == first
    assert await ana.ask(gift, "gift-1") == first
    at_once = await asyncio.gather(ana.response(gift, "gift-2"), page.response(gift, "gift-2"))
    assert at_once[0].result == at_once[1].result
    for other in (SendGift(room_id=room_id, gift_id=ROSE), Like(room_id=room_id)):
        assert (await ana.refused(other, "gift-1")).code is ErrorCode.ID_REUSED
    ben = await stage.guest(room_id, "ben", packs=1)
    await ben.ask(gift, "gift-1")  # ids are each account's own
    assert (await ana.ask(GetBalance())).coins == 17_500 - 2 * 299
    assert (await host.ask(GetBalance())).diamonds == 3 * 299
    await _books(stage)


async def test_a_refusal_is_not_remembered(stage: Stage) -> None:
    _, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    gift = SendGift(room_id=room_id, gift_id=CORGI)
    assert (await ana.refused(gift, "again")).code is ErrorCode.NOT_ENOUGH_COINS
    await ana.ask(BuyCoins(pack_id="coins-350"))
    assert (await ana.ask(gift, "again")).coins == 51


async def test_opening_a_room_twice_with_one_id_is_one_room(stage: Stage) -> None:
    host = await stage.host()
    first = await host.ask(OpenRoom(title="Once"), "open")
    page = await stage.stranger(host.token)
    assert await page.ask(OpenRoom(title="Once"), "open") == first
    assert (await page.until_event(RoomOpened)).room.room_id == first.room.room_id
    assert (await page.refused(OpenRoom(title="Twice"), "open")).code is ErrorCode.ID_REUSED


async def test_both_sides_hear_of_their_balance(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=1)
    await ana.ask(SendGift(room_id=room_id, gift_id=CORGI))
    await host.until(lambda: [one for one in host.notices if one.balance and one.balance.diamonds == 299])
    await ana.until(lambda: [one for one in ana.notices if one.balance and one.balance.coins == 17_201])
    told = [one.balance for one in host.notices if one.balance][-1]
    assert told.micro_dollars == 299 * 5_000
    ben = await stage.viewer("ben")
    entered = await ben.ask(EnterRoom(room_id=room_id))
    assert [(one.person.handle, one.diamonds, one.gifts) for one in entered.supporters] == [("ana", 299, 1)]


async def test_a_pipeline_of_gifts_keeps_its_order(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=1)
    started = [ana.start(SendGift(room_id=room_id, gift_id=ROSE)) for _ in range(300)]
    for text, _ in started:
        await ana.socket.send(text)
    answers = [await asyncio.wait_for(future, 20) for _, future in started]
    assert all(answer.ok for answer in answers)
    await host.until_event(GiftSent, count=300, added=1)
    counts = [one.count for one in host.events if isinstance(one, GiftSent) and one.added]
    assert counts == list(range(1, 301))
    assert stage.backend.writer.counters.commits < 300
    await _books(stage)


@pytest.mark.parametrize("table", ["transfers", "events"])
async def test_history_cannot_be_changed(stage: Stage, table: str) -> None:
    _, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=1)
    await ana.ask(SendGift(room_id=room_id, gift_id=ROSE))
    rows = schema.metadata.tables[table]
    with open_engine(stage.backend.settings.data_dir).connect() as connection:
        for change in (update(rows).values(at_ms=0), delete(rows)):
            with pytest.raises(DBAPIError, match=f"{table} are immutable"):
                connection.execute(change)
            connection.rollback()


def test_the_database_itself_refuses_impossible_money(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    migrate(engine)
    account = {"owner_id": "ana", "ledger": "coins", "code": "wallet", "debits": 0, "credits": 0}
    with engine.connect() as connection:
        with pytest.raises(IntegrityError):
            connection.execute(insert(schema.ledger_accounts).values(id="a", **(account | {"debits": 1})))
        with pytest.raises(IntegrityError):
            connection.execute(
                insert(schema.ledger_accounts).values(id="b", **(account | {"ledger": "gold"}))
            )
    engine.dispose()


PEOPLE = ("ana", "ben", "cleo")
_GIFTS = (Gift(id=1, name="Rose", coins=1, streakable=True), Gift(id=2, name="Corgi", coins=299))
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.sampled_from(PEOPLE), st.sampled_from(COIN_PACKS), st.integers(0, 5)),
        st.tuples(st.just("give"), st.sampled_from(PEOPLE), st.sampled_from(_GIFTS), st.integers(1, 40)),
        st.tuples(st.just("again"), st.integers(0, 30)),
        st.tuples(st.just("wait"), st.integers(0, 9_000)),
    ),
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=_steps, batch=st.sampled_from([1, 3, 512]))
def test_any_sequence_of_purchases_and_gifts_balances(steps: list[tuple], batch: int) -> None:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        asyncio.run(_run_steps(Path(folder), steps, batch))


async def _run_steps(folder: Path, steps: list[tuple], batch: int) -> None:
    engine = open_engine(folder)
    migrate(engine)
    clock = {"now": 1_000_000}
    told: list[GiftSent] = []
    writer = Writer(
        engine,
        Rates(),
        lambda committed: told.extend(
            one.event for one in committed.events if isinstance(one.event, GiftSent)
        ),
        queue=1_000,
        batch=batch,
        now_ms=lambda: clock["now"],
    )
    writer.start()
    await writer.submit(_prepare)
    wallets = dict.fromkeys(PEOPLE, 0)
    done: list[tuple] = []
    for number, step in enumerate(steps):
        if step[0] == "wait":
            clock["now"] += step[1]
            continue
        if step[0] == "again":
            if not done:
                continue
            number, step, expected = done[step[1] % len(done)]
        else:
            expected = None
        key = RequestKey(step[1], f"request-{number}", b"f" * 16)
        outcome = await asyncio.gather(
            writer.submit(_work(step, f"r{number}.{step[1]}"), key), return_exceptions=True
        )
        if expected is not None:
            assert outcome[0].data == expected
            assert outcome[0].replayed
        elif step[0] == "buy":
            wallets[step[1]] += step[2].coins
            done.append((number, step, outcome[0].data))
        elif (cost := step[2].coins * step[3]) > wallets[step[1]]:
            assert isinstance(outcome[0], Rejected)
            assert outcome[0].code is ErrorCode.NOT_ENOUGH_COINS
        else:
            wallets[step[1]] -= cost
            done.append((number, step, outcome[0].data))
    await writer.stop()
    with engine.connect() as connection:
        assert audit(connection).problems == []
        table = schema.ledger_accounts
        for person in PEOPLE:
            row = connection.execute(
                select(table).where(table.c.id == f"{person}:coins:wallet")
            ).one_or_none()
            assert (row.credits - row.debits if row else 0) == wallets[person]
    assert [one.seq for one in told] == sorted({one.seq for one in told})
    engine.dispose()


def _prepare(tx: Tx) -> None:
    for handle in ("host", *PEOPLE):
        row = {"id": handle, "handle": handle, "handle_key": handle, "name": "", "password_hash": "-"}
        tx.add("accounts", {**row, "role": "host" if handle == "host" else "viewer", "created_ms": tx.now_ms})
    tx.flush()
    room = RoomState("room", Someone(id="host", handle="host"), "Title", "", tx.now_ms)
    tx.open_room(room)
    tx.emit(room, RoomOpened, room=room.room())


def _work(step: tuple, link_id: str):
    def work(tx: Tx) -> object:
        if step[0] == "buy":
            coins = ledger.buy(tx, ledger.Happening(link_id, step[1], step[2].pack_id), step[2])
            return Bought(transfer_id=link_id, coins=coins)
        person = Someone(id=step[1], handle=step[1])
        return give(tx, tx.live_room("room"), person, step[2], step[3], link_id, 4_000)

    return work
