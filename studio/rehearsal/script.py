"""What the practice audience does and when: a pure function of a seed.

Any thread; no clock, no I/O. Times come from the seed alone, so a slow machine plays the same acts, only
later. The acts of a shorter show are the beginning of a longer one's. Imports no protocol: gifts go by name.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from enum import Enum

import msgspec

from studio.rehearsal.dice import Dice
from studio.rehearsal.people import stranger
from studio.rehearsal.phrases import LANGUAGES, Phrases

_PHRASES: dict[str, Phrases] = {code: phrases for code, _, phrases in LANGUAGES}

#: Happenings a second of 30 viewers; each is one act or a burst of some. Grows with viewers to the power 0.6:
#: a room twenty times as large does not talk twenty times as much.
_BASE_RATE = 1.5
_BASE_VIEWERS = 30
_GROWTH = 0.6

_SMALL_GIFTS: tuple[tuple[str, float], ...] = (
    ("Rose", 40),
    ("Ice Cream Cone", 10),
    ("Finger Heart", 14),
    ("Rosa", 10),
    ("Perfume", 6),
    ("Doughnut", 6),
    ("Paper Crane", 3),
    ("Confetti", 3),
    ("Hand Hearts", 3),
    ("Sunglasses", 2),
    ("Corgi", 1.5),
    ("Money Gun", 0.7),
    ("Galaxy", 0.4),
)
_STORM_GIFTS: tuple[tuple[str, float], ...] = (("Rose", 8), ("Finger Heart", 2), ("Ice Cream Cone", 1))


class Do(Enum):
    """What a viewer does."""

    JOIN = "join"
    LEAVE = "leave"
    COMMENT = "comment"
    QUESTION = "question"
    LIKE = "like"
    FOLLOW = "follow"
    SHARE = "share"
    GIFT = "gift"


class Act(msgspec.Struct, frozen=True):
    """One thing one viewer does, ``at_ms`` after the start.

    ``gift``: its name; ``count``: likes, or how many of the gift.
    """

    at_ms: int
    viewer: int
    do: Do
    text: str = ""
    gift: str = ""
    count: int = 1


class ActById(Act, frozen=True):
    """An act whose gift is known by its id (names repeat), as a script's never is."""

    gift_id: int = 0


def write_script(seed: int, viewers: int, seconds: float, storm: float | None = None) -> tuple[Act, ...]:
    """Every act of a show of ``seconds``, in order of time. ``ValueError`` for a size that makes no sense."""
    acts: list[Act] = []
    for act in play(seed, viewers, storm):
        if act.at_ms >= seconds * 1000:
            break
        acts.append(act)
    return tuple(acts)


def play(seed: int, viewers: int, storm: float | None = None) -> Iterator[Act]:
    """The same acts one by one, without end. ``storm``: that many more acts a second, over all viewers."""
    if not 1 <= viewers <= 10_000:
        raise ValueError(f"an audience has 1 to 10,000 viewers, not {viewers}")
    if storm is not None and not 0 < storm <= 50_000:
        raise ValueError(f"a storm has up to 50,000 events a second, not {storm}")
    return _Show(seed, viewers, storm).acts()


def joining_ms(viewers: int) -> int:
    """How long the first ``viewers`` take to come in: 40 ms each, at most half a minute."""
    return min(30_000, 500 + 40 * viewers)


_Cue = Callable[[int], None]


class _Show:
    """Acts and cues in one queue by time. Invariant: nothing is put before the time that was reached."""

    def __init__(self, seed: int, viewers: int, storm: float | None) -> None:
        self._seed = seed
        self._viewers = viewers
        self._dice = Dice(f"show:{seed}:{viewers}")
        self._queue: list[tuple[int, int, Act | _Cue]] = []
        self._order = 0
        self._present: dict[int, float] = {}  # viewer -> how active
        self._generous: set[int] = set()
        self._following: set[int] = set()
        self._next_viewer = viewers
        self._storm_gap_ms = 1000.0 / storm if storm else 0.0
        self._storm_dice = Dice(f"storm:{seed}:{viewers}")
        self._storm_turn = 0
        self._storm_due_ms = 0.0
        self._rate = _BASE_RATE * (viewers / _BASE_VIEWERS) ** _GROWTH

    def acts(self) -> Iterator[Act]:
        self._open()
        while True:
            at_ms, _, item = heapq.heappop(self._queue)
            if not isinstance(item, Act):
                item(at_ms)
            elif self._happens(item):
                yield item

    def _open(self) -> None:
        window = joining_ms(self._viewers)
        for viewer in range(self._viewers):
            at_ms = int(window * (viewer + self._dice.between(0, 0.9)) / self._viewers)
            self._put(at_ms, Act(at_ms, viewer, Do.JOIN))
        self._put(300, self._everyday)
        self._put(self._dice.whole(5_000, 7_000), self._gift_storm)
        self._put(self._dice.whole(15_000, 20_000), self._lion)
        self._put(self._dice.whole(80_000, 120_000), self._universe)
        self._put(self._dice.whole(8_000, 14_000), self._someone_leaves)
        if self._storm_gap_ms:
            self._storm_due_ms = float(window)
            self._put(window, self._storm_second)

    def _put(self, at_ms: int, item: Act | _Cue) -> None:
        self._order += 1
        heapq.heappush(self._queue, (at_ms, self._order, item))

    def _act(
        self, at_ms: int, viewer: int, do: Do, *, text: str = "", gift: str = "", count: int = 1
    ) -> None:
        self._put(at_ms, Act(at_ms, viewer, do, text, gift, count))

    def _happens(self, act: Act) -> bool:
        """Keeps track of who is in; what somebody planned before leaving does not happen."""
        if act.do is Do.JOIN:
            who = Dice(f"temper:{self._seed}:{act.viewer}")
            self._present[act.viewer] = who.heavy_tail(1.1, 25.0)
            if act.viewer == 0 or who.chance(0.4):  # at least one gives, however small the audience
                self._generous.add(act.viewer)
            return True
        if act.viewer not in self._present:
            return False
        if act.do is Do.LEAVE:
            del self._present[act.viewer]
        return True

    def _someone(self) -> int:
        return self._dice.weighted(list(self._present.items()))

    def _giver(self) -> int | None:
        givers = [(viewer, weight) for viewer, weight in self._present.items() if viewer in self._generous]
        return self._dice.weighted(givers) if givers else None

    def _phrases(self, viewer: int) -> Phrases:
        # Many write English to be understood; most of them their own language.
        return _PHRASES["en" if self._dice.chance(0.15) else stranger(self._seed, viewer).language]

    def _everyday(self, at_ms: int) -> None:
        self._put(at_ms + 1 + int(self._dice.waiting_time(1000 / self._rate)), self._everyday)
        if self._present:
            self._dice.weighted(self._habits)(at_ms)

    @property
    def _habits(self) -> list[tuple[_Cue, float]]:
        return [
            (self._comments, 55),
            (self._likes, 25),
            (self._gives, 9),
            (self._streak, 4),
            (self._asks, 4),
            (self._follows, 8),
            (self._shares, 4),
        ]

    def _comments(self, at_ms: int) -> None:
        viewer = self._someone()
        text = self._dice.pick(self._phrases(viewer).comments)
        if "{who}" in text:
            text = text.format(who=stranger(self._seed, self._dice.pick(list(self._present))).handle)
        self._act(at_ms, viewer, Do.COMMENT, text=text)

    def _asks(self, at_ms: int) -> None:
        viewer = self._someone()
        self._act(at_ms, viewer, Do.QUESTION, text=self._dice.pick(self._phrases(viewer).questions))

    def _likes(self, at_ms: int) -> None:
        viewer = self._someone()
        for _ in range(self._dice.whole(1, 4)):
            self._act(at_ms, viewer, Do.LIKE, count=self._dice.whole(3, 15))
            at_ms += self._dice.whole(500, 1_100)

    def _follows(self, at_ms: int) -> None:
        viewer = self._someone()
        if viewer in self._following:
            self._comments(at_ms)
            return
        self._following.add(viewer)
        self._act(at_ms, viewer, Do.FOLLOW)

    def _shares(self, at_ms: int) -> None:
        self._act(at_ms, self._someone(), Do.SHARE)

    def _gives(self, at_ms: int) -> None:
        if (viewer := self._giver()) is not None:
            self._act(at_ms, viewer, Do.GIFT, gift=self._dice.weighted(_SMALL_GIFTS))

    def _streak(self, at_ms: int) -> None:
        if (viewer := self._giver()) is not None:
            self._combo(at_ms, viewer, int(self._dice.heavy_tail(0.9, 30.0)) + 2)

    def _combo(self, at_ms: int, viewer: int, length: int) -> None:
        """Repeats of one gift at the speed of a thumb: three to six a second."""
        gift = self._dice.weighted(_STORM_GIFTS)
        for _ in range(length):
            self._act(at_ms, viewer, Do.GIFT, gift=gift)
            at_ms += self._dice.whole(170, 320)

    def _gift_storm(self, at_ms: int) -> None:
        self._put(at_ms + self._dice.whole(30_000, 50_000), self._gift_storm)
        givers = [viewer for viewer in self._present if viewer in self._generous]
        for _ in range(min(len(givers), 2 + int(self._viewers**0.4))):
            viewer = givers.pop(self._dice.whole(0, len(givers) - 1))
            self._combo(at_ms + self._dice.whole(0, 2_500), viewer, self._dice.whole(5, 16))
        self._applause(at_ms + 1_500)

    def _lion(self, at_ms: int) -> None:
        self._put(at_ms + self._dice.whole(60_000, 120_000), self._lion)
        self._drama(at_ms, "Lion")

    def _universe(self, at_ms: int) -> None:
        self._put(at_ms + self._dice.whole(240_000, 400_000), self._universe)
        self._drama(at_ms, "Universe")

    def _drama(self, at_ms: int, gift: str) -> None:
        if self._present:
            viewer = self._giver()
            self._act(at_ms, self._someone() if viewer is None else viewer, Do.GIFT, gift=gift)
            self._applause(at_ms + 900)

    def _applause(self, at_ms: int) -> None:
        for _ in range(min(len(self._present), 3 + self._viewers // 25)):
            viewer = self._someone()
            at_ms += self._dice.whole(80, 500)
            if self._dice.chance(0.6):
                self._act(at_ms, viewer, Do.COMMENT, text=self._dice.pick(self._phrases(viewer).cheers))
            else:
                self._act(at_ms, viewer, Do.LIKE, count=15)

    def _someone_leaves(self, at_ms: int) -> None:
        """A quiet one goes; someone new comes a little later, so the room stays about as full."""
        self._put(at_ms + 1 + int(self._dice.waiting_time(60_000 / self._viewers**0.5)), self._someone_leaves)
        if len(self._present) < 3:
            return
        quiet = sorted(self._present, key=lambda viewer: (self._present[viewer], viewer))
        viewer = self._dice.pick(quiet[: max(1, len(quiet) * 2 // 3)])
        self._act(at_ms, viewer, Do.LEAVE)
        self._act(at_ms + self._dice.whole(1_500, 6_000), self._next_viewer, Do.JOIN)
        self._next_viewer += 1

    def _storm_second(self, at_ms: int) -> None:
        """One more second of a load test: evenly spaced, each viewer in turn."""
        self._put(at_ms + 1_000, self._storm_second)
        here = sorted(self._present)
        while self._storm_due_ms < at_ms + 1_000:
            if here:
                self._storm_act(int(self._storm_due_ms), here[self._storm_turn % len(here)])
            self._storm_turn += 1
            self._storm_due_ms += self._storm_gap_ms

    def _storm_act(self, at_ms: int, viewer: int) -> None:
        dice = self._storm_dice
        if dice.chance(0.6):
            self._act(at_ms, viewer, Do.GIFT, gift="Rose")
        elif dice.chance(0.6):
            text = dice.pick(_PHRASES[stranger(self._seed, viewer).language].comments)
            self._act(at_ms, viewer, Do.COMMENT, text=text.replace("{who}", "all"))
        else:
            self._act(at_ms, viewer, Do.LIKE, count=dice.whole(1, 15))
