"""The feed's commands in the palette. GUI thread; told by ``ui.commands`` when they can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from studio.services.live import Phase
from studio.services.studio import Services
from studio.ui.actions import Actions

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow


def add_feed_commands(
    window: MainWindow, services: Services, actions: Actions, phases: tuple[Phase, ...]
) -> None:
    """Each one is a call into the feed's panel or service."""

    view = window.live.feed.view

    def tell_streaks() -> None:
        services.feed.tell_streaks()
        view.follow()

    actions.add(
        "feed.search",
        "Search in this LIVE",
        window.live.feed.show_search,
        shortcut="Ctrl+F",
        phases=phases,
        words="find look comment gift question person text filter",
    )
    speech = services.speech
    actions.add(
        "speech.card",
        "Read aloud…",
        window.live.feed.show_speech,
        shortcut="Ctrl+Alt+R",
        phases=phases,
        words="speech voice speak text to speech tts comments gifts",
    )
    actions.add(
        "speech.switch",
        "Read aloud, on or off",
        lambda: speech.choose(replace(speech.wish, on=not speech.wish.on)),
        phases=phases,
        words="speech voice speak tts",
    )
    actions.add(
        "speech.stop",
        "Stop speaking",
        speech.stop,
        shortcut="Ctrl+Alt+S",
        phases=phases,
        words="speech voice silence quiet",
    )
    actions.add(
        "feed.streaks",
        "Say what was put right in gift streaks",
        tell_streaks,
        phases=phases,
        words="gift streak late lost twice end count correction total",
    )
    actions.add(
        "feed.unfold",
        "Show or fold everyone who wrote the same comment",
        view.toggle_newest,
        phases=phases,
        words="feed chat duplicate repeated spam identical count people",
    )
