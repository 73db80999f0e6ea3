"""Writing the log of what was done about comments and people. Writer thread, inside the open transaction;
`checked_reason` on any.
"""

from __future__ import annotations

from typing import Any

import msgspec

from studio.backend.handling import checked_text
from studio.backend.storage.tx import Tx
from studio.model.moderation import MAX_REASON, ModAction, ModEntry, Permission
from studio.protocol.frames import Moderated, Notice

#: What a moderator who decides must know.
_TOLD_MODERATORS = (ModAction.HELD, ModAction.ALLOWED, ModAction.DENIED, ModAction.UNDONE)
_encode = msgspec.json.Encoder().encode


def checked_reason(text: str) -> str:
    """A reason typed by hand, cleaned; it may be empty. `Rejected` INVALID_TEXT."""
    return checked_text("A reason", text, MAX_REASON, may_be_empty=True)


def note(tx: Tx, host_id: str, action: ModAction, /, **fields: Any) -> ModEntry:
    """Stores the host's next entry; the host is told when the transaction is committed."""
    entry = ModEntry(no=tx.next_entry(host_id), at_ms=tx.now_ms, action=action, **fields)
    row = {
        "host_id": host_id,
        "no": entry.no,
        "room_id": entry.room_id,
        "action": action.value,
        "answers": entry.answers,
        "body": _encode(entry).decode(),
    }
    tx.add("moderation_log", row)
    notice = Notice(moderated=Moderated(entry=entry))
    tx.notify(host_id, notice)
    room = tx.room_at_hand(entry.room_id)
    if action in _TOLD_MODERATORS and room is not None:
        for moderator, permissions in room.moderation.moderators.items():
            if Permission.DECIDE in permissions:
                tx.notify(moderator, notice)
    return entry
