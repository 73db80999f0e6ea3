"""The newest drawing of each overlay, made again only when what it shows has changed. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial

from studio.media.overlay import Overlay
from studio.model.room import Supporter
from studio.services.overlays.activity_painter import paint_countdown, paint_poll
from studio.services.overlays.alert_queue import GiftAlert
from studio.services.overlays.chat_painter import paint_chat
from studio.services.overlays.facts import RoomFacts
from studio.services.overlays.kinds import OverlayKind
from studio.services.overlays.layout import scale_of
from studio.services.overlays.painters import (
    paint_alert,
    paint_follower,
    paint_goal,
    paint_supporter,
    paint_viewers,
)
from studio.services.overlays.question_painter import paint_question
from studio.services.overlays.sheet import Lettering

Paint = Callable[[Lettering, float], Overlay]
#: What an overlay shows, and how that is drawn.
Content = tuple[Hashable, Paint]


def content_of(
    kind: OverlayKind, facts: RoomFacts, alert: GiftAlert | None, best: Sequence[Supporter], now_ms: float
) -> Content | None:
    """What ``kind`` shows now; None: nothing. ``now_ms``: the server's clock."""
    match kind:
        case OverlayKind.GOAL if facts.goal is not None:
            return facts.goal, partial(paint_goal, facts.goal)
        case OverlayKind.ALERT if alert is not None:
            return alert, partial(paint_alert, alert)
        case OverlayKind.CHAT if facts.comments:
            lines = tuple(facts.comments)
            return lines, partial(paint_chat, lines)
        case OverlayKind.FOLLOWER if facts.follower is not None:
            return facts.follower, partial(paint_follower, facts.follower)
        case OverlayKind.SUPPORTER if best:
            return best[0], partial(paint_supporter, best[0])
        case OverlayKind.VIEWERS if facts.viewers is not None:
            return facts.viewers, partial(paint_viewers, facts.viewers)
        case OverlayKind.QUESTION if facts.question is not None:
            return facts.question, partial(paint_question, facts.question)
        case OverlayKind.POLL if (poll := facts.poll(now_ms)) is not None:
            return poll, partial(paint_poll, poll)
        case OverlayKind.COUNTDOWN if (left := facts.countdown(now_ms)) is not None:
            return left, partial(paint_countdown, *left)
        case _:
            return None


class Drawings:
    """Holds one drawing a kind; ``made`` counts them."""

    def __init__(self, families: Callable[[], tuple[str, ...]]) -> None:
        """``families``: the fonts of the picture, asked for at each drawing."""
        self._families = families
        self._kept: dict[OverlayKind, tuple[Hashable, Overlay]] = {}
        self.made = 0

    def get(self, kind: OverlayKind, content: Content | None, canvas: tuple[int, int]) -> Overlay | None:
        """The drawing of ``content`` for a canvas of that size; None of nothing."""
        if content is None:
            self._kept.pop(kind, None)
            return None
        shows, paint = content
        known = self._kept.get(kind)
        if known is None or known[0] != (shows, canvas):
            known = (shows, canvas), paint(Lettering(self._families()), scale_of(canvas))
            self._kept[kind] = known
            self.made += 1
        return known[1]
