"""How recordings are kept: one file or several, the replay, marks by gifts. GUI thread; services only."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.services.films import Films
from studio.services.output_settings import OutputSettings, Split
from studio.services.replay import LENGTHS_S
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.toggle import Toggle

SPLITS = {
    Split.NEVER: "One file",
    Split.HALF_HOUR: "Every 30 min",
    Split.HOUR: "Every hour",
    Split.GB_2: "Every 2 GB",
    Split.GB_4: "Every 4 GB",
}
_CHOICE_WIDTH = 136


class RecordingSettings(Card):
    """Invariant: shows what the services say; changes go through them alone."""

    def __init__(self, settings: OutputSettings, films: Films, parent: QWidget | None = None) -> None:
        super().__init__("Recordings and replay", "Kept on this computer", parent)
        self._settings = settings
        self._films = films
        self.split = Select("When a recording begins a new file")
        for split, words in SPLITS.items():
            self.split.addItem(words, split)
        self.split.activated.connect(self._split_chosen)
        self.length = Select("How long a replay is")
        for seconds in LENGTHS_S:
            self.length.addItem(f"{seconds} seconds" if seconds < 120 else "2 minutes", seconds)
        self.length.activated.connect(self._length_chosen)
        self.replay = Toggle("Keep a replay in memory")
        self.replay.clicked.connect(lambda on: films.replay.choose(on=on))
        self.marks = Toggle("Mark bursts of gifts")
        self.marks.clicked.connect(films.marks.set_automatic)
        for select in (self.split, self.length):
            select.setFixedWidth(_CHOICE_WIDTH)
        self.body.addLayout(_row("Recording", "each part plays by itself", self.split))
        self.body.addLayout(_row("Replay", "Ctrl+Shift+R saves the last", self.length, self.replay))
        self.body.addLayout(_row("Mark bursts of gifts", "chapters, and clips afterwards", self.marks))
        settings.changed.connect(self.refresh)
        films.replay.changed.connect(self.refresh)
        films.marks.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what is set."""
        self.split.setCurrentIndex(self.split.findData(self._settings.split))
        self.split.setEnabled(self._settings.record)
        self.length.setCurrentIndex(self.length.findData(self._films.replay.seconds))
        self.length.setEnabled(self._films.replay.on)
        for toggle, on in (
            (self.replay, self._films.replay.on),
            (self.marks, self._films.marks.automatic),
        ):
            if toggle.isChecked() != on:
                toggle.setChecked(on)

    def _split_chosen(self, _index: int) -> None:
        self._settings.set_split(self.split.currentData())

    def _length_chosen(self, _index: int) -> None:
        self._films.replay.choose(seconds=self.length.currentData())


def _row(name: str, words: str, *controls: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(ElidedLabel(name, Role.STRONG))
    row.addWidget(ElidedLabel(words, Role.HINT), 1)
    for control in controls:
        row.addWidget(control)
    return row
