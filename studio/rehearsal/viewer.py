"""One practice viewer: signs up, comes in, and does what the script says, at the time it says.

One asyncio loop. Acts are sent when they are due and not one after the other's answer, as real thumbs
do; at most 32 are under way (then the viewer waits), at most 2,000 wait (then the oldest goes,
counter ``acts_left``).
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable

from studio.model.money import Rates
from studio.protocol.codec import decode_result
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command
from studio.protocol.commands import (
    AskQuestion,
    Bought,
    BuyCoins,
    Catalogue,
    Comment,
    EnterRoom,
    Follow,
    GetCatalogue,
    GiftAccepted,
    Like,
    SendGift,
    Share,
    SignedIn,
    SignIn,
    SignUp,
)
from studio.protocol.frames import Response
from studio.rehearsal.link import Link, LinkEnded
from studio.rehearsal.people import Stranger
from studio.rehearsal.script import Act, ActById, Do
from studio.rehearsal.shop import Shop
from studio.rehearsal.tally import Tally

UNDER_WAY = 32
WAITING = 2_000
#: Refused for speed or for not being in the room yet (after a reconnect): how often one act is tried.
TRIES = 12
_WAIT_IN_ROOM_S = 0.3


class Refused(Exception):
    """The server said no to something a viewer cannot do without."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"{response.code}: {response.message}")
        self.code = response.code


#: Hears what became of an act: 0 done, an `ErrorCode` refused, None left undone.
Settled = Callable[[Act, int | None], None]


class PracticeViewer:
    """Invariant: every act handed to ``do`` is counted and told to ``settled`` once: done, refused or left.

    ``password``: the same whenever somebody comes again; empty for one who comes once.
    """

    def __init__(
        self,
        link: Link,
        room_id: str,
        person: Stranger,
        suffix: str,
        tally: Tally,
        shop: Shop,
        settled: Settled = lambda act, code: None,
        password: str = "",
    ) -> None:
        self.link = link
        self.joined = asyncio.Event()
        self._room_id = room_id
        self._handle = f"{person.handle}.{suffix}" if suffix else person.handle
        self._settled = settled
        self._password = password or secrets.token_urlsafe(12)
        self._person = person
        self._tally = tally
        self._shop = shop
        self._catalogue: Catalogue | None = None
        self._coins = 0
        self._buying = asyncio.Lock()
        self._acts: deque[Act] = deque()
        self._news = asyncio.Event()
        self._leaving = False
        self._under_way: set[asyncio.Task[None]] = set()

    def do(self, act: Act) -> None:
        """Takes an act that is due now."""
        if len(self._acts) >= WAITING:
            self._left(self._acts.popleft())
        self._acts.append(act)
        self._news.set()

    def leave(self) -> None:
        """Finishes what is under way, then goes."""
        self._leaving = True
        self._news.set()

    async def run(self, doors: asyncio.Semaphore) -> None:
        """The whole visit. ``doors`` bounds how many sign up at once: hashing a password takes long."""
        link = asyncio.ensure_future(self.link.run())
        closed = asyncio.ensure_future(self.link.room_closed.wait())
        closed.add_done_callback(lambda _: self.leave())
        try:
            async with doors:
                await self._come_in()
            await self._act_until_leaving()
        except LinkEnded:
            pass  # the tally knows why
        except Refused as refused:
            self._tally.connection_faults[f"could not come in: {refused}"] += 1
        finally:
            closed.cancel()
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            for act in self._acts:
                self._left(act)
            self._acts.clear()
            await self.link.close()
            await link

    async def _come_in(self) -> None:
        answer = await self._ask(
            SignUp(handle=self._handle, password=self._password, name=self._person.name, role="viewer")
        )
        if answer.code == ErrorCode.HANDLE_TAKEN:  # by us: the answer was cut off, or we come again
            answer = await self._ask(SignIn(handle=self._handle, password=self._password))
        signed_in = decode_result(SignUp, self._must(answer).result)
        assert isinstance(signed_in, SignedIn)
        self.link.token = signed_in.token
        self._coins = signed_in.account.coins
        self._must(await self._ask(EnterRoom(room_id=self._room_id)))
        self._tally.people += 1
        self.joined.set()

    async def _act_until_leaving(self) -> None:
        while True:
            while not self._acts:
                if self._leaving:
                    await asyncio.gather(*self._under_way)
                    return
                self._news.clear()
                await self._news.wait()
            if len(self._under_way) >= UNDER_WAY:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            task = asyncio.ensure_future(self._perform(self._acts.popleft()))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _perform(self, act: Act) -> None:
        try:
            if act.do is Do.GIFT:
                await self._give(act)
            else:
                self._count(act, (await self._ask(self._command(act))).code)
        except (LinkEnded, asyncio.CancelledError):
            self._left(act)
        except Refused as refused:
            self._count(act, refused.code)

    def _command(self, act: Act) -> Command:
        if act.do is Do.COMMENT:
            return Comment(room_id=self._room_id, text=act.text)
        if act.do is Do.QUESTION:
            return AskQuestion(room_id=self._room_id, text=act.text)
        if act.do is Do.LIKE:
            return Like(room_id=self._room_id, count=act.count)
        if act.do is Do.FOLLOW:
            return Follow(room_id=self._room_id)
        assert act.do is Do.SHARE, "joining, leaving and giving are not plain commands"
        return Share(room_id=self._room_id)

    async def _give(self, act: Act) -> None:
        catalogue = self._catalogue = self._catalogue or await self._shop.open(self._ask_catalogue)
        gift = self._shop.wanted(catalogue, act.gift_id if isinstance(act, ActById) else 0, act.gift)
        if gift is None:
            self._count(act, ErrorCode.UNKNOWN_GIFT)
            return
        price = gift.coins * act.count
        for _ in range(3):  # a second try only if the server counts fewer coins than this viewer
            await self._have_coins(catalogue, price)
            answer = await self._ask(SendGift(room_id=self._room_id, gift_id=gift.id, count=act.count))
            if answer.code != ErrorCode.NOT_ENOUGH_COINS:
                break
            self._coins = 0
        self._count(act, answer.code)
        if answer.ok:
            accepted = decode_result(SendGift, answer.result)
            assert isinstance(accepted, GiftAccepted)
            rates = self.link.identified.rates if self.link.identified else Rates()
            self._tally.gifts_answered += 1
            self._tally.coins_spent += price
            self._tally.diamonds_answered += rates.diamonds(price)

    async def _ask_catalogue(self) -> Catalogue:
        catalogue = decode_result(GetCatalogue, self._must(await self._ask(GetCatalogue())).result)
        assert isinstance(catalogue, Catalogue)
        return catalogue

    async def _have_coins(self, catalogue: Catalogue, price: int) -> None:
        """Sets the price aside, buying packs when there is too little."""
        async with self._buying:
            if self._coins < price:
                for pack in self._shop.packs(catalogue, price, self._coins):
                    answer = self._must(await self._ask(BuyCoins(pack_id=pack.pack_id)))
                    assert isinstance(decode_result(BuyCoins, answer.result), Bought)
                    # Not the answered balance: gifts under way may not be in it yet.
                    self._coins += pack.coins
                    self._tally.coins_bought += pack.coins
            self._coins -= price

    async def _ask(self, command: Command) -> Response:
        """Asks until the server has time for it. Every refusal is counted by its code."""
        for _ in range(TRIES):
            answer = await self.link.ask(command)
            if answer.ok:
                break
            self._tally.errors[answer.code] += 1
            if answer.code == ErrorCode.TOO_FAST:
                await asyncio.sleep(max(answer.retry_after_ms, 20) / 1000)
            elif answer.code == ErrorCode.NOT_IN_ROOM:
                await asyncio.sleep(_WAIT_IN_ROOM_S)  # the room is being resumed after a reconnect
            else:
                break
            self._tally.retried += 1
        return answer

    @staticmethod
    def _must(answer: Response) -> Response:
        if not answer.ok:
            raise Refused(answer)
        return answer

    def _count(self, act: Act, code: int) -> None:
        """``code`` 0: done."""
        if code:
            self._tally.acts_refused += 1
        else:
            self._tally.acts_done += 1
        self._settled(act, code)

    def _left(self, act: Act) -> None:
        self._tally.acts_left += 1
        self._tally.gifts_unanswered += act.do is Do.GIFT
        self._settled(act, None)
