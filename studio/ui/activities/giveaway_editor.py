"""The card that begins a giveaway. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.model.giveaway import Entrants
from studio.model.limits import Limits
from studio.model.text import whole_number
from studio.services.activities import ActivitiesService
from studio.ui.activities.editor import Editor, length_select
from studio.ui.widgets.field import Field
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_WIDTH = 520
#: Who may take part, in the host's words.
WHO = {
    Entrants.EVERYONE: "Everyone",
    Entrants.FOLLOWERS: "Followers",
    Entrants.FANS: "The fan club",
}
_ABOUT = (
    "The seed is fixed now, before anyone takes part, and told with the result: every viewer can work "
    "the draw out again on their page. Taking part costs nothing; you cannot take part yourself."
)


class GiveawayEditor(Editor):
    """One giveaway runs at a time."""

    def __init__(self, activities: ActivitiesService, limits: Limits, parent: QWidget) -> None:
        super().__init__("Giveaway", _ABOUT, "Start giveaway", _WIDTH, parent)
        self._activities, self._limits = activities, limits
        self.prize = TextField("Prize", limit=limits.prize_max, placeholder="What is there to win?")
        self.places = TextField("Winners", placeholder="1")
        self.places.line.setMaxLength(6)
        self.places.set_text("1")
        self.who = Select("Who can take part")
        for who, words in WHO.items():
            self.who.addItem(words, who.value)
        self.ends = length_select("Drawn", "When I draw", 300)
        self.body.addWidget(self.prize)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.places, 1)
        row.addWidget(Field("Who can take part", self.who), 2)
        row.addWidget(Field("Drawn", self.ends), 2)
        self.body.addLayout(row)
        self.end_body()
        self.first = self.prize
        self.prize.submitted.connect(self.submit)
        self.places.submitted.connect(self.submit)

    def begin(self) -> bool:
        places, most = whole_number(self.places.text), self._limits.giveaway_places_max
        if not self.prize.text:
            self.prize.set_error("What is the prize?")
        if places is None or not 1 <= places <= most:
            self.places.set_error(f"1 to {most}")
        for field in (self.prize, self.places):
            if field.error or not field.valid:
                field.line.setFocus()
                return False
        assert places is not None  # else its field had an error
        who = Entrants(self.who.currentData())
        self._activities.start_giveaway(self.prize.text, places, who, self.ends.currentData())
        self.prize.set_text("")
        return True
