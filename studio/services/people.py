"""Who somebody is: what they did in this LIVE, and what the journal has of them. GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from studio.journal.entry import JournalError
from studio.journal.index import PersonHistory as PersonHistory  # what the card shows
from studio.journal.notes import MOST_CHARACTERS
from studio.model.room import Person
from studio.protocol.activity_events import FanChanged
from studio.protocol.event import Event
from studio.protocol.events import Commented, Followed, GiftSent, Joined, Liked, QuestionAsked, RoomOpened
from studio.protocol.session import RoomEvents
from studio.services.journal import JournalService
from studio.services.router import Listener

#: Of a note, in characters.
NOTE_MAX = MOST_CHARACTERS
#: People of one LIVE that are counted one by one; those who come after are not.
_KEPT = 50_000
_GIFTS_SHOWN = 5


@dataclass(slots=True)
class Given:
    """A gift, or a streak as of its last message."""

    streak_id: str
    name: str
    count: int
    coins: int


@dataclass(slots=True)
class Doings:
    """What one person did in this LIVE. Times: Unix milliseconds of the server's clock, 0 for never."""

    comments: int = 0
    questions: int = 0
    likes: int = 0
    gifts: int = 0
    diamonds: int = 0
    came_ms: int = 0
    followed: bool = False
    newcomer: bool = False
    fan_level: int = 0
    given: deque[Given] = field(default_factory=lambda: deque(maxlen=_GIFTS_SHOWN))


class PeopleError(Exception):
    """A sentence for the host."""


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except (JournalError, OSError) as error:
        raise PeopleError(f"{what}: {error}") from error


class PeopleService(Listener):
    """Counts what the room's events tell; each event once."""

    def __init__(self, journal: JournalService) -> None:
        self._journal = journal
        self._doings: dict[str, Doings] = {}

    def doings(self, person_id: str) -> Doings:
        """All zero for who did nothing yet."""
        return self._doings.get(person_id) or Doings()

    async def past(self, person: Person) -> tuple[PersonHistory, str]:
        """What they did in the LIVEs before this one, and the host's note. Raises PeopleError."""
        with _told("What was before cannot be read"):
            return await self._journal.history(person.id), await self._journal.note_of(person.id)

    async def set_note(self, person: Person, text: str, at_ms: int) -> None:
        """An empty text takes it away. Raises PeopleError."""
        with _told("The note is not kept"):
            await self._journal.set_note(person, text, at_ms)

    async def delete(self, person: Person, now_ms: int) -> bool:
        """Takes somebody out of what this computer keeps; False while this LIVE has more.

        Raises PeopleError.
        """
        with _told("Nothing was deleted"):
            return not (await self._journal.delete_person(person, now_ms)).busy

    def on_events(self, batch: RoomEvents) -> None:
        for event in batch.events:
            if isinstance(event, RoomOpened):
                self._doings.clear()
            else:
                self._count(event)

    def _count(self, event: Event) -> None:
        match event:
            case Commented():
                self._of(event.person, event).comments += 1
            case GiftSent():
                self._gave(event)
            case Liked():
                self._of(event.person, event).likes += event.count
            case QuestionAsked():
                self._of(event.person, event).questions += 1
            case Followed():
                self._of(event.person, event).followed = True
            case Joined():
                doings = self._of(event.person, event)
                doings.newcomer = doings.newcomer or event.newcomer
                doings.fan_level = event.fan_level
            case FanChanged():
                self._of(event.person, event).fan_level = event.level

    def _gave(self, event: GiftSent) -> None:
        doings = self._of(event.person, event)
        doings.gifts += event.added
        doings.diamonds += event.diamonds
        for one in doings.given:
            if one.streak_id == event.streak_id:
                one.count, one.coins = event.count, event.count * event.coins_each
                return
        given = Given(event.streak_id, event.gift_name, event.count, event.count * event.coins_each)
        doings.given.append(given)

    def _of(self, person: Person, event: Event) -> Doings:
        doings = self._doings.get(person.id)
        if doings is None:
            doings = Doings(came_ms=event.at_ms)
            if len(self._doings) < _KEPT:
                self._doings[person.id] = doings
        return doings
