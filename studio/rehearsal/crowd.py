"""People in one room of a backend: who is let in, who does what, who is sent home. Others say when.

One asyncio loop, usually of its own process. Must not import Qt, net or backend.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from studio.protocol import EVENTS_PATH, WATCH_PATH
from studio.rehearsal.link import Link
from studio.rehearsal.people import Stranger
from studio.rehearsal.script import Act, Do
from studio.rehearsal.shop import Shop
from studio.rehearsal.tally import Tally
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


class Crowd:
    """Base of the audiences. Invariant: who is in ``_viewers`` has a visit that is not over.

    Args:
        suffix: ends every handle, so that the same people can come to one server twice; may be empty.
        expected: numbers of those whose coming in ``wait_joined`` waits for.
    """

    def __init__(self, url: str, room_id: str, suffix: str, expected: Iterable[int]) -> None:
        self._origin = socket_origin(url)
        self._room_id = room_id
        self._suffix = suffix
        self._tally = Tally()
        self._shop = Shop()
        self._connecting = asyncio.Semaphore(CONNECTING_AT_ONCE)
        self._signing_up = asyncio.Semaphore(SIGNING_UP_AT_ONCE)
        self._viewers: dict[int, PracticeViewer] = {}
        self._visits: dict[int, asyncio.Task[None]] = {}
        self._expected = set(expected)
        self._all_in = asyncio.Event()
        self._stopped = asyncio.Event()

    async def _play(self) -> None:
        """The show; returns when it is over."""
        raise NotImplementedError

    async def play(self) -> None:
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

    def stop(self) -> None:
        """Ends the show now; ``play`` returns within a few seconds."""
        self._stopped.set()

    async def wait_joined(self) -> int:
        """Waits until the expected are in, gave up, or the show ended; returns how many are in."""
        await self._all_in.wait()
        return self._tally.joined

    def cut(self, index: int) -> bool:
        """Drops a viewer's connection without a goodbye (tests); False when there is none to drop."""
        viewer = self._viewers.get(index)
        return viewer is not None and viewer.link.cut()

    def _hand_out(self, act: Act) -> None:
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

    def _settled(self, act: Act, code: int | None) -> None:
        """What became of an act (see `viewer.Settled`)."""

    def _let_in(self, index: int, person: Stranger, password: str = "") -> PracticeViewer:
        link = Link(
            self._origin + EVENTS_PATH,
            self._room_id,
            self._tally,
            self._connecting,
            thorough=index % ONE_THOROUGH_IN == 0,
        )
        viewer = PracticeViewer(
            link, self._room_id, person, self._suffix, self._tally, self._shop, self._settled, password
        )
        self._viewers[index] = viewer
        visit = self._visits[index] = asyncio.ensure_future(self._visit(index, viewer))
        visit.add_done_callback(lambda _: self._visits.pop(index))
        return viewer

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
        """Counts each of the expected once; a show nobody of them got into is over."""
        if index not in self._expected:
            return
        self._expected.discard(index)
        self._tally.joined += got_in
        if not self._expected:
            self._all_in.set()
            if self._tally.joined == 0:
                self.stop()
