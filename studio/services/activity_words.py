"""What the feed says of polls, giveaways, boxes, countdowns and the fan club: once for each turn of theirs.

GUI thread; bounded by what one LIVE begins.
"""

from __future__ import annotations

from studio.model.countdown import Countdown
from studio.model.giveaway import Giveaway
from studio.model.poll import Poll, PollKind
from studio.model.text import clean_line
from studio.model.treasure import BoxState, TreasureBox
from studio.protocol.activity_events import (
    BoxChanged,
    CountdownChanged,
    FanChanged,
    GiveawayChanged,
    PollChanged,
)

ActivityEvent = PollChanged | CountdownChanged | GiveawayChanged | BoxChanged | FanChanged


class ActivityWords:
    """Told of every event in order; `of` is empty for what only counts on."""

    def __init__(self) -> None:
        self._said: dict[str, bool] = {}  # by id: whether its end was said

    def of(self, event: ActivityEvent) -> str:
        match event:
            case PollChanged(poll=poll):
                return self._turn(poll.poll_id, poll.ended, f"Poll: {clean_line(poll.question)}", ended(poll))
            case GiveawayChanged(giveaway=one):
                begun = f"Giveaway: {clean_line(one.prize)}. Viewers can take part."
                return self._turn(one.giveaway_id, one.ended, begun, drawn(one))
            case BoxChanged(box=box):
                begun = f"{_name(box)} filled a treasure box with {_coins(box.coins)}."
                return self._turn(box.box_id, box.state is not BoxState.FILLING, begun, shared(box))
            case CountdownChanged(countdown=Countdown(ended=True) as over):
                return f"Time is up: {clean_line(over.title)}" if over.title else "Time is up."
            case FanChanged():
                return _fan_words(event)
        return ""

    def _turn(self, activity_id: str, over: bool, begun: str, end: str) -> str:
        """The words of a beginning or an end that was not said yet."""
        if self._said.get(activity_id) in (over, True):
            return ""
        self._said[activity_id] = over
        return end if over else begun


def ended(poll: Poll) -> str:
    """How a poll ended, or stands, in a sentence."""
    leaders = [clean_line(poll.options[at].text) for at in poll.leaders]
    what = "gift" if poll.kind is PollKind.GIFTS else "vote"
    if not leaders:
        return f"The poll ended without a {what}."
    most = poll.options[poll.leaders[0]].votes
    if len(leaders) > 1:
        return f"The poll ended level: {_list(leaders)}, {_count(most, what)} each."
    return f"The poll ended: {leaders[0]}, with {most:,} of {_count(poll.total, what)}."


def drawn(giveaway: Giveaway) -> str:
    """Who has won."""
    prize = clean_line(giveaway.prize)
    if not giveaway.winners:
        return f"Giveaway: {prize}. Nobody took part, so nobody wins."
    names = [clean_line(person.shown_name) for person in giveaway.winners]
    return f"Giveaway: {prize} goes to {_list(names)}, of {_count(giveaway.entered, 'person', 'people')}."


def shared(box: TreasureBox) -> str:
    """What became of a box's coins."""
    if box.state is BoxState.RETURNED:
        return f"Nobody came to the treasure box of {_name(box)}: the coins went back."
    people = _count(len(box.shares), "person", "people")
    return f"{people} shared {_coins(box.coins)} of {_name(box)}."


def _fan_words(event: FanChanged) -> str:
    name = clean_line(event.person.shown_name)
    if event.joined:
        return f"{name} joined your fan club."
    return f"{name} is a fan of level {event.level} now." if event.level else ""


def _name(box: TreasureBox) -> str:
    return clean_line(box.by.shown_name)


def _coins(coins: int) -> str:
    return _count(coins, "coin")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _list(names: list[str]) -> str:
    """Up to three names and how many more."""
    shown = names if len(names) <= 3 else [*names[:3], f"{len(names) - 3:,} others"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
