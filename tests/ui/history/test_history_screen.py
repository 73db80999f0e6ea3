"""The History screen on journals of real evenings, through the real services."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.journal.files import journal_path
from studio.services.history.service import Retention
from studio.services.history.zones import by_year
from studio.ui.history.gifts_model import Column
from studio.ui.history.screen import HistoryScreen
from studio.ui.history.timeline import HistoryTimeline
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.fakes.past_lives import Evening
from tests.fakes.studio_stage import RIN, Stage
from tests.studio_parts import Run, on_qt_loop, until

__all__ = ["on_qt_loop"]

#: 20 November 2026, 19:58 UTC.
LAST_MS = 1_795_204_680_000
DAY_MS = 86_400_000
Show = Callable[[Callable[[HistoryScreen, MainWindow, Stage], Awaitable[None]]], None]


@pytest.fixture
def evenings(tmp_path: Path) -> list[Evening]:
    """Four LIVEs, the oldest first; the last but one was never closed."""
    folder = tmp_path / "journal"
    made = []
    for number, (title, minutes) in enumerate(
        (("Morning warm-up", 31), ("Ask me anything", 58), ("Character night", 122), ("Friday sketching", 91))
    ):
        started = LAST_MS - (3 - number) * 3 * DAY_MS
        evening = Evening(RIN, f"room{number}", title, started, seed=number).play(minutes)
        made.append(evening.keep(folder, closed=number != 2))
    return made


@pytest.fixture
def show(qapp: QApplication, tmp_path: Path, evenings: list[Evening], on_qt_loop: Run) -> Iterator[Show]:  # type: ignore[type-arg]
    def run(story: Callable[[HistoryScreen, MainWindow, Stage], Awaitable[None]]) -> None:
        async def whole() -> None:
            stage = Stage(tmp_path)
            stage.sign_in()
            window = MainWindow(stage.services, Theme(qapp, "dark"))
            window.resize(1440, 900)
            window.show()
            window.show_history()
            screen = window.history
            await until(lambda: stage.services.history.story is not None, "the newest LIVE is read")
            await story(screen, window, stage)
            window.hide()
            await stage.services.tasks.stop()

        on_qt_loop(whole())

    yield run


def test_the_newest_live_is_shown_to_the_last_gift(show: Show, evenings: list[Evening]) -> None:
    async def story(screen: HistoryScreen, window: MainWindow, stage: Stage) -> None:
        last = evenings[-1]
        assert [one.room_id for one in stage.services.history.sessions] == [
            "room3",
            "room2",
            "room1",
            "room0",
        ]
        assert screen.title.text() == "Friday sketching"
        assert screen.cards["diamonds"].figure == f"{last.diamonds:,}"
        assert screen.cards["new_followers"].figure == str(last.followers)
        assert screen.agreement.accessibleName() == (
            f"Journal and server agree · {last.gifts:,} of {last.gifts:,} gifts"
        )
        lines = screen.gifts.model.rowCount()
        sums = [int(str(_cell(screen, row, Column.DIAMONDS)).replace(",", "")) for row in range(lines)]
        assert sum(sums) == last.diamonds
        first = {row.person_id: row.diamonds for row in stage.services.history.guests.supporters}  # type: ignore[union-attr]
        assert first == last.coins_of

    show(story)


def _cell(screen: HistoryScreen, row: int, column: Column) -> object:
    return screen.gifts.model.index(row, column).data()


def test_gifts_are_sorted_by_number_and_filtered_by_name(show: Show) -> None:
    async def story(screen: HistoryScreen, window: MainWindow, stage: Stage) -> None:
        card = screen.gifts
        header = card.table.horizontalHeader()
        spot = header.sectionViewportPosition(Column.COINS) + 20
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot, 8))
        coins = [
            int(str(_cell(screen, row, Column.COINS)).replace(",", ""))
            for row in range(card.model.rowCount())
        ]
        assert coins in (sorted(coins), sorted(coins, reverse=True))
        QTest.keyClicks(card.words, "LION")
        names = {_cell(screen, row, Column.GIFT) for row in range(card.model.rowCount())}
        assert names <= {"Lion"}
        assert card.foot.text() == f"{card.model.rowCount():,} of {card.model.every:,} lines"

    show(story)


def test_another_live_is_chosen_and_compared(show: Show, evenings: list[Evening]) -> None:
    async def story(screen: HistoryScreen, window: MainWindow, stage: Stage) -> None:
        history = stage.services.history
        before = [one.diamonds for one in evenings[:-1]]
        mean = (evenings[-1].diamonds * 3 - sum(before)) * 100 // sum(before)
        assert history.change("diamonds") == mean
        screen.beside.setCurrentIndex(3)
        screen.beside.activated.emit(3)
        first = evenings[0].diamonds
        assert history.beside is not None and history.beside.room_id == "room0"
        assert history.change("diamonds") == (evenings[-1].diamonds - first) * 100 // first
        QTest.keyClick(screen.list, Qt.Key.Key_Down)
        await until(
            lambda: history.story is not None and screen.title.text() == "Character night", "the next one"
        )
        assert "server’s closing totals never came" in screen.agreement.accessibleName()
        assert screen.cards["diamonds"].figure == f"{evenings[2].diamonds:,}"

    show(story)


def test_a_live_is_deleted_only_after_a_question(show: Show, tmp_path: Path) -> None:
    async def story(screen: HistoryScreen, window: MainWindow, stage: Stage) -> None:
        path = journal_path(tmp_path / "journal", "room3")
        QTest.mouseClick(screen.delete, Qt.MouseButton.LeftButton)
        assert screen.confirm.isVisible()
        QTest.keyClick(screen.confirm.buttons()[-1], Qt.Key.Key_Return)
        assert not screen.confirm.isVisible() and path.is_file()
        QTest.mouseClick(screen.delete, Qt.MouseButton.LeftButton)
        QTest.mouseClick(screen.confirm.buttons()[0], Qt.MouseButton.LeftButton)
        await until(lambda: len(stage.services.history.sessions) == 3, "it is gone")
        await until(lambda: screen.title.text() == "Character night", "the next one is shown")
        assert not path.exists()

    show(story)


def test_what_is_too_old_goes_when_the_host_wants_so(show: Show) -> None:
    async def story(screen: HistoryScreen, window: MainWindow, stage: Stage) -> None:
        history = stage.services.history
        await history.retain(LAST_MS)
        history.open()
        await until(lambda: not history.busy, "read")
        assert len(history.sessions) == 4, "for ever, unless the host says otherwise"
        screen.totals.retention_chosen.emit(Retention(max_age_days=5))
        assert history.retention == Retention(max_age_days=5)
        await history.retain(LAST_MS)
        history.open()
        await until(lambda: len(history.sessions) == 2, "two are too old")

    show(story)


def test_the_timeline_zooms_and_names_a_minute(show: Show, evenings: list[Evening]) -> None:
    async def story(screen: HistoryScreen, window: MainWindow, stage: Stage) -> None:
        line = screen.timeline
        assert line.shown == (0.0, 91.0)
        line.setFocus()
        for _ in range(4):
            QTest.keyClick(line, Qt.Key.Key_Plus)
        begin, end = line.shown
        assert end - begin == pytest.approx(91 * 0.8**4)
        QTest.keyClick(line, Qt.Key.Key_Right)
        assert line.shown[0] > begin
        QTest.keyClick(line, Qt.Key.Key_0)
        assert line.shown == (0.0, 91.0)
        story_ = stage.services.history.story
        assert story_ is not None
        assert sum(story_.figures.diamonds_per_minute) == evenings[-1].diamonds
        assert sum(story_.comments_per_minute) == evenings[-1].comments
        assert len(story_.viewers_per_minute) == len(story_.figures.diamonds_per_minute)
        pressed: list[int] = []
        line.pressed.connect(pressed.append)
        QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
        assert pressed == [45]

    show(story)


@pytest.mark.parametrize("minutes", [1, 2, 7])
def test_the_lines_of_a_short_live_reach_from_its_begin_to_its_end(qapp: QApplication, minutes: int) -> None:
    Theme(qapp, "dark")
    line = HistoryTimeline()
    line.resize(600, 164)
    line.show_minutes(LAST_MS, [5] * minutes, [0] * minutes, [0] * minutes)
    picture = line.grab().toImage()
    ground = picture.pixelColor(300, 30)  # between the legend and the line
    for x in (4, 150, 300, 450, 595):
        assert picture.pixelColor(x, 120) != ground, (minutes, x)


def test_years_are_told_by_the_clocks_of_a_zone(show: Show) -> None:
    # 31 December 2026, 23:30 UTC is the new year in Berlin already.
    quarter = 1_798_759_800 // 900
    assert [one.year for one in by_year([(quarter, 5)], ZoneInfo("UTC"))] == [2026]
    assert [one.year for one in by_year([(quarter, 5)], ZoneInfo("Europe/Berlin"))] == [2027]

    async def story(screen: HistoryScreen, window: MainWindow, stage: Stage) -> None:
        screen.pages.buttons[2].click()
        assert screen.totals.isVisible()
        screen.totals.zone_chosen.emit("Asia/Tokyo")
        assert stage.services.history.totals.zone == "Asia/Tokyo"
        every = sum(one.diamonds for one in stage.services.history.sessions)
        assert sum(one.diamonds for one in stage.services.history.totals.years) == every
        assert sum(stage.services.history.totals.hours) == every
        window.show_history()  # once more: back
        assert window.screens.currentWidget() is window.ready

    show(story)
