"""The whole practice audience: plays a script with real clients and reports what they counted.

One asyncio loop, usually of its own process. Must not import Qt, net or backend.
"""

from __future__ import annotations

import asyncio
import math
import uuid

from studio.rehearsal.crowd import Crowd, socket_origin
from studio.rehearsal.people import stranger
from studio.rehearsal.script import Act, Do, play
from studio.rehearsal.tally import AudienceReport

__all__ = ["Audience", "socket_origin"]


class Audience(Crowd):
    """A seeded audience of one room. Invariant: the acts depend on seed, viewers and storm alone.

    Args:
        seconds: how long the show is; ``math.inf`` plays until ``stop``.
        storm: that many more events a second, for load tests.
        suffix: ends every handle, so that the same audience can come to one server twice; default: random.
    """

    def __init__(
        self,
        url: str,
        room_id: str,
        seed: int = 1,
        viewers: int = 30,
        seconds: float = 30.0,
        storm: float | None = None,
        suffix: str | None = None,
    ) -> None:
        if not seconds > 0:
            raise ValueError(f"a show lasts some seconds, not {seconds}")
        super().__init__(url, room_id, suffix or uuid.uuid4().hex[:6], range(viewers))
        self._seed = seed
        self._count = viewers
        self._seconds = seconds
        self._acts = play(seed, viewers, storm)

    async def run(self) -> AudienceReport:
        """Plays the show, waits for the last answers, sends everyone home."""
        await self.play()
        return self.report()

    def report(self) -> AudienceReport:
        """The figures so far."""
        counted = {
            name: getattr(self._tally, name)
            for name in AudienceReport.__struct_fields__
            if name not in ("seed", "viewers", "errors", "connection_faults", "picture")
        }
        return AudienceReport(
            seed=self._seed,
            viewers=self._count,
            errors=dict(sorted(self._tally.errors.items())),
            connection_faults=dict(self._tally.connection_faults),
            picture=self._tally.picture.report(),
            **counted,
        )

    async def _play(self) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        for act in self._acts:
            if act.at_ms >= self._seconds * 1000:
                break
            if not await self._wait_until(start + act.at_ms / 1000):
                return
            self._hand_out(act)
        if math.isfinite(self._seconds):
            await self._wait_until(start + self._seconds)

    def _hand_out(self, act: Act) -> None:
        if act.do is Do.JOIN:
            self._let_in(act.viewer, stranger(self._seed, act.viewer))
        else:
            super()._hand_out(act)
