"""What this LIVE earned: the ledger's figures as the server says them, and our own count beside it.

GUI thread. Shown balances are always the server's; the feed's own sum exists only to prove that
both agree. Signals: ``changed``, at most five a second.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from studio.model.money import Rates
from studio.model.room import Person, Supporter
from studio.model.streak import StreakBook
from studio.protocol.commands import Account
from studio.protocol.events import GiftSent, RoomClosed, RoomOpened
from studio.protocol.frames import BalanceChanged, Identified, Notice
from studio.protocol.session import RoomEvents, RoomLost, RoomResumed
from studio.services.gui_thread import assert_gui_thread
from studio.services.link import LinkService
from studio.services.router import Listener
from studio.services.soon import Soon
from studio.services.streaks import diamonds_of, streak_of

_CHANGED_EVERY_MS = 200
_SHOWN_SUPPORTERS = 10
#: A week: a backend whose clock is wrong must not make this list fill the memory.
_MAX_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class BalanceView:
    """The account's balances as the ledger has them: ``diamonds`` are the ``pending`` and ``available`` ones.

    ``available`` may be below 0 after a returned payment; ``reserved`` ones are in a payout under way.
    """

    coins: int
    diamonds: int
    micro_dollars: int
    pending: int
    available: int
    reserved: int


class EarningsService(QObject, Listener):
    """Invariant: ``diamonds`` is the ledger's; ``feed_diamonds`` is counted here from the events alone."""

    changed = Signal()

    def __init__(self, link: LinkService) -> None:
        super().__init__()
        self._link = link
        self.rates = Rates()
        self.balance: BalanceView | None = None
        self._later = Soon(_CHANGED_EVERY_MS, self.changed, self)
        self.reset()

    def reset(self) -> None:
        """A new LIVE: everything but the balance starts at nothing."""
        self._streaks = StreakBook()
        self._people: dict[str, Person] = {}
        self._given: dict[str, list[int]] = {}
        self._minutes: list[int] = []
        self._now_ms = 0
        self.started_ms = 0
        self.diamonds = 0
        self.feed_diamonds = 0
        self.gifts = 0
        self._later.start()

    @property
    def micro_dollars(self) -> int:
        return self.rates.micro_dollars(self.diamonds)

    @property
    def gifters(self) -> int:
        return len(self._given)

    @property
    def difference(self) -> int:
        """Feed minus ledger, in diamonds; anything but 0 is shown, never hidden."""
        return self.feed_diamonds - self.diamonds

    @property
    def missed(self) -> int:
        """Events known to exist and not here yet (0 again once a resume has caught up)."""
        cursor = self._link.cursor
        return max(0, cursor.recover_until - cursor.last_seq) if cursor else 0

    @property
    def verified(self) -> bool:
        return self.difference == 0 and self.missed == 0

    @property
    def per_minute(self) -> tuple[int, ...]:
        """Diamonds of each minute since the start; the last one still runs."""
        if not self.started_ms:
            return ()
        now = max(self._now_ms, round(self._link.clock.now_ms()))
        self._grow(now)
        return tuple(self._minutes)

    @property
    def supporters(self) -> tuple[Supporter, ...]:
        """The largest first; the earlier of two equals stays first."""
        ranked = sorted(self._given.items(), key=lambda item: -item[1][0])[:_SHOWN_SUPPORTERS]
        return tuple(
            Supporter(person=self._people[who], diamonds=given[0], gifts=given[1]) for who, given in ranked
        )

    def on_identified(self, identified: Identified) -> None:
        self.rates = identified.rates
        if identified.account is not None:
            self._set_balance(identified.account)

    def on_notice(self, notice: Notice) -> None:
        if notice.balance is not None:
            self._set_balance(notice.balance)

    def on_resumed(self, resumed: RoomResumed) -> None:
        self._later.start()

    def on_lost(self, lost: RoomLost) -> None:
        self._later.start()

    def on_events(self, batch: RoomEvents) -> None:
        assert_gui_thread()
        for event in batch.events:
            if isinstance(event, GiftSent):
                self._gift(event)
            elif isinstance(event, RoomOpened):
                self.started_ms = event.room.started_ms
            elif isinstance(event, RoomClosed):
                self._now_ms = event.at_ms
                self.diamonds = event.totals.diamonds
        self._later.ask()

    def _gift(self, event: GiftSent) -> None:
        added = self._streaks.apply(streak_of(event, event.at_ms))
        self.diamonds = event.room_diamonds
        if not added:
            return
        diamonds = diamonds_of(event, added, self.rates)
        self.feed_diamonds += diamonds
        self.gifts += added
        self._people[event.person.id] = event.person
        given = self._given.setdefault(event.person.id, [0, 0])
        given[0] += diamonds
        given[1] += added
        if self.started_ms:
            self._grow(event.at_ms)
            self._minutes[self._minute(event.at_ms)] += diamonds

    def _minute(self, at_ms: int) -> int:
        return min(max(0, at_ms - self.started_ms) // 60_000, _MAX_MINUTES - 1)

    def _grow(self, at_ms: int) -> None:
        self._now_ms = max(self._now_ms, at_ms)
        missing = min(self._minute(at_ms) + 1, _MAX_MINUTES) - len(self._minutes)
        if missing > 0:
            self._minutes.extend([0] * missing)

    def _set_balance(self, news: Account | BalanceChanged) -> None:
        worth = self.rates.micro_dollars(news.diamonds)
        self.balance = BalanceView(
            news.coins, news.diamonds, worth, news.pending, news.available, news.reserved
        )
        self._later.ask()
