"""The commands of thanking, for the palette and the keyboard. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.services.live import Phase
from studio.services.thanks import ThanksService
from studio.ui.actions import Actions

if TYPE_CHECKING:
    from studio.ui.live.screen import LiveScreen
    from studio.ui.summary.screen import SummaryScreen

NEXT_KEY, UNDO_KEY = "Ctrl+T", "Ctrl+Shift+T"


def add_thank_commands(
    live: LiveScreen, summary: SummaryScreen, thanks: ThanksService, actions: Actions
) -> None:
    """Fills ``actions``; each is there only while there is somebody to do it to."""
    card = live.earnings.thank
    words = "gift queue supporters tick done names"
    phases = (Phase.LIVE,)

    def waits() -> bool:
        return thanks.count > 0

    def ticked() -> bool:
        return thanks.last_ticked is not None

    def walk() -> None:
        live.unfold_earnings()
        card.focus_list()

    add = actions.add
    add(
        "thanks.next",
        "Thank next: tick off the first",
        card.tick_next,
        shortcut=NEXT_KEY,
        phases=phases,
        words=words,
        possible=waits,
    )
    add(
        "thanks.undo",
        "Thank next: undo the last tick",
        card.take_back,
        shortcut=UNDO_KEY,
        phases=phases,
        words=words + " back",
        possible=ticked,
    )
    add("thanks.order", "Thank next: largest or oldest first", card.turn_order, phases=phases, words=words)
    add(
        "thanks.list",
        "Thank next: go through the list",
        walk,
        phases=phases,
        words=words + " focus keyboard",
        possible=waits,
    )
    add(
        "thanks.copy",
        "Copy whom you have not thanked yet",
        summary.thanks.copy_names,
        phases=(Phase.SUMMARY,),
        words=words + " clipboard",
        possible=lambda: bool(thanks.summary.waiting),
    )
    seen = [(waits(), ticked())]

    def look() -> None:
        now = (waits(), ticked())
        if now != seen[0]:
            seen[0] = now
            actions.look()

    thanks.changed.connect(look)
