"""The writer and the database under trouble: bad jobs, a full disk, folders that do not work, newer
versions.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from studio.backend.errors import Rejected, StorageError
from studio.backend.money.audit import audit
from studio.backend.storage import schema
from studio.backend.storage.bulk import INSERTS, find_requests
from studio.backend.storage.database import DATABASE_NAME, DataFolder, migrate, open_engine
from studio.backend.storage.tx import Committed, Tx
from studio.backend.storage.writer import Writer
from studio.model.money import Rates
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import BuyCoins, Comment, GetBalance, SendGift
from studio.protocol.events import Commented
from tests.unit.backend.conftest import CORGI, Stage, http_get


def test_the_migrations_make_the_schema_we_describe(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        ]
    assert pragmas == ["wal", 2]
    engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version of Host Studio"):
        migrate(engine)
    engine.dispose()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(b"holiday photos" * 1_000)
    engine = open_engine(tmp_path)
    with pytest.raises(StorageError, match="cannot use the database: file is not a database"):
        migrate(engine)
    engine.dispose()


def test_a_read_only_database(tmp_path: Path) -> None:
    engine = open_engine(
        tmp_path, f"sqlite:///file:{(tmp_path / 'x.sqlite3').as_posix()}?immutable=1&uri=true"
    )
    (tmp_path / "x.sqlite3").touch()
    with pytest.raises(StorageError, match=r"cannot use the database.*(readonly|read-only)"):
        migrate(engine)
    engine.dispose()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot write to the data folder"):
        DataFolder(tmp_path / "file" / "data")


def test_one_folder_one_backend(tmp_path: Path) -> None:
    first = DataFolder(tmp_path)
    with pytest.raises(StorageError, match="another backend is already running"):
        DataFolder(tmp_path)
    first.release()
    DataFolder(tmp_path).release()


class _Bench:
    """A writer alone, with what it delivered."""

    def __init__(self, folder: Path, **options: int) -> None:
        self.engine = open_engine(folder)
        migrate(self.engine)
        self.delivered: list[Committed] = []
        self.writer = Writer(
            self.engine, Rates(), self.delivered.append, **{"queue": 100, "batch": 50, **options}
        )

    async def close(self) -> None:
        await self.writer.stop()
        self.engine.dispose()


@pytest.mark.parametrize("count", [1, 7, 60, 200, 600])
def test_known_requests_are_found_by_their_keys_alone(tmp_path: Path, count: int) -> None:
    engine = open_engine(tmp_path)
    migrate(engine)
    stored = [("ana", f"r{number}", b"print", f'"{number}"', 1) for number in range(0, 1_000, 2)]
    said: list[str] = []
    with engine.connect() as connection:
        INSERTS["requests"].run(connection, stored)
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(said.append)
        found = find_requests(connection, [("ana", f"r{number}") for number in range(count)])
        driver.set_trace_callback(None)
        assert found == {
            ("ana", f"r{number}"): (b"print", f'"{number}"'.encode()) for number in range(0, count, 2)
        }
        for statement in said:  # one that reads them all takes longer with each that was ever kept
            plan = " ".join(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}"))
            assert "SEARCH r USING PRIMARY KEY" in plan and "SCAN r" not in plan, plan
    engine.dispose()


def _beat(number: int):
    return lambda tx: tx.add("heartbeat", {"id": number, "at_ms": tx.now_ms})


@pytest.mark.expected_errors("jobs were not stored.*(UNIQUE|boom|began|begun)")
async def test_a_bad_job_does_not_spoil_its_batch(tmp_path: Path) -> None:
    bench = _Bench(tmp_path)

    def bug(_tx: Tx) -> None:
        raise RuntimeError("boom")

    def late_refusal(tx: Tx) -> None:
        _beat(77)(tx)
        raise Rejected(ErrorCode.MUTED)

    def refusal(_tx: Tx) -> None:
        raise Rejected(ErrorCode.MUTED)

    bench.writer.start()
    jobs = [_beat(1), bug, _beat(2), refusal, _beat(1), late_refusal, _beat(3)]
    outcomes = await asyncio.gather(*map(bench.writer.submit, jobs), return_exceptions=True)
    codes = [one.code if isinstance(one, Rejected) else one for one in outcomes]
    fault = ErrorCode.SERVER_FAULT
    assert codes == [None, fault, None, ErrorCode.MUTED, fault, fault, None]
    rows = await bench.writer.submit(lambda tx: list(tx.execute(schema.heartbeat.select()).scalars()))
    assert sorted(rows) == [1, 2, 3]
    await bench.close()


async def test_a_full_queue_refuses_and_counts(tmp_path: Path) -> None:
    bench = _Bench(tmp_path, queue=3)
    bench.writer._loop = asyncio.get_running_loop()
    futures = [bench.writer.submit(_beat(number)) for number in range(5)]
    bench.writer.start()
    outcomes = await asyncio.gather(*futures, return_exceptions=True)
    assert [getattr(one, "code", None) for one in outcomes] == [None] * 3 + [ErrorCode.TOO_FAST] * 2
    assert outcomes[-1].retry_after_ms > 0
    assert bench.writer.counters.refused == 2
    await bench.close()
    with pytest.raises(Rejected) as caught:
        await bench.writer.submit(_beat(9))
    assert caught.value.code is ErrorCode.SHUTTING_DOWN


@pytest.mark.expected_errors("jobs were not stored.*disk is full")
async def test_a_full_disk_takes_nothing_and_passes(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=1)
    await stage.backend.writer.submit(_limit_pages(0))
    gifts = 0
    while (response := await ana.response(SendGift(room_id=room_id, gift_id=CORGI))).ok:
        gifts += 1
    assert response.code == ErrorCode.STORAGE_FAULT
    assert "nothing was taken" in response.message
    status, _, _ = await http_get(stage.backend, "/healthz")
    assert status in (200, 503)  # one row may still fit
    assert (await ana.ask(GetBalance())).coins == 17_500 - gifts * 299
    await stage.backend.writer.submit(_limit_pages(1_000_000))
    await ana.ask(Comment(room_id=room_id, text="room again"))
    await host.until_event(Commented, text="room again")
    assert [one.seq for one in host.events] == list(range(1, len(host.events) + 1))
    await ana.ask(BuyCoins(pack_id="coins-70"))
    report = await stage.backend._reader.ask(audit)
    assert report.problems == []


def _limit_pages(more: int):
    """A disk that has room for so many more pages."""

    def work(tx: Tx) -> None:
        used = tx.execute(text("PRAGMA page_count")).scalar_one()
        tx.execute(text(f"PRAGMA max_page_count = {used + more}"))

    return work


@pytest.mark.expected_errors("jobs were not stored.*readonly")
async def test_a_disk_that_becomes_read_only(stage: Stage) -> None:
    _, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=1)
    # The writer's own connection: while it refuses to write, no job of it could set it free again.
    driver = await stage.backend.writer.submit(lambda tx: tx._connection.connection.driver_connection)
    driver.execute("PRAGMA query_only = ON")
    assert (await ana.refused(SendGift(room_id=room_id, gift_id=CORGI))).code is ErrorCode.STORAGE_FAULT
    status, _, body = await http_get(stage.backend, "/healthz")
    assert (status, b'"writes": false' in body) == (503, True)
    driver.execute("PRAGMA query_only = OFF")
    assert (await ana.ask(SendGift(room_id=room_id, gift_id=CORGI))).coins == 17_500 - 299
