"""The card behind the health pill: every layer with its figures, and what was found lately. GUI thread.

A child of the window, not a dialog: the LIVE goes on beside it. Esc, the pill, or the keyboard going
elsewhere closes it.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.services.verdict import LayerLine, VerdictFinding, VerdictService
from studio.ui import theme
from studio.ui.widgets.card import RADIUS, Card
from studio.ui.widgets.label import Label, Role, token
from studio.ui.widgets.paint import box, painter_for

_WIDTH = 430
_NAME_WIDTH = 82
_FINDINGS = 5
_STAYS_OPEN = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class _Line(QWidget):
    """A dot, a name, and the words about it."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = "teal"
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 0, 0)
        row.setSpacing(8)
        self._name = Label("", Role.FIELD)
        self._name.setFixedWidth(_NAME_WIDTH)
        self._words = Label("", Role.SMALL, wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)

    def say(self, name: str, words: str, tone: str) -> None:
        self._tone = tone
        self._name.setText(name)
        self._words.setText(words)
        self._words.set_tone("text2" if tone in ("teal", "text3") else "text")
        self.setAccessibleName(f"{name}: {words}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_for(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(token(self._tone))
        painter.drawEllipse(QPointF(4, self._name.geometry().center().y() + 1), 3.5, 3.5)


class VerdictCard(Card):
    """Opens below ``toggle``'s anchor. Invariant: hidden, it costs nothing."""

    def __init__(self, verdict: VerdictService, window: QWidget) -> None:
        super().__init__("Why does it stutter?", parent=window)
        self._verdict = verdict
        self._anchor: QWidget | None = None
        self._before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lines: list[_Line] = []
        self._wait = Label(
            "Measuring: the first figures come after three seconds on air.", Role.SMALL, wrap=True
        )
        self.body.addWidget(self._wait)
        self._last = Label("LAST FINDINGS", Role.CAPS)
        self._last.setContentsMargins(0, 8, 0, 0)
        self.body.addWidget(self._last)
        self._found = [_Line() for _ in range(_FINDINGS)]
        for line in self._found:
            self.body.addWidget(line)
        verdict.changed.connect(self._changed)
        self.hide()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._place()  # a sentence takes more lines, or fewer, than the one before
        return done

    def toggle(self, anchor: QWidget) -> None:
        """Opens below ``anchor``, right edges together, or closes."""
        if self.isVisible():
            self.dismiss()
            return
        self._anchor, self._before = anchor, self.window().focusWidget()
        self._fill()
        self.show()
        self._place()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Closes; the keyboard goes back where it was."""
        if not self.isVisible():
            return
        had_focus = self.hasFocus()
        self.hide()
        if had_focus and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _changed(self) -> None:
        if self.isVisible():
            self._fill()
            self._place()

    def _fill(self) -> None:
        failing = self._verdict.failing
        if failing is None:
            self.set_note("All good", "teal")
        else:
            self.set_note(failing.title, "live" if failing.grave else "gold")
        layers = self._verdict.lines()
        self._wait.setVisible(not layers)
        while len(self._lines) < len(layers):
            self._lines.append(_Line())
            self.body.insertWidget(len(self._lines) - 1, self._lines[-1])
        for line, layer in zip(self._lines, layers, strict=False):
            self._say_layer(line, layer)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(layers))
        self._fill_findings()

    def _say_layer(self, line: _Line, layer: LayerLine) -> None:
        line.say(layer.name, layer.figures, layer.tone)

    def _fill_findings(self) -> None:
        found = list(self._verdict.findings)[-_FINDINGS:][::-1]
        self._last.setVisible(bool(found))
        for place, line in enumerate(self._found):
            line.setVisible(place < len(found))
            if place < len(found):
                line.say(*_finding_words(found[place]))

    def _place(self) -> None:
        if self._anchor is None:
            return
        window = self.window()
        width = min(_WIDTH, window.width() - 24)
        height = self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()
        corner = self._anchor.mapTo(window, QPoint(self._anchor.width(), self._anchor.height() + 8))
        left = max(12, min(corner.x() - width, window.width() - width - 12))
        self.setGeometry(left, corner.y(), width, min(height, window.height() - corner.y() - 12))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _STAYS_OPEN:
            self.dismiss()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), QRectF(self.rect()), RADIUS, t.raised if t.dark else t.surface, t.line)


def _finding_words(finding: VerdictFinding) -> tuple[str, str, str]:
    """("2 min ago", "Encoder slow for 6 s: 41 ms a frame…", tone)."""
    now = time.monotonic()
    lasted = (finding.ended_s or now) - finding.began_s
    what = f"{finding.title} for {_span(lasted)}: {finding.evidence}"
    if finding.ended_s is None:
        return "Now", what, "gold"
    return f"{_span(now - finding.ended_s)} ago", what, "text3"


def _span(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 90 else f"{round(whole / 60)} min"
