"""What a person reads on the sign-in screen when something is wrong: real services, real sockets."""

from __future__ import annotations

import datetime
import http.server
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from studio import app as studio_app
from studio.app import Studio
from studio.net.connection import LinkState
from studio.protocol.commands import SignUp
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from tests.studio_parts import Run, until
from tests.system.backend_thread import BackendThread, backend_thread, light_settings
from tests.system.conftest import Play
from tests.viewer_client import TestViewer

PASSWORD = "a long password"


def test_who_cannot_sign_in(play: Play) -> None:
    async def story(studio: Studio, said: list[str]) -> None:
        account = studio.services.account
        await account.sign_up(THIS_COMPUTER, "rin", "Rin", PASSWORD)
        viewer = TestViewer(studio.services.link.address, "just_watching")
        viewer.connection.start()
        await viewer.connection.wait_open()
        await viewer.ask(SignUp(handle="just_watching", password=PASSWORD))
        await viewer.leave()
        await account.sign_out()
        cases = [
            (account.sign_in(THIS_COMPUTER, "rin", "not my password"), "Handle and password do not match"),
            (account.sign_in(THIS_COMPUTER, "nobody", PASSWORD), "Handle and password do not match"),
            (account.sign_in(THIS_COMPUTER, "just_watching", PASSWORD), "a viewer's and cannot host"),
            (account.sign_up(THIS_COMPUTER, "rin", "", PASSWORD), "Somebody else has that handle"),
            (account.sign_up(THIS_COMPUTER, "r n", "", PASSWORD), "2 to 24 letters, digits"),
            (account.sign_up(THIS_COMPUTER, "rin2", "", "short"), "8 to 256 characters"),
        ]
        for trying, sentence in cases:
            said.clear()
            await trying
            assert [sentence in words for words in said] == [True], said
            assert not account.signed_in and not account.busy
        await account.sign_in(THIS_COMPUTER, "RIN", PASSWORD)
        assert account.signed_in and studio.services.live.phase is Phase.READY

    play(story)


class _Page(http.server.BaseHTTPRequestHandler):
    """A server that is not a backend: it knows one status."""

    protocol_version = "HTTP/1.1"
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output quiet."""


@contextmanager
def web_server(status: int) -> Iterator[int]:
    handler = type("Page", (_Page,), {"status": status})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_addresses_that_lead_nowhere(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "socks_proxy", "ws_proxy", "wss_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    look_up = socket.getaddrinfo

    def without_that_name(host: object, *args: object, **options: object) -> object:
        if host == "live.example.invalid":  # a resolver may take its time to say so
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", without_that_name)

    async def story(studio: Studio, said: list[str]) -> None:
        account, link = studio.services.account, studio.services.link
        nobody = unused_port()
        with web_server(200) as page, web_server(404) as missing, web_server(503) as full:
            cases = [
                (
                    f"ws://127.0.0.1:{nobody}",
                    f"Nothing answers at 127.0.0.1:{nobody}; is the backend running?",
                ),
                (f"localhost:{nobody}", f"Nothing answers at localhost:{nobody}; is the backend running?"),
                (f"ws://127.0.0.1:{page}", f"127.0.0.1:{page} answers, but is not a Host Studio backend."),
                (f"http://127.0.0.1:{missing}", "answers, but is not a Host Studio backend."),
                (f"ws://127.0.0.1:{full}", "is full or just restarting."),
                (f"wss://127.0.0.1:{page}", "does not speak TLS the way this app does"),
                ("wss://live.example.invalid", "no host named live.example.invalid; check the address"),
                ("wss://" + "a" * 64 + ".example", "is not a host name"),
                ("wss://live..example.org", "is not a host name"),
                ("ws://live.example.org", "not encrypted; use wss://"),
                ("ftp://live.example.org", "starts with wss:// or ws://"),
                ("wss://rin:secret@live.example.org", "must not hold a name, password or token"),
            ]
            for typed, sentence in cases:
                said.clear()
                await account.sign_in(typed, "rin", PASSWORD)
                assert [sentence in words for words in said] == [True], (typed, said)
                assert not account.signed_in and not account.busy
                assert link.state is LinkState.OFFLINE, "a wrong address is not tried for ever"

    play(story)


def certificate(
    authority: trustme.CA, folder: Path, name: str = "127.0.0.1", **options: object
) -> dict[str, Path]:
    made = authority.issue_cert(name, **options)  # type: ignore[arg-type]
    files = {"tls_cert": folder / "cert.pem", "tls_key": folder / "key.pem"}
    made.private_key_pem.write_to_path(files["tls_key"])
    files["tls_cert"].write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    return files


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("unknown authority", "does not verify (unable to get local issuer certificate)"),
        ("self-signed", "does not verify (self"),
        ("expired", "does not verify (certificate has expired)"),
        ("another host's", "does not verify (IP address mismatch"),
        ("trusted", ""),
    ],
)
def test_certificates(
    on_qt_loop: Run,  # type: ignore[type-arg]
    tmp_path: Path,
    which: str,
    sentence: str,
) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context()
    if which != "unknown authority":
        authority.configure_trust(tls)
    if which == "self-signed":
        # What `openssl req -x509` makes: a certificate that signed itself, known to nobody.
        files = {"tls_cert": tmp_path / "cert.pem", "tls_key": tmp_path / "key.pem"}
        own = trustme.CA()
        own.cert_pem.write_to_path(files["tls_cert"])
        own.private_key_pem.write_to_path(files["tls_key"])
    elif which == "expired":
        now = datetime.datetime.now(datetime.UTC)
        files = certificate(
            authority,
            tmp_path,
            not_before=now - datetime.timedelta(days=2),
            not_after=now - datetime.timedelta(days=1),
        )
    else:
        files = certificate(authority, tmp_path, "192.0.2.7" if which == "another host's" else "127.0.0.1")

    async def story() -> None:
        with backend_thread(light_settings(tmp_path / "data", **files)) as server:
            studio = studio_app.build_studio(tmp_path, tmp_path, tmp_path / "unused", [], tls)
            try:
                await try_it(studio, server)
            finally:
                await studio.stop()

    async def try_it(studio: Studio, server: BackendThread) -> None:
        services, port = studio.services, server.backend.port
        said: list[str] = []
        services.account.failed.connect(said.append)
        await services.account.sign_up(server.url, "rin", "Rin", PASSWORD)
        if sentence:
            assert [sentence in words for words in said] == [True], said
            assert said[0].startswith(f"The certificate of 127.0.0.1:{port} does not verify")
            assert said[0].endswith("check the address.")
            assert not services.account.signed_in
            assert services.link.state is LinkState.OFFLINE
            return
        assert services.account.signed_in, said
        services.broadcast.source.choose("pattern")
        await services.live.go_live(LiveSetup("Encrypted"))
        counters = server.backend.counters
        await until(lambda: counters.media_messages_in > 2, "the picture comes, encrypted too")
        await services.live.end_live()

    on_qt_loop(story())
