"""The whole practice audience: plays a script with real clients and reports what they counted.

One asyncio loop, usually of its own process. Must not import Qt, net or backend.
"""

from __future__ import annotations

import asyncio
import math
import uuid
from urllib.parse import urlsplit

from studio.protocol import EVENTS_PATH, WATCH_PATH
from studio.rehearsal.link import Link
from studio.rehearsal.people import stranger
from studio.rehearsal.script import Act, Do, play
from studio.rehearsal.shop import Shop
from studio.rehearsal.tally import AudienceReport, Tally
from studio.rehearsal.viewer import PracticeViewer
from studio.rehearsal.watcher import PictureWatcher

#: Opening handshakes and sign-ups under way at once: more only queue in the server.
CONNECTING_AT_ONCE = 32
SIGNING_UP_AT_ONCE = 8
#: One viewer in so many decodes every event; the others count them in the bytes.
ONE_THOROUGH_IN = 20
ONE_WATCHER_IN = 30
MOST_WATCHERS = 8
#: After the show, this long for answers that are still under way.
LAST_ANSWERS_S = 10.0
STOP_S = 3.0

_SCHEMES = {"ws": "ws", "http": "ws", "wss": "wss", "https": "wss"}


def socket_origin(url: str) -> str:
    """``http://host:1/`` or ``ws://host:1`` -> ``ws://host:1``; ``ValueError`` says what is wrong."""
    parts = urlsplit(url)
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise ValueError(f"“{url}” is not a backend's address, such as http://127.0.0.1:8700")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"“{url}”: give only the address, without a path or a name")
    return f"{scheme}://{parts.netloc}"


class Audience:
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
        self._origin = socket_origin(url)
        self._room_id = room_id
        self._seed = seed
        self._count = viewers
        self._seconds = seconds
        self._acts = play(seed, viewers, storm)
        self._suffix = suffix or uuid.uuid4().hex[:6]
        self._tally = Tally()
        self._shop = Shop()
        self._connecting = asyncio.Semaphore(CONNECTING_AT_ONCE)
        self._signing_up = asyncio.Semaphore(SIGNING_UP_AT_ONCE)
        self._viewers: dict[int, PracticeViewer] = {}
        self._visits: dict[int, asyncio.Task[None]] = {}
        self._expected = set(range(viewers))
        self._all_in = asyncio.Event()
        self._stopped = asyncio.Event()

    async def run(self) -> AudienceReport:
        """Plays the show, waits for the last answers, sends everyone home."""
        try:
            await self._play()
            for index, viewer in list(self._viewers.items()):
                if viewer.joined.is_set():
                    viewer.leave()
                else:
                    self._visits[index].cancel()
            if self._visits:
                patience = STOP_S if self._stopped.is_set() else LAST_ANSWERS_S
                await asyncio.wait(self._visits.values(), timeout=patience)
        finally:
            visits = list(self._visits.values())
            for visit in visits:
                visit.cancel()
            await asyncio.gather(*visits, return_exceptions=True)
            self._all_in.set()
        return self.report()

    def stop(self) -> None:
        """Ends the show now; ``run`` returns within a few seconds."""
        self._stopped.set()

    async def wait_joined(self) -> int:
        """Waits until the first ``viewers`` are in, gave up, or the show ended; returns how many are in."""
        await self._all_in.wait()
        return self._tally.joined

    def cut(self, index: int) -> bool:
        """Drops a viewer's connection without a goodbye (tests); False when there is none to drop."""
        viewer = self._viewers.get(index)
        return viewer is not None and viewer.link.cut()

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
            self._let_in(act.viewer)
            return
        viewer = self._viewers.get(act.viewer)
        if viewer is None:  # could not get in, or lost the connection for good
            self._tally.acts_left += 1
            self._tally.gifts_unanswered += act.do is Do.GIFT
        elif act.do is Do.LEAVE:
            viewer.leave()
        else:
            viewer.do(act)

    async def _wait_until(self, when: float) -> bool:
        """False when the show was stopped or the LIVE ended meanwhile."""
        delay = when - asyncio.get_running_loop().time()
        if delay <= 0:
            await asyncio.sleep(0)  # late: the viewers must get their turn all the same
        else:
            try:
                async with asyncio.timeout(delay):  # wait_for can lose a cancellation on Python 3.11
                    await self._stopped.wait()
            except TimeoutError:
                pass
        return not self._stopped.is_set() and not self._tally.room_closed

    def _let_in(self, index: int) -> None:
        link = Link(
            self._origin + EVENTS_PATH,
            self._room_id,
            self._tally,
            self._connecting,
            thorough=index % ONE_THOROUGH_IN == 0,
        )
        viewer = PracticeViewer(
            link, self._room_id, stranger(self._seed, index), self._suffix, self._tally, self._shop
        )
        self._viewers[index] = viewer
        visit = self._visits[index] = asyncio.ensure_future(self._visit(index, viewer))
        visit.add_done_callback(lambda _: self._visits.pop(index))

    async def _visit(self, index: int, viewer: PracticeViewer) -> None:
        visit = asyncio.ensure_future(viewer.run(self._signing_up))
        companion = asyncio.ensure_future(self._once_in(index, viewer))
        try:
            await visit
        finally:
            companion.cancel()
            visit.cancel()
            await asyncio.gather(visit, companion, return_exceptions=True)
            del self._viewers[index]
            self._arrived(index, viewer.joined.is_set())

    async def _once_in(self, index: int, viewer: PracticeViewer) -> None:
        await viewer.joined.wait()
        self._arrived(index, True)
        if index % ONE_WATCHER_IN == 0 and index // ONE_WATCHER_IN < MOST_WATCHERS:
            watcher = PictureWatcher(
                self._origin + WATCH_PATH, self._room_id, viewer.link, self._tally.picture
            )
            await watcher.run()

    def _arrived(self, index: int, got_in: bool) -> None:
        """Counts each of the first viewers once; a show nobody got into is over."""
        if index not in self._expected:
            return
        self._expected.discard(index)
        self._tally.joined += got_in
        if not self._expected:
            self._all_in.set()
            if self._tally.joined == 0:
                self.stop()
