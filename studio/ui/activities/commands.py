"""The commands of polls, countdowns, giveaways and boxes, for the palette and the keyboard. GUI thread."""

from __future__ import annotations

from studio.services.activities import ActivitiesService
from studio.services.live import Phase
from studio.ui.actions import Actions
from studio.ui.activities.start_button import StartButton

_LIVE = (Phase.LIVE,)


def add_activity_commands(start: StartButton, activities: ActivitiesService, actions: Actions) -> None:
    add = actions.add
    add(
        "poll.start",
        "Start a poll…",
        start.open_poll,
        shortcut="Ctrl+Alt+P",
        phases=_LIVE,
        words="vote ask gifts question survey",
        possible=lambda: not activities.poll_runs,
    )
    add(
        "poll.end",
        "End the poll",
        activities.end_poll,
        phases=_LIVE,
        words="vote result",
        possible=lambda: activities.poll_runs,
    )
    add(
        "countdown.start",
        "Start a countdown…",
        start.open_countdown,
        shortcut="Ctrl+Alt+T",
        phases=_LIVE,
        words="timer clock minutes",
    )
    add(
        "countdown.stop",
        "Take the countdown away",
        lambda: activities.set_countdown("", 0),
        phases=_LIVE,
        words="timer stop",
        possible=lambda: activities.shown.countdown is not None,
    )
    add(
        "giveaway.start",
        "Start a giveaway…",
        start.open_giveaway,
        phases=_LIVE,
        words="raffle prize win draw lottery",
        possible=lambda: not activities.giveaway_runs,
    )
    add(
        "giveaway.draw",
        "Draw the giveaway now",
        activities.draw,
        phases=_LIVE,
        words="raffle winner",
        possible=lambda: activities.giveaway_runs,
    )
    add("box.fill", "Fill a treasure box…", start.open_box, phases=_LIVE, words="coins share treasure chest")
