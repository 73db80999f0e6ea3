"""The audience of a recording: everyone who was recorded comes as a real client and does what they did then.

One asyncio loop, usually of its own process. Must not import Qt, net or backend. At most 500 are in the room
at once (one socket each): whoever was quiet for longest leaves, and comes again when the recording says so.
At most 256 acts are under way; then the recording waits, so nothing is dropped, however fast it is to be.
"""

from __future__ import annotations

import asyncio
import math
import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable

import msgspec

from studio.connectors.happening import Kind
from studio.connectors.plan import Plan, Turn
from studio.model.gift import Gift
from studio.protocol import EVENTS_PATH
from studio.protocol.codec import decode_result
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import Catalogue, GetCatalogue
from studio.rehearsal.crowd import LAST_ANSWERS_S, Crowd, socket_origin
from studio.rehearsal.link import Link, LinkEnded
from studio.rehearsal.people import Stranger
from studio.rehearsal.script import Act, ActById, Do
from studio.rehearsal.tally import Tally
from studio.rehearsal.viewer import PracticeViewer

MOST_INSIDE = 500
MOST_UNDER_WAY = 256

_DOES: dict[Kind, Do] = {
    Kind.JOIN: Do.JOIN,
    Kind.COMMENT: Do.COMMENT,
    Kind.QUESTION: Do.QUESTION,
    Kind.LIKE: Do.LIKE,
    Kind.FOLLOW: Do.FOLLOW,
    Kind.SHARE: Do.SHARE,
    Kind.GIFT: Do.GIFT,
}


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the recording's turns, by kind. Invariant: of a whole show, the three sum up to all.

    ``codes``: refusals by the name of their error code. ``people``: who was in the room.
    """

    turns: int
    played: dict[str, int]
    refused: dict[str, int]
    left: dict[str, int]
    codes: dict[str, int]
    people: int
    connection_faults: dict[str, int]


async def gifts_on_sale(url: str) -> tuple[Gift, ...]:
    """The server's catalogue. ``ValueError`` when there is no server."""
    link = Link(socket_origin(url) + EVENTS_PATH, "", Tally(), asyncio.Semaphore(1), thorough=True)
    running = asyncio.ensure_future(link.run())
    try:
        answer = await link.ask(GetCatalogue())
    except LinkEnded:
        raise ValueError(f"the backend at {url} does not answer") from None
    finally:
        await link.close()
        await running
    if not answer.ok:
        raise ValueError(f"the backend at {url} does not tell its gifts: {answer.message}")
    catalogue = decode_result(GetCatalogue, answer.result)
    assert isinstance(catalogue, Catalogue)
    return catalogue.gifts


class RecordedAudience(Crowd):
    """``play`` returns after ``stop``: when the last turn is settled, everyone stays (see ``finished``).

    Args:
        speed: times as fast as recorded; ``math.inf`` as fast as the server takes it.
        news: called after every turn that is settled.
    """

    def __init__(
        self,
        url: str,
        room_id: str,
        plan: Plan,
        speed: float = 1.0,
        news: Callable[[], None] = lambda: None,
    ) -> None:
        if not speed > 0:
            raise ValueError(f"a speed is more than 0, not {speed}")
        super().__init__(url, room_id, "", ())
        self._plan = plan
        self._speed = speed
        self._news = news
        self._came: set[int] = set()
        self._passwords: dict[int, str] = {}
        self._quiet: OrderedDict[int, None] = OrderedDict()  # who is in, the longest quiet first
        self._joins: dict[int, list[Act]] = {}
        self._under_way = 0
        self._room = asyncio.Event()
        self._played: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._left: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self.finished = asyncio.Event()

    @property
    def settled(self) -> int:
        """Turns that were played, refused or left undone."""
        return self._played.total() + self._refused.total() + self._left.total()

    def report(self) -> Played:
        """The figures so far."""
        return Played(
            turns=len(self._plan.turns),
            played=dict(self._played),
            refused=dict(self._refused),
            left=dict(self._left),
            codes=dict(self._codes),
            people=len(self._came),
            connection_faults=dict(self._tally.connection_faults),
        )

    async def _play(self) -> None:
        try:
            start = asyncio.get_running_loop().time()
            for turn in self._plan.turns:
                due = start if math.isinf(self._speed) else start + turn.at_ms / 1000 / self._speed
                if not await self._wait_until(due) or not await self._fewer_than(MOST_UNDER_WAY):
                    return
                await self._take(turn)
            if not await self._fewer_than(1):
                return
        finally:
            self.finished.set()
        await self._stopped.wait()

    async def _fewer_than(self, most: int) -> bool:
        """Waits until fewer turns are under way; False when the show was stopped or the LIVE ended."""
        while self._under_way >= most:
            self._room.clear()
            try:
                async with asyncio.timeout(1.0):  # a LIVE that ends settles nothing
                    await self._room.wait()
            except TimeoutError:
                pass
            if self._stopped.is_set() or self._tally.room_closed:
                return False
        return True

    def stop(self) -> None:
        super().stop()
        self._room.set()

    async def _take(self, turn: Turn) -> None:
        """Hands a turn to whoever does it, who comes in for it if they are not in the room."""
        act = ActById(turn.at_ms, turn.person, _DOES[turn.kind], turn.text, "", turn.count, turn.gift_id)
        viewer = self._viewers.get(turn.person)
        if viewer is None:
            await self._make_room()
            viewer = self._bring(turn.person)
        self._quiet[turn.person] = None
        self._quiet.move_to_end(turn.person)
        self._under_way += 1
        if act.do is not Do.JOIN:
            viewer.do(act)
        elif viewer.joined.is_set():  # told once more of somebody who is in
            self._settled(act, 0)
        else:
            self._joins.setdefault(turn.person, []).append(act)

    def _bring(self, index: int) -> PracticeViewer:
        part = self._plan.people[index]
        password = self._passwords.setdefault(index, secrets.token_urlsafe(12))
        return self._let_in(index, Stranger(part.handle, part.name, ""), password)

    async def _make_room(self) -> None:
        """Sends home whoever was quiet for longest, and waits until they have gone."""
        while len(self._viewers) >= MOST_INSIDE and self._quiet:
            index, _ = self._quiet.popitem(last=False)
            viewer, visit = self._viewers.get(index), self._visits.get(index)
            if viewer is not None and visit is not None:
                viewer.leave()
                await asyncio.wait({visit}, timeout=LAST_ANSWERS_S)

    def _arrived(self, index: int, got_in: bool) -> None:
        if got_in:
            self._came.add(index)
        for act in self._joins.pop(index, []):
            self._settled(act, 0 if got_in else None)
        super()._arrived(index, got_in)

    def _settled(self, act: Act, code: int | None) -> None:
        kind = act.do.value
        if code is None:
            self._left[kind] += 1
        elif code:
            self._refused[kind] += 1
            self._codes[ErrorCode(code).name if code in set(ErrorCode) else str(code)] += 1
        else:
            self._played[kind] += 1
        self._under_way -= 1
        self._room.set()
        self._news()
