"""What can go wrong between studio and backend, as types and as sentences."""

from __future__ import annotations

import ssl
from socket import gaierror

from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)

from studio.net.address import BackendAddress
from studio.protocol.codec import ProtocolError
from studio.protocol.codes import CloseCode


class Rejected(Exception):
    """The backend understood a command and said no."""

    def __init__(self, code: int, message: str, retry_after_ms: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms


#: What a server says that will be there again soon: full, restarting, or behind a proxy whose backend is.
_BACK_SOON = (502, 503, 504)


class Disconnected(Exception):
    """There is no connection, or it broke before an answer came."""


def is_final(error: BaseException) -> bool:
    """Whether trying again the same way cannot help (a person must do something first)."""
    if isinstance(error, ProtocolError | ssl.SSLCertVerificationError | InvalidURI):
        return True
    code = _close_code(error)
    return code is not None and code.final


def is_token_refused(error: BaseException) -> bool:
    """Whether the backend does not take this token: the person must sign in again."""
    return _close_code(error) is CloseCode.TOKEN_INVALID


def explain(error: BaseException, address: BackendAddress) -> str:
    """One sentence for the host: what happened and what to do."""
    where = address.host if address.port in (80, 443) else f"{address.host}:{address.port}"
    if (text := _not_reached(error, address, where)) is not None:
        return text
    if isinstance(error, ProxyError | InvalidProxy):
        return f"This network's proxy does not let the app through to {where}; check the proxy settings."
    if isinstance(error, InvalidStatus) and error.response.status_code in _BACK_SOON:
        return f"{where} is full or just restarting."
    if isinstance(error, InvalidHandshake | InvalidMessage):
        return f"{where} answers, but is not a Host Studio backend."
    if isinstance(error, ProtocolError):
        return f"{where} does not speak this app's protocol ({error.detail})."
    code = _close_code(error)
    if code is CloseCode.TOKEN_INVALID:
        return f"Your sign-in at {where} has expired or was ended elsewhere; sign in again."
    if code is not None:
        return str(code.__doc__)
    if isinstance(error, ConnectionClosed):
        return f"The connection to {where} broke."
    if isinstance(error, OSError):
        return f"No connection to {where}: {error.strerror or error}."
    return f"No connection to {where}: {type(error).__name__}."


def _not_reached(error: BaseException, address: BackendAddress, where: str) -> str | None:
    """What failed below the protocol: certificate, name, port, time."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {where} does not verify ({error.verify_message}); check the address."
    if isinstance(error, ssl.SSLError):
        return f"{where} does not speak TLS the way this app does; is it a wss:// address?"
    if isinstance(error, gaierror):
        return f"There is no host named {address.host}; check the address and your network."
    if isinstance(error, ConnectionRefusedError) or _refused_everywhere(error):
        return f"Nothing answers at {where}; is the backend running?"
    if isinstance(error, TimeoutError):
        return f"{where} did not answer in time; check your network."
    return None


def _refused_everywhere(error: BaseException) -> bool:
    """A name with several addresses (localhost has two): asyncio puts the refusals into one text."""
    return isinstance(error, OSError) and error.errno is None and str(error).startswith("Multiple exceptions")


def _close_code(error: BaseException) -> CloseCode | None:
    if not isinstance(error, ConnectionClosed) or error.rcvd is None:
        return None
    try:
        return CloseCode(error.rcvd.code)
    except ValueError:
        return None
