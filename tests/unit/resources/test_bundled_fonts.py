"""Inter is there, with its licence, in every weight the theme asks for and with tabular figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF
from pytestqt.qtbot import QtBot

RESOURCES = Path(__file__).parents[3] / "resources"
FONTS = RESOURCES / "fonts"
WEB_FONTS = RESOURCES / "viewer" / "fonts"
WEIGHTS = {
    "Regular": QFont.Weight.Normal,
    "Medium": QFont.Weight.Medium,
    "SemiBold": QFont.Weight.DemiBold,
    "Bold": QFont.Weight.Bold,
    "ExtraBold": QFont.Weight.ExtraBold,
}


@pytest.fixture
def inter(qtbot: QtBot) -> dict[str, list[str]]:
    """The families Qt finds in each bundled file."""
    families = {}
    for style in WEIGHTS:
        number = QFontDatabase.addApplicationFont(str(FONTS / f"Inter-{style}.otf"))
        assert number >= 0
        families[style] = QFontDatabase.applicationFontFamilies(number)
    return families


@pytest.mark.parametrize("style", WEIGHTS)
def test_each_weight_loads_as_inter(inter: dict[str, list[str]], style: str) -> None:
    assert "Inter" in inter[style]
    font = QFont("Inter", 20, WEIGHTS[style])
    assert QFontInfo(font).family() == "Inter"
    assert QFontInfo(font).weight() == WEIGHTS[style]


def test_figures_can_be_made_tabular(inter: dict[str, list[str]]) -> None:
    font = QFont("Inter")
    font.setPixelSize(100)
    proportional = QFontMetricsF(font)
    assert proportional.horizontalAdvance("1") < proportional.horizontalAdvance("8")
    font.setFeature(QFont.Tag("tnum"), 1)
    tabular = QFontMetricsF(font)
    assert len({tabular.horizontalAdvance(digit) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("weight", [400, 600, 700])
def test_web_fonts_are_woff2_and_small(weight: int) -> None:
    data = (WEB_FONTS / f"inter-{weight}.woff2").read_bytes()
    assert data[:4] == b"wOF2"
    assert int.from_bytes(data[8:12], "big") == len(data)
    assert len(data) < 100_000


@pytest.mark.parametrize("folder", [FONTS, WEB_FONTS], ids=["studio", "viewer"])
def test_the_licence_travels_with_the_fonts(folder: Path) -> None:
    licence = (folder / "OFL.txt").read_text(encoding="utf-8")
    assert "The Inter Project Authors" in licence
    assert "SIL OPEN FONT LICENSE" in licence
    assert "Version 1.1" in licence
