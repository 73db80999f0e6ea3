"""What goals a room may have: asked for from outside, checked once. Any thread."""

from __future__ import annotations

from studio.backend.errors import Rejected
from studio.backend.handling import checked_text
from studio.model.gift import GiftCatalogue
from studio.model.limits import Limits
from studio.model.room import NO_GOAL, Goal, GoalKind
from studio.protocol.codes import ErrorCode

_MAX_GOAL = 1_000_000_000


class Aims:
    """The limits and the gifts goals are checked against."""

    def __init__(self, limits: Limits, catalogue: GiftCatalogue) -> None:
        self._limits = limits
        self._catalogue = catalogue

    def of(self, title: str, target: int, kind: GoalKind, gift_id: int) -> Goal:
        """What is asked for, cleaned; `NO_GOAL` for a target of 0.

        `Rejected` INVALID_AMOUNT, INVALID_TEXT, UNKNOWN_GIFT.
        """
        if target > _MAX_GOAL:
            raise Rejected(ErrorCode.INVALID_AMOUNT, f"A goal is at most {_MAX_GOAL:,}.")
        clean = checked_text("A goal's title", title, self._limits.goal_title_max, may_be_empty=True)
        if not target:
            return NO_GOAL
        if kind is not GoalKind.GIFT:
            return Goal(title=clean, target=target, kind=kind)
        gift = self._catalogue.get(gift_id)
        if gift is None:
            raise Rejected(ErrorCode.UNKNOWN_GIFT)
        return Goal(title=clean, target=target, kind=kind, gift_id=gift.id, gift_name=gift.name)
