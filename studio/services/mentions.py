"""Which comments speak to the host: by their handle, by words the host chose, by people the host marked.

GUI thread. Signals: ``changed`` when the host chose others; ``mentioned`` when one came, at most one in three
seconds.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from studio.model.mention import MAX_PEOPLE, MAX_PHRASES, Addressed
from studio.protocol.events import Commented
from studio.services.account import AccountService
from studio.services.profile import Profile

_EVERY_S = 3.0


class MentionsService(QObject):
    """Invariant: what is chosen is kept in the profile."""

    changed = Signal()
    mentioned = Signal()

    def __init__(self, account: AccountService, profile: Profile) -> None:
        super().__init__()
        self._account, self._profile = account, profile
        self._last_s = float("-inf")
        self._prepare()
        account.changed.connect(self._prepare)

    @property
    def handle(self) -> str:
        return self._account.handle

    @property
    def phrases(self) -> tuple[str, ...]:
        return tuple(self._profile.saved.mention_phrases)

    @property
    def sound(self) -> bool:
        """Whether the host hears each of them."""
        return self._profile.saved.mention_sound

    def set_phrases(self, phrases: tuple[str, ...]) -> None:
        """The first 50 count."""
        cleaned = dict.fromkeys(" ".join(phrase.split()) for phrase in phrases)
        kept = [phrase for phrase in cleaned if phrase][:MAX_PHRASES]
        if kept != self._profile.saved.mention_phrases:
            self._profile.update(mention_phrases=kept)
            self._prepare()
            self.changed.emit()

    def set_sound(self, wanted: bool) -> None:
        if wanted is not self.sound:
            self._profile.update(mention_sound=wanted)
            self.changed.emit()

    def marks(self, person_id: str) -> bool:
        """Whether everything this person says counts."""
        return person_id in self._profile.saved.marked_people

    def mark(self, person_id: str, *, wanted: bool) -> None:
        """The oldest are forgotten beyond 200."""
        people = [one for one in self._profile.saved.marked_people if one != person_id]
        if wanted:
            people.append(person_id)
        self._profile.update(marked_people=people[-MAX_PEOPLE:])
        self.changed.emit()

    def speaks(self, event: Commented) -> bool:
        """Whether this comment speaks to the host."""
        return self.marks(event.person.id) or self._addressed.fits(event.text)

    def fits(self, event: Commented) -> bool:
        """The same for one that comes now. Says so by ``mentioned``, if not said just before."""
        if not self.speaks(event):
            return False
        now_s = time.monotonic()
        if now_s - self._last_s >= _EVERY_S:
            self._last_s = now_s
            self.mentioned.emit()
        return True

    def _prepare(self) -> None:
        self._addressed = Addressed(self._account.handle, self.phrases)
