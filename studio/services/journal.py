"""The LIVE's journal on this machine: every event is written down as it comes; people and rows come back.

GUI thread; the disk belongs to the journal's own thread and to the pool. Signals: ``changed``, at most once a
second: how far it is, or that something is wrong.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from studio.journal.entry import BadEntry, Entry, Header, JournalError
from studio.journal.figures import Figures
from studio.journal.files import journal_path
from studio.journal.index import Index, PersonHistory
from studio.journal.keeping import Keeping, PersonDeleted, Retention
from studio.journal.notes import Notes
from studio.journal.reader import Reader
from studio.journal.tally import figures_of
from studio.journal.writer import JournalWriter, WriterState
from studio.model.room import Person, Room
from studio.protocol.event import Event
from studio.protocol.events import GiftSent, Liked, RoomClosed, RoomOpened, UnknownEvent
from studio.protocol.session import RoomEvents
from studio.services.gui_thread import assert_gui_thread
from studio.services.router import Listener
from studio.services.soon import Soon
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

_TELL_MS, _OFFER_MS = 1_000, 200
#: Entries that wait here while the writer has no room (a full disk): beyond it the newest are left out.
_MOST_WAITING = 200_000
_CLOSE_S = 5.0
_encode = msgspec.json.Encoder().encode


def entry_of(event: Event) -> Entry:
    """An event as the journal keeps it."""
    gift = event if isinstance(event, GiftSent) else None
    return Entry(
        seq=event.seq,
        at_ms=event.at_ms,
        kind=str(event.__struct_config__.tag),
        person=getattr(event, "person", None),
        text=getattr(event, "text", ""),
        gift_id=gift.gift_id if gift is not None else 0,
        count=event.count if isinstance(event, GiftSent | Liked) else 0,
        coins=gift.coins if gift is not None else 0,
        diamonds=gift.diamonds if gift is not None else 0,
        body=_encode(event),
    )


class JournalService(QObject, Listener):
    """Invariant: what came is on the disk, waits in the writer, waits here, or is in ``left_out``."""

    changed = Signal()

    def __init__(self, tasks: Tasks, folder: Path) -> None:
        """``folder``: where the journals of all LIVEs lie; made when the first one begins."""
        super().__init__()
        self._tasks, self._folder = tasks, folder
        self._index = Index(folder)
        self._notes: Notes | None = None
        self._writer: JournalWriter | None = None
        self._closing: asyncio.Task[None] | None = None  # of the LIVE before
        self._reader: Reader | None = None
        self._reading = threading.Lock()  # a reader is one thread's at a time
        self._waiting: deque[Entry] = deque()
        self.room_id = ""
        self.left_out = 0
        self._later = Soon(_TELL_MS, self.changed, self)
        self._again = Soon(_OFFER_MS, self._offer, self)

    @property
    def state(self) -> WriterState:
        """How the writing goes; before the first LIVE all zero."""
        return self._writer.state if self._writer is not None else WriterState()

    @property
    def index(self) -> Index:
        """All LIVEs at a glance; for the pool, not for the GUI thread."""
        return self._index

    @property
    def folder(self) -> Path:
        """Where the journals lie."""
        return self._folder

    @property
    def trouble(self) -> str:
        """What is wrong and what to do; empty when all is well."""
        if self.left_out:
            return f"{self.left_out:,} events of this LIVE are not in its journal: {self.state.trouble}"
        return self.state.trouble

    def on_events(self, batch: RoomEvents) -> None:
        assert_gui_thread()
        gathered: list[Entry] = []
        for event in batch.events:
            if isinstance(event, RoomOpened) and event.room.room_id != self.room_id:
                self._begin(event.room)
            # Of a later version: there is nothing of it that could be kept.
            if not isinstance(event, UnknownEvent):
                gathered.append(entry_of(event))
            if isinstance(event, RoomClosed):
                self._write(gathered)
                gathered = []
                self._end()
        self._write(gathered)
        self._later.ask()

    async def history(self, person_id: str) -> PersonHistory:
        """Somebody in the LIVEs before this one. Raises JournalError, OSError."""
        besides = self.room_id if self._writer is not None else ""
        return await self._tasks.blocking(lambda: self._index.person_history(person_id, besides))

    async def note_of(self, person_id: str) -> str:
        """What the host noted about somebody. Raises OSError."""

        def read() -> str:
            note = self._kept_notes().get(person_id)
            return note.text if note is not None else ""

        return await self._tasks.blocking(read)

    async def set_note(self, person: Person, text: str, at_ms: int) -> None:
        """An empty text takes it away. Raises JournalError, OSError."""
        await self._tasks.blocking(lambda: self._kept_notes().set(person.id, text, at_ms))

    async def delete_person(self, person: Person, now_ms: int) -> PersonDeleted:
        """Takes somebody out of all journals but that of a LIVE on air. Raises JournalError, OSError."""

        def delete() -> PersonDeleted:
            return Keeping(self._folder, self._index, self._kept_notes()).delete_person(person.id, now_ms)

        return await self._tasks.blocking(delete)

    async def delete_live(self, room_id: str) -> bool:
        """Deletes a LIVE's journal for good; False when it was not there. Raises JournalError, OSError."""

        def delete() -> bool:
            return Keeping(self._folder, self._index, self._kept_notes()).delete_live(room_id)

        return await self._tasks.blocking(delete)

    async def retain(self, retention: Retention, now_ms: int) -> tuple[str, ...]:
        """Deletes LIVEs by age or size, never the one on air. Raises JournalError, OSError."""
        spare = (self.room_id,) if self._writer is not None else ()

        def delete() -> tuple[str, ...]:
            return Keeping(self._folder, self._index, self._kept_notes()).retain(retention, now_ms, spare)

        return await self._tasks.blocking(delete)

    async def entries(self, after_seq: int, limit: int) -> list[Entry]:
        """A page of this LIVE, oldest first. Raises JournalError, OSError."""
        writer, room_id = self._writer, self.room_id

        def read() -> list[Entry]:
            if writer is not None:
                writer.flush(1.0)
            with self._reading:
                if self._reader is None:
                    self._reader = Reader(journal_path(self._folder, room_id))
                return self._reader.entries(after_seq, limit)

        return await self._tasks.blocking(read) if room_id else []

    async def figures(self) -> Figures:
        """This LIVE, or the one that has just ended, counted anew. Raises JournalError, OSError."""
        if self._closing is not None:
            await self._closing
        writer, path = self._writer, journal_path(self._folder, self.room_id)

        def count() -> Figures:
            if writer is not None:
                writer.flush(_CLOSE_S)
            with Reader(path) as reader:
                return figures_of(reader)

        return await self._tasks.blocking(count)

    async def refresh(self) -> None:
        """Counts the journals that changed, so that people's histories are of all LIVEs but this one."""
        try:
            await self._tasks.blocking(self._index.refresh)
        except (JournalError, OSError) as error:
            log.warning("the journals' index cannot be made: %s", error)

    async def stop(self) -> None:
        """What came is on the disk, or was said to be not."""
        self._again.stop()
        self._later.stop()
        writer, self._writer = self._writer, None
        if writer is not None:
            self._offer_to(writer)
            if not await self._tasks.blocking(lambda: writer.close(_CLOSE_S)):
                log.error("the journal could not be written to its end: %s", writer.state.trouble)
        if self._closing is not None:
            await self._closing
        if (reading := self._forget_reader()) is not None:
            await reading
        self._index.close()

    def _begin(self, room: Room) -> None:
        self._end()
        header = Header(room_id=room.room_id, host=room.host, title=room.title, started_ms=room.started_ms)
        self.room_id, self.left_out = room.room_id, 0
        self._waiting.clear()
        self._forget_reader()
        try:
            self._writer = JournalWriter(self._folder, header)
        except BadEntry as error:
            log.error("this LIVE has no journal: %s", error)
            return
        self._writer.start()

    def _write(self, entries: list[Entry]) -> None:
        if self._writer is None or not entries:
            return
        taken = 0 if self._waiting else self._take(self._writer, entries)
        for entry in entries[taken:]:
            if len(self._waiting) >= _MOST_WAITING:
                self.left_out += 1
            else:
                self._waiting.append(entry)
        if self._waiting:
            self._again.ask()

    def _take(self, writer: JournalWriter, entries: list[Entry]) -> int:
        """How many are settled: taken, or never to be kept."""
        try:
            return writer.append_all(entries)
        except BadEntry:
            return self._take_each(writer, entries)

    def _take_each(self, writer: JournalWriter, entries: list[Entry]) -> int:
        """One of them can never be kept; the others are."""
        for taken, entry in enumerate(entries):
            try:
                if not writer.append(entry):
                    return taken
            except BadEntry as error:
                self.left_out += 1
                log.warning("an event is not kept: %s", error)
        return len(entries)

    def _offer(self) -> None:
        """The writer had no room: does it now?"""
        if self._writer is not None:
            self._offer_to(self._writer)
        if self._waiting:
            self._again.ask()

    def _offer_to(self, writer: JournalWriter) -> None:
        while self._waiting and writer.append(self._waiting[0]):
            self._waiting.popleft()

    def _end(self) -> None:
        """The LIVE is over: its journal is closed, and counted for the histories."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        self._offer_to(writer)

        async def close() -> None:
            if not await self._tasks.blocking(lambda: writer.close(_CLOSE_S)):
                log.error("the journal could not be written to its end: %s", writer.state.trouble)
            await self.refresh()

        self._closing = self._tasks.start(close())

    def _kept_notes(self) -> Notes:
        if self._notes is None:
            self._notes = Notes(self._folder)
        return self._notes

    def _forget_reader(self) -> asyncio.Task[None] | None:
        def close() -> None:
            with self._reading:
                reader, self._reader = self._reader, None
                if reader is not None:
                    reader.close()

        return self._tasks.start(self._tasks.blocking(close)) if self._reader is not None else None
