"""Commands on their way: PENDING -> CONFIRMED | REJECTED | UNKNOWN, and UNKNOWN is sent again.

One owner (the event loop's thread). Capacity 256 commands: one more is refused at once, because a
host who piles up that many is not connected. Counter: ``resent``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from studio.net.errors import Disconnected, Rejected
from studio.protocol.codec import ProtocolError, decode_result, new_id
from studio.protocol.command import Command, Result
from studio.protocol.frames import Response

CAPACITY = 256


@dataclass(slots=True)
class _Pending:
    command: Command
    answer: asyncio.Future[Result]


class CommandTracker:
    """Invariant: every command that was taken ends in exactly one result, rejection or Disconnected."""

    def __init__(self) -> None:
        self._pending: dict[str, _Pending] = {}
        self.resent = 0

    def __len__(self) -> int:
        return len(self._pending)

    def take(self, command: Command, request_id: str = "") -> tuple[str, asyncio.Future[Result]]:
        """The id and the future of the result. ``Disconnected`` when too many wait already.

        ``request_id``: of an earlier run of this program, whose command is sent again; not under way now.
        """
        assert request_id not in self._pending, "this command waits for its answer already"
        if len(self._pending) >= CAPACITY:
            raise Disconnected("Too much is waiting for the connection; try again when it is back.")
        request_id = request_id or new_id()
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._pending[request_id] = _Pending(command, answer)
        return request_id, answer

    def answered(self, response: Response) -> Result | None:
        """Settles the command of a response; its result, or None when refused or nobody waits for it."""
        pending = self._pending.pop(response.id, None)
        if pending is None or pending.answer.done():
            return None
        if not response.ok:
            pending.answer.set_exception(Rejected(response.code, response.message, response.retry_after_ms))
            return None
        try:
            result = decode_result(type(pending.command), response.result)
        except ProtocolError as error:
            pending.answer.set_exception(Disconnected(f"The backend's answer cannot be read: {error.detail}"))
            return None
        pending.answer.set_result(result)
        return result

    def connection_lost(self) -> None:
        """Commands that change nothing fail now; the others are UNKNOWN and wait to be sent again."""
        for request_id, pending in list(self._pending.items()):
            if not pending.command.mutates:
                del self._pending[request_id]
                if not pending.answer.done():
                    pending.answer.set_exception(Disconnected("The connection broke before an answer came."))

    def unknown(self) -> list[tuple[str, Command]]:
        """What to send again after a reconnect, oldest first, with the ids it had."""
        self._drop_abandoned()
        self.resent += len(self._pending)
        return [(request_id, pending.command) for request_id, pending in self._pending.items()]

    def give_up(self, reason: str) -> None:
        """Ends everything that waits (the person signed out or the app closes)."""
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(Disconnected(reason))
        self._pending.clear()

    def _drop_abandoned(self) -> None:
        for request_id, pending in list(self._pending.items()):
            if pending.answer.cancelled():
                del self._pending[request_id]
