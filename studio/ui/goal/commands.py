"""The goal's command, for the palette and the keyboard. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.services.live import Phase
from studio.ui.actions import Actions

if TYPE_CHECKING:
    from studio.ui.live.screen import LiveScreen

KEY = "Ctrl+G"


def add_goal_command(live: LiveScreen, actions: Actions) -> None:
    def edit() -> None:
        live.unfold_earnings()
        live.earnings.edit_goal()

    words = "target diamonds likes followers shares gift change remove"
    actions.add("goal.edit", "Set or change the goal…", edit, shortcut=KEY, phases=(Phase.LIVE,), words=words)
