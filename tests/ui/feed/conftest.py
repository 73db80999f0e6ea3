"""The feed's widgets on the app's real services, with the link recording what the host asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.services.rows import FeedChange, FeedRow, FeedTab, RowKind
from studio.ui.feed.feed_panel import FeedPanel
from studio.ui.feed.feed_view import FeedView
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig, person

BLNS = Path(__file__).parents[2] / "data" / "blns.json"


@pytest.fixture(scope="session")
def naughty() -> list[str]:
    """Strings that broke other people's programs."""
    strings: list[str] = json.loads(BLNS.read_text(encoding="utf-8"))
    assert len(strings) > 400
    return strings


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, "dark")


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path) -> Rig:
    return Rig(tmp_path)


@pytest.fixture
def panel(qtbot: QtBot, rig: Rig, theme: Theme) -> FeedPanel:
    """On air, shown, 660 x 790."""
    rig.go_live()
    made = FeedPanel(rig.services, theme)
    qtbot.addWidget(made)
    made.resize(660, 790)
    made.show()
    qtbot.waitExposed(made)
    rig.flush()
    return made


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> FeedView:
    """A bare view, 500 x 400."""
    made = FeedView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def add(view: FeedView) -> Callable[..., list[FeedRow]]:
    """``add(10)`` appends ten comments; ``dropped=3`` takes three off the head with the same change."""
    keys = iter(range(1, 1_000_000))

    def _add(count: int, dropped: int = 0, words: str = "comment {key}") -> list[FeedRow]:
        rows = [comment(next(keys), words) for _ in range(count)]
        view.apply(FeedChange(FeedTab.ALL, dropped=dropped, appended=tuple(rows)))
        return rows

    return _add


def comment(key: int, words: str = "comment {key}") -> FeedRow:
    return FeedRow(
        key=key, kind=RowKind.COMMENT, text=words.format(key=key), person=person(f"viewer{key % 7}"),
        item_id=f"c{key}", sent_ms=1,
    )  # fmt: skip
