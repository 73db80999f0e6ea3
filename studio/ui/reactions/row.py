"""One tier or gift: its sound, what comes over the picture, a try. GUI thread; services and model only."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.reaction import Reaction, Show, Sound
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.file_dialog import FileDialog
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.mark_button import MarkButton
from studio.ui.widgets.select import Select

_NAME_WIDTH, _SOUND_WIDTH, _SHOW_WIDTH = 132, 140, 100
_FILTERS = "Sounds (*.wav *.mp3 *.ogg *.flac *.m4a *.aac *.opus);;All files (*)"
SOUNDS = {
    Sound.TIER: "Its tier's sound",
    Sound.NONE: "No sound",
    Sound.FIRST: "Chime 1",
    Sound.SECOND: "Chime 2",
    Sound.THIRD: "Chime 3",
    Sound.FOURTH: "Chime 4",
    Sound.FIFTH: "Chime 5",
    Sound.OWN: "My own file…",
}
SHOWS = {Show.BANNER: "Banner", Show.BURST: "Burst", Show.NONE: "Nothing"}


class ReactionRow(QWidget):
    """``chosen(Reaction)``; ``tried``; ``removed``: only where ``removable``."""

    chosen = Signal(object)
    tried = Signal()
    removed = Signal()

    def __init__(self, name: str, *, removable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reaction = Reaction()
        self.name = ElidedLabel(name, Role.STRONG)
        self.name.setFixedWidth(_NAME_WIDTH)
        self.sound = Select(f"Sound of {name}")
        for sound, words in SOUNDS.items():
            self.sound.addItem(words, sound.value)
        self.show_as = Select(f"What {name} shows")
        for show, words in SHOWS.items():
            self.show_as.addItem(words, show.value)
        self.sound.setFixedWidth(_SOUND_WIDTH)
        self.show_as.setFixedWidth(_SHOW_WIDTH)
        self.try_it = MarkButton("play", f"Try {name}", "text2", 30)
        self.away = MarkButton("close", f"{name} as its tier", "text3", 26)
        if not removable:  # its room stays, so that all rows stand alike
            kept = self.away.sizePolicy()
            kept.setRetainSizeWhenHidden(True)
            self.away.setSizePolicy(kept)
            self.away.hide()
        self.note = Label("", Role.HINT, wrap=True)
        self.note.hide()
        line = QHBoxLayout()
        line.setSpacing(8)
        for part in (self.name, self.sound, self.show_as, self.try_it, self.away):
            line.addWidget(part)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.note)
        self.sound.activated.connect(self._sound_chosen)
        self.show_as.activated.connect(self._show_chosen)
        self.try_it.clicked.connect(self.tried)
        self.away.clicked.connect(self.removed)

    def show_reaction(self, reaction: Reaction, trouble: str) -> None:
        """``trouble``: why the host's own sound cannot be played."""
        self._reaction = reaction
        self.sound.setCurrentIndex(self.sound.findData(reaction.sound.value))
        self.show_as.setCurrentIndex(self.show_as.findData(reaction.show.value))
        own = reaction.sound is Sound.OWN
        words = Path(reaction.file).name if own else ""
        if trouble:
            words = f"{trouble} Its tier's sound is heard."
        self.note.setText(words)
        self.note.set_tone("live" if trouble else "")
        self.note.setVisible(bool(words))

    def choose_file(self, path: str) -> None:
        """The host's own sound from that file."""
        if path:
            self.chosen.emit(replace(self._reaction, sound=Sound.OWN, file=path))

    def _sound_chosen(self) -> None:
        sound = Sound(self.sound.currentData())
        if sound is not Sound.OWN:
            self.chosen.emit(replace(self._reaction, sound=sound, file=""))
            return
        self.show_reaction(self._reaction, "")  # until a file is chosen
        dialog = FileDialog("Choose a sound", _FILTERS, self.window().parentWidget() or self.window())
        dialog.fileSelected.connect(self.choose_file)
        dialog.open()

    def _show_chosen(self) -> None:
        self.chosen.emit(replace(self._reaction, show=Show(self.show_as.currentData())))
