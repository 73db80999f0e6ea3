"""What runs in the LIVE beside the talk, as the host begins and ends it: poll, countdown, giveaway, boxes.

GUI thread. Signals: ``changed``, at most ten a second; ``failed(sentence)``. What the host does is heard back
as events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject, Signal

from studio.model.activities import NO_ACTIVITIES, Activities
from studio.model.giveaway import Entrants, Giveaway, check
from studio.model.poll import PollKind
from studio.model.room import Room
from studio.model.text import clean_line
from studio.protocol.activities import (
    DrawGiveaway,
    Drawn,
    EndPoll,
    FundBox,
    GetDraw,
    OptionWish,
    SetCountdown,
    StartGiveaway,
    StartPoll,
)
from studio.protocol.activity_events import (
    BoxChanged,
    CountdownChanged,
    FanChanged,
    GiveawayChanged,
    PollChanged,
)
from studio.protocol.command import Command
from studio.protocol.events import RoomOpened
from studio.protocol.frames import Identified, Notice
from studio.protocol.session import RoomEvents, RoomResumed
from studio.services.gui_thread import assert_gui_thread
from studio.services.link import LinkService
from studio.services.router import Listener
from studio.services.soon import Soon
from studio.services.tasks import Tasks

_SETTLE_MS = 100
_change = msgspec.structs.replace


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the host asks for it; ``gift_id`` in a poll of gifts."""

    text: str = ""
    gift_id: int = 0


class ActivitiesService(QObject, Listener):
    """Invariant: shows what the room's events say, but for what the host has put away."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, link: LinkService, tasks: Tasks, room: Callable[[], Room | None]) -> None:
        super().__init__()
        self._link = link
        self._tasks = tasks
        self._room = room
        self._now = NO_ACTIVITIES
        self._put_away: set[str] = set()
        self._verdicts: dict[str, str] = {}  # of draws: what was wrong, or nothing
        self.coins = 0
        #: Members of the fan club, as far as this LIVE has told; None: nobody joined, rose or left yet.
        self.fans: int | None = None
        self._later = Soon(_SETTLE_MS, self.changed, self)

    @property
    def now_ms(self) -> float:
        """The server's clock, which times are by."""
        return self._link.clock.now_ms()

    @property
    def shown(self) -> Activities:
        """What runs or has ended, without what was put away."""
        now, away = self._now, self._put_away
        countdown = now.countdown
        return Activities(
            poll=now.poll if now.poll is not None and now.poll.poll_id not in away else None,
            countdown=countdown if countdown is not None and str(countdown.ends_ms) not in away else None,
            giveaway=now.giveaway if now.giveaway and now.giveaway.giveaway_id not in away else None,
            boxes=tuple(box for box in now.boxes if box.box_id not in away),
        )

    @property
    def poll_runs(self) -> bool:
        return self._now.poll is not None and not self._now.poll.ended

    @property
    def giveaway_runs(self) -> bool:
        return self._now.giveaway is not None and not self._now.giveaway.ended

    def verdict(self, giveaway: Giveaway) -> str | None:
        """What the studio found when it worked the draw out again: what is wrong, "" for nothing; None: not
        known yet.
        """
        return self._verdicts.get(giveaway.giveaway_id)

    def start_poll(self, question: str, answers: Sequence[Answer], kind: PollKind, seconds: int) -> None:
        """0 seconds: until the host ends it."""
        options = tuple(OptionWish(text=clean_line(one.text), gift_id=one.gift_id) for one in answers)
        question = clean_line(question)
        self._command(
            lambda room_id: StartPoll(
                room_id=room_id, question=question, options=options, poll_kind=kind, seconds=seconds
            )
        )

    def end_poll(self) -> None:
        poll = self._now.poll
        if poll is not None and not poll.ended:
            self._command(lambda room_id: EndPoll(room_id=room_id, poll_id=poll.poll_id))

    def set_countdown(self, title: str, seconds: int) -> None:
        """0 seconds takes it away."""
        title = clean_line(title)
        self._command(lambda room_id: SetCountdown(room_id=room_id, title=title, seconds=seconds))

    def start_giveaway(self, prize: str, places: int, who: Entrants, seconds: int) -> None:
        """0 seconds: until the host draws."""
        prize = clean_line(prize)
        self._command(
            lambda room_id: StartGiveaway(
                room_id=room_id, prize=prize, places=places, who=who, seconds=seconds
            )
        )

    def draw(self) -> None:
        giveaway = self._now.giveaway
        if giveaway is not None and not giveaway.ended:
            self._command(lambda room_id: DrawGiveaway(room_id=room_id, giveaway_id=giveaway.giveaway_id))

    def fund_box(self, coins: int, places: int, seconds: int) -> None:
        """From the host's own coins."""
        self._command(lambda room_id: FundBox(room_id=room_id, coins=coins, places=places, seconds=seconds))

    def put_away(self, activity_id: str) -> None:
        """A result the host has seen enough of; viewers keep theirs."""
        self._put_away.add(activity_id)
        self.changed.emit()

    def on_identified(self, identified: Identified) -> None:
        if identified.account is not None:
            self.coins = identified.account.coins
            self._later.ask()

    def on_notice(self, notice: Notice) -> None:
        if notice.balance is not None:
            self.coins = notice.balance.coins
            self._later.ask()

    def on_resumed(self, resumed: RoomResumed) -> None:
        """The room as it is now; ended ones of before this start are history."""
        now = resumed.result.room.activities
        self._put_away |= set(now.settled().ids) - set(self._now.ids)
        self._now = now
        self._later.ask()

    def on_events(self, batch: RoomEvents) -> None:
        assert_gui_thread()
        for event in batch.events:
            match event:
                case RoomOpened():
                    self._forget()
                case PollChanged():
                    self._now = _change(self._now, poll=event.poll)
                case CountdownChanged():
                    self._now = _change(self._now, countdown=event.countdown)
                case GiveawayChanged():
                    self._now = _change(self._now, giveaway=event.giveaway)
                    if event.giveaway.ended and event.giveaway.giveaway_id not in self._put_away:
                        self._check(event.giveaway)
                case BoxChanged():
                    self._now = self._now.with_box(event.box)
                case FanChanged():
                    self.fans = event.fans
                case _:
                    continue
            self._later.ask()

    def _forget(self) -> None:
        self._now = NO_ACTIVITIES
        self._put_away.clear()
        self._verdicts.clear()
        self.fans = None

    def _check(self, giveaway: Giveaway) -> None:
        """Works the draw out again, as any viewer can."""
        room = self._room()
        if room is None or giveaway.giveaway_id in self._verdicts:
            return
        command = GetDraw(room_id=room.room_id, giveaway_id=giveaway.giveaway_id)
        self._tasks.start(self._ask_draw(command), self.failed.emit)

    async def _ask_draw(self, command: GetDraw) -> None:
        drawn = await self._link.ask(command)
        assert isinstance(drawn, Drawn)
        self._verdicts[command.giveaway_id] = check(drawn.giveaway, drawn.handles)
        self._later.ask()

    def _command(self, make: Callable[[str], Command]) -> None:
        room = self._room()
        if room is not None:
            self._tasks.start(self._link.ask(make(room.room_id)), self.failed.emit)
