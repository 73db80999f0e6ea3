"""Books from before hosts' diamonds had three accounts are carried over, row by row unchanged."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from alembic import command as alembic_command
from sqlalchemy import Engine

from studio.backend.money import refunds
from studio.backend.storage.database import DATABASE_NAME, _scripts, open_engine
from tests.unit.backend.money.books import CORGI, RATES, SMALL, Books

_EVENT = (
    '{{"kind":"gift","seq":{seq},"at_ms":1,"transfer_id":"g{room}{seq}.gift_coins","streak_id":"s","person":'
    '{{"id":"ana","handle":"ana","name":""}},"gift_id":1,"gift_name":"Rose","coins_each":1,"count":{coins},'
    '"added":{coins},"coins":{coins},"diamonds":{coins},"room_diamonds":{total},"ended":true}}'
)


def old_books(folder: Path) -> None:
    """A host with two LIVEs, one on air, as version 0009 wrote them."""
    engine = open_engine(folder)
    _upgrade(engine, "0009")
    engine.dispose()
    connection = sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)
    for who, role in (("hana", "host"), ("hugo", "host"), ("ana", "viewer"), ("ben", "viewer")):
        connection.execute("INSERT INTO accounts VALUES (?, ?, ?, '', ?, '-', 1)", (who, who, who, role))
    sums: dict[str, list[int]] = {}

    def move(one: str, link: str, code: str, debit: str, credit: str, amount: int, **of: object) -> None:
        for account, side in ((debit, 0), (credit, 1)):
            sums.setdefault(account, [0, 0])[side] += amount
            owner, ledger, name = account.split(":")
            connection.execute(
                "INSERT INTO ledger_accounts VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT (id) DO NOTHING",
                (account, owner, ledger, name, 2**40),
            )
        row = (one, link, "", debit.split(":")[1], code, debit, credit, amount, "ana")
        row += (of.get("room", ""), of.get("seq", 0), "1", of.get("count", 1), 1, 5_000, 1_000)
        connection.execute(f"INSERT INTO transfers VALUES ({','.join('?' * 16)})", row)

    platform = "platform:coins:issued"
    move("b.purchase_paid", "b", "purchase_paid", "platform:micro_dollars:test_money",
         "platform:micro_dollars:sales", 990_000)  # fmt: skip
    move("b.purchase_coins", "b", "purchase_coins", platform, "ana:coins:wallet", 70)
    for room, ended, gifts in (("old", 5, (10, 20)), ("room-hana", 0, (30,))):
        total = sum(gifts)
        totals = json.dumps({"diamonds": total, "micro_dollars": total * 5_000, "coins": total})
        connection.execute(
            "INSERT INTO rooms (id, host_id, title, topic, started_ms, ended_ms, last_seq, totals)"
            " VALUES (?, 'hana', 'T', '', ?, ?, ?, ?)",
            (room, 1 if ended else 9, ended, len(gifts), totals),
        )
        told = 0
        for seq, coins in enumerate(gifts, 1):
            told += coins
            of = {"room": room, "seq": seq, "count": coins}
            move(f"g{room}{seq}.gift_coins", f"g{room}{seq}", "gift_coins", "ana:coins:wallet",
                 "platform:coins:redeemed", coins, **of)  # fmt: skip
            move(f"g{room}{seq}.gift_diamonds", f"g{room}{seq}", "gift_diamonds",
                 "platform:diamonds:issued", "hana:diamonds:earned", coins, **of)  # fmt: skip
            body = _EVENT.format(seq=seq, room=room, coins=coins, total=told)
            connection.execute("INSERT INTO events VALUES (?, ?, 1, 'gift', ?)", (room, seq, body))
    for account, (debits, credits) in sums.items():
        values = (debits, credits, account)
        connection.execute("UPDATE ledger_accounts SET debits = ?, credits = ? WHERE id = ?", values)
    connection.close()


def _upgrade(engine: Engine, revision: str) -> None:
    config, _ = _scripts()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic_command.upgrade(config, revision)


def _history(folder: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / DATABASE_NAME)
    rows = connection.execute(
        "SELECT id, amount, debit_account, credit_account, at_ms FROM transfers"
    ).fetchall()
    connection.close()
    return rows


async def test_old_books_are_carried_over(tmp_path: Path) -> None:
    old_books(tmp_path)
    before = set(_history(tmp_path))
    books = await Books(tmp_path, RATES).open(new=False)
    assert books.problems() == []
    after = set(_history(tmp_path))
    assert before < after
    assert sorted(row[1] for row in after - before) == [30, 30]
    assert (books.purse("hana").available, books.account("hana:diamonds:earned")) == (60, 0)
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with pytest.raises(sqlite3.IntegrityError, match="immutable"):
        connection.execute("UPDATE transfers SET amount = 1")
    with pytest.raises(sqlite3.IntegrityError, match="nobody_spends"):
        connection.execute("UPDATE ledger_accounts SET debits = 9999 WHERE id = 'ana:coins:wallet'")
    connection.close()
    await books.close()


async def test_a_live_that_was_on_air_goes_on_and_old_gifts_can_be_taken_back(tmp_path: Path) -> None:
    old_books(tmp_path)
    books = await Books(tmp_path, RATES).open(new=False)
    books.now_ms = 1_800_000_000_000
    await books.buy("ben", SMALL)
    await books.buy("ben", SMALL)
    await books.buy("ben", SMALL)
    await books.buy("ben", SMALL)
    await books.buy("ben", SMALL)
    await books.give("ben", "hana", CORGI)
    await books.release()
    assert books.purse("hana").available == 60 + 299
    done = await books.do(lambda tx: refunds.refund(tx, "b.purchase_coins", "Why not."))
    assert (done.coins_taken_back, done.gifts_reversed, done.diamonds) == (10, 3, 60)
    assert books.purse("hana").available == 299
    assert books.problems() == []
    await books.close()
