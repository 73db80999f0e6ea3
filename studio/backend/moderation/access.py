"""Who may comment and ask in a room: the host's choice, and the mutes.

Writer thread, inside the open transaction.
"""

from __future__ import annotations

from sqlalchemy import select

from studio.backend.errors import Rejected
from studio.backend.storage import schema
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.room import Commenters
from studio.protocol.codes import ErrorCode

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def check_may_talk(tx: Tx, room: RoomState, person_id: str, verb: str) -> None:
    """``verb``: what they want to do, for the sentence. The host always may.

    `Rejected` MUTED, FOLLOWERS_ONLY, COMMENTS_CLOSED.
    """
    if person_id == room.host.id:
        return
    _check_not_muted(tx, room, person_id)
    access = room.comment_access
    if access.who is Commenters.NOBODY:
        raise Rejected(ErrorCode.COMMENTS_CLOSED, f"Nobody can {verb} now.")
    if access.who is Commenters.FOLLOWERS:
        _check_follows(tx, room, person_id, verb)


def _check_not_muted(tx: Tx, room: RoomState, person_id: str) -> None:
    mute = room.mutes.get(person_id)
    if mute is None:
        return
    until_ms = mute.until_ms
    if until_ms == 0:
        raise Rejected(ErrorCode.MUTED, "You are muted for the rest of this LIVE.")
    if until_ms > tx.now_ms:
        seconds = -(-(until_ms - tx.now_ms) // 1_000)
        raise Rejected(
            ErrorCode.MUTED,
            f"You are muted in this room for {seconds} more seconds.",
            retry_after_ms=until_ms - tx.now_ms,
        )


def _check_follows(tx: Tx, room: RoomState, person_id: str, verb: str) -> None:
    follows = schema.follows
    mine = (follows.c.host_id == room.host.id) & (follows.c.follower_id == person_id)
    since_ms = tx.execute(select(follows.c.at_ms).where(mine)).scalar()
    age_s = room.comment_access.follow_age_s
    if since_ms is None:
        who = f"people who have followed for {_span(age_s)}" if age_s else "followers"
        raise Rejected(ErrorCode.FOLLOWERS_ONLY, f"Only {who} can {verb} now. Follow to join in.")
    wait_ms = since_ms + age_s * 1_000 - tx.now_ms
    if wait_ms > 0:
        wait = _span(-(-wait_ms // 1_000))
        raise Rejected(
            ErrorCode.FOLLOWERS_ONLY,
            f"Only people who have followed for {_span(age_s)} can {verb} now. You can in {wait}.",
            retry_after_ms=wait_ms,
        )


def _span(seconds: int) -> str:
    """``600`` -> ``"10 minutes"``, ``90`` -> ``"2 minutes"``: the largest unit that fits, rounded up."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds >= size)
    count = -(-seconds // size)
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
