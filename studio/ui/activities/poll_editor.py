"""The card that begins a poll: question, answers, who decides, when it ends. GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.gift import GiftCatalogue
from studio.model.limits import Limits
from studio.model.poll import PollKind
from studio.services.activities import ActivitiesService, Answer
from studio.ui.activities.answer_row import AnswerRow
from studio.ui.activities.editor import Editor, length_select
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.field import Field
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_WIDTH = 520
_FEWEST = 2
_ABOUT = {
    PollKind.VOTES: "Each viewer has one vote and may change it until the end.",
    PollKind.GIFTS: "Every piece of a gift is a vote for its answer, from when the poll begins.",
}


class PollEditor(Editor):
    """Keeps what was written when it is closed unsent."""

    def __init__(
        self, activities: ActivitiesService, catalogue: GiftCatalogue, limits: Limits, parent: QWidget
    ) -> None:
        super().__init__("Poll", _ABOUT[PollKind.VOTES], "Start poll", _WIDTH, parent)
        self._activities, self._catalogue, self._limits = activities, catalogue, limits
        self.question = TextField(
            "Question", limit=limits.poll_question_max, placeholder="What do you want to know?"
        )
        self.kind = Select("What decides")
        self.kind.addItem("Votes, one each", PollKind.VOTES.value)
        self.kind.addItem("Gifts", PollKind.GIFTS.value)
        self.ends = length_select("Ends", "When I end it", 120)
        self.rows: list[AnswerRow] = []
        self.more = Button("Add an answer", ButtonKind.LINK, "plus")
        self.problem = Label("", Role.SMALL, "live", wrap=True)
        self.problem.hide()
        self._answers = QVBoxLayout()
        self._answers.setSpacing(6)
        self._build()
        for _ in range(_FEWEST):
            self._add()

    def _build(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(10)
        choices.addWidget(Field("What decides", self.kind), 1)
        choices.addWidget(Field("Ends", self.ends), 1)
        self.body.addWidget(self.question)
        self.body.addLayout(self._answers)
        self.body.addWidget(self.more)
        self.body.addWidget(self.problem)
        self.body.addLayout(choices)
        self.end_body()
        self.first = self.question
        self.question.submitted.connect(self.submit)
        self.more.clicked.connect(self._add_another)
        self.kind.currentIndexChanged.connect(self._renumber)

    @property
    def _chosen(self) -> PollKind:
        return PollKind(self.kind.currentData())

    def begin(self) -> bool:
        question, gifts = self.question.text, self._chosen is PollKind.GIFTS
        answers = [row.answer(gifts=gifts) for row in self.rows]
        if not question:
            self.question.set_error("What is the question?")
        if self.question.error or not self.question.valid:
            self.question.line.setFocus()
            return False
        wrong = self._wrong(answers, gifts=gifts)
        self._complain(wrong)
        if wrong:
            return False
        self._activities.start_poll(question, answers, self._chosen, self.ends.currentData())
        self._clear()
        return True

    def _wrong(self, answers: list[Answer], *, gifts: bool) -> str:
        """What the server would refuse, said before it is asked."""
        texts = [one.text.casefold() for one in answers if one.text]
        longest = self._limits.poll_option_max
        if not gifts and len(texts) < len(answers):
            return "Every answer needs words."
        if any(len(one.text) > longest for one in answers):
            return f"An answer has at most {longest} characters."
        if len(set(texts)) < len(texts):
            return "Two answers are the same."
        if gifts and len({one.gift_id for one in answers}) < len(answers):
            return "Each answer needs a gift of its own."
        return ""

    def _complain(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _add_another(self) -> None:
        self._add()
        self.rows[-1].line.setFocus()

    def _add(self) -> None:
        row = AnswerRow(len(self.rows) + 1, self._limits.poll_option_max, self._catalogue)
        row.removed.connect(partial(self._remove, row))
        row.submitted.connect(self.submit)
        self.rows.append(row)
        self._answers.addWidget(row)
        self._renumber()

    def _remove(self, row: AnswerRow) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._renumber()

    def _renumber(self) -> None:
        gifts = self._chosen is PollKind.GIFTS
        for place, row in enumerate(self.rows, 1):
            row.set_place(place, gifts=gifts, removable=len(self.rows) > _FEWEST)
        self.more.setVisible(len(self.rows) < self._limits.poll_options_max)
        self.about.setText(_ABOUT[self._chosen])
        self._complain("")

    def _clear(self) -> None:
        self.question.set_text("")
        for row in self.rows[_FEWEST:]:
            self._remove(row)
        for row in self.rows:
            row.line.clear()
