"""The goal's fields: every choice can be read whole at the window's least width and largest text."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.model.gift import GiftCatalogue
from studio.places import resource_path
from studio.ui.goal.fields import KINDS, GoalFields
from studio.ui.settings_menu import TEXT_SIZES
from studio.ui.theme import fonts
from studio.ui.theme.theme import Theme

#: The Ready form's in a window of 1280.
LEAST_WIDTH = 506
#: Of a Select: air before its words, the mark after them.
AROUND = 14 + 36


@pytest.mark.parametrize("scale", [factor for factor, _ in TEXT_SIZES])
def test_what_can_be_counted_is_never_cut(qtbot: QtBot, qapp: QApplication, scale: float) -> None:
    Theme(qapp, "dark", scale)
    catalogue = GiftCatalogue.from_json(resource_path("gifts", "catalogue.json").read_bytes())
    fields = GoalFields(catalogue, 32)
    qtbot.addWidget(fields)
    fields.resize(LEAST_WIDTH, 120)
    fields.show()
    qtbot.waitExposed(fields)
    measure = QFontMetricsF(fonts.font(13))
    widest = max(measure.horizontalAdvance(words) for words in KINDS.values())
    assert widest <= fields.kind.width() - AROUND
    Theme(qapp, "dark", 1.0)
