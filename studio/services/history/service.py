"""The LIVEs that were: one is looked at, maybe another beside it. All from the journals on this computer.

GUI thread; the disk's work is done in the pool. Signals: ``changed``; ``failed(sentence)``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from studio.journal.entry import JournalError
from studio.journal.index import Session
from studio.journal.keeping import Retention
from studio.journal.overview import GuestList, Overview
from studio.journal.story import Story, read_story
from studio.services.account import AccountService
from studio.services.history.zones import YearTotal, by_hour, by_year, change, zone_of
from studio.services.journal import JournalService
from studio.services.profile import Profile
from studio.services.tasks import Tasks

__all__ = ["HistoryService", "Retention", "Session", "Story", "Totals"]

#: LIVEs that are listed, and those before one that it is compared with.
_LISTED, _COMPARED = 5_000, 5


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all LIVEs of the host: calendar years and hours of the day by the clocks of ``zone``."""

    zone: str = ""
    years: tuple[YearTotal, ...] = ()
    hours: tuple[int, ...] = ()


class HistoryService(QObject):
    """``sessions``: the newest first. ``story`` and ``guests``: of ``selected``, None until they are read."""

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, journal: JournalService, account: AccountService, profile: Profile, tasks: Tasks
    ) -> None:
        super().__init__()
        self._journal, self._account, self._profile, self._tasks = journal, account, profile, tasks
        self._overview = Overview(journal.index)
        self._quarters: list[tuple[int, int]] = []
        self._of = ""
        self.sessions: tuple[Session, ...] = ()
        self.selected: Session | None = None
        self.story: Story | None = None
        self.guests: GuestList | None = None
        self.beside: Session | None = None
        self.totals = Totals()
        self.busy = False

    def open(self) -> None:
        """Reads the list anew; what was selected stays so."""
        self._begin()
        self._tasks.start(self._open(), self._failed)

    def select(self, session: Session) -> None:
        """Reads one LIVE."""
        if self.selected is not None and session.room_id == self.selected.room_id and self.story is not None:
            return
        self.selected, self.story, self.guests = session, None, None
        if self.beside is not None and self.beside.room_id == session.room_id:
            self.beside = None
        self._begin()
        self._tasks.start(self._read(session), self._failed)

    def put_beside(self, session: Session | None) -> None:
        """Compares the selected LIVE with that one; None: with the mean of those before it."""
        self.beside = session
        self.changed.emit()

    def delete(self, session: Session) -> None:
        """Deletes a LIVE from this computer, for good."""
        self._begin()
        self._tasks.start(self._delete(session), self._failed)

    def set_zone(self, name: str) -> None:
        """By whose clocks years and hours are told; empty: this computer's."""
        self._profile.update(history_zone=name)
        self._count()
        self.changed.emit()

    @property
    def retention(self) -> Retention:
        """How long LIVEs are kept."""
        saved = self._profile.saved
        return Retention(max_age_days=saved.keep_days, max_bytes=saved.keep_megabytes * 1_000_000)

    def set_retention(self, retention: Retention) -> None:
        """Keeps it for the next start; nothing is deleted at once."""
        self._profile.update(
            keep_days=retention.max_age_days, keep_megabytes=retention.max_bytes // 1_000_000
        )
        self.changed.emit()

    async def retain(self, now_ms: int) -> None:
        """Deletes what is older, or more, than the host wants to keep."""
        wish = self.retention
        if wish.max_age_days or wish.max_bytes:
            try:
                await self._journal.retain(wish, now_ms)
            except (JournalError, OSError) as error:
                self.failed.emit(f"Old LIVEs could not be deleted: {error}")

    def before(self, session: Session) -> tuple[Session, ...]:
        """What it is compared with: the LIVE put beside it, or the last five before it."""
        if self.beside is not None:
            return (self.beside,)
        earlier = [one for one in self.sessions if one.started_ms < session.started_ms]
        return tuple(earlier[:_COMPARED])

    def change(self, name: str) -> int | None:
        """Percent by which a figure of the selected LIVE is above those of `before`."""
        if self.selected is None:
            return None
        others = [figure_of(one, name) for one in self.before(self.selected)]
        return change(figure_of(self.selected, name), others)

    def _count(self) -> None:
        zone = self._profile.saved.history_zone
        found = zone_of(zone)
        self.totals = Totals(zone, by_year(self._quarters, found), by_hour(self._quarters, found))

    async def _open(self) -> None:
        host = self._account.person
        if host is None:
            self._end()
            return
        if host.id != self._of:
            self._of, self.selected, self.story, self.guests, self.beside = host.id, None, None, None, None
        index = self._journal.index
        await self._journal.refresh()
        found = await self._tasks.blocking(lambda: index.sessions(_LISTED, host_id=host.id))
        self._quarters = await self._tasks.blocking(lambda: self._overview.quarters(host.id))
        self.sessions = tuple(found)
        self._count()
        kept = self.selected.room_id if self.selected is not None else ""
        now = next((one for one in found if one.room_id == kept), found[0] if found else None)
        fresh = now is not None and (self.story is None or now != self.selected)
        self.selected = now
        if now is not None and fresh:
            await self._read(now)
        else:
            self._end()

    async def _read(self, session: Session) -> None:
        folder, room_id = self._journal.folder, session.room_id
        story = await self._tasks.blocking(lambda: read_story(folder, room_id))
        guests = await self._tasks.blocking(lambda: self._overview.guests(room_id))
        if self.selected is not None and self.selected.room_id == room_id:
            self.story, self.guests = story, guests
            self._end()

    async def _delete(self, session: Session) -> None:
        await self._journal.delete_live(session.room_id)
        if self.selected is not None and self.selected.room_id == session.room_id:
            self.selected, self.story, self.guests = None, None, None
        await self._open()

    def _begin(self) -> None:
        self.busy = True
        self.changed.emit()

    def _end(self) -> None:
        self.busy = False
        self.changed.emit()

    def _failed(self, sentence: str) -> None:
        self._end()
        self.failed.emit(sentence)


def figure_of(session: Session, name: str) -> int:
    """A figure of the index, or ``watch``: for how long a viewer stayed, on average, in ms."""
    if name == "watch":
        return session.watched_ms // session.unique_viewers if session.unique_viewers else 0
    return int(getattr(session, name))
