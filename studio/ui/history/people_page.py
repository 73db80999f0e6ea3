"""Who was there: supporters, new ones, those who came back, those who did not. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.journal.overview import Guest, GuestList
from studio.model.money import format_count
from studio.model.text import clean_line
from studio.ui.widgets.avatar import Avatar
from studio.ui.widgets.card import Card
from studio.ui.widgets.column_scroll import ColumnScroll
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role

#: Rows drawn of a list; the counts are of all.
_SHOWN = 30


class _GuestRow(QWidget):
    def __init__(self, guest: Guest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = clean_line(guest.name) or clean_line(guest.handle) or "Someone"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 3, 0, 3)
        row.setSpacing(9)
        row.addWidget(Avatar(guest.person_id, name, 26))
        row.addWidget(ElidedLabel(name, Role.STRONG), 1)
        if guest.diamonds:
            row.addWidget(Label(format_count(guest.diamonds), Role.STRONG, "gold"))
        elif guest.comments:
            words = "1 comment" if guest.comments == 1 else f"{guest.comments:,} comments"
            row.addWidget(Label(words, Role.HINT))
        self.setAccessibleName(f"{name}: {guest.diamonds:,} diamonds, {guest.comments:,} comments")


class _GuestsCard(Card):
    """One list; ``nothing`` is said of an empty one."""

    def __init__(self, title: str, nothing: str) -> None:
        super().__init__(title)
        self._nothing = nothing
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self.body.addWidget(ColumnScroll(inner), 1)

    def show_guests(self, guests: Sequence[Guest], count: int) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.set_note(format_count(count) if count else "")
        if not guests:
            self._rows.addWidget(Label(self._nothing, Role.SMALL, wrap=True))
        for guest in guests[:_SHOWN]:
            self._rows.addWidget(_GuestRow(guest))
        if count > _SHOWN and guests:
            self._rows.addWidget(Label(f"and {count - min(len(guests), _SHOWN):,} more", Role.HINT))
        self._rows.addStretch(1)


class PeoplePage(QWidget):
    """Four lists side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: GuestList | None = None
        self.supporters = _GuestsCard("Top supporters", "Nobody gave anything in this LIVE.")
        self.newcomers = _GuestsCard("New", "Nobody was here for the first time.")
        self.returning = _GuestsCard("Came back", "Nobody had been in a LIVE of yours before.")
        self.lost = _GuestsCard("Missed", "Everybody who is often here was here.")
        self.lost.setToolTip("In two of the three LIVEs before this one, and not in this one")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for card in (self.supporters, self.newcomers, self.returning, self.lost):
            row.addWidget(card, 1)

    def show_guests(self, guests: GuestList | None) -> None:
        """None: they are still being read."""
        if guests is None or guests is self._shown:
            return
        self._shown = guests
        self.supporters.show_guests(guests.supporters, len(guests.supporters))
        self.newcomers.show_guests(guests.newcomers, guests.new_count)
        self.returning.show_guests(guests.returning, guests.returning_count)
        self.lost.show_guests(guests.lost, len(guests.lost))
