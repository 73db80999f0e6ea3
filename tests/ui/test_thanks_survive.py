"""Thank next through the real window and backend: ticked off stays so over a restart of the studio."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.protocol.commands import SendGift
from studio.services.account import THIS_COMPUTER
from studio.services.live import Phase
from studio.ui.earnings.thank_card import ThankCard
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer

ROSE, LION = 1001, 1029


def waiting(studio: Studio) -> list[tuple[str, int]]:
    return [(one.person.handle, one.diamonds) for one in studio.services.thanks.first(9)]


def window_of(studio: Studio, qapp: QApplication) -> MainWindow:
    window = MainWindow(studio.services, Theme(qapp, "dark"))
    window.resize(1280, 720)
    window.show()
    return window


def rows(card: ThankCard) -> list[str]:
    return [row.accessibleName() for row in card.rows if row.isVisible()]


def test_whom_the_host_has_thanked_stays_thanked(
    qapp: QApplication,
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
) -> None:
    async def story() -> None:
        first = build()
        window = window_of(first, qapp)
        await sign_up_and_go_live(first)
        room, address = first.services.live.room, first.services.link.address
        assert room is not None and address is not None
        sunny, mika = TestViewer(address, "sunny_side"), TestViewer(address, "mika_draws")
        for viewer in (sunny, mika):
            await viewer.enter(room.room_id, "coins-17500", "coins-17500")
        await sunny.ask(SendGift(room_id=room.room_id, gift_id=ROSE, count=5))
        await mika.ask(SendGift(room_id=room.room_id, gift_id=LION))
        card = window.live.earnings.thank
        await until(lambda: len(rows(card)) == 2, "both wait in the window")
        assert rows(card)[0] == "Not thanked yet: mika_draws: Lion, 29,999 diamonds"
        QTest.mouseClick(card.rows[0], Qt.MouseButton.LeftButton)
        QTest.mouseClick(card.rows[0], Qt.MouseButton.LeftButton)
        assert waiting(first) == []
        await sunny.ask(SendGift(room_id=room.room_id, gift_id=ROSE, count=2))
        await until(lambda: waiting(first) == [("sunny_side", 2)], "only what is new waits again")
        first.services.link.cut()  # what is missed meanwhile is asked for, and nothing else comes back
        await sunny.ask(SendGift(room_id=room.room_id, gift_id=ROSE))
        await until(lambda: waiting(first) == [("sunny_side", 3)], "the gift of the gap waits, too")
        await sunny.leave()
        await mika.leave()

        # Another studio on the same folders takes the LIVE up again: all of its events come once more.
        window.hide()
        await first.stop()
        window.deleteLater()
        second = build()
        window = window_of(second, qapp)
        await second.services.account.sign_in(THIS_COMPUTER, "rin.sketches", "a long password")
        await until(lambda: second.services.live.unfinished_room is not None, "the LIVE is offered again")
        second.services.broadcast.source.choose("pattern")
        await second.services.live.resume_live()
        await until(lambda: second.services.earnings.diamonds == 30_007, "the gifts came again")
        assert waiting(second) == [("sunny_side", 3)]
        card = window.live.earnings.thank
        await until(lambda: rows(card) == ["Not thanked yet: sunny_side: Rose ×3, 3 diamonds"], "it is shown")
        assert second.services.thanks.undo() and waiting(second) == [("sunny_side", 8)]
        window.actions_list.get("thanks.next").trigger()

        late = TestViewer(second.services.link.address or address, "late_fan")
        await late.enter(room.room_id, "coins-17500")
        await late.ask(SendGift(room_id=room.room_id, gift_id=ROSE, count=3))
        await until(lambda: waiting(second) == [("late_fan", 3)], "the last gift waits")
        await second.services.live.end_live()
        assert second.services.live.phase is Phase.SUMMARY
        summary = second.services.thanks.summary
        assert [(one.person.handle, one.diamonds) for one in summary.thanked] == [
            ("mika_draws", 29_999),
            ("sunny_side", 8),
        ]
        assert [(one.person.handle, one.diamonds) for one in summary.waiting] == [("late_fan", 3)]
        total = second.services.live.summary
        assert total is not None and total.totals.diamonds == 30_010
        shown = window.summary.thanks
        assert shown.isVisible() and shown.waiting.accessibleName() == "Not thanked yet: 1"
        assert shown.thanked.accessibleName() == "Thanked: 2"
        assert waiting(second) == []
        await late.leave()
        window.hide()
        window.deleteLater()

    on_qt_loop(story())
