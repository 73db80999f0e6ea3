"""One mark after the LIVE: when, what, and its clip. GUI thread; services and model only."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.model.mark import Mark, MarkKind
from studio.services.marks import moment_words
from studio.services.recordings import Film, FilmState
from studio.ui import theme
from studio.ui.theme import icons
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role, token

_TIME_WIDTH = 58
_ICONS = {MarkKind.HAND: ("mark", "text2"), MarkKind.SPIKE: ("bolt", "gold"), MarkKind.GIFT: ("gift", "gold")}


class MarkRow(QWidget):
    """``clip_wanted``: the person wants the clip of this moment."""

    clip_wanted = Signal()

    def __init__(self, mark: Mark, recorded_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = mark.kind
        self._moment = f"{mark.title} at {moment_words(recorded_ms)}"
        self._clip: Film | None = None
        self._mark = QLabel()
        time = Label(moment_words(recorded_ms), Role.SECOND)
        time.setMinimumWidth(_TIME_WIDTH)
        self._words = Label("", Role.HINT)
        self.action = Button("Save clip", ButtonKind.LINK)
        self.action.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 3, 0, 3)
        row.setSpacing(11)
        row.addWidget(self._mark)
        row.addWidget(time)
        row.addWidget(ElidedLabel(mark.title, Role.STRONG), 1)
        row.addWidget(self._words)
        row.addWidget(self.action)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()
        self.show_clip(None)

    def show_clip(self, clip: Film | None) -> None:
        """What became of its clip; None: nobody asked for one."""
        self._clip = clip
        state = clip.state if clip is not None else None
        words = {
            FilmState.WAITING: "waits its turn",
            FilmState.WORKING: f"{clip.share:.0%}" if clip is not None else "",
            FilmState.DONE: "saved",
            FilmState.KEPT: clip.sentence or "was not saved" if clip is not None else "",
        }
        self._words.setText(words[state] if state is not None else "")
        self._words.set_tone({FilmState.DONE: "teal", FilmState.KEPT: "gold"}.get(state, "") if state else "")
        self.action.setText("Show" if state is FilmState.DONE else "Save clip")
        self.action.setEnabled(state not in (FilmState.WAITING, FilmState.WORKING))
        verb = "Show the clip of" if state is FilmState.DONE else "Save a clip of"
        self.action.setAccessibleName(f"{verb} {self._moment}")
        self.action.updateGeometry()
        self.setAccessibleName(f"{self._moment} {self._words.text()}".strip())

    def _act(self) -> None:
        if self._clip is not None and self._clip.state is FilmState.DONE:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._clip.path)))
        else:
            self.clip_wanted.emit()

    def _restyle(self) -> None:
        name, tone = _ICONS[self._kind]
        self._mark.setPixmap(icons.pixmap(name, token(tone), 16, self.devicePixelRatioF()))
