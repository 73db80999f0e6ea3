"""The card of reading aloud: what, whose, by which voice, how often. GUI thread; services and model only."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.model.spoken import MOST_A_MINUTE, SpeechWish, Whose
from studio.model.text import whole_number
from studio.services.speech import SpeechService
from studio.ui.widgets.amount_slider import AmountSlider
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.field import Field
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField
from studio.ui.widgets.toggle import Toggle

_WIDTH = 460
WHOSE = {
    Whose.EVERYONE: "Everyone's",
    Whose.NEW_FOLLOWERS: "New followers'",
    Whose.FANS: "The fan club's",
    Whose.GIFTERS: "Of who gave in this LIVE",
    Whose.MODERATORS: "Moderators'",
    Whose.MARKED: "Of people I marked",
}
_ABOUT = "Heard on this computer's own output: with headphones your microphone does not hear it."


class SpeechCard(PopupCard):
    """Every choice counts at once."""

    def __init__(self, speech: SpeechService, parent: QWidget) -> None:
        super().__init__("Read aloud", _WIDTH, parent)
        self._speech = speech
        self._showing = False
        self.on = Toggle("Read aloud")
        self.comments, self.gifts = Toggle("Comments"), Toggle("Gifts")
        self.whose = Select("Whose comments")
        for whose, words in WHOSE.items():
            self.whose.addItem(words, whose.value)
        self.gifts_from = TextField("Gifts from", hint="coins")
        self.most = TextField("At most", hint="a minute")
        self.voice = Select("Voice")
        self.rate, self.volume = AmountSlider("How fast", both_ways=True), AmountSlider("How loud", rest=80)
        self.try_it = Button("Try it", ButtonKind.COMPACT, "play")
        self.stop = Button("Stop speaking", ButtonKind.COMPACT)
        self.problem = Label("", Role.SMALL, "live", wrap=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.head.addWidget(self.on)
        what = QHBoxLayout()
        what.setSpacing(10)
        for toggle, words in ((self.comments, "Comments"), (self.gifts, "Gifts")):
            what.addWidget(toggle)
            what.addWidget(Label(words, Role.BODY))
            what.addSpacing(12)
        what.addStretch(1)
        numbers = QHBoxLayout()
        numbers.setSpacing(10)
        numbers.addWidget(Field("Whose comments", self.whose), 2)
        numbers.addWidget(self.gifts_from, 1)
        numbers.addWidget(self.most, 1)
        voice = QHBoxLayout()
        voice.setSpacing(10)
        voice.addWidget(Field("Voice", self.voice), 2)
        for name, slider in (("How fast", self.rate), ("How loud", self.volume)):
            voice.addWidget(Field(name, slider), 1, Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.try_it)
        foot.addWidget(self.stop)
        foot.addStretch(1)
        self.body.setSpacing(12)
        for row in (what, numbers, voice):
            self.body.addLayout(row)
        self.body.addWidget(self.problem)
        self.body.addLayout(foot)
        self.body.addWidget(Label(_ABOUT, Role.SMALL, wrap=True))
        self.problem.hide()

    def _connect(self) -> None:
        for toggle in (self.on, self.comments, self.gifts):
            toggle.toggled.connect(self._choose)
        for select in (self.whose, self.voice):
            select.activated.connect(self._choose)
        for slider in (self.rate, self.volume):
            slider.moved.connect(self._choose)
        for field in (self.gifts_from, self.most):
            field.line.editingFinished.connect(self._choose)
            field.line.setMaxLength(9)
        self.try_it.clicked.connect(self._speech.try_it)
        self.stop.clicked.connect(self._speech.stop)
        self._speech.changed.connect(self.refresh)

    def open_beside(self, beside: QWidget) -> None:
        self._fill_voices()
        self.refresh()
        self.open_at(beside)
        self.on.setFocus(Qt.FocusReason.PopupFocusReason)

    def refresh(self) -> None:
        """Shows what the service knows now."""
        wish = self._speech.wish
        self._showing = True
        self.on.setChecked(wish.on)
        self.comments.setChecked(wish.comments)
        self.gifts.setChecked(wish.gifts)
        self.whose.setCurrentIndex(self.whose.findData(wish.whose.value))
        self.voice.setCurrentIndex(max(0, self.voice.findData(wish.voice)))
        self.rate.show_amount(wish.rate)
        self.volume.show_amount(wish.volume)
        for field, number in ((self.gifts_from, wish.gifts_from), (self.most, wish.most_a_minute)):
            if not field.line.hasFocus() and not field.error:
                field.set_text(f"{number:,}")
        self._showing = False
        self.problem.setText(self._speech.trouble)
        self.problem.setVisible(bool(self._speech.trouble))

    def _fill_voices(self) -> None:
        self.voice.clear()
        self.voice.addItem("The system's usual one", "")
        for name in self._speech.voices():
            self.voice.addItem(name, name)

    def _choose(self, _value: object = None) -> None:
        if self._showing:
            return
        wish = self._numbers(self._speech.wish)
        self._speech.choose(
            replace(
                wish,
                on=self.on.isChecked(),
                comments=self.comments.isChecked(),
                gifts=self.gifts.isChecked(),
                whose=Whose(self.whose.currentData()),
                voice=self.voice.currentData() or "",
                rate=self.rate.slider.value() / 100,
                volume=self.volume.slider.value() / 100,
            )
        )

    def _numbers(self, wish: SpeechWish) -> SpeechWish:
        """What was typed, as far as it is right; what is not is marked."""
        coins, most = whole_number(self.gifts_from.text), whole_number(self.most.text)
        self.gifts_from.set_error("" if coins is not None and coins <= 1_000_000 else "A whole number")
        self.most.set_error(
            "" if most is not None and 1 <= most <= MOST_A_MINUTE else f"1 to {MOST_A_MINUTE}"
        )
        if coins is not None and not self.gifts_from.error:
            wish = replace(wish, gifts_from=coins)
        if most is not None and not self.most.error:
            wish = replace(wish, most_a_minute=most)
        return wish
