"""The host's rules and slow mode, at the door of the room. Writer thread, inside the open transaction."""

from __future__ import annotations

from studio.backend.errors import Rejected
from studio.backend.moderation.log import note
from studio.backend.moderation.muting import mute
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.moderation import ModAction, Said
from studio.model.room import Person
from studio.model.rules import Consequence
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import Fate, Posted

#: More than this does not wait in one room: it is hidden, and the log says why.
HELD_MOST = 500
#: Who spoke last when: beyond this many the whole memory is dropped (slow mode is short).
_SPOKE_KEPT = 10_000


def check_slow_mode(tx: Tx, room: RoomState, person_id: str) -> None:
    """`Rejected` SLOW_MODE when the person spoke a moment ago. The host always may speak."""
    slow_ms = room.moderation.rules.slow_s * 1_000
    spoke_ms = room.moderation.spoke_ms.get(person_id)
    if not slow_ms or spoke_ms is None or person_id in (room.host.id, *room.moderation.moderators):
        return
    wait_ms = min(slow_ms, spoke_ms + slow_ms - tx.now_ms)  # a clock set back must not lock anyone out
    if wait_ms > 0:
        seconds = -(-wait_ms // 1_000)
        raise Rejected(
            ErrorCode.SLOW_MODE,
            f"Slow mode is on: one comment every {slow_ms // 1_000} seconds. You can in {seconds}.",
            retry_after_ms=wait_ms,
        )


def screen(tx: Tx, room: RoomState, said: Said, person: Person, text: str) -> Posted | None:
    """The answer to what is stopped; None for what may pass, as all that host and moderators say."""
    moderation = room.moderation
    if person.id == room.host.id or person.id in moderation.moderators:
        return None
    if moderation.rules.slow_s:
        if len(moderation.spoke_ms) >= _SPOKE_KEPT:
            moderation.spoke_ms.clear()
        moderation.spoke_ms[person.id] = tx.now_ms
    finding = tx.spotter(room).spot(person.id, text, tx.now_ms) if moderation.rules.rules else None
    if finding is None:
        return None
    consequence, reason = finding.rule.consequence, finding.reason
    stopped = {"room_id": room.room_id, "person": person, "said": said, "text": text}
    if consequence is Consequence.HOLD:
        if len(moderation.held) < HELD_MOST:
            entry = note(tx, room.host.id, ModAction.HELD, reason=reason, **stopped)
            moderation.held[entry.no] = entry
            return Posted(item_id=str(entry.no), seq=0, fate=Fate.HELD)
        reason += f" ({HELD_MOST} wait already)"
    note(tx, room.host.id, ModAction.HIDDEN, reason=reason, **stopped)
    if consequence is Consequence.MUTE:
        mute(tx, room, person, finding.rule.mute_s, actor=None, reason=reason)
    return Posted(item_id="", seq=0, fate=Fate.HIDDEN)
