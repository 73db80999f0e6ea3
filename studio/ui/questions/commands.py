"""The palette's commands about questions. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from studio.services.live import Phase
from studio.services.questions import QuestionOrder, QuestionsService
from studio.ui.actions import Actions

_LIVE = (Phase.LIVE,)


def add_question_commands(show: Callable[[], None], questions: QuestionsService, actions: Actions) -> None:
    """``show``: brings the Questions tab up."""

    def add(name: str, text: str, act: Callable[[], object], shortcut: str = "") -> None:
        words = "questions queue votes ask pin picture dismiss"
        actions.add(f"questions.{name}", text, act, shortcut=shortcut, phases=_LIVE, words=words)

    add("show", "Questions: show the queue", show, "Ctrl+Shift+Q")
    add("next", "Questions: answer the next one", questions.take_next, "Ctrl+Shift+N")
    add("done", "Questions: the present one is answered", questions.finish, "Ctrl+Shift+A")
    add("undo", "Questions: put the last dismissed one back", questions.undo)
    add("votes", "Questions: most votes first", partial(questions.set_order, QuestionOrder.VOTES))
    add("age", "Questions: oldest first", partial(questions.set_order, QuestionOrder.AGE))
