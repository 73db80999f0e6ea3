"""Above the Mentions tab: the words that count besides the host's handle, and the sound. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.services.mentions import MentionsService
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.toggle import Toggle


class MentionsBar(QWidget):
    """What is typed counts once the line is left or Enter is pressed."""

    def __init__(self, mentions: MentionsService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mentions = mentions
        self.words = QLineEdit()
        self.words.setMaxLength(2_000)
        self.words.setAccessibleName("Words that count as a mention, separated by commas")
        self.words.setPlaceholderText("Words that count, too: sketch, ink, giveaway")
        self.sound = Toggle("Sound for mentions")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 14, 2)
        row.setSpacing(10)
        row.addWidget(self.words, 1)
        row.addWidget(Label("Sound", Role.SMALL))
        row.addWidget(self.sound)
        self.words.editingFinished.connect(self._use)
        self.sound.toggled.connect(mentions.set_sound)
        mentions.changed.connect(self._show)
        self._show()

    def _use(self) -> None:
        self._mentions.set_phrases(tuple(self.words.text().replace("，", ",").split(",")))
        self._show()

    def _show(self) -> None:
        if not self.words.hasFocus() or not self.words.isModified():
            self.words.setText(", ".join(self._mentions.phrases))
        self.sound.setChecked(self._mentions.sound)
