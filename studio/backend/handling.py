"""How a command is answered: at once (`Answer`) or by a job of the writer (`Plan`). Shared by all topics.

Topics are small classes that give their handlers by command class; the session runs them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.storage.reader import AccountRecord
from studio.backend.storage.tx import Tx
from studio.model.text import clean_line
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command, Result


@dataclass(frozen=True, slots=True)
class Answer:
    """A result; ``then`` runs after it was sent."""

    result: Result
    then: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Work for the writer that gives the result.

    ``then`` runs after that was sent, with the result's JSON.
    """

    work: Callable[[Tx], Result]
    then: Callable[[bytes], None] | None = None


#: Commands that change nothing that must happen once.
Asks = Mapping[type[Command], Callable[[Client, Any], Awaitable[Answer]]]
#: Commands that do; the last argument is the request's id. The client is signed in.
Plans = Mapping[type[Command], Callable[[Client, Any, str], Plan]]


def signed_in(client: Client) -> AccountRecord:
    """Who the client is. `Rejected` NOT_SIGNED_IN."""
    if client.account is None:
        raise Rejected(ErrorCode.NOT_SIGNED_IN)
    return client.account


def checked_text(what: str, text: str, longest: int, *, may_be_empty: bool = False) -> str:
    """A stranger's text, cleaned. `Rejected` INVALID_TEXT with a sentence that says what is wrong."""
    clean = clean_line(text)
    if len(clean) > longest:
        raise Rejected(
            ErrorCode.INVALID_TEXT, f"{what} has at most {longest} characters; this one has {len(clean):,}."
        )
    if not clean and not may_be_empty:
        raise Rejected(ErrorCode.INVALID_TEXT, f"{what} needs at least one visible character.")
    return clean


def too_fast(wait_s: float) -> Rejected:
    return Rejected(ErrorCode.TOO_FAST, retry_after_ms=max(1, round(wait_s * 1_000)))
