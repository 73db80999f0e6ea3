"""A comment or a question enters the room. Writer thread, inside the open transaction."""

from __future__ import annotations

from studio.backend.storage.state import RoomState, item_id
from studio.backend.storage.tx import Tx
from studio.model.moderation import Said
from studio.model.room import Person
from studio.protocol.events import Commented, QuestionAsked


def post(tx: Tx, room: RoomState, said: Said, person: Person, text: str) -> tuple[str, int]:
    """Its id and the seq of its event."""
    posted_id = item_id(room.room_id, room.seq + 1)
    if said is Said.QUESTION:
        room.totals.questions += 1
        return posted_id, tx.emit(room, QuestionAsked, question_id=posted_id, person=person, text=text)
    room.totals.comments += 1
    return posted_id, tx.emit(room, Commented, comment_id=posted_id, person=person, text=text)
