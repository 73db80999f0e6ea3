"""One file of a LIVE: its name, how long and large it is, what became of it. GUI thread; services only."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.services.marks import moment_words
from studio.services.recordings import Film, FilmState
from studio.ui import theme
from studio.ui.theme import icons
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role, token


def size_words(size: int) -> str:
    """``2_400_000_000`` -> ``"2.4 GB"``; below a gigabyte in whole megabytes."""
    return f"{size / 1e9:.1f} GB" if size >= 1_000_000_000 else f"{max(1, round(size / 1e6)):,} MB"


class FilmRow(QWidget):
    """``finish_wanted``: the person wants the plain form of a recording that was left as it was."""

    finish_wanted = Signal()

    def __init__(self, film: Film, icon: str = "film", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.film = film
        self._icon = icon
        self._mark = QLabel()
        self._name = ElidedLabel(film.path.name, Role.STRONG)
        self._facts = Label("", Role.HINT)
        self._sentence = ElidedLabel("", Role.HINT, "gold")
        self.finish = Button("Finish", ButtonKind.LINK)
        self.finish.setAccessibleName(f"Finish {film.path.name}")
        self.finish.clicked.connect(self.finish_wanted)
        self.folder = Button("Show in folder", ButtonKind.LINK)
        self.folder.setAccessibleName(f"Show {film.path.name} in its folder")
        self.folder.clicked.connect(self.show_in_folder)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(11)
        named = QVBoxLayout()
        named.setSpacing(1)
        named.addWidget(self._name)
        named.addWidget(self._sentence)
        row.addWidget(self._mark)
        row.addLayout(named, 1)
        row.addWidget(self._facts)
        row.addWidget(self.finish)
        row.addWidget(self.folder)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()
        self.refresh()

    def refresh(self) -> None:
        """Shows what the film is now."""
        film = self.film
        length = moment_words(round(film.seconds * 1000)) if film.seconds else ""
        facts = " · ".join(part for part in (length, size_words(film.bytes) if film.bytes else "") if part)
        self._facts.setText(facts)
        self._sentence.setText(film.sentence)
        self._sentence.setVisible(bool(film.sentence))
        self.finish.setVisible(film.state is FilmState.KEPT)
        self.setAccessibleName(", ".join(part for part in (film.path.name, facts, film.sentence) if part))

    def show_in_folder(self) -> None:
        """Opens the folder in the system's own file browser."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.film.path.parent)))

    def _restyle(self) -> None:
        self._mark.setPixmap(icons.pixmap(self._icon, token("text2"), 17, self.devicePixelRatioF()))
