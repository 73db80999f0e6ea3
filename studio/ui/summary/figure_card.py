"""One key figure of a LIVE: name, figure, a quiet word. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.widgets.card import RADIUS
from studio.ui.widgets.label import Label, Role, token
from studio.ui.widgets.paint import box, painter_for


class FigureCard(QWidget):
    """``unit``: an icon after the figure (diamonds)."""

    def __init__(self, name: str, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_words, self._unit_name = name, unit
        self._figure = Label("", Role.FIGURE)
        self._unit = QLabel()
        self._unit.setVisible(bool(unit))
        self._note = Label("", Role.SMALL)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 14, 15, 14)
        column.setSpacing(3)
        column.addWidget(Label(name, Role.SMALL, "text3"))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._figure)
        row.addWidget(self._unit)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._note)
        column.addStretch(1)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()

    def show_figure(self, figure: str, note: str = "", tone: str = "text2") -> None:
        """``tone``: token name of the note's colour."""
        self._figure.setText(figure)
        self._note.setText(note or " ")
        self._note.set_tone(tone)
        self.setAccessibleName(f"{self._name_words}: {figure}. {note}")

    @property
    def figure(self) -> str:
        return self._figure.text()

    def _restyle(self) -> None:
        if self._unit_name:
            mark = icons.pixmap(self._unit_name, token("gold"), fonts.px(17), self.devicePixelRatioF())
            self._unit.setPixmap(mark)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), self.rect(), RADIUS, t.surface, t.line)
