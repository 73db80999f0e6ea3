"""Cashing out as the host sees it: nothing counts as done before the backend has said so.

A request is on the disk, under its id, before it is sent; cut off, killed or signed out before the answer, it
is sent again with that id, and the backend carries it out once. GUI thread. Signals: ``changed``.
"""

from __future__ import annotations

import logging
import time
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.model.payout import Payout, PayoutState, Reversal
from studio.net.errors import Disconnected, Rejected
from studio.protocol.codec import new_id
from studio.protocol.codes import ErrorCode
from studio.protocol.frames import Identified, Notice
from studio.protocol.money import (
    GetPayouts,
    GetReversals,
    PayoutRequested,
    Payouts,
    RequestPayout,
    Reversals,
)
from studio.services.account import AccountService
from studio.services.earnings import EarningsService
from studio.services.link import LinkService
from studio.services.payout_wish import PayoutWish, PayoutWishFile
from studio.services.router import Listener
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

_ORDER = (PayoutState.REQUESTED, PayoutState.SENT, PayoutState.RETURNED, PayoutState.PAID)
_DAY_MS = 86_400_000


class Asking(Enum):
    """Where the host's own request stands: none, under way, or the password is needed first."""

    NOTHING = "nothing"
    UNDER_WAY = "under way"
    PASSWORD = "password"  # noqa: S105


class PayoutsService(QObject, Listener):
    """Invariant: at most one request is under way, and while it is, its id is on the disk.

    ``payouts`` and ``reversals``: the newest first. ``trouble``: what went wrong last, a sentence.
    """

    changed = Signal()

    def __init__(
        self,
        link: LinkService,
        account: AccountService,
        earnings: EarningsService,
        tasks: Tasks,
        folder: Path,
    ) -> None:
        """``folder``: where requests without an answer are kept."""
        super().__init__()
        self._link, self._account, self._earnings, self._tasks = link, account, earnings, tasks
        self._folder = folder
        self._forget("")

    def _forget(self, account_id: str) -> None:
        self._of = account_id
        self.payouts: tuple[Payout, ...] = ()
        self.reversals: tuple[Reversal, ...] = ()
        self.paid_micro_dollars = 0
        self.older = 0
        self.asking = Asking.NOTHING
        self.trouble = ""
        self._wanted = 0

    @property
    def under_way(self) -> Payout | None:
        """The one payout that is neither paid nor returned yet."""
        return next((one for one in self.payouts if not one.state.settled), None)

    @property
    def least(self) -> int:
        """The fewest diamonds that can be cashed out."""
        rates = self._earnings.rates
        return -(-rates.payout_min_micro_dollars // rates.micro_dollars_per_diamond)

    @property
    def most(self) -> int:
        """The most diamonds that can be cashed out now; 0: none, see `why_not`."""
        balance, rates = self._earnings.balance, self._earnings.rates
        if balance is None:
            return 0
        left = rates.payout_max_micro_dollars_per_day - self._of_last_day()
        most = min(balance.available, max(0, left) // rates.micro_dollars_per_diamond)
        return most if most >= self.least else 0

    @property
    def why_not(self) -> str:
        """What keeps the host from cashing out, and when it ends; empty: nothing does."""
        balance, rates = self._earnings.balance, self._earnings.rates
        if balance is None:
            return "Sign in first."
        if self.asking is Asking.UNDER_WAY:
            return "Your request is on its way to the backend."
        if self.under_way is not None:
            return "A payout is under way. The next one can be asked for when it is paid or returned."
        if balance.available < 0:
            return "Payments of viewers were returned: new gifts make up for them first."
        if balance.available < self.least:
            return f"You can cash out from {self.least:,} available diamonds on."
        if not self.most:
            money = rates.payout_max_micro_dollars_per_day // 1_000_000
            return f"You have had today’s ${money:,}. The rest can be cashed out within 24 hours."
        return ""

    def cash_out(self, diamonds: int) -> None:
        """Asks for a payout; a second press meanwhile does nothing. ``changed`` tells what comes of it."""
        if self.asking is Asking.UNDER_WAY or self.under_way is not None:
            return
        self._wanted = diamonds
        wish = PayoutWish(request_id=new_id(), diamonds=diamonds, asked_ms=round(time.time() * 1_000))
        self._begin()
        self._tasks.start(self._ask(wish, fresh=True), self._failed)

    def confirm(self, password: str) -> None:
        """The password the backend wants before money moves; then the request goes on."""
        if self.asking is Asking.PASSWORD:
            self._begin()
            self._tasks.start(self._sign_in(password), self._failed)

    def cancel(self) -> None:
        """The host does not want to give the password."""
        if self.asking is Asking.PASSWORD:
            self.asking, self.trouble = Asking.NOTHING, ""
            self.changed.emit()

    def load_older(self) -> None:
        """One more page of old payouts."""
        if self.older:
            before, self.older = self.older, 0
            self._tasks.start(self._load_payouts(before))

    def on_identified(self, identified: Identified) -> None:
        account = identified.account
        if account is None or account.role != "host":
            return
        if account.person.id != self._of:
            self._forget(account.person.id)
            self.changed.emit()
        self._tasks.start(self.refresh())
        if self.asking is not Asking.UNDER_WAY:  # else the connection itself sends it again
            self._tasks.start(self._resume(), self._failed)

    def on_notice(self, notice: Notice) -> None:
        if notice.payout is not None:
            self._take((notice.payout.payout,))
            if notice.payout.payout.state is PayoutState.PAID:
                self._tasks.start(self._load_payouts(0))  # what was ever paid is the server's sum
        elif notice.gift_reversed is not None:
            self.reversals = _merged_reversals(self.reversals, (notice.gift_reversed.reversal,))
        else:
            return
        self.changed.emit()

    async def refresh(self) -> None:
        """Asks for the newest payouts and reversals. A cut meanwhile is no matter: it is done again then."""
        await self._load_payouts(0)
        try:
            page = await self._link.ask(GetReversals())
        except (Disconnected, Rejected) as error:
            log.info("reversals could not be asked for: %s", error)
            return
        assert isinstance(page, Reversals)
        self.reversals = _merged_reversals(self.reversals, page.reversals)
        self.changed.emit()

    async def _load_payouts(self, before: int) -> None:
        try:
            page = await self._link.ask(GetPayouts(before=before))
        except (Disconnected, Rejected) as error:
            log.info("payouts could not be asked for: %s", error)
            return
        assert isinstance(page, Payouts)
        first = not self.payouts
        self._take(page.payouts)
        self.paid_micro_dollars = page.paid_micro_dollars
        if before or first:
            self.older = page.next_before
        self.changed.emit()

    async def _resume(self) -> None:
        """Sends what an earlier run asked for and had no answer to."""
        wish = await self._tasks.blocking(self._file().read)
        if wish is not None and self.asking is not Asking.UNDER_WAY:
            log.info("a payout without an answer is asked for again")
            self._wanted = wish.diamonds
            self._begin()
            await self._ask(wish, fresh=False)

    async def _ask(self, wish: PayoutWish, *, fresh: bool) -> None:
        file = self._file()
        if fresh:
            try:
                await self._tasks.blocking(lambda: file.write(wish))
            except OSError as error:
                self._end(
                    f"Nothing was asked for: the request cannot be kept on this disk ({error.strerror})."
                )
                return
        try:
            result = await self._link.ask(RequestPayout(diamonds=wish.diamonds), wish.request_id)
        except Rejected as refusal:
            await self._tasks.blocking(file.clear)
            again = refusal.code == ErrorCode.SIGN_IN_AGAIN
            self._end("" if again else str(refusal), Asking.PASSWORD if again else Asking.NOTHING)
            return
        except Disconnected as error:
            self._end(f"{error} Whether the payout was taken is not known yet; it is asked again, once.")
            return
        assert isinstance(result, PayoutRequested)
        await self._tasks.blocking(file.clear)
        self._take((result.payout,))
        self._end("")

    async def _sign_in(self, password: str) -> None:
        try:
            await self._account.sign_in_again(password)
        except Rejected as refusal:
            wrong = refusal.code == ErrorCode.WRONG_PASSWORD
            self._end("That is not your password." if wrong else str(refusal), Asking.PASSWORD)
            return
        self.asking = Asking.NOTHING
        self.cash_out(self._wanted)

    def _begin(self) -> None:
        self.asking, self.trouble = Asking.UNDER_WAY, ""
        self.changed.emit()

    def _end(self, trouble: str, asking: Asking = Asking.NOTHING) -> None:
        self.asking, self.trouble = asking, trouble
        self.changed.emit()

    def _failed(self, sentence: str) -> None:
        self._end(sentence)

    def _file(self) -> PayoutWishFile:
        return PayoutWishFile(self._folder, self._of, self._account.backend)

    def _take(self, news: tuple[Payout, ...]) -> None:
        """Of two words on one payout the later state stands, whichever came first."""
        known = {one.payout_id: one for one in self.payouts}
        for one in news:
            had = known.get(one.payout_id)
            if had is None or _ORDER.index(one.state) >= _ORDER.index(had.state):
                known[one.payout_id] = one
        self.payouts = tuple(sorted(known.values(), key=lambda one: -one.requested_ms))

    def _of_last_day(self) -> int:
        since = self._link.clock.now_ms() - _DAY_MS
        counted = (
            one.micro_dollars
            for one in self.payouts
            if one.state is not PayoutState.RETURNED and one.requested_ms > since
        )
        return sum(counted)


def _merged_reversals(known: tuple[Reversal, ...], news: tuple[Reversal, ...]) -> tuple[Reversal, ...]:
    every = {one.no: one for one in (*known, *news)}
    return tuple(every[no] for no in sorted(every, reverse=True))
