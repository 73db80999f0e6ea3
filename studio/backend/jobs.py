"""Writer jobs nobody asked for by a command: what time brings about in a room.

The functions run on the writer thread inside the open transaction. They read first and write last.
"""

from __future__ import annotations

from studio.backend.activities.fan_points import add_points, fan_of
from studio.backend.activities.settling import settle_all
from studio.backend.storage.state import RoomState, RunningStreak
from studio.backend.storage.tx import Tx
from studio.backend.storage.visits import was_here_before
from studio.model.fan_club import VISIT_POINTS
from studio.model.limits import Limits
from studio.model.room import Person
from studio.protocol.events import GiftSent, GoalUpdated, Joined, RoomClosed, ViewersCounted


def count_viewers(tx: Tx, room_id: str, viewers: int, peak: int, unique: int) -> None:
    """Stores and announces how many watch, when it changed."""
    room = tx.live_room(room_id)
    totals = room.totals
    if (totals.viewers, totals.peak_viewers, totals.unique_viewers) == (viewers, peak, unique):
        return
    totals.viewers, totals.peak_viewers, totals.unique_viewers = viewers, peak, unique
    tx.emit(room, ViewersCounted, viewers=viewers, peak=peak, unique=unique)


def note_visit(tx: Tx, room_id: str, person: Person, *, announce: bool) -> None:
    """Somebody with an account came in: remembered once a room, announced when asked to."""
    room = tx.live_room(room_id)
    fan = fan_of(tx, room, person.id)
    first = person.id not in room.visited
    newcomer = first and not tx.ask(lambda connection: was_here_before(connection, room, person.id))
    if first:
        room.visited.add(person.id)
        tx.add("visits", {"room_id": room_id, "account_id": person.id, "first_ms": tx.now_ms})
        add_points(tx, room, person.id, VISIT_POINTS)
    if announce:
        level = fan.level if fan is not None else 0
        tx.emit(room, Joined, person=person, fan_level=level, newcomer=newcomer)


def tell_goal(tx: Tx, room_id: str) -> None:
    """Announces how far the goal is, when it moved since it was last told."""
    _tell_goal(tx, tx.live_room(room_id))


def _tell_goal(tx: Tx, room: RoomState) -> None:
    goal = room.goal
    if goal is not None and goal.reached != room.goal_told:
        room.goal_told = goal.reached
        tx.emit(room, GoalUpdated, goal=goal)


def end_streaks(tx: Tx, room_id: str, limits: Limits) -> None:
    """Ends the streaks that nobody has continued within the time-out."""
    room = tx.live_room(room_id)
    for running in list(room.streaks.values()):
        if tx.now_ms - running.streak.last_ms >= limits.streak_timeout_ms:
            end_streak(tx, room, running)


def end_streak(tx: Tx, room: RoomState, running: RunningStreak) -> None:
    """One more message with the last count: the streak is over."""
    streak = running.streak
    streak.ended = True
    del room.streaks[streak.person_id, streak.gift_id]
    tx.touch_streak(running)
    tx.emit(
        room,
        GiftSent,
        transfer_id=running.transfer_id,
        streak_id=streak.streak_id,
        person=running.person,
        gift_id=streak.gift_id,
        gift_name=running.gift_name,
        coins_each=streak.coins_each,
        count=streak.count,
        added=0,
        coins=0,
        diamonds=0,
        room_diamonds=room.totals.diamonds,
        ended=True,
    )


def close_room(tx: Tx, room: RoomState, reason: str) -> None:
    """Ends a LIVE: its streaks, then the last event with the final figures."""
    for running in list(room.streaks.values()):
        end_streak(tx, room, running)
    settle_all(tx, room)
    _tell_goal(tx, room)
    room.ended_ms = max(tx.now_ms, room.started_ms + 1)
    room.end_reason = reason
    room.totals.viewers = 0
    tx.emit(room, RoomClosed, totals=room.totals.frozen(), reason=reason)


def close_for_absence(tx: Tx, room_id: str, minutes: float) -> None:
    """Ends a LIVE whose host did not come back."""
    room = tx.live_room(room_id)
    close_room(tx, room, f"the host was away for {minutes:g} minutes")
