"""A question's whole way through the real backend: asked, voted for, taken up, in the picture, answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.model.question import QuestionState
from studio.net.errors import Rejected
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import AskQuestion, VoteQuestion
from studio.services.overlays.kinds import OverlayKind
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer


def in_picture(studio: Studio) -> bool:
    return OverlayKind.QUESTION in studio.services.overlays._drawings._kept


def test_from_asked_to_answered(qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build()
        questions = studio.services.questions
        window = MainWindow(studio.services, Theme(qapp, "dark"))
        window.resize(1280, 720)
        window.show()
        await sign_up_and_go_live(studio)
        room, address = studio.services.live.room, studio.services.link.address
        assert room is not None and address is not None
        viewers = [TestViewer(address, f"viewer{number}") for number in range(3)]
        for viewer in viewers:
            await viewer.enter(room.room_id)
        first = await viewers[0].ask(AskQuestion(room_id=room.room_id, text="which brush?"))
        second = await viewers[1].ask(AskQuestion(room_id=room.room_id, text="which paper?"))
        for viewer in viewers[:2]:
            await viewer.ask(VoteQuestion(room_id=room.room_id, question_id=second.item_id))
        await until(
            lambda: (
                [(one.text, one.votes) for one in questions.waiting]
                == [("which paper?", 2), ("which brush?", 0)]
            ),
            "the votes are in the queue",
        )
        feed = window.live.feed
        shown = feed.questions.list.questions
        await until(lambda: shown.data(shown.index(0)) == "which paper?", "the queue is on screen")
        feed.show_questions()
        QTest.keyClick(feed.questions.list, Qt.Key.Key_Return)
        await until(lambda: questions.answering is not None, "the question is taken up")
        await until(lambda: in_picture(studio), "it is in the picture")
        await viewers[2].ask(VoteQuestion(room_id=room.room_id, question_id=second.item_id))
        await until(lambda: (now := questions.answering) is not None and now.votes == 3, "votes go on")
        questions.take_next()
        await until(
            lambda: (now := questions.answering) is not None and now.text == "which brush?", "the next"
        )
        assert [one.text for one in questions.answered] == ["which paper?"]
        with pytest.raises(Rejected) as refused:
            await viewers[2].ask(VoteQuestion(room_id=room.room_id, question_id=second.item_id))
        assert refused.value.code == ErrorCode.QUESTION_CLOSED
        questions.finish()
        await until(lambda: not in_picture(studio), "the answered one is taken down")
        questions.dismiss(first.item_id)
        await until(lambda: questions.undoable is not None, "it is dismissed")
        questions.undo()
        await until(lambda: [one.state for one in questions.waiting] == [QuestionState.OPEN], "it is back")
        for viewer in viewers:
            await viewer.leave()
        await studio.services.live.end_live()
        window.deleteLater()

    on_qt_loop(story())
