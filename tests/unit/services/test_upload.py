"""When the upload is measured: signed in, connected, off air, and not again at once."""

from __future__ import annotations

import asyncio
import ssl

from studio.net.address import BackendAddress, parse_address
from studio.net.connection import LinkState
from studio.net.errors import Disconnected
from studio.net.secret import Secret
from studio.services.upload import UploadService


class Line:
    """The link, as far as the service asks it, and the backend at its other end."""

    def __init__(self) -> None:
        self.address: BackendAddress | None = parse_address("ws://127.0.0.1:8700")
        self.token, self.state = Secret("t"), LinkState.CONNECTED
        self.on_air = False
        self.asked = 0
        self.cut = False
        self.upload = UploadService(self, lambda: self.on_air, measure=self._measure)  # type: ignore[arg-type]

    async def _measure(self, address: BackendAddress, token: Secret, tls: ssl.SSLContext | None) -> float:
        self.asked += 1
        if self.cut:
            raise Disconnected("The connection was cut.")
        return 11_234_567.0

    def look(self) -> int | None:
        asyncio.run(self.upload.measure())
        return self.upload.kbps


def test_it_is_measured_once_for_a_backend(qapp: object) -> None:
    line = Line()
    assert line.look() == 11_235
    assert line.look() == 11_235
    assert line.asked == 1
    line.address = parse_address("ws://127.0.0.1:8701")
    line.look()
    assert line.asked == 2, "another backend, another way"


def test_not_while_on_air_signed_out_or_cut_off(qapp: object) -> None:
    line = Line()
    line.on_air = True
    assert line.look() is None
    line.on_air, line.token = False, Secret("")
    assert line.look() is None
    line.token, line.state = Secret("t"), LinkState.RECONNECTING
    assert line.look() is None
    assert line.asked == 0


def test_a_failed_measurement_says_nothing_wrong(qapp: object) -> None:
    line = Line()
    line.cut = True
    assert line.look() is None
    assert line.asked == 1
