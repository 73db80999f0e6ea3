"""Expected failures of the backend, as types. Any thread; imports only codes.

A `Rejected` is an answer, not a bug: it reaches the client as a Response with its code. A `BackendError`
stops the start of the backend with one sentence for the person at the command line.
"""

from __future__ import annotations

from studio.protocol.codes import ErrorCode


class Rejected(Exception):
    """A command that is refused: ``code``, a sentence for a person, and when to try again (0: not by
    waiting).
    """

    def __init__(self, code: ErrorCode, message: str = "", *, retry_after_ms: int = 0) -> None:
        self.code = code
        self.message = message or str(code.__doc__)
        self.retry_after_ms = retry_after_ms
        super().__init__(f"{int(code)} {code.name}: {self.message}")


class BackendError(Exception):
    """The backend cannot start: the text says why and what to do."""


class StorageError(BackendError):
    """The data folder or the database in it cannot be used."""
