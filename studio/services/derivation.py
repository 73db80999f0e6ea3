"""How an amount came about, as the host reads it: page by page from the backend, down to single transfers.

GUI thread. Signals: ``changed``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from studio.model.payout import DerivationLine
from studio.net.errors import Disconnected, Rejected
from studio.protocol.money import AVAILABLE, LIVE, PENDING, RESERVED, Derivation, GetDerivation
from studio.services.link import LinkService
from studio.services.tasks import Tasks

__all__ = ["AVAILABLE", "LIVE", "PENDING", "RESERVED", "DerivationService", "Derived"]

#: Lines that are held; more than any LIVE or payout has had. What is beyond is said, never left out unsaid.
MOST_LINES = 200_000


@dataclass(frozen=True, slots=True)
class Derived:
    """What is to be worked out: a balance by its name, a payout by its id, or a LIVE (`LIVE`) by its room.

    ``person_id``: only what somebody gave.
    """

    of: str
    room_id: str = ""
    title: str = ""
    person_id: str = ""


class DerivationService(QObject):
    """One derivation at a time. ``whole``: its first figures, None until they came."""

    changed = Signal()

    def __init__(self, link: LinkService, tasks: Tasks) -> None:
        super().__init__()
        self._link, self._tasks = link, tasks
        self._clear(Derived(AVAILABLE))

    def _clear(self, what: Derived) -> None:
        self.what = what
        self.whole: Derivation | None = None
        self.lines: list[DerivationLine] = []
        self.trouble = ""
        self.busy = False
        self._next = ""

    @property
    def more_to_come(self) -> bool:
        """Whether the backend has further lines."""
        return bool(self._next) and len(self.lines) < MOST_LINES

    @property
    def told(self) -> int:
        """What the lines so far make, in diamonds."""
        return sum(line.diamonds for line in self.lines)

    def open(self, what: Derived) -> None:
        """Works something else out, from the beginning."""
        self._clear(what)
        self._load()

    def more(self) -> None:
        """Asks for the next lines, if there are any and they are not on their way."""
        if self.more_to_come and not self.busy:
            self._load()

    def _load(self) -> None:
        self.busy, self.trouble = True, ""
        self.changed.emit()
        self._tasks.start(self._page(self.what, self._next), self._failed)

    async def _page(self, what: Derived, after: str) -> None:
        try:
            page = await self._link.ask(GetDerivation(of=what.of, room_id=what.room_id, after=after))
        except (Disconnected, Rejected) as error:
            if what is self.what:
                self._failed(str(error))
            return
        assert isinstance(page, Derivation)
        if what is not self.what:  # the host looks at something else already
            return
        if self.whole is None:
            self.whole = page
        self.lines.extend(line for line in page.lines if not what.person_id or _is_of(line, what.person_id))
        self._next, self.busy = page.next, False
        self.changed.emit()
        if what.person_id:
            self.more()  # of one person there may be none in many pages

    def _failed(self, sentence: str) -> None:
        self.busy, self.trouble = False, sentence
        self.changed.emit()


def _is_of(line: DerivationLine, person_id: str) -> bool:
    return line.person is not None and line.person.id == person_id
