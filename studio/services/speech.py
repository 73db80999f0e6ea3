"""Comments and gifts read aloud to the host: whose, how often, one after the other.

GUI thread. Signals: ``changed``: the wish, or that something is wrong. Heard on this computer's own output,
never in the LIVE.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from studio.model.spoken import (
    Pace,
    Sentence,
    SpeechQueue,
    SpeechWish,
    Whose,
    words_of_comment,
    words_of_gift,
)
from studio.protocol.activity_events import FanChanged
from studio.protocol.events import (
    Commented,
    CommentRemoved,
    Event,
    Followed,
    GiftSent,
    Joined,
    PersonMuted,
    RoomClosed,
    RoomOpened,
)
from studio.protocol.session import RoomEvents
from studio.services.link import LinkService
from studio.services.profile import Profile
from studio.services.router import Listener

#: Older ones come again after a cut: nobody wants to hear them.
_FRESH_MS = 10_000
#: People of one LIVE that are remembered as followers, fans or gifters.
_KEPT = 50_000


class Voice(Protocol):
    """What speaks."""

    finished: SignalInstance
    failed: SignalInstance

    @property
    def trouble(self) -> str: ...

    def voices(self) -> list[str]: ...

    def say(self, text: str, *, voice: str, rate: float, volume: float) -> None: ...

    def stop(self) -> None: ...


class SpeechService(QObject, Listener):
    """``make_voice`` is called when something is to be said for the first time.

    ``helps`` and ``marked``: whether somebody is a moderator, or marked by the host.
    """

    changed = Signal()

    def __init__(
        self,
        link: LinkService,
        profile: Profile,
        make_voice: Callable[[], Voice],
        own_id: Callable[[], str],
        helps: Callable[[str], bool],
        marked: Callable[[str], bool],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._link, self._profile, self._make_voice = link, profile, make_voice
        self._own_id, self._helps, self._marked = own_id, helps, marked
        self._voice: Voice | None = None
        self._queue = SpeechQueue()
        self._pace = Pace(self.wish.most_a_minute, now_s)
        self._speaking: Sentence | None = None
        self._trouble = ""
        self._known: dict[Whose, set[str]] = {
            one: set() for one in (Whose.NEW_FOLLOWERS, Whose.FANS, Whose.GIFTERS)
        }
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._go_on)

    @property
    def wish(self) -> SpeechWish:
        return self._profile.saved.speech

    @property
    def trouble(self) -> str:
        """Why nothing is heard, and what to do."""
        return self._trouble

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @property
    def dropped(self) -> int:
        """Sentences that found no place."""
        return self._queue.dropped

    @property
    def speaking(self) -> bool:
        return self._speaking is not None

    def voices(self) -> list[str]:
        """Names of those on this computer."""
        return self._here().voices()

    def choose(self, wish: SpeechWish) -> None:
        """From now on, and for the next LIVEs."""
        self._profile.update(speech=wish)
        self._pace.most = wish.most_a_minute
        if not wish.on:
            self.stop()
        self._trouble = self._here().trouble if wish.on else ""
        self.changed.emit()

    def try_it(self) -> None:
        """Says a sentence as it would be said, whatever waits."""
        self._say(Sentence(text=words_of_comment("Ana", "this is how comments sound"), person_id=""))

    def stop(self) -> None:
        """Nothing that waits is said any more, and what is being said breaks off."""
        self._queue.clear()
        self._later.stop()
        self._speaking = None
        if self._voice is not None:
            self._voice.stop()

    def on_events(self, batch: RoomEvents) -> None:
        for event in batch.events:
            self._remember(event)
            if self.wish.on:
                self._hear(event)
        self._go_on()

    def _remember(self, event: Event) -> None:
        match event:
            case RoomOpened() | RoomClosed():
                self.stop()
                for people in self._known.values():
                    people.clear()
            case Followed():
                self._add(Whose.NEW_FOLLOWERS, event.person.id)
            case GiftSent():
                self._add(Whose.GIFTERS, event.person.id)
            case Joined(fan_level=level) if level:
                self._add(Whose.FANS, event.person.id)
            case FanChanged():
                self._known[Whose.FANS].discard(event.person.id)
                if event.level:
                    self._add(Whose.FANS, event.person.id)

    def _add(self, whose: Whose, person_id: str) -> None:
        if len(self._known[whose]) < _KEPT:
            self._known[whose].add(person_id)

    def _hear(self, event: Event) -> None:
        wish = self.wish
        fresh = self._link.clock.now_ms() - event.at_ms <= _FRESH_MS
        match event:
            case Commented() if wish.comments and fresh and self._wanted(event.person.id):
                words = words_of_comment(event.person.shown_name, event.text)
                if words:
                    self._queue.put(Sentence(text=words, person_id=event.person.id, item_id=event.comment_id))
            case GiftSent(ended=True) if wish.gifts and fresh:
                if event.count * event.coins_each >= wish.gifts_from:
                    words = words_of_gift(event.person.shown_name, event.gift_name, event.count)
                    self._queue.put(Sentence(text=words, person_id=event.person.id))
            case CommentRemoved():
                self._take_back(lambda one: one.item_id == event.comment_id)
            case PersonMuted():
                self._take_back(lambda one: one.person_id == event.person.id)

    def _wanted(self, person_id: str) -> bool:
        if person_id == self._own_id():
            return False
        match self.wish.whose:
            case Whose.EVERYONE:
                return True
            case Whose.MODERATORS:
                return self._helps(person_id)
            case Whose.MARKED:
                return self._marked(person_id)
            case whose:
                return person_id in self._known[whose]

    def _take_back(self, gone: Callable[[Sentence], bool]) -> None:
        self._queue.take_back(gone)
        now = self._speaking
        if now is not None and not now.of_gift and gone(now):
            self._speaking = None
            self._here().stop()

    def _go_on(self) -> None:
        if self._speaking is not None or not len(self._queue):
            return
        wait_s = self._pace.wait_s
        if wait_s > 0:
            self._later.start(round(wait_s * 1_000) + 1)
            return
        sentence = self._queue.next()
        if sentence is not None:
            self._pace.take()
            self._say(sentence)

    def _say(self, sentence: Sentence) -> None:
        wish = self.wish
        self._speaking = sentence
        self._here().say(sentence.text, voice=wish.voice, rate=wish.rate, volume=wish.volume)

    def _here(self) -> Voice:
        if self._voice is None:
            self._voice = self._make_voice()
            self._voice.finished.connect(self._finished)
            self._voice.failed.connect(self._failed)
        return self._voice

    def _finished(self) -> None:
        self._speaking = None
        if self._trouble:
            self._trouble = ""
            self.changed.emit()
        self._go_on()

    def _failed(self, sentence: str) -> None:
        """What waits is not said: a voice that comes back in an hour must not read the hour."""
        self._speaking = None
        self._queue.clear()
        self._trouble = sentence
        self.changed.emit()
