"""One place the LIVE goes to, on air: dot, name, state, "Retry now", a switch. GUI thread; theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.services.output_lines import OutputLine
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role, token
from studio.ui.widgets.paint import painter_for
from studio.ui.widgets.toggle import Toggle

_INDENT = 18


class LiveOutputRow(QWidget):
    """``switched(on)``: the person moved the switch; ``retried``: pressed "Retry now".

    ``switchable`` False: it is part of every LIVE and has no switch.
    """

    switched = Signal(bool)
    retried = Signal()

    def __init__(self, name: str, switchable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._tone = "text3"
        self._title = ElidedLabel(name, Role.STRONG)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words = Label("", Role.SMALL)
        self.retry = Button("Retry now", ButtonKind.LINK)
        self.retry.setAccessibleName(f"Try {name} again now")
        self.retry.clicked.connect(self.retried)
        self.toggle = Toggle(name)
        place = self.toggle.sizePolicy()
        place.setRetainSizeWhenHidden(True)  # the words of all rows end below each other
        self.toggle.setSizePolicy(place)
        self.toggle.setVisible(switchable)
        self.toggle.clicked.connect(self.switched)
        self._trouble = Label("", Role.HINT, wrap=True)
        self._trouble.setContentsMargins(0, 0, 52, 0)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._title, 1)
        row.addWidget(self._words)
        row.addWidget(self.retry)
        row.addWidget(self.toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(_INDENT, 3, 0, 3)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self._trouble)

    def show_line(self, line: OutputLine) -> None:
        """Shows the state of now."""
        self._tone = line.tone
        self._words.setText(line.words)
        self._words.set_tone("text3" if not line.on else "gold" if line.retrying else "text2")
        self.retry.setVisible(line.retrying)
        self._trouble.setText(line.trouble.removeprefix(f"{line.name}: "))
        self._trouble.setVisible(bool(line.trouble))
        self.toggle.setEnabled(line.usable)
        if self.toggle.isChecked() != line.on:
            self.toggle.setChecked(line.on)
        self.toggle.setAccessibleDescription(f"{line.words}. {line.trouble}".strip())
        self.setAccessibleName(f"{self.name}: {line.words}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_for(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(token(self._tone))
        painter.drawEllipse(QPointF(4, self._title.geometry().center().y() + 1), 3.5, 3.5)
