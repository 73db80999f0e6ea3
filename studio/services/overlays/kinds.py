"""Which overlays there are and where they can be. Pure values, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class OverlayKind(Enum):
    """Values are the names in the profile; never rename one."""

    GOAL = "goal"
    ALERT = "alert"
    CHAT = "chat"
    FOLLOWER = "follower"
    SUPPORTER = "supporter"
    VIEWERS = "viewers"
    QUESTION = "question"
    POLL = "poll"
    COUNTDOWN = "countdown"


class Place(Enum):
    """Six anchors: the upper or lower edge, and where along it."""

    TOP_LEFT = "top-left"
    TOP = "top"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom-right"

    @property
    def at_top(self) -> bool:
        return self.value.startswith("top")

    @property
    def along(self) -> float:
        """0.0 left, 0.5 middle, 1.0 right."""
        return 0.0 if self.value.endswith("left") else 1.0 if self.value.endswith("right") else 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """What the host chose for one overlay."""

    on: bool
    place: Place


#: Before the host chose anything: what the design shows, a goal with the alert above it,
#: and the question, the poll and the countdown while there is one.
DEFAULTS: dict[OverlayKind, Choice] = {
    OverlayKind.GOAL: Choice(True, Place.BOTTOM),
    OverlayKind.ALERT: Choice(True, Place.BOTTOM),
    OverlayKind.CHAT: Choice(False, Place.BOTTOM_LEFT),
    OverlayKind.FOLLOWER: Choice(False, Place.TOP_LEFT),
    OverlayKind.SUPPORTER: Choice(False, Place.TOP_LEFT),
    OverlayKind.VIEWERS: Choice(False, Place.TOP_RIGHT),
    OverlayKind.QUESTION: Choice(True, Place.BOTTOM),
    OverlayKind.POLL: Choice(True, Place.TOP),
    OverlayKind.COUNTDOWN: Choice(True, Place.TOP_LEFT),
}
