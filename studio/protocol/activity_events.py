"""What happened in the room's activities: polls, countdowns, giveaways, treasure boxes, the fan club.

Each event carries the whole of the thing as it is now, so that one that was missed is made good by the next.
"""

from __future__ import annotations

from studio.model.countdown import Countdown
from studio.model.giveaway import Giveaway
from studio.model.person import Person
from studio.model.poll import Poll
from studio.model.treasure import TreasureBox
from studio.protocol.event import Event


class PollChanged(Event, frozen=True, kw_only=True, tag="poll"):
    """A poll began, was counted (at most once in a while) or ended."""

    poll: Poll


class CountdownChanged(Event, frozen=True, kw_only=True, tag="countdown"):
    """A countdown began, is over, or was taken away (null)."""

    countdown: Countdown | None = None


class GiveawayChanged(Event, frozen=True, kw_only=True, tag="giveaway"):
    """A giveaway began, was entered (told at most once in a while) or drawn."""

    giveaway: Giveaway


class BoxChanged(Event, frozen=True, kw_only=True, tag="treasure_box"):
    """A treasure box was filled, somebody joined (told at most once in a while), or it opened."""

    box: TreasureBox


class FanChanged(Event, frozen=True, kw_only=True, tag="fan"):
    """Somebody joined the host's fan club (``joined``), reached another level, or left (``level`` 0).

    ``fans``: how many members the club has now.
    """

    person: Person
    level: int
    joined: bool = False
    fans: int = 0
