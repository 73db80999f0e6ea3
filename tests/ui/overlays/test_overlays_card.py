"""The Overlays card: every choice reaches the picture, by mouse, keyboard and palette."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.media.frame import Pixels
from studio.services.overlays.kinds import OverlayKind, Place
from studio.ui.main_window import MainWindow
from studio.ui.overlays.card import OverlaysCard
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import Stage


@pytest.fixture
def window(stage: Stage, theme: Theme) -> Iterator[MainWindow]:
    made = MainWindow(stage.services, theme)
    stage.sign_in()
    stage.go_on_air()
    stage.services.overlays.refresh()
    yield made
    made.deleteLater()


@pytest.fixture
def card(window: MainWindow) -> OverlaysCard:
    return window.live.preview.overlays_card


def over_grey(stage: Stage) -> Pixels:
    """What is over the picture now."""
    canvas = np.full((1280, 720, 3), 128, np.uint8)
    for overlay in stage.broadcast.overlays:
        overlay.blend_into(canvas)
    return canvas


def top_of(stage: Stage) -> int | None:
    rows = np.flatnonzero((over_grey(stage) != 128).any(axis=(1, 2)))
    return int(rows[0]) if len(rows) else None


def test_a_switch_takes_the_goal_out_of_the_picture_and_remembers(stage: Stage, card: OverlaysCard) -> None:
    assert top_of(stage) is not None
    QTest.mouseClick(card.rows[OverlayKind.GOAL].toggle, Qt.MouseButton.LeftButton)
    assert top_of(stage) is None
    assert not stage.services.profile.saved.overlays["goal"].on
    assert not card.rows[OverlayKind.GOAL].place.isEnabled()


def test_a_place_is_chosen_with_the_keyboard(stage: Stage, card: OverlaysCard) -> None:
    place = card.rows[OverlayKind.GOAL].place
    assert [place.itemText(row) for row in range(place.count())] == ["Top", "Bottom"]
    assert place.currentData() is Place.BOTTOM
    QTest.keyClick(place, Qt.Key.Key_Up)
    assert stage.services.overlays.choice(OverlayKind.GOAL).place is Place.TOP
    top = top_of(stage)
    assert top is not None and top < 200
    assert card.rows[OverlayKind.VIEWERS].place.count() == 6


def test_alerts_are_tried_paused_and_skipped(stage: Stage, card: OverlaysCard) -> None:
    overlays = stage.services.overlays
    assert not card.skip.isEnabled()
    card.test.click()
    assert overlays.alert_up and card.skip.isEnabled()
    card.pause.click()
    assert (overlays.alerts_paused, overlays.alert_up, overlays.alerts_waiting) == (True, False, 1)
    assert (card.pause.text(), card.test.isEnabled()) == ("Resume alerts", False)
    card.pause.click()
    assert overlays.alert_up
    card.skip.click()
    assert (overlays.alert_up, overlays.alerts_waiting, card.skip.isEnabled()) == (False, 0, False)


def test_both_screens_show_the_same_choices(stage: Stage, window: MainWindow) -> None:
    ready, live = window.ready.preview.overlays_card, window.live.preview.overlays_card
    ready.rows[OverlayKind.CHAT].toggle.click()
    assert live.rows[OverlayKind.CHAT].toggle.isChecked()
    assert stage.services.overlays.choice(OverlayKind.CHAT).on


def test_the_palettes_commands(stage: Stage, window: MainWindow) -> None:
    overlays = stage.services.overlays
    get = window.actions_list.get
    get("overlays.test").trigger()
    assert overlays.alert_up
    get("overlays.pause").trigger()
    assert overlays.alerts_paused
    get("overlays.pause").trigger()
    get("overlays.skip").trigger()
    assert not overlays.alert_up
    get("overlays.viewers").trigger()
    assert overlays.choice(OverlayKind.VIEWERS).on


# The offscreen platform has no window manager.
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_tile_opens_the_card_inside_the_screen_and_escape_closes_it(
    stage: Stage, window: MainWindow, card: OverlaysCard
) -> None:
    window.show()
    window.live.preview.overlays.click()
    assert card.isVisible()
    screen = window.screen().availableGeometry()
    assert screen.contains(card.geometry())
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    window.hide()


def test_every_control_has_a_name(card: OverlaysCard) -> None:
    for row in card.rows.values():
        assert row.toggle.accessibleName() and row.place.accessibleName()
        assert row.place.accessibleName() != row.toggle.accessibleName()
    assert all(button.accessibleName() for button in (card.test, card.pause, card.skip))


def test_viewers_get_the_overlays_only_when_the_host_wants_it(stage: Stage, card: OverlaysCard) -> None:
    assert stage.broadcast.overlays_for_viewers is False
    assert card.accessibleDescription() == "Only you see this"
    QTest.mouseClick(card.everyone, Qt.MouseButton.LeftButton)
    assert stage.broadcast.overlays_for_viewers is True
    assert stage.services.profile.saved.overlays_for_viewers
    assert card.accessibleDescription() == "Viewers see this"
