"""Who was thanked on air and who was not, with the names to copy. GUI thread; services only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.model.giver import Giver
from studio.model.money import format_count
from studio.model.text import clean_line
from studio.services.thanks import ThanksService, ThanksSummary
from studio.ui.earnings.thank_row import gift_words, name_words
from studio.ui.theme import fonts
from studio.ui.widgets.button import ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.copy_button import CopyButton
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role

_ROWS = 5
#: In px; longer names end in an ellipsis and leave room for the gifts.
_LONGEST_NAME = 250
#: More names than this fit no post.
_MOST_COPIED = 200
_COPY = "Copy whom to thank"


def still_to_thank(givers: Sequence[Giver]) -> str:
    """One line a person with their gifts, largest first, ready to paste into a post."""
    lines = [
        f"@{clean_line(one.person.handle[:200])} · {gift_words(one.gifts)}" for one in givers[:_MOST_COPIED]
    ]
    return "\n".join(("Thank you!", *lines))


class GiverRow(QWidget):
    """Name, gifts, diamonds."""

    def __init__(self, giver: Giver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 3, 0, 3)
        row.setSpacing(9)
        name = ElidedLabel(name_words(giver), Role.STRONG)
        name.setMaximumWidth(fonts.px(_LONGEST_NAME))
        gifts = ElidedLabel(gift_words(giver.gifts), Role.HINT)
        gifts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.addWidget(name)
        row.addWidget(gifts, 1)
        row.addWidget(Label(format_count(giver.diamonds), Role.STRONG, "gold"))
        self.setAccessibleName(
            f"{name_words(giver)}: {gift_words(giver.gifts, 20)}, {giver.diamonds:,} diamonds"
        )


class GiverList(QWidget):
    """A heading with a count, the largest few, and how many more there are."""

    def __init__(self, title: str, nobody: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._nobody = title, nobody
        self.rows: list[GiverRow] = []
        self._head = Label("", Role.FIELD)
        self.note = Label("", Role.HINT, wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)
        self._column.addSpacing(3)
        self._column.addWidget(self.note)
        self._column.addStretch(1)

    def show_givers(self, givers: Sequence[Giver], unlisted: int = 0) -> None:
        """``unlisted``: gifts of people beyond those that are kept apart."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [GiverRow(giver) for giver in givers[:_ROWS]]
        for place, row in enumerate(self.rows):
            self._column.insertWidget(2 + place, row)
        self._head.setText(f"{self._title} · {len(givers):,}")
        self.setAccessibleName(f"{self._title}: {len(givers):,}")
        more = len(givers) - _ROWS
        words = self._nobody if not givers else f"and {more:,} more" if more > 0 else ""
        if unlisted:
            words = f"{words}, {unlisted:,} gifts of further people".lstrip(", ")
        self.note.setText(words)
        self.note.setVisible(bool(words))


class ThanksCard(Card):
    """Hidden when nobody gave anything."""

    def __init__(self, thanks: ThanksService, parent: QWidget | None = None) -> None:
        super().__init__("Thanks", parent=parent)
        self._thanks = thanks
        self._shown: ThanksSummary | None = None
        self.waiting = GiverList("Not thanked yet", "Nobody: everyone who gave was thanked.")
        self.thanked = GiverList("Thanked", "Nobody was ticked off in this LIVE.")
        self.copy = CopyButton(_COPY, ButtonKind.COMPACT)
        self.copy.clicked.connect(self.copy_names)
        columns = QHBoxLayout()
        columns.setSpacing(40)
        columns.addWidget(self.waiting, 1)
        columns.addWidget(self.thanked, 1)
        self.body.addLayout(columns)
        self.body.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        thanks.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what is left of the LIVE that ended last."""
        summary = self._thanks.summary
        if summary is self._shown:
            return
        self._shown = summary
        self.setVisible(bool(summary.thanked or summary.waiting or summary.unlisted))
        self.waiting.show_givers(summary.waiting, summary.unlisted)
        self.thanked.show_givers(summary.thanked)
        self.copy.setVisible(bool(summary.waiting))
        whole = len(summary.thanked) + len(summary.waiting)
        self.set_note(f"{len(summary.thanked):,} thanked, {len(summary.waiting):,} open" if whole else "")

    def copy_names(self) -> None:
        """Puts those not thanked yet on the clipboard and says so on the button."""
        if self._shown is not None and self._shown.waiting:
            self.copy.copy(still_to_thank(self._shown.waiting))
