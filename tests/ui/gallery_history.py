"""Scenes of the gallery: LIVEs looked back at."""

from __future__ import annotations

from studio.ui.main_window import MainWindow
from tests.fakes.past_lives import Evening
from tests.fakes.studio_stage import RIN, Stage

_LAST_MS, _DAY_MS = 1_795_204_680_000, 86_400_000
_TITLES = (
    ("Morning warm-up", 31, 0.4),
    ("Ask me anything: " + "very " * 30 + "long", 58, 0.8),
    ("今日はライオンを描く", 74, 1.0),
    ("رسم مباشر مع الأصدقاء", 44, 0.6),
    ("Character night", 122, 1.0),
    ("Friday sketching", 91, 1.6),
)


def history(stage: Stage, window: MainWindow, page: int = 0) -> None:
    stage.sign_in()
    folder = stage.services.journal.folder
    for number, (title, minutes, gifts) in enumerate(_TITLES):
        started = _LAST_MS - (len(_TITLES) - number) * 3 * _DAY_MS
        evening = Evening(RIN, f"room{number}", title, started, seed=number)
        evening.play(minutes, gifts_a_minute=gifts).keep(folder)
    window.show_history()
    window.history.pages.buttons[page].click()


def people(stage: Stage, window: MainWindow) -> None:
    history(stage, window, page=1)


def totals(stage: Stage, window: MainWindow) -> None:
    history(stage, window, page=2)


def delete(stage: Stage, window: MainWindow) -> None:
    history(stage, window)
    stage.services.history.selected = None
    window.history.confirm.ask(
        "Delete “Friday sketching” of Nov 20 · 1 h 31 min from this computer, for good? "
        "Your diamonds and payouts stay as they are.",
        (("delete", "Delete it", "live"), ("keep", "Keep it", "")),
    )


def nothing(stage: Stage, window: MainWindow) -> None:
    stage.sign_in()
    window.show_history()


def export(stage: Stage, window: MainWindow) -> None:
    history(stage, window)
    card = window.history.open_exports()
    exports = stage.services.exports
    exports.done = "44,220 rows, 197,216,681 diamonds. Signed by the backend."
    exports.file = stage.services.journal.folder / "earnings-2026.csv"
    card._show()


def exporting(stage: Stage, window: MainWindow) -> None:
    history(stage, window)
    card = window.history.open_exports()
    exports = stage.services.exports
    exports.busy, exports.rows, exports.of = True, 620_000, 1_000_000
    card._show()
