"""Every way a connection can fail is one sentence that says what to do; none shows a type or a stack."""

import errno
import ssl

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosedError,
    InvalidMessage,
    InvalidProxyStatus,
    InvalidStatus,
)
from websockets.frames import Close
from websockets.http11 import Response

from studio.net.address import parse_address
from studio.net.errors import explain, is_final, is_token_refused
from studio.protocol.codec import ProtocolError
from studio.protocol.codes import CloseCode, ErrorCode

HERE = parse_address("wss://live.example.org")


def closed(code: int) -> ConnectionClosedError:
    return ConnectionClosedError(Close(code, ""), None)


def answer(status: int) -> Response:
    return Response(status, "", Headers())


@pytest.mark.parametrize(
    ("error", "says", "final"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "Nothing answers at live.example.org", False),
        (OSError("Multiple exceptions: [Errno 111] one, [Errno 111] two"), "Nothing answers at", False),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "Network is unreachable.", False),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "reset by peer", False),
        (TimeoutError(), "did not answer in time; check your network", False),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "is it a wss:// address?", False),
        (InvalidStatus(answer(200)), "answers, but is not a Host Studio backend", False),
        (InvalidStatus(answer(503)), "is full or just restarting", False),
        (InvalidStatus(answer(502)), "is full or just restarting", False),
        (InvalidMessage("no HTTP"), "answers, but is not a Host Studio backend", False),
        (InvalidProxyStatus(answer(407)), "proxy does not let the app through", False),
        (ProtocolError(ErrorCode.UNSUPPORTED_VERSION, "update the older one"), "update the older one", True),
        (ConnectionClosedError(None, None), "The connection to live.example.org broke.", False),
        (closed(1011), "The connection to live.example.org broke.", False),
        (closed(CloseCode.SHUTTING_DOWN), "The server is stopping.", False),
        (closed(CloseCode.TOO_SLOW), "did not read fast enough", False),
        (closed(CloseCode.TOKEN_INVALID), "has expired or was ended elsewhere; sign in again.", True),
        (closed(CloseCode.NOT_ALLOWED), "may not do that here", True),
        (closed(CloseCode.REPLACED), "newer connection took this one's place", True),
    ],
)
def test_each_failure_has_its_sentence(error: Exception, says: str, final: bool) -> None:
    sentence = explain(error, HERE)
    assert says in sentence and sentence.endswith((".", "?"))
    assert type(error).__name__ not in sentence and "Errno" not in sentence
    assert is_final(error) is final
    assert is_token_refused(error) is ("sign in again" in sentence)


def test_an_unknown_failure_still_is_a_sentence() -> None:
    assert explain(RuntimeError("odd"), HERE) == "No connection to live.example.org: RuntimeError."
