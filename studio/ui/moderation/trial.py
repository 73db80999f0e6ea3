"""What rules would have stopped, before they are used. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.model.text import clean_line, cut_to, isolate
from studio.services.moderation import RulesTried, TriedComment
from studio.ui.moderation.words import CONSEQUENCES, name_of
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role

_SHOWN = 12


class TrialCard(Card):
    """Hidden until something was tried. The newest finds come first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What they would have stopped", parent=parent)
        self.sentence = Label("", Role.STRONG, wrap=True)
        self.rows = [_Find() for _ in range(_SHOWN)]
        self.rest = Label("", Role.HINT)
        self.body.addWidget(self.sentence)
        for row in self.rows:
            self.body.addWidget(row)
        self.body.addWidget(self.rest)
        self.clear()

    def clear(self) -> None:
        self.hide()

    def show_trial(self, tried: RulesTried) -> None:
        found = tried.found[::-1]
        self.sentence.setText(_sentence(len(found), tried.looked_at))
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(found))
            if place < len(found):
                row.show_find(found[place])
        more = len(found) - _SHOWN
        self.rest.setText(f"and {more:,} more" if more > 0 else "")
        self.rest.setVisible(more > 0)
        self.setAccessibleDescription(self.sentence.text())
        self.show()


class _Find(QWidget):
    """One comment and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ElidedLabel("", Role.BODY)
        self.why = ElidedLabel("", Role.HINT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addWidget(self.why)

    def show_find(self, find: TriedComment) -> None:
        said = isolate(cut_to(clean_line(find.text), 160))
        self.words.setText(f"{name_of(find.person)}: {said}")
        self.why.setText(f"{CONSEQUENCES[find.consequence]} · {find.reason}")


def _sentence(found: int, looked_at: int) -> str:
    if not looked_at:
        return "Nobody has commented in your LIVEs yet: there is nothing to try them on."
    last = f"your last {looked_at:,} comments" if looked_at > 1 else "your only comment so far"
    if not found:
        return f"None of {last}."
    return f"{found:,} of {last}."
