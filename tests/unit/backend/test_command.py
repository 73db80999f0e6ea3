"""The backend as a program: its one line, its errors, how it stops, and what is left after a kill."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.asyncio.client import connect

from studio.backend.command import parse_listen
from studio.backend.errors import BackendError
from studio.backend.money.audit import audit
from studio.backend.storage.database import DATABASE_NAME, migrate, open_engine
from studio.protocol import EVENTS_PATH
from studio.protocol.codec import new_id
from studio.protocol.codes import CloseCode
from studio.protocol.commands import BuyCoins, EnterRoom, GetBalance, GetCatalogue, OpenRoom, Resume, SendGift
from studio.protocol.events import GiftSent, RoomClosed
from studio.protocol.frames import Response
from tests.unit.backend.conftest import Person


@contextmanager
def program(data: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A real backend process and its line; killed at the end when it still runs."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "studio.backend", "--listen", "127.0.0.1:0", "--data", str(data)),
            *("--no-rate-limits", "--light-passwords", "--stop-with-stdin", *options),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        yield process, json.loads(line) if line else {}
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


def failing(data: Path, *options: str) -> str:
    """The sentence on stderr of a backend that cannot start."""
    done = subprocess.run(
        [sys.executable, "-m", "studio.backend", "--data", str(data), *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("host-studio backend: ")
    return last


async def person_at(url: str, token: str = "", **options: Any) -> Person:
    return await Person(
        await connect(url + EVENTS_PATH, compression=None, max_size=2**24, **options)
    ).identify(token)


def test_where_to_listen() -> None:
    assert parse_listen("127.0.0.1:0") == ("127.0.0.1", 0)
    assert parse_listen("[::1]:80") == ("::1", 80)
    for wrong in ("8765", "host:", "host:x", "host:70000", ""):
        with pytest.raises(BackendError, match="HOST:PORT"):
            parse_listen(wrong)


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = failing(tmp_path, "--listen", f"127.0.0.1:{port}")
    assert f"port {port} on 127.0.0.1 is taken" in said
    assert "--listen" in said


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    assert "cannot listen on" in failing(tmp_path, "--listen", "192.0.2.1:0")


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "cannot write to the data folder" in failing(tmp_path / "file")


def test_a_bad_certificate(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("not a certificate")
    for cert in ("cert.pem", "missing.pem"):
        said = failing(tmp_path / "data", "--listen", "127.0.0.1:0", "--tls-cert", str(tmp_path / cert))
        assert "cannot use the certificate" in said
    assert "--tls-key needs --tls-cert" in failing(tmp_path / "data", "--tls-key", "x")


def test_a_newer_database(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    assert "newer version" in failing(tmp_path, "--listen", "127.0.0.1:0")


def test_a_second_backend_on_the_same_data(tmp_path: Path) -> None:
    with program(tmp_path):
        assert "already running" in failing(tmp_path, "--listen", "127.0.0.1:0")


@pytest.mark.parametrize("how", ["stdin", "SIGTERM", "SIGINT"])
async def test_it_stops_cleanly(tmp_path: Path, how: str) -> None:
    if sys.platform == "win32" and how != "stdin":
        pytest.skip("Windows has no such signals: stdin is the way there")
    with program(tmp_path) as (process, ready):
        assert ready["ready"] is True
        assert ready["pid"] == process.pid
        person = await (await person_at(ready["url"])).sign_up("ana")
        if how == "stdin":
            process.stdin.close()
        else:
            process.send_signal(signal.Signals[how])
        assert await person.closed() == CloseCode.SHUTTING_DOWN
        assert await asyncio.to_thread(process.wait, 30) == 0
        said = process.stderr.read()
        assert "Traceback" not in said
        assert person.token not in said
        await person.close()
    assert not (tmp_path / f"{DATABASE_NAME}-wal").exists()


async def test_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    identity = authority.issue_cert("127.0.0.1")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    identity.private_key_pem.write_to_path(key)
    cert.write_bytes(b"".join(blob.bytes() for blob in identity.cert_chain_pems))
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with program(tmp_path / "data", "--tls-cert", str(cert), "--tls-key", str(key)) as (_, ready):
        assert ready["url"].startswith("wss://")
        assert ready["web"].startswith("https://")
        person = await person_at(ready["url"], ssl=trusting)
        assert (await person.sign_up("ana")).token
        await person.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(ready["url"] + EVENTS_PATH, ssl=ssl.create_default_context())


async def test_killed_in_a_gift_storm(tmp_path: Path) -> None:
    """Everything answered is there, the books balance, the LIVE goes on without a gap."""
    with program(tmp_path) as (process, ready):
        host = await (await person_at(ready["url"])).sign_up("host", role="host")
        room_id = (await host.ask(OpenRoom(title="Storm"))).room.room_id
        ana = await (await person_at(ready["url"])).sign_up("ana")
        await ana.ask(BuyCoins(pack_id="coins-17500"))
        await ana.ask(EnterRoom(room_id=room_id))
        gifts = (await ana.ask(GetCatalogue())).gifts
        rose = next(one.id for one in gifts if one.streakable and one.coins == 1)
        sent: dict[str, asyncio.Future[Response]] = {}

        async def storm() -> None:
            for _ in range(5_000):
                request_id = new_id()
                text, sent[request_id] = ana.start(SendGift(room_id=room_id, gift_id=rose), request_id)
                await ana.socket.send(text)

        storming = asyncio.create_task(storm())
        await ana.until(lambda: sum(one.done() for one in sent.values()) >= 300)
        process.kill()
        await asyncio.gather(storming, return_exceptions=True)
        await asyncio.gather(host.closed(), ana.closed())
        await asyncio.gather(host.close(), ana.close())
        answered = {key: one.result() for key, one in sent.items() if one.done()}
        assert len(answered) >= 300
        assert all(one.ok for one in answered.values())
        assert len(answered) < 5_000
        await asyncio.to_thread(process.wait, 30)
    last_seen = host.events[-1].seq
    with program(tmp_path) as (process, ready):
        host2 = await person_at(ready["url"], host.token)
        assert host2.identified.live_room.room_id == room_id
        resumed = await host2.ask(Resume(room_id=room_id, after_seq=last_seen))
        await host2.until(lambda: host2.events and host2.events[-1].seq >= resumed.seq)
        ana2 = await person_at(ready["url"], ana.token)
        for request_id, response in list(answered.items())[:5]:
            again = await ana2.response(SendGift(room_id=room_id, gift_id=rose), request_id)
            assert again.result == response.result
        await ana2.ask(Resume(room_id=room_id, after_seq=0))
        everything = await ana2.ask(SendGift(room_id=room_id, gift_id=rose))
        end = await ana2.until_event(GiftSent, seq=everything.seq)
        seqs = [one.seq for one in ana2.events]
        assert seqs == list(range(1, end.seq + 1))
        gifts = [one for one in ana2.events if isinstance(one, GiftSent) and one.added]
        transfers = {one.transfer_id for one in gifts}
        assert all(decode_answer(one)["transfer_id"] in transfers for one in answered.values())
        ended = [one for one in ana2.events if isinstance(one, GiftSent) and one.ended]
        assert [one.count for one in ended] == [len(gifts) - 1]
        assert everything.count == 1
        assert (await ana2.ask(GetBalance())).coins == 17_500 - len(gifts)
        assert (await host2.ask(GetBalance())).diamonds == len(gifts)
        process.stdin.close()
        await asyncio.gather(host2.closed(), ana2.closed())
        await asyncio.gather(host2.close(), ana2.close())
        assert await asyncio.to_thread(process.wait, 30) == 0
        assert not [one for one in host.events + host2.events if isinstance(one, RoomClosed)]
    engine = open_engine(tmp_path)
    with engine.connect() as connection:
        report = audit(connection)
    engine.dispose()
    assert report.problems == []
    assert report.gifts == len(gifts)


def decode_answer(response: Response) -> dict[str, Any]:
    return json.loads(bytes(response.result))
