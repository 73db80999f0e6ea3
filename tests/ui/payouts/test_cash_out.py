"""Cashing out through the real window, backend and bank: paid, returned, cut off, killed, pressed twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.model.payout import PayoutState
from studio.net.connection import EventConnection
from studio.protocol.commands import SendGift
from studio.protocol.money import RequestPayout
from studio.services.account import THIS_COMPUTER
from studio.services.payout_wish import PayoutWish, PayoutWishFile
from studio.services.payouts import Asking
from studio.ui.main_window import MainWindow
from studio.ui.payouts.cash_out_card import CashOutCard
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer

LION = 1029
Build = Callable[..., Studio]
#: The offscreen screen says so of every popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def window_of(studio: Studio, qapp: QApplication) -> MainWindow:
    window = MainWindow(studio.services, Theme(qapp, "dark"))
    window.resize(1440, 900)
    window.show()
    return window


async def rich(studio: Studio) -> None:
    """On air, and somebody has given a Lion: $149.99 are available."""
    await sign_up_and_go_live(studio)
    room, address = studio.services.live.room, studio.services.link.address
    assert room is not None and address is not None
    viewer = TestViewer(address, "mika_draws")
    await viewer.enter(room.room_id, "coins-17500", "coins-17500")
    await viewer.ask(SendGift(room_id=room.room_id, gift_id=LION))
    await viewer.leave()
    await until(lambda: studio.services.payouts.most == 29_999, "the gift can be cashed out")


async def opened(window: MainWindow) -> CashOutCard:
    await until(window.live.earnings.balance.go.isEnabled, "there is something to cash out")
    QTest.mouseClick(window.live.earnings.balance.go, Qt.MouseButton.LeftButton)
    card = window.money.cash_out
    assert card.isVisible()
    return card


async def offered(window: MainWindow) -> None:
    balance = window.live.earnings.balance
    await until(lambda: balance.go.text() == "Cash out up to $149.99", "the card offers it")


def states(studio: Studio) -> list[tuple[PayoutState, int]]:
    return [(one.state, one.diamonds) for one in studio.services.payouts.payouts]


def test_a_double_click_pays_once(qapp: QApplication, build: Build, on_qt_loop: Run) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build(options=("--quick-payouts", "paid"))
        window = window_of(studio, qapp)
        await rich(studio)
        await offered(window)
        card = await opened(window)
        assert card.amount.text == "$149.99"
        card.amount.set_text("1,000")
        QTest.mouseClick(card.go, Qt.MouseButton.LeftButton)
        assert card.amount._error.text() == "You can cash out up to $149.99 now."
        card.amount.set_text("$100")
        assert card.go.text() == "Cash out $100.00"
        QTest.mouseDClick(card.go, Qt.MouseButton.LeftButton)
        QTest.mouseClick(card.go, Qt.MouseButton.LeftButton)
        QTest.keyClick(card.amount.line, Qt.Key.Key_Return)
        assert studio.services.payouts.payouts == (), "nothing is shown before the backend said so"
        await until(lambda: states(studio) == [(PayoutState.PAID, 20_000)], "the bank has paid")
        payouts = studio.services.payouts
        await until(lambda: payouts.paid_micro_dollars == 100_000_000, "the sum of all paid")
        balance = window.live.earnings.balance
        await until(lambda: balance.paid.number.text() == "$100.00", "the tile counts up")
        await until(lambda: balance.available.number.text() == "9,999", "the rest is available")
        assert balance.reserved.number.text() == "0"
        assert card.steps.accessibleName() == "Payout: Paid, step 3 of 3"
        (row,) = card.rows.values()
        assert row.words.text().startswith("Paid · ")
        assert balance.go.text() == "Cash out up to $49.99"
        window.hide()

    on_qt_loop(story())


def test_what_the_bank_returns_is_available_again(
    qapp: QApplication,
    build: Build,
    on_qt_loop: Run,  # type: ignore[type-arg]
) -> None:
    async def story() -> None:
        studio = build(options=("--quick-payouts", "returned"))
        window = window_of(studio, qapp)
        await rich(studio)
        card = await opened(window)
        QTest.mouseClick(card.go, Qt.MouseButton.LeftButton)
        await until(lambda: states(studio) == [(PayoutState.RETURNED, 29_999)], "the bank returns it")
        assert card.steps.accessibleName() == "Payout: Returned, step 3 of 3"
        assert "Returned · " in card.step_words.text() and "closed" in card.step_words.text()
        balance = window.live.earnings.balance
        await until(lambda: balance.available.number.text() == "29,999", "nothing is lost")
        assert balance.paid.number.text() == "$0.00"
        await offered(window)
        card.take_all()
        QTest.mouseClick(card.go, Qt.MouseButton.LeftButton)  # and may be asked for again
        await until(lambda: len(states(studio)) == 2, "a second payout")
        window.hide()

    on_qt_loop(story())


def test_a_cut_in_the_middle_pays_once(qapp: QApplication, build: Build, on_qt_loop: Run) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build(options=("--quick-payouts", "silent"))
        window = window_of(studio, qapp)
        await rich(studio)
        card = await opened(window)
        QTest.mouseClick(card.go, Qt.MouseButton.LeftButton)
        studio.services.link.cut()
        await until(lambda: len(states(studio)) == 1, "it is asked for again after the cut, once")
        await until(lambda: studio.services.payouts.asking is Asking.NOTHING, "the answer came")
        assert not card.go.isVisible() and "under way" in card.about.text()
        await studio.services.payouts.refresh()
        assert len(states(studio)) == 1
        window.hide()

    on_qt_loop(story())


def test_a_restart_in_the_middle_pays_once(
    qapp: QApplication,
    build: Build,
    on_qt_loop: Run,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    """Killed after the request was kept: before it was sent, or after it was carried out unheard."""

    async def story() -> None:
        for round_, heard_before in enumerate((False, True)):
            name, backend = f"studio{round_}", f"backend{round_}"
            first = build(name, backend, ("--quick-payouts", "silent"))
            await rich(first)
            person, address = first.services.account.person, first.services.link.address
            assert person is not None and address is not None
            wish = PayoutWish(request_id=f"before-the-kill-{round_}", diamonds=2_000, asked_ms=1)
            file = PayoutWishFile(tmp_path / name / "payouts", person.id, THIS_COMPUTER)
            if heard_before:
                other = EventConnection(address, "the killed studio", lambda _: None, lambda _: None)
                other.token = first.services.link.token
                other.start()
                await other.wait_open()
                await other.ask(RequestPayout(diamonds=2_000), wish.request_id)
                await other.stop()
            file.write(wish)
            await first.stop()
            second = build(name, backend, ("--quick-payouts", "silent"))
            await second.services.account.sign_in(THIS_COMPUTER, "rin.sketches", "a long password")
            await until(lambda studio=second: len(states(studio)) == 1, "it is asked for again")
            await until(lambda kept=file: kept.read() is None, "and is not asked for any more")
            await second.services.payouts.refresh()
            assert [diamonds for _, diamonds in states(second)] == [2_000]
            await second.stop()

    on_qt_loop(story())


def test_an_old_sign_in_needs_the_password(qapp: QApplication, build: Build, on_qt_loop: Run) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build(options=("--quick-payouts", "paid", "--fresh-sign-in", "1"))
        window = window_of(studio, qapp)
        await rich(studio)
        await until(lambda: studio.services.live.elapsed_s >= 2, "the sign-in is old")
        card = await opened(window)
        payouts = studio.services.payouts
        QTest.mouseClick(card.go, Qt.MouseButton.LeftButton)
        await until(lambda: payouts.asking is Asking.PASSWORD, "the password is wanted")
        assert card.password.isVisible() and not card.amount.isVisible()
        QTest.keyClicks(card.password.line, "wrong password")
        QTest.keyClick(card.password.line, Qt.Key.Key_Return)
        await until(lambda: bool(payouts.trouble), "it is wrong")
        assert payouts.asking is Asking.PASSWORD and card.problem.isVisible()
        assert card.password.text == "", "it stays nowhere"
        QTest.keyClicks(card.password.line, "a long password")
        QTest.mouseClick(card.go, Qt.MouseButton.LeftButton)
        await until(lambda: states(studio) == [(PayoutState.PAID, 29_999)], "the request went on")
        assert studio.services.live.room is not None, "the LIVE went on, too"
        window.hide()

    on_qt_loop(story())


def test_every_amount_is_worked_out(qapp: QApplication, build: Build, on_qt_loop: Run) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build(options=("--quick-payouts", "paid"))
        window = window_of(studio, qapp)
        await rich(studio)
        column, derivation = window.live.earnings, studio.services.derivation
        QTest.mouseClick(column.this_live.how, Qt.MouseButton.LeftButton)
        await until(lambda: derivation.whole is not None, "the LIVE is worked out")
        card = window.money.derivation
        cells = [str(card.model.index(0, place).data()) for place in range(1, 8)]
        assert cells == ["mika_draws", "Lion", "29,999", "× 1", "0", "29,999", "$149.99"]
        assert card.foot.text() == "The one transfer makes 29,999 diamonds, to the last one."
        assert card.sum.accessibleName() == "Came in: 29,999 ◆, At $0.005 a diamond: $149.99"
        card.hide()
        await until(lambda: column.supporters.rows[0].isVisible(), "the supporter is listed")
        QTest.mouseClick(column.supporters.rows[0], Qt.MouseButton.LeftButton)
        await until(lambda: derivation.what.person_id != "" and derivation.told == 29_999, "one person’s")
        assert card.about.text() == "What mika_draws gave in this LIVE."
        card.hide()
        cash_out = await opened(window)
        cash_out.amount.set_text("100")
        QTest.mouseClick(cash_out.go, Qt.MouseButton.LeftButton)
        await until(lambda: states(studio) == [(PayoutState.PAID, 20_000)], "paid")
        (row,) = window.money.cash_out.rows.values()
        QTest.mouseClick(row.how, Qt.MouseButton.LeftButton)
        await until(lambda: derivation.what.of == row.payout.payout_id and bool(derivation.lines), "its sum")
        assert card.sum.accessibleName() == (
            "Came in: 29,999 ◆, Cashed out: 20,000 ◆, At $0.005 a diamond: $100.00"
        )
        window.hide()

    on_qt_loop(story())
