"""The rows of the queue for its list. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from studio.model.question import Question
from studio.ui.feed.speech import spoken
from studio.ui.questions.question_card import row_of

_Index = QModelIndex | QPersistentModelIndex


class QuestionModel(QAbstractListModel):
    """Invariant: ``show`` touches only what is another; the row that has the keyboard keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self._questions: list[Question] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._questions)

    def question(self, row: int) -> Question | None:
        return self._questions[row] if 0 <= row < len(self._questions) else None

    def places(self) -> dict[str, int]:
        """Where each question stands."""
        return {one.question_id: row for row, one in enumerate(self._questions)}

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        question = self.question(index.row())
        if question is None:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row_of(question))
        return question.text if role == Qt.ItemDataRole.DisplayRole else None

    def show(self, questions: Sequence[Question]) -> None:
        """The queue as it is now."""
        before, after = self._questions, list(questions)
        if [one.question_id for one in before] == [one.question_id for one in after]:
            self._questions = after
            for row, (old, new) in enumerate(zip(before, after, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        ids = [before[index.row()].question_id for index in kept]
        self._questions = after
        places = self.places()
        self.changePersistentIndexList(kept, [self.index(places.get(each, -1)) for each in ids])
        self.layoutChanged.emit()
