"""What the handlers of activities have in common: times that are asked for, and taking part."""

from __future__ import annotations

from sqlalchemy import update

from studio.backend.errors import Rejected
from studio.backend.storage import schema
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.limits import Limits
from studio.protocol.codes import ErrorCode


def checked_seconds(seconds: int, limits: Limits) -> int:
    """`Rejected` INVALID_ACTIVITY for more than a day."""
    if seconds > limits.activity_seconds_max:
        hours = limits.activity_seconds_max // 3_600
        raise Rejected(ErrorCode.INVALID_ACTIVITY, f"That may last {hours} hours at most.")
    return seconds


def ends_at(tx: Tx, seconds: int) -> int:
    """Unix milliseconds; 0 for what the clock does not end."""
    return tx.now_ms + 1_000 * seconds if seconds else 0


def take_part(tx: Tx, room: RoomState, activity_id: str, account_id: str, choice: int) -> None:
    """Remembers what an account chose, in place of what it chose before."""
    takers = room.part_takers[activity_id]
    if account_id in takers:
        table = schema.participations
        mine = (table.c.activity_id == activity_id) & (table.c.account_id == account_id)
        tx.execute(update(table).where(mine).values(choice=choice))
    else:
        tx.add("participations", {"activity_id": activity_id, "account_id": account_id, "choice": choice})
    takers[account_id] = choice
    tx.touch(room)
