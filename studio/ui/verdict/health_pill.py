"""The health pill: says how the LIVE is doing, and opens the card that says why. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.model.text import cut_to
from studio.ui.health import Health
from studio.ui.widgets.pill import Part
from studio.ui.widgets.press_pill import PressPill

#: A target may have any name; the bar has room for so many letters beside the rest.
_LONGEST = 30


class HealthPill(PressPill):
    """One word, and the figures while all is good."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("How every layer is doing", dot="teal", parent=parent)

    def show_health(self, health: Health) -> None:
        """Shows the word and the figures."""
        strong = health.tone != "teal"
        parts: list[Part] = [(cut_to(health.words, _LONGEST), strong, "text" if strong else "text2")]
        for figure in health.figures:
            parts += [("·", False, "text3"), (figure, True, "text")]
        self.set_dot(health.tone)
        self.set_parts(*parts)
