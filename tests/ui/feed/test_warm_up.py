"""Fonts are found before anyone writes: every sample is laid out once, and then it rests."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from studio.ui.feed.warm_up import SAMPLES, FontWarmUp


def test_every_sample_is_laid_out_once_and_then_it_rests(qtbot: QtBot) -> None:
    owner = QObject()
    warm_up = FontWarmUp(owner, SAMPLES[:3])
    warm_up.start()
    qtbot.waitUntil(lambda: not warm_up._timer.isActive())
    assert warm_up.done == 3
    assert warm_up._cache.composed == 6, "names and texts have fonts of their own"
