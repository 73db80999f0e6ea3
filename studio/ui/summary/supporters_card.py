"""Who gave most, and a thank-you list to copy. GUI thread; model only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.model.money import format_count
from studio.model.room import Supporter
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.theme import icons
from studio.ui.widgets.avatar import Avatar
from studio.ui.widgets.button import ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.copy_button import CopyButton
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role, token


def thank_you_list(supporters: tuple[Supporter, ...]) -> str:
    """One line a person, largest first, ready to paste into a post."""
    lines = [
        f"@{clean_line(one.person.handle)} · {format_count(one.diamonds)} diamonds" for one in supporters
    ]
    return "\n".join(("Thank you!", *lines))


class SupporterRow(QWidget):
    """Avatar, name, number of gifts, diamonds."""

    def __init__(self, supporter: Supporter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        person = supporter.person
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(11)
        row.addWidget(Avatar(person.id, person.shown_name, 28))
        name = ElidedLabel(person.shown_name, Role.STRONG)
        row.addWidget(name, 1)
        count = f"{supporter.gifts:,} gift{'' if supporter.gifts == 1 else 's'}"
        row.addWidget(Label(count, Role.HINT))
        diamonds = Label(format_count(supporter.diamonds), Role.STRONG, "gold")
        diamonds.setMinimumWidth(72)
        diamonds.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(diamonds)
        self._mark = QLabel()
        row.addWidget(self._mark)
        self.setAccessibleName(f"{person.shown_name}: {supporter.diamonds:,} diamonds, {count}")
        theme.notifier.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self._mark.setPixmap(icons.pixmap("diamond", token("gold"), 13, self.devicePixelRatioF()))


class SupportersCard(Card):
    """The ten largest at most."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Top supporters", parent=parent)
        self._supporters: tuple[Supporter, ...] = ()
        self._rows: list[QWidget] = []
        self.body.setSpacing(4)
        self._nobody = Label("Nobody sent a gift this time. Thank those who watched.", Role.SECOND, wrap=True)
        self.copy = CopyButton("Copy thank-you list", ButtonKind.FILLED)
        self.copy.clicked.connect(self.copy_list)
        self.body.addWidget(self._nobody)
        self.body.addStretch(1)
        self.body.addWidget(self.copy)

    def show_supporters(self, supporters: tuple[Supporter, ...]) -> None:
        for row in self._rows:
            self.body.removeWidget(row)
            row.deleteLater()
        self._supporters = supporters
        self._rows = [SupporterRow(supporter) for supporter in supporters]
        for place, row in enumerate(self._rows):
            self.body.insertWidget(place, row)
        self._nobody.setVisible(not supporters)
        self.copy.setVisible(bool(supporters))

    def copy_list(self) -> None:
        """Puts the list on the clipboard and says so on the button."""
        self.copy.copy(thank_you_list(self._supporters))
