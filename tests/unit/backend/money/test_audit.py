"""The audit finds each kind of wrong row and names it; books that are right pass."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.backend.storage.database import DATABASE_NAME
from tests.unit.backend.money.books import BIG, CORGI, ROSE, SMALL, Books

#: What somebody does to a row behind our back, and what the audit says.
WRONGS = [
    (
        "UPDATE ledger_accounts SET credits = credits + 1 WHERE id = 'ana:coins:wallet'",
        "a balance is the sum",
    ),
    ("UPDATE transfers SET amount = amount + 1 WHERE id = 'gift3.gift_diamonds'", "a balance is the sum"),
    ("UPDATE transfers SET amount = 0 WHERE id = 'gift3.gift_diamonds'", "amounts are above 0"),
    (
        "UPDATE transfers SET ledger = 'coins' WHERE id = 'gift3.gift_diamonds'",
        "a transfer stays in its ledger",
    ),
    ("UPDATE transfers SET credit_account = 'x' WHERE id = 'gift3.gift_diamonds'", "a transfer stays in its"),
    (
        "UPDATE transfers SET share_ppm = 500000 WHERE id = 'gift3.gift_diamonds'",
        "a gift is shared by its row's",
    ),
    ("DELETE FROM events WHERE kind = 'gift' AND seq = 2", "a gift's transfer has its event"),
    (
        "UPDATE events SET body = replace(body, '\"coins\":299', '\"coins\":298') WHERE seq = 2",
        "a gift's event",
    ),
    ("UPDATE rooms SET totals = replace(totals, '\"diamonds\":', '\"diamonds\":1')", "a LIVE's totals"),
    ("UPDATE rooms SET last_seq = last_seq + 1", "events have no gap"),
    ("UPDATE transfers SET item = '1-2' WHERE code = 'hold_released'", "releases follow each other"),
    ("UPDATE transfers SET event_seq = event_seq + 1 WHERE code = 'hold_released'", "releases follow each"),
    (
        "UPDATE statement_lines SET balance = balance + 1 WHERE code = 'payout_reserved'",
        "a statement adds up",
    ),
    ("DELETE FROM statement_lines WHERE code = 'gift_reversed'", "a statement is complete"),
    ("UPDATE payouts SET state = 'returned' WHERE state = 'paid'", "a payout's state is its transfers'"),
    ("UPDATE payouts SET micro_dollars = micro_dollars + 1", "a payout's money is its diamonds'"),
    ("DELETE FROM payouts WHERE state = 'paid'", "a payout's transfers have their payout"),
    ("DELETE FROM payout_callbacks", "a payout ends by its provider's word"),
    ("UPDATE transfers SET pending_id = 'none' WHERE code = 'payout_paid'", "a payout's state is its"),
    ("UPDATE transfers SET pending_id = id WHERE code = 'hold_released'", "only payouts have phases"),
    ("DELETE FROM reversals", "a host is told what is taken back"),
    ("UPDATE transfers SET amount = amount - 1 WHERE code = 'refund_paid'", "a refund is its purchase"),
    ("UPDATE transfers SET amount = amount - 1 WHERE code = 'gift_unredeemed'", "a refund is its purchase"),
    ("UPDATE transfers SET amount = amount - 1 WHERE code = 'gift_reversed'", "a gift gives back its part"),
    ("UPDATE transfers SET at_ms = at_ms - 200000000 WHERE code = 'payout_paid'", "a closed day stays"),
    ("DELETE FROM day_closings WHERE day = '2023-11-14'", "every day with transfers is closed"),
]


async def lived(folder: Path) -> Books:
    """Books in which everything there is has happened."""
    books = await Books(folder).open()
    purchase = await books.buy("ana", SMALL)
    await books.buy("ana", BIG)
    await books.give("ana", "hana", CORGI)
    await books.give("ana", "hana", ROSE, 40)
    await books.release()
    payout = await books.payout("hana", 100)
    await books.say(payout, "accepted", 500_000)
    await books.say(payout, "paid", 500_000)
    await books.give("ana", "hana", CORGI, 57)
    books.now_ms += 2 * 86_400_000
    await books.close_days()
    await books.give("ana", "hana", ROSE, 140)
    await books.release()
    done = await books.refund(purchase)
    assert (done.coins_taken_back, done.diamonds) == (48, 22)
    assert books.problems() == []
    return books


@pytest.mark.parametrize(("wrong", "said"), WRONGS, ids=[wrong for wrong, _ in WRONGS])
async def test_a_wrong_row_is_found(tmp_path: Path, wrong: str, said: str) -> None:
    books = await lived(tmp_path)
    await books.close()
    connection = sqlite3.connect(tmp_path / DATABASE_NAME, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    assert connection.execute(wrong).rowcount > 0
    connection.close()
    await books.open(new=False)
    assert [one for one in books.problems() if one.startswith(said)], books.problems()
    await books.close()


def command(folder: Path, *words: str) -> tuple[int, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "studio", "backend", *words, "--data-dir", str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


async def test_the_command_says_it_in_one_line(tmp_path: Path) -> None:
    books = await lived(tmp_path)
    await books.close()
    code, said = command(tmp_path, "audit")
    assert (code, said["ok"], said["problems"], said["first"]) == (0, True, 0, None)
    assert (said["gifts"], said["payouts"]) == (4, 1)
    connection = sqlite3.connect(tmp_path / DATABASE_NAME, isolation_level=None)
    connection.execute("UPDATE ledger_accounts SET debits = debits - 1 WHERE id = 'ana:coins:wallet'")
    connection.close()
    code, said = command(tmp_path, "audit")
    assert (code, said["ok"]) == (1, False)
    assert said["first"]["row"] == "ana:coins:wallet"
    code, said = command(tmp_path / "nowhere", "audit")
    assert (code, "no database" in said) == (2, True)


async def test_the_operator_without_a_running_backend(tmp_path: Path) -> None:
    books = await Books(tmp_path).open()
    purchase = await books.buy("ana", SMALL)
    await books.give("ana", "hana", ROSE, 70)
    await books.close()
    code, said = command(tmp_path, "refund", purchase, "--reason", "stolen card")
    assert (code, said["gifts_reversed"], said["diamonds"]) == (0, 1, 70)
    assert command(tmp_path, "refund", purchase)[0] == 1
    assert command(tmp_path, "promote", "ben", "12")[1]["coins"] == 12
    assert command(tmp_path, "promote", "ben", "-1")[0] == 1
    assert command(tmp_path, "promote", "nobody", "1")[0] == 1
    assert command(tmp_path, "rates", "--share-ppm", "1000000")[0] == 1
    assert command(tmp_path, "rates", "--share-ppm", "250000")[1]["rates"]["share_ppm"] == 250_000
    assert command(tmp_path, "rates")[1]["rates"]["share_ppm"] == 250_000
    await books.open(new=False)
    await books.give("ben", "hana", ROSE, 12)
    assert books.purse("hana").diamonds == 9
    assert books.problems() == []
    await books.close()
