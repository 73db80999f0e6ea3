"""The LIVE itself: its phase and its room. What the host does in it is at the ``desk``.

GUI thread. Signals: ``changed`` (anything shown; for events at most five a second), ``phase_changed(Phase)``,
``access_changed`` (who may comment is another), ``failed(sentence)``.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from enum import Enum

import msgspec
from PySide6.QtCore import QObject, Signal

from studio.model.limits import LIMITS, TOPICS, Limits
from studio.model.room import CommentAccess, Goal, GoalWish, Pinned, Room, RoomTotals, Supporter
from studio.model.text import clean_line
from studio.net.errors import Disconnected, Rejected
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import Closed, CloseRoom, Opened, OpenRoom
from studio.protocol.events import (
    CommentAccessChanged,
    CommentPinned,
    Followed,
    GoalUpdated,
    Liked,
    RoomClosed,
    ViewersCounted,
)
from studio.protocol.frames import Identified, Notice
from studio.protocol.session import RoomEvents, RoomLost, RoomResumed
from studio.services.account import AccountService
from studio.services.broadcast import BroadcastService
from studio.services.earnings import EarningsService
from studio.services.feed import FeedService
from studio.services.link import LinkService
from studio.services.live_summary import Ended, LiveSummary, summarize
from studio.services.room_desk import RoomDesk
from studio.services.router import Listener
from studio.services.soon import Soon
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

#: Events come in hundreds of batches a second; what is shown of them need not change so often.
_CHANGED_EVERY_MS = 200


class Phase(Enum):
    """Which screen is up."""

    SIGNED_OUT = "signed out"
    READY = "ready"
    OPENING = "opening"
    LIVE = "live"
    ENDING = "ending"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class LiveSetup:
    """What the Ready screen asks for."""

    title: str
    topic: str = ""
    goal: GoalWish = field(default_factory=GoalWish)
    comment_access: CommentAccess = field(default_factory=CommentAccess)


class LiveService(QObject, Listener):
    """Invariant: phase LIVE only while a room of ours is open on the backend."""

    changed = Signal()
    phase_changed = Signal(object)
    access_changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        link: LinkService,
        account: AccountService,
        feed: FeedService,
        earnings: EarningsService,
        broadcast: BroadcastService,
        tasks: Tasks,
    ) -> None:
        super().__init__()
        self._link = link
        self._account = account
        self._feed = feed
        self._earnings = earnings
        self._broadcast = broadcast
        self._tasks = tasks
        self.desk = RoomDesk(link, account, feed, tasks, lambda: self.room)
        self.desk.setParent(self)
        self.desk.failed.connect(self.failed)
        self.phase = Phase.SIGNED_OUT
        self.room: Room | None = None
        self.goal: Goal | None = None
        self.pinned: Pinned | None = None
        self.comment_access = CommentAccess()
        self.viewers = self.peak_viewers = self.likes = self.new_followers = 0
        self.to_viewer_ms: int | None = None
        self.limits: Limits = LIMITS
        self.topics: tuple[str, ...] = TOPICS
        self.summary: LiveSummary | None = None
        self.notified = 0
        self._closing_reason = ""
        self._closing_event: RoomClosed | None = None
        self._awaited_seq = 0
        self._caught_up = asyncio.Event()
        self._later = Soon(_CHANGED_EVERY_MS, self.changed, self)
        account.changed.connect(self._account_changed)

    @property
    def elapsed_s(self) -> int:
        """Seconds on air, by the backend's clock."""
        if self.room is None:
            return 0
        return max(0, round((self._link.clock.now_ms() - self.room.started_ms) / 1000))

    @property
    def unfinished_room(self) -> Room | None:
        """A LIVE of ours that is still open on the backend while we are not on air."""
        return self._account.live_room if self.phase is Phase.READY else None

    async def go_live(self, setup: LiveSetup) -> None:
        """Opens the room and starts sending the picture; ``failed`` says why not."""
        if self.phase is not Phase.READY:
            return
        self._set_phase(Phase.OPENING)
        self._reset()
        try:
            opened = await self._link.ask(
                OpenRoom(
                    title=clean_line(setup.title),
                    topic=setup.topic,
                    goal_title=clean_line(setup.goal.title),
                    goal_target=setup.goal.target,
                    goal_kind=setup.goal.kind,
                    goal_gift_id=setup.goal.gift_id,
                    comment_access=setup.comment_access,
                )
            )
        except (Rejected, Disconnected) as error:
            if self._in(Phase.OPENING):  # unless signed out meanwhile
                self._set_phase(Phase.READY)
            self.failed.emit(str(error))
            return
        assert isinstance(opened, Opened)
        self.notified = opened.notified
        self._link.follow_room(opened.room.room_id)
        self._enter(opened.room)

    async def resume_live(self) -> None:
        """Takes up a LIVE of ours that is still open: all of its events come again, in order."""
        room = self.unfinished_room
        if room is None:
            return
        self._set_phase(Phase.OPENING)
        self._reset()
        self._link.resume_room(room.room_id)
        self._enter(room)

    async def end_live(self) -> None:
        """Ends the LIVE and makes the summary."""
        if self.phase is not Phase.LIVE or self.room is None:
            return
        self._set_phase(Phase.ENDING)
        try:
            closed = await self._link.ask(CloseRoom(room_id=self.room.room_id))
        except (Rejected, Disconnected) as error:
            if self._in(Phase.ENDING):  # unless the backend has ended it meanwhile
                self._not_ended(error)
            return
        assert isinstance(closed, Closed)
        await self._catch_up(closed.seq)
        await self._finish(closed.room, closed.totals, closed.supporters, closed.seq)

    def _not_ended(self, error: Rejected | Disconnected) -> None:
        self._set_phase(Phase.LIVE)
        if isinstance(error, Rejected) and error.code == ErrorCode.ROOM_CLOSED:
            # Ended by the backend while we were away; its last event has come, or is about to.
            if self._closing_event is not None:
                self._closed_by_backend(self._closing_event)
        else:
            self.failed.emit(f"The LIVE goes on: {error}")

    async def leave_summary(self) -> None:
        """Back to the Ready screen."""
        if self.phase is Phase.SUMMARY:
            self.summary = None
            self.room = None
            self._set_phase(Phase.READY if self._account.signed_in else Phase.SIGNED_OUT)

    def on_identified(self, identified: Identified) -> None:
        self.limits = identified.limits
        self.topics = identified.topics
        self.changed.emit()

    def on_notice(self, notice: Notice) -> None:
        if notice.picture is not None and self.room and notice.picture.room_id == self.room.room_id:
            self.to_viewer_ms = notice.picture.latency_ms
            self.changed.emit()

    def on_resumed(self, resumed: RoomResumed) -> None:
        if self.room is not None and resumed.result.room.room_id == self.room.room_id:
            self._show(resumed.result.room)

    def on_lost(self, lost: RoomLost) -> None:
        self.failed.emit(lost.message)
        if self.room is not None and self._in(Phase.LIVE, Phase.ENDING):
            self._closing_reason = lost.message
            self._tasks.start(self._finish(self.room, self.room.totals, self._earnings.supporters, 0))

    def on_events(self, batch: RoomEvents) -> None:
        for event in batch.events:
            match event:
                case ViewersCounted():
                    self.viewers, self.peak_viewers = event.viewers, event.peak
                case Liked():
                    self.likes = event.total
                case Followed():
                    self.new_followers += 1
                case CommentPinned():
                    self.pinned = event.pinned
                case GoalUpdated():
                    self.goal = event.goal
                case CommentAccessChanged():
                    self._set_access(event.access)
                case RoomClosed():
                    self._closed_by_backend(event)
        if self._link.seq >= self._awaited_seq:
            self._caught_up.set()
        self._later.ask()

    def _enter(self, room: Room) -> None:
        self._earnings.started_ms = room.started_ms
        self._show(room)
        self._broadcast.go_on_air(room.room_id)
        self._account.live_room = None
        self._set_phase(Phase.LIVE)

    def _show(self, room: Room) -> None:
        self.room = room
        self.goal = room.goal
        self.pinned = room.pinned
        self._set_access(room.comment_access)
        self.viewers, self.likes = room.totals.viewers, room.totals.likes
        self.peak_viewers = room.totals.peak_viewers
        self.changed.emit()

    def _set_access(self, access: CommentAccess) -> None:
        self.desk.access_heard(access)
        if access != self.comment_access:
            self.comment_access = access
            self.access_changed.emit()

    def _reset(self) -> None:
        self._feed.reset()
        self._earnings.reset()
        self.goal, self.pinned, self.summary, self.to_viewer_ms = None, None, None, None
        self.viewers = self.peak_viewers = self.likes = self.new_followers = 0
        self._closing_reason = ""
        self._closing_event = None

    async def _catch_up(self, seq: int, timeout_s: float = 10.0) -> None:
        """Waits until the room's last event is here, so that the summary is of everything."""
        if self._link.seq >= seq:
            return
        self._awaited_seq = seq
        self._caught_up.clear()
        try:
            async with asyncio.timeout(timeout_s):
                await self._caught_up.wait()
        except TimeoutError:
            log.warning("the last events of the LIVE did not come: %d of %d", self._link.seq, seq)

    def _closed_by_backend(self, event: RoomClosed) -> None:
        self._closing_reason = event.reason
        self._closing_event = event
        if self.phase is Phase.LIVE and self.room is not None:
            room = msgspec.structs.replace(self.room, ended_ms=event.at_ms, totals=event.totals)
            supporters = self._earnings.supporters
            self._tasks.start(self._finish(room, event.totals, supporters, event.seq))

    async def _finish(
        self, room: Room, totals: RoomTotals, supporters: tuple[Supporter, ...], seq: int
    ) -> None:
        if self.phase is Phase.SUMMARY:
            return
        now_ms = round(self._link.clock.now_ms())
        reason = self._closing_reason or "ended by the host"
        ended = Ended(room, totals, supporters, seq, reason, now_ms)
        self.summary = summarize(ended, self._earnings, self._link.cursor)
        self.room = room
        self._account.live_room = None  # a reconnect in the LIVE has told of it again
        self._link.leave_room()
        self._set_phase(Phase.SUMMARY)
        await self._broadcast.leave_air()

    def _account_changed(self) -> None:
        self._feed.own_id = self._account.person.id if self._account.person else ""
        if self._account.signed_in and self.phase is Phase.SIGNED_OUT:
            self._set_phase(Phase.READY)
        elif not self._account.signed_in and self._in(Phase.READY):
            self._set_phase(Phase.SIGNED_OUT)
        elif not self._account.signed_in and self._in(Phase.OPENING, Phase.LIVE, Phase.ENDING):
            # The room stays open for a while: signed in again, the host is offered to go on.
            self._tasks.start(self._broadcast.leave_air())
            self._set_phase(Phase.SIGNED_OUT)
        self.changed.emit()

    def _in(self, *phases: Phase) -> bool:
        return self.phase in phases

    def _set_phase(self, phase: Phase) -> None:
        self.phase = phase
        self.phase_changed.emit(phase)
        self.changed.emit()
