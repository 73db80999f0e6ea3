"""The palette's commands about moderation. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from studio.services.live import Phase
from studio.services.moderation import ModerationService
from studio.ui.actions import Actions
from studio.ui.moderation.moderation_panel import Page

_LIVE = (Phase.LIVE,)


def add_moderation_commands(
    show: Callable[[Page], None], moderation: ModerationService, actions: Actions
) -> None:
    """``show``: brings the Moderation tab up, with one of its pages."""

    def decide(allow: bool) -> None:
        waiting = moderation.waiting
        if waiting:
            moderation.decide(waiting[0], allow=allow)

    def undo() -> None:
        last = next((entry for entry in moderation.entries() if moderation.can_undo(entry)), None)
        if last is not None:
            moderation.undo(last)

    def add(name: str, text: str, act: Callable[[], object], shortcut: str = "") -> None:
        words = "moderation rules hold mute hide filter words spam log undo"
        actions.add(f"moderation.{name}", text, act, shortcut=shortcut, phases=_LIVE, words=words)

    add("waiting", "Moderation: show what waits", partial(show, Page.WAITING), "Ctrl+Shift+W")
    add("rules", "Moderation: rules and slow mode", partial(show, Page.RULES))
    add("log", "Moderation: show the log", partial(show, Page.LOG))
    add("moderators", "Moderation: who helps you", partial(show, Page.MODERATORS))
    add("allow", "Moderation: allow what waits longest", partial(decide, True))
    add("deny", "Moderation: deny what waits longest", partial(decide, False))
    add("undo", "Moderation: take the last action back", undo, "Ctrl+Shift+Z")
