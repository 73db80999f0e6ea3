"""The audit of a backend's books on this computer, through its command."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from studio.net.books import audit_books
from studio.net.connection import EventConnection
from studio.net.embedded import EmbeddedBackend
from studio.protocol.commands import BuyCoins, SignedIn, SignUp

PROGRAM = (sys.executable, "-m", "studio")


def one_coin_more(database: Path) -> None:
    """Whoever can write the file can take its triggers away."""
    with sqlite3.connect(database) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE transfers SET amount = amount + 1 WHERE ledger = 'coins'")


@pytest.mark.asyncio
async def test_it_names_the_first_broken_row(tmp_path: Path) -> None:
    backend = EmbeddedBackend(PROGRAM, tmp_path, ["--light-passwords"])
    connection = EventConnection(backend.start(), "test", lambda _: None, lambda _: None)
    try:
        connection.start()
        await connection.wait_open()
        signed_in = await connection.ask(SignUp(handle="ana", password="a long password"))
        assert isinstance(signed_in, SignedIn)
        await connection.ask(BuyCoins(pack_id="coins-70"))
        books = backend.audit()  # while it runs
        assert (books.verdict, books.transfers) == ("ok", 2)
        assert books.debits == books.credits == {"coins": 70, "micro_dollars": 990_000}
    finally:
        await connection.stop()
        backend.stop()
    one_coin_more(tmp_path / "backend.sqlite3")
    broken = audit_books(PROGRAM, tmp_path)
    assert broken.verdict != "ok"
    assert broken.verdict.startswith("ledger_accounts ")
    assert "a balance is the sum of its transfers" in broken.verdict


def test_no_books_are_a_verdict_too(tmp_path: Path) -> None:
    assert audit_books(PROGRAM, tmp_path / "nothing").verdict.startswith("the audit could not be made")
    assert audit_books(("no such program",), tmp_path).verdict.startswith("the audit could not be made")
