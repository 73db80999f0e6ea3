"""Who can comment: chosen before the LIVE and during it, by mouse, keyboard and palette."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.model.room import CommentAccess, Commenters
from studio.net.errors import Rejected
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import OpenRoom
from studio.protocol.events import CommentAccessChanged
from studio.protocol.moderation import SetCommentAccess
from studio.services.profile import Profile
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import GOOD, RIN, Stage
from tests.ui.shell.conftest import Story, turn

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Play = Callable[[Story], None]

EVERYONE = CommentAccess()
FOLLOWERS = CommentAccess(who=Commenters.FOLLOWERS)
NOBODY = CommentAccess(who=Commenters.NOBODY)


@pytest.fixture
def in_window(play: Play, stage: Stage, theme: Theme) -> Callable[..., None]:
    """``in_window(act, on_air)``: a window before or in the middle of a LIVE."""

    def run(act: Callable[[MainWindow], object], *, on_air: bool = True) -> None:
        async def story() -> None:
            window = MainWindow(stage.services, theme)
            window.resize(1440, 900)
            window.show()
            stage.broadcast.run_camera(GOOD)
            stage.sign_in()
            if on_air:
                stage.go_on_air()
            await turn()
            await act(window)  # type: ignore[misc]
            window.hide()
            window.deleteLater()
            await stage.services.tasks.stop()
            await turn()

        play(story)

    return run


def chosen(stage: Stage, access: CommentAccess) -> None:
    """The backend tells who may comment."""
    stage.send(CommentAccessChanged(access=access, by=RIN, **stage._stamp()))


def asked(stage: Stage) -> list[CommentAccess]:
    return [one.access for one in stage.link.asked if isinstance(one, SetCommentAccess)]


def test_the_form_asks_who_can_comment_and_remembers_it(in_window: Callable[..., None], stage: Stage) -> None:
    async def act(window: MainWindow) -> None:
        select = window.ready.form.commenters
        assert (select.accessibleName(), select.currentText()) == ("Who can comment", "Everyone")
        window.ready.form.title.set_text("Sketching")
        select.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(select, Qt.Key.Key_Down)
        assert select.currentText() == "Followers only"
        window.actions_list.get("comments.nobody").trigger()
        assert select.currentText() == "Nobody"
        window.actions_list.get("comments.followers").trigger()
        window.ready.start()
        await turn()
        (opening,) = (one for one in stage.link.asked if isinstance(one, OpenRoom))
        assert opening.comment_access == FOLLOWERS
        assert asked(stage) == []
        profile = stage.services.profile
        profile.flush()
        assert Profile(profile._path).saved.commenters == "followers"

    stage.link.refusal = Rejected(int(ErrorCode.ALREADY_LIVE), "no")
    in_window(act, on_air=False)


def test_what_was_chosen_last_time_is_chosen_again(in_window: Callable[..., None], stage: Stage) -> None:
    async def act(window: MainWindow) -> None:
        assert window.ready.form.commenters.currentText() == "Nobody"

    stage.services.profile.update(commenters="nobody")
    in_window(act, on_air=False)


def test_the_header_says_who_can_comment_and_changes_it(in_window: Callable[..., None], stage: Stage) -> None:
    async def act(window: MainWindow) -> None:
        button = window.live.feed.access
        assert (button.text(), button.accessibleName()) == ("Everyone", "Who can comment: Everyone")
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        button.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(button, Qt.Key.Key_Space)
        assert button.menu.isVisible()
        entries = button.menu.actions()
        assert [(one.text(), one.isChecked()) for one in entries] == [
            ("Everyone", True),
            ("Followers only", False),
            ("Nobody", False),
        ]
        button.menu.close()
        entries[1].trigger()
        await turn()
        assert asked(stage) == [FOLLOWERS]
        assert button.text() == "Followers only…", "asked for, not heard of yet"
        assert "does not know yet" in button.toolTip()
        chosen(stage, FOLLOWERS)
        assert button.text() == "Followers only"
        assert "You always can" in button.toolTip()
        chosen(stage, NOBODY)  # from another studio
        assert (button.text(), entries[2].isChecked()) == ("Nobody", True)
        window.actions_list.get("comments.everyone").trigger()
        await turn()
        assert asked(stage) == [FOLLOWERS, EVERYONE]

    in_window(act)


def test_a_refusal_is_said_and_the_button_tells_the_truth(
    in_window: Callable[..., None], stage: Stage
) -> None:
    async def act(window: MainWindow) -> None:
        stage.link.refusal = Rejected(int(ErrorCode.STORAGE_FAULT), "The server cannot write its data.")
        window.actions_list.get("comments.nobody").trigger()
        await turn()
        assert window.live.feed.access.text() == "Everyone"
        assert window.problem.sentence == "The server cannot write its data."

    in_window(act)


def test_where_words_have_no_room_the_icon_says_it(in_window: Callable[..., None], stage: Stage) -> None:
    async def act(window: MainWindow) -> None:
        button = window.live.feed.access
        window.live.feed.resize(380, 600)
        assert (button.text(), button.accessibleName()) == ("", "Who can comment: Everyone")
        chosen(stage, NOBODY)
        assert (button.text(), button.accessibleName()) == ("", "Who can comment: Nobody")
        window.live.feed.resize(660, 600)
        assert button.text() == "Nobody"

    in_window(act)


def test_the_preview_and_the_tile_name_all_that_is_hushed(
    in_window: Callable[..., None], stage: Stage
) -> None:
    async def act(window: MainWindow) -> None:
        tile = window.live.away_tile
        hushed = "microphone muted, alerts wait, comments for followers only"
        assert tile.toolTip() == f"Viewers see a holding picture, {hushed} (F8)"
        QTest.keyClick(window, Qt.Key.Key_F8)
        await turn()
        assert asked(stage) == [FOLLOWERS]
        chosen(stage, FOLLOWERS)
        assert ", ".join(stage.services.watch.away.hushes) == hushed

    in_window(act)
