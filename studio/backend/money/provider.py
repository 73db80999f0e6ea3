"""The seam to whoever pays hosts out: orders go out, signed words about them come back.

Event-loop thread. A real provider is one more class with these methods; `SandboxBank` is the one shipped.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol

import msgspec

from studio.model.money import MAX_AMOUNT


class ProviderError(Exception):
    """The provider was not reached, or did not answer: whether it has the order is not known."""


class Word(StrEnum):
    """What a provider says of a payout."""

    ACCEPTED = "accepted"
    PAID = "paid"
    RETURNED = "returned"


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's word. ``callback_id``: the same when it is said again."""

    callback_id: str
    payout_id: str
    word: Word
    micro_dollars: int
    reason: str = ""


class BadCallback(Exception):
    """Forged, or not what a provider says."""


#: Takes a callback's bytes and signature; true when it was taken, so that it need not be said again.
OnCallback = Callable[[bytes, str], Awaitable[bool]]


class PayoutProvider(Protocol):
    """Pays orders. The order's id makes it happen once, however often it is sent."""

    async def start(self, on_callback: OnCallback) -> None:
        """From now on callbacks may come."""
        ...

    async def send(self, payout_id: str, micro_dollars: int) -> None:
        """Orders a payout. `ProviderError`: send it again."""
        ...

    async def ask(self, payout_id: str) -> Callback | None:
        """What has become of it; None: that order never came. `ProviderError`."""
        ...

    async def close(self) -> None:
        """No callback comes any more."""
        ...


def sign(secret: bytes, body: bytes) -> str:
    """HMAC-SHA256, as hex."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def opened(secret: bytes, body: bytes, signature: str) -> Callback:
    """The callback in those bytes. `BadCallback` when the signature or anything else is wrong."""
    if not hmac.compare_digest(sign(secret, body).encode(), signature.encode()):
        raise BadCallback("the signature is wrong")
    try:
        callback = msgspec.json.decode(body, type=Callback)
    except msgspec.DecodeError as error:
        raise BadCallback(str(error)) from error
    if not 0 < callback.micro_dollars <= MAX_AMOUNT or not 0 < len(callback.callback_id) <= 128:
        raise BadCallback("an amount or an id out of bounds")
    return callback
