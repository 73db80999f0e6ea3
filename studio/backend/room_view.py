"""An open LIVE on the event loop's side: who is in it, what they are still to be sent, what newcomers see
first.

Event-loop thread. Holds only what is committed. Invariant: ``ring`` ends at ``seq``; ``pending`` are the
events after ``flushed_seq``; a steady member has been sent everything up to ``flushed_seq``.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

import msgspec
from websockets.asyncio.server import ServerConnection

from studio.backend.client import Client, encode_frame, send_to_all
from studio.backend.counters import Counters
from studio.backend.storage.tx import RoomSnapshot, StoredEvent
from studio.model.question import QuestionQueue, QuestionState
from studio.model.room import Room
from studio.protocol.activity_events import FanChanged
from studio.protocol.events import (
    Commented,
    CommentRemoved,
    CommentRestored,
    Event,
    GiftSent,
    Joined,
    PersonMuted,
    PersonUnmuted,
    QuestionAsked,
    QuestionMoved,
)
from studio.protocol.frames import Events
from studio.protocol.question_events import take_question_event

RECENT_SHOWN = 30
_RECENT_KEPT = 200
#: Events of one frame, in bytes: far below what a client takes (4 MiB).
_FRAME_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Recent:
    """A comment, gift or question a newcomer may see."""

    seq: int
    person_id: str
    item_id: str
    data: bytes


class Audience:
    """Who watches: by account, or by connection without one.

    ``unique`` survives a restart, ``now`` does not.
    """

    def __init__(self, unique: int, peak: int, seen: set[str]) -> None:
        self.unique = unique
        self.peak = peak
        self._counts: dict[str, int] = {}
        self._seen = seen

    @property
    def now(self) -> int:
        return len(self._counts)

    def come(self, key: str) -> None:
        self._counts[key] = self._counts.get(key, 0) + 1
        self.peak = max(self.peak, self.now)
        if key not in self._seen:
            self._seen.add(key)
            self.unique += 1

    def go(self, key: str) -> None:
        left = self._counts.get(key, 0) - 1
        if left > 0:
            self._counts[key] = left
        else:
            self._counts.pop(key, None)


class RoomView:
    """See the module. ``ring`` keeps the newest ``ring_events``; older ones are read from the database."""

    def __init__(self, snapshot: RoomSnapshot, ring_events: int, seen: set[str] | None = None) -> None:
        self.room_id = snapshot.room.room_id
        self.snapshot = snapshot
        self.seq = snapshot.seq
        self.flushed_seq = snapshot.seq
        self.ring: deque[tuple[int, bytes]] = deque(maxlen=ring_events)
        self.has_picture = False
        self.hosts: set[Client] = set()
        self.steady: dict[ServerConnection, Client] = {}
        self.newcomers: dict[Client, int] = {}
        totals = snapshot.room.totals
        self.audience = Audience(totals.unique_viewers, totals.peak_viewers, seen or set())
        self.questions = QuestionQueue()
        self.fans: dict[str, int] = {}  # level, by account, of the fans who have been here
        self._recent: deque[Recent] = deque(maxlen=_RECENT_KEPT)
        self._removed: set[str] = set()
        self._muted: dict[str, int] = {}  # person -> the mute's seq: what they said before is hidden

    @property
    def host_id(self) -> str:
        return self.snapshot.room.host.id

    @property
    def pending(self) -> bool:
        return self.seq > self.flushed_seq

    @property
    def brimming(self) -> bool:
        """Whether the ring could lose events that were not sent yet: flush now, not at the tick."""
        return self.seq - self.flushed_seq >= (self.ring.maxlen or 0)

    def room(self) -> Room:
        """The room as of ``seq``."""
        return msgspec.structs.replace(self.snapshot.room, has_picture=self.has_picture)

    def recent_fans(self) -> dict[str, int]:
        """By account, the levels of the fans among those whose words and gifts are `recent`."""
        people = {one.person_id for one in self._recent}
        return {person_id: self.fans[person_id] for person_id in people if person_id in self.fans}

    def recent(self) -> tuple[msgspec.Raw, ...]:
        """The last comments, gifts and questions that still stand, oldest first."""
        standing = [one for one in self._recent if self._stands(one)]
        return tuple(msgspec.Raw(one.data) for one in standing[-RECENT_SHOWN:])

    def _stands(self, one: Recent) -> bool:
        return one.item_id not in self._removed and one.seq > self._muted.get(one.person_id, 0)

    def apply(self, stored: StoredEvent) -> None:
        """Takes the next committed event."""
        assert stored.event.seq == self.seq + 1, "events are delivered in order"
        self.seq = stored.event.seq
        self.ring.append((self.seq, stored.data))
        take_question_event(self.questions, stored.event)
        self._note_fan(stored.event)
        self.remember(stored.event, stored.data)

    def _note_fan(self, event: Event) -> None:
        if isinstance(event, Joined) and event.fan_level:
            self.fans[event.person.id] = event.fan_level
        elif isinstance(event, FanChanged):
            self.fans[event.person.id] = event.level
            if not event.level:
                del self.fans[event.person.id]

    def remember(self, event: Event, data: bytes) -> None:
        """Keeps what a newcomer should see, and what of it was taken out."""
        if isinstance(event, Commented):
            self._recent.append(Recent(event.seq, event.person.id, event.comment_id, data))
        elif isinstance(event, QuestionAsked):
            self._recent.append(Recent(event.seq, "", event.question_id, data))
        elif isinstance(event, GiftSent) and event.added:
            self._recent.append(Recent(event.seq, "", event.transfer_id, data))
        elif isinstance(event, CommentRemoved):
            self._removed.add(event.comment_id)
        elif isinstance(event, CommentRestored):
            self._removed.discard(event.comment_id)
        elif isinstance(event, PersonMuted):
            self._muted[event.person.id] = event.seq
        elif isinstance(event, PersonUnmuted):
            self._muted.pop(event.person.id, None)
        elif isinstance(event, QuestionMoved):
            if event.question.state is QuestionState.DISMISSED:
                self._removed.add(event.question.question_id)
            else:
                self._removed.discard(event.question.question_id)
        if len(self._removed) > 5 * _RECENT_KEPT:
            self._removed &= {one.item_id for one in self._recent}

    def in_ring(self, after_seq: int) -> bool:
        """Whether every event after ``after_seq`` is in memory."""
        return after_seq >= self.seq or (bool(self.ring) and self.ring[0][0] <= after_seq + 1)

    def after(self, seq: int, limit: int) -> list[tuple[int, bytes]]:
        """At most ``limit`` events after ``seq`` from memory (see `in_ring`)."""
        if seq >= self.seq:
            return []
        start = len(self.ring) - (self.seq - seq)
        return [self.ring[place] for place in range(start, min(len(self.ring), start + limit))]

    def join(self, client: Client, after_seq: int) -> bool:
        """From now on the client gets every event after ``after_seq``.

        False when it has missed some already sent.
        """
        if after_seq < self.flushed_seq:
            return False
        self.newcomers[client] = after_seq
        return True

    def leave(self, client: Client) -> None:
        self.steady.pop(client.socket, None)
        self.newcomers.pop(client, None)
        self.hosts.discard(client)

    def flush(self, counters: Counters) -> None:
        """Sends what waits: one text, encoded once, to everyone who has all before it."""
        count = self.seq - self.flushed_seq
        waiting = self.after(self.flushed_seq, count)
        newcomers, self.newcomers = self.newcomers, {}
        if waiting:
            for text in frames(self.room_id, waiting):
                counters.event_frames += 1
                counters.event_deliveries += send_to_all(self.steady, text)
        texts: dict[int, list[bytes]] = {}
        for client, after_seq in newcomers.items():
            if after_seq > self.seq:  # read from the database, where more is committed than delivered here
                self.newcomers[client] = after_seq
                continue
            if after_seq not in texts:
                texts[after_seq] = frames(self.room_id, [one for one in waiting if one[0] > after_seq])
            for text in texts[after_seq]:
                counters.event_deliveries += 1
                client.send_text(text)
            if client.closing is None:
                self.steady[client.socket] = client
        self.flushed_seq = self.seq


def frames(room_id: str, events: list[tuple[int, bytes]]) -> list[bytes]:
    """Events as Events frames, each of at most about half a megabyte."""
    texts: list[bytes] = []
    part: list[msgspec.Raw] = []
    size = 0
    for _, data in events:
        if part and size + len(data) > _FRAME_BYTES:
            texts.append(_frame(room_id, part))
            part, size = [], 0
        part.append(msgspec.Raw(data))
        size += len(data)
    if part:
        texts.append(_frame(room_id, part))
    return texts


def _frame(room_id: str, part: list[msgspec.Raw]) -> bytes:
    sent_ms = time.time_ns() // 1_000_000
    return encode_frame(Events(room_id=room_id, events=tuple(part), sent_ms=sent_ms))
