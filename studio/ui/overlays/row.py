"""One overlay in the card: its name, where it goes, and whether it is on. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.services.overlays.kinds import OverlayKind, Place
from studio.services.overlays.service import OverlaysService
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.toggle import Toggle

NAMES: dict[OverlayKind, tuple[str, str]] = {
    OverlayKind.GOAL: ("Goal", "Title, figures and bar"),
    OverlayKind.ALERT: ("Gift alerts", "A streak counts up"),
    OverlayKind.CHAT: ("Comments", "The last three"),
    OverlayKind.FOLLOWER: ("Newest follower", "Until the next one"),
    OverlayKind.SUPPORTER: ("Top supporter", "Of this LIVE"),
    OverlayKind.VIEWERS: ("Viewers", "How many watch now"),
    OverlayKind.QUESTION: ("Question", "The one you answer now"),
    OverlayKind.POLL: ("Poll", "While it runs, and its result"),
    OverlayKind.COUNTDOWN: ("Countdown", "While it runs"),
}
_PLACES: dict[Place, str] = {
    Place.TOP_LEFT: "Top left",
    Place.TOP: "Top",
    Place.TOP_RIGHT: "Top right",
    Place.BOTTOM_LEFT: "Bottom left",
    Place.BOTTOM: "Bottom",
    Place.BOTTOM_RIGHT: "Bottom right",
}
_PLACE_WIDTH = 136


class OverlayRow(QWidget):
    """Invariant: shows what the service says; changes go through it alone."""

    def __init__(self, kind: OverlayKind, overlays: OverlaysService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._overlays = kind, overlays
        name, words = NAMES[kind]
        self.toggle = Toggle(f"{name} in the picture")
        self.place = Select(f"Where {name.lower()} goes")
        for place in overlays.places(kind):
            self.place.addItem(_PLACES[place], place)
        self.place.setFixedWidth(_PLACE_WIDTH)
        named = QVBoxLayout()
        named.setSpacing(1)
        named.addWidget(Label(name, Role.STRONG))
        hint = Label(words, Role.HINT)
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        named.addWidget(hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(named, 1)
        row.addWidget(self.place)
        row.addWidget(self.toggle)
        self.toggle.toggled.connect(self._switched)
        self.place.activated.connect(self._moved)
        overlays.changed.connect(self._show)
        self._show()

    def _switched(self, on: bool) -> None:
        if on != self._overlays.choice(self._kind).on:
            self._overlays.choose(self._kind, on=on)

    def _moved(self, _index: int) -> None:
        self._overlays.choose(self._kind, place=self.place.currentData())

    def _show(self) -> None:
        choice = self._overlays.choice(self._kind)
        self.toggle.setChecked(choice.on)
        self.place.setCurrentIndex(max(0, self.place.findData(choice.place)))
        self.place.setEnabled(choice.on)
