"""A question inside the window: never modal, so the LIVE stays visible behind it. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui import theme
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role


class ConfirmStrip(QWidget):
    """``answered(name)``: of the answer that was pressed; Esc is the last one, which changes nothing."""

    answered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(10)
        self._question = Label("", Role.STRONG, wrap=True)
        row.addWidget(self._question, 1)
        self._row = row
        self._buttons: list[Button] = []
        self._last = ""
        theme.notifier.changed.connect(self.update)
        self.hide()

    def ask(self, question: str, answers: tuple[tuple[str, str, str], ...]) -> None:
        """``answers``: (name, words, token name of the colour or ""). The last one has the keyboard."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._question.setText(question)
        self.setAccessibleName(question)
        self._buttons = []
        for name, words, tone in answers:
            button = Button(words, ButtonKind.OUTLINE, tone=tone or "text")
            button.clicked.connect(lambda _on=False, name=name: self._answer(name))
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            self._buttons.append(button)
        self._last = answers[-1][0]
        self.show()
        self._buttons[-1].setFocus(Qt.FocusReason.TabFocusReason)

    def set_busy(self, words: str) -> None:
        """The answer is being carried out."""
        self._question.setText(words)
        for button in self._buttons:
            button.setEnabled(False)

    def buttons(self) -> list[Button]:
        return list(self._buttons)

    def _answer(self, name: str) -> None:
        self.answered.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._last:
            self._answer(self._last)
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), mixed(t.surface, t.live, 0.16))
        painter.fillRect(0, self.height() - 1, self.width(), 1, mixed(t.surface, t.live, 0.5))
