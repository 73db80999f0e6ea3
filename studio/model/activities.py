"""What runs in a LIVE beside the talk: a poll, a countdown, a giveaway, treasure boxes. Pure values."""

from __future__ import annotations

import msgspec

from studio.model.countdown import Countdown
from studio.model.giveaway import Giveaway
from studio.model.poll import Poll
from studio.model.treasure import BoxState, TreasureBox

#: Boxes that may be filling at the same time.
MOST_BOXES = 5


class Activities(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As of now: what runs, and the last one of each that ended."""

    poll: Poll | None = None
    countdown: Countdown | None = None
    giveaway: Giveaway | None = None
    boxes: tuple[TreasureBox, ...] = ()

    @property
    def next_ms(self) -> int:
        """When the next of them ends by the clock (Unix milliseconds); 0 when none does."""
        due = [box.opens_ms for box in self.filling]
        for one in (self.poll, self.countdown, self.giveaway):
            if one is not None and not one.ended and one.ends_ms:
                due.append(one.ends_ms)
        return min(due, default=0)

    @property
    def filling(self) -> tuple[TreasureBox, ...]:
        return tuple(box for box in self.boxes if box.state is BoxState.FILLING)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the poll, the giveaway and the boxes, running or not."""
        polls = (self.poll.poll_id,) if self.poll is not None else ()
        giveaways = (self.giveaway.giveaway_id,) if self.giveaway is not None else ()
        return (*polls, *giveaways, *(box.box_id for box in self.boxes))

    @property
    def running_ids(self) -> tuple[str, ...]:
        """Of the poll, the giveaway and the boxes that still take somebody in."""
        ids = [box.box_id for box in self.filling]
        if self.poll is not None and not self.poll.ended:
            ids.append(self.poll.poll_id)
        if self.giveaway is not None and not self.giveaway.ended:
            ids.append(self.giveaway.giveaway_id)
        return tuple(ids)

    def settled(self) -> Activities:
        """Only those that have ended."""
        poll, countdown, giveaway = self.poll, self.countdown, self.giveaway
        return Activities(
            poll=poll if poll is not None and poll.ended else None,
            countdown=countdown if countdown is not None and countdown.ended else None,
            giveaway=giveaway if giveaway is not None and giveaway.ended else None,
            boxes=tuple(box for box in self.boxes if box.state is not BoxState.FILLING),
        )

    def box(self, box_id: str) -> TreasureBox | None:
        return next((one for one in self.boxes if one.box_id == box_id), None)

    def with_box(self, box: TreasureBox) -> Activities:
        """The box new or as it is now; of those that have opened only the last is kept."""
        others = [one for one in self.boxes if one.box_id != box.box_id]
        boxes = tuple(one for one in others if one.state is BoxState.FILLING)
        return msgspec.structs.replace(self, boxes=(*boxes, box))


NO_ACTIVITIES = Activities()
