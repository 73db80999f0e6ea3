"""The host's own picture, through the real engine: the camera is turned, what lies over it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from studio.media.overlay import Overlay
from studio.services.broadcast import BroadcastService
from studio.services.link import LinkService
from studio.services.profile import Profile
from studio.services.source_list import SourceChoice
from studio.services.tasks import Tasks
from tests.fakes.sources import FakeSource, plain


@pytest.fixture
def broadcast(qtbot: QtBot, link: LinkService, tmp_path: Path) -> Iterator[BroadcastService]:
    profile = Profile(tmp_path / "profile.json")
    made = BroadcastService(link, profile, Tasks(), tmp_path / "no-clip.mp4")
    yield made
    assert made._engine.stop(30)
    made._clock.stop()
    for part in (made, profile):
        shiboken6.delete(part)


def test_only_the_preview_is_mirrored_and_no_word_in_it(broadcast: BroadcastService, qtbot: QtBot) -> None:
    picture = plain(720, 1280, 40)
    picture[:, :360] = 200  # the camera's left half is bright
    source = FakeSource()
    source.give(picture)
    words = np.zeros((100, 200, 4), np.uint8)
    words[:, :100] = (0, 0, 255, 255)  # red, then blue
    words[:, 100:] = (255, 0, 0, 255)
    broadcast.set_overlays((Overlay(words, 20, 1100),))
    broadcast.set_preview_size(360, 640)
    broadcast.mirrored = True
    broadcast.source.show(SourceChoice("fake", "Fake", "camera"), source)
    newest: list[QImage] = []

    def bright(left: bool) -> bool:
        image = broadcast.take_preview()
        if image is not None:
            newest[:] = [image]
        return bool(newest) and (newest[0].pixelColor(20, 20).red() > 150) is left and reads()

    def reads() -> bool:
        red, blue = newest[0].pixelColor(35, 575), newest[0].pixelColor(85, 575)
        return close(red, QColor("red")) and close(blue, QColor("blue"))

    # Before its first picture the slate is up, dark on both sides: wait for the bright half.
    qtbot.waitUntil(lambda: bright(left=False) and newest[0].pixelColor(340, 20).red() > 150, timeout=20_000)
    broadcast.mirrored = False
    qtbot.waitUntil(lambda: bright(left=True), timeout=20_000)
    assert newest[0].pixelColor(340, 20).red() < 60


def close(one: QColor, other: QColor) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))
