"""Looks after one open LIVE on the event loop: counts its viewers, tells its goal, ends streaks, waits for
its host.

Event-loop thread. Owns only timers; what they bring about are jobs of the writer. `close` ends them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from statistics import median

from studio.backend import jobs
from studio.backend.activities.settling import settle_due
from studio.backend.activities.telling import tell_room
from studio.backend.deadline import Deadline
from studio.backend.room_view import RoomView
from studio.backend.settings import BackendSettings
from studio.backend.storage.tx import Tx
from studio.backend.throttle import Throttle
from studio.model.money import MAX_AMOUNT
from studio.model.poll import PollKind
from studio.model.room import GoalKind, Person
from studio.protocol.events import Event, Followed, GiftSent, Liked, Shared
from studio.protocol.frames import Notice, PictureReported

_PICTURE_WINDOW_S = 10.0
#: Added to the streak's time-out, so that the job does not come a rounding error too early.
_STREAK_SLACK_S = 0.05
#: Reports of how far the picture is behind kept a room: one a viewer, newest wins.
_REPORTS_KEPT = 10_000

#: Events that may move a goal on; whether they did is the job's to see.
_MOVES: dict[GoalKind, type[Event]] = {
    GoalKind.DIAMONDS: GiftSent,
    GoalKind.LIKES: Liked,
    GoalKind.FOLLOWERS: Followed,
    GoalKind.SHARES: Shared,
    GoalKind.GIFT: GiftSent,
}

Submit = Callable[[Callable[[Tx], None]], None]


class RoomAttendant:
    """``submit`` queues a job in the background.

    ``notify`` sends a notice to every connection of an account.
    """

    def __init__(
        self,
        view: RoomView,
        settings: BackendSettings,
        submit: Submit,
        notify: Callable[[str, Notice], None],
    ) -> None:
        self._view = view
        self._settings = settings
        self._submit = submit
        self._notify = notify
        self._viewers = Throttle(settings.viewers_every_s, self._count_viewers)
        self._goal = Throttle(settings.goal_every_s, self._tell_goal)
        self._picture = Throttle(settings.picture_every_s, self._tell_picture)
        self._activity = Throttle(settings.goal_every_s, self._tell_activities)
        self._due = Deadline(self._settle_due)
        self._due.set_ms(view.snapshot.room.activities.next_ms)
        self._streaks: dict[str, float] = {}
        self._streak_timer: asyncio.TimerHandle | None = None
        self._away_timer: asyncio.TimerHandle | None = None
        self._joined: dict[str, float] = {}
        self._reports: dict[int, tuple[float, int, int]] = {}  # by viewer: when, latency, dropped
        self._closed = False

    def close(self) -> None:
        self._closed = True
        for timer in (self._viewers, self._goal, self._picture, self._activity, self._due):
            timer.close()
        for handle in (self._streak_timer, self._away_timer):
            if handle is not None:
                handle.cancel()

    def audience_changed(self) -> None:
        self._viewers.poke()

    def came(self, person: Person, *, announce: bool) -> None:
        """Somebody with an account entered; announced at most once in ``joined_again_s``."""
        now = asyncio.get_running_loop().time()
        before = self._joined.get(person.id)
        announce = announce and (before is None or now - before >= self._settings.joined_again_s)
        if announce or before is None:
            self._joined[person.id] = now
            room_id = self._view.room_id
            self._submit(lambda tx: jobs.note_visit(tx, room_id, person, announce=announce))

    def happened(self, event: Event) -> None:
        """An event was committed: what has to follow it?"""
        goal = self._view.snapshot.room.goal
        if goal is not None and isinstance(event, _MOVES[goal.kind]):
            self._goal.poke()
        activities = self._view.snapshot.room.activities
        self._due.set_ms(activities.next_ms)
        if not isinstance(event, GiftSent):
            return
        if activities.poll is not None and activities.poll.kind is PollKind.GIFTS:
            self._activity.poke()
        if event.ended:
            self._streaks.pop(event.streak_id, None)
        else:
            self.expect_end(event.streak_id)

    def activity_moved(self) -> None:
        """Somebody voted or takes part: tell how many, when it is time."""
        self._activity.poke()

    def expect_end(self, streak_id: str) -> None:
        """A streak is running: end it when nothing comes for its time-out."""
        timeout = self._settings.limits.streak_timeout_ms / 1_000 + _STREAK_SLACK_S
        self._streaks[streak_id] = asyncio.get_running_loop().time() + timeout
        self._schedule_streaks()

    def host_changed(self) -> None:
        """The host came or went: wait for them to come back, or stop waiting."""
        if self._view.hosts or self._closed:
            if self._away_timer is not None:
                self._away_timer.cancel()
                self._away_timer = None
        elif self._away_timer is None:
            loop = asyncio.get_running_loop()
            self._away_timer = loop.call_later(self._settings.host_away_s, self._host_stayed_away)

    def picture_reported(self, viewer: int, latency_ms: int, dropped: int) -> None:
        if len(self._reports) < _REPORTS_KEPT or viewer in self._reports:
            self._reports[viewer] = (asyncio.get_running_loop().time(), latency_ms, dropped)
        self._picture.poke()

    def _count_viewers(self) -> None:
        room_id, audience = self._view.room_id, self._view.audience
        now, peak, unique = audience.now, audience.peak, audience.unique
        self._submit(lambda tx: jobs.count_viewers(tx, room_id, now, peak, unique))

    def _tell_goal(self) -> None:
        room_id = self._view.room_id
        self._submit(lambda tx: jobs.tell_goal(tx, room_id))

    def _tell_activities(self) -> None:
        room_id = self._view.room_id
        self._submit(lambda tx: tell_room(tx, room_id))

    def _settle_due(self) -> None:
        room_id = self._view.room_id
        self._submit(lambda tx: settle_due(tx, room_id))

    def _tell_picture(self) -> None:
        oldest = asyncio.get_running_loop().time() - _PICTURE_WINDOW_S
        self._reports = {viewer: one for viewer, one in self._reports.items() if one[0] >= oldest}
        if self._reports:
            reports = self._reports.values()
            told = PictureReported(
                room_id=self._view.room_id,
                latency_ms=round(median(latency_ms for _, latency_ms, _ in reports)),
                viewers=len(self._reports),
                # One client may report anything, and a frame's numbers have a limit.
                dropped=min(MAX_AMOUNT, sum(dropped for *_, dropped in reports)),
            )
            self._notify(self._view.host_id, Notice(picture=told))

    def _schedule_streaks(self) -> None:
        if self._streak_timer is None and self._streaks and not self._closed:
            loop = asyncio.get_running_loop()
            self._streak_timer = loop.call_at(min(self._streaks.values()), self._end_streaks)

    def _end_streaks(self) -> None:
        self._streak_timer = None
        now = asyncio.get_running_loop().time()
        due = [streak_id for streak_id, at in self._streaks.items() if at <= now]
        for streak_id in due:
            # Asked again if the end does not come: the writer goes by its own clock.
            self._streaks[streak_id] = now + self._settings.limits.streak_timeout_ms / 1_000
        if due:
            room_id, limits = self._view.room_id, self._settings.limits
            self._submit(lambda tx: jobs.end_streaks(tx, room_id, limits))
        self._schedule_streaks()

    def _host_stayed_away(self) -> None:
        self._away_timer = None
        if not self._view.hosts:
            room_id, minutes = self._view.room_id, round(self._settings.host_away_s / 60, 1)
            self._submit(lambda tx: jobs.close_for_absence(tx, room_id, minutes))
