"""Editing a scene over the preview: by handles, by keys, in the list and in figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from studio.model.handles import Grip, grip_points
from studio.model.placing import Point
from studio.model.scene import Fit, Layer, Placement, SourceKind, SourceSpec
from studio.services.scenes.service import ScenesService
from studio.ui.main_window import MainWindow
from studio.ui.scenes.editor import SceneEditor
from studio.ui.scenes.handle_painting import ARM
from studio.ui.scenes.keys import is_editing_key
from studio.ui.scenes.layer_painting import eye_area, lock_area
from studio.ui.scenes.view_map import ViewMap
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import GOOD, Stage
from tests.studio_parts import until

Play = Callable[[Callable[[], Awaitable[None]]], None]
#: The offscreen platform has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CANVAS = (720, 1280)
BOX = Placement(x=0.4, y=0.4, width=0.4, height=0.2, fit=Fit.STRETCH)
NO_KEY = Qt.KeyboardModifier.NoModifier


class Desk:
    """The Ready screen, editing a scene with a camera below and two colours, the upper one selected."""

    def __init__(self, stage: Stage, theme: Theme, *, mirrored: bool = False) -> None:
        self.stage = stage
        self.window = MainWindow(stage.services, theme)
        self.window.resize(1280, 800)
        self.window.show()
        stage.broadcast.run_camera(GOOD)
        stage.sign_in()
        stage.broadcast.mirrored = mirrored
        stage.broadcast.show_frame()
        self.scenes: ScenesService = stage.services.scenes
        self.low = self.scenes.add_layer(
            colour("#2bd4b4"), "Low", Placement(x=0.5, y=0.5, width=0.9, height=0.4)
        )
        self.box = self.scenes.add_layer(colour("#ffc34d"), "Box", BOX)
        self.editor: SceneEditor = self.window.ready.preview.editor
        self.window.ready.preview.open_scenes()
        self.window.ready.preview.scenes_card.edit.click()

    async def close(self) -> None:
        await self.stage.services.tasks.stop()
        self.window.deleteLater()

    def layer(self, layer_id: str = "") -> Layer:
        wanted = layer_id or self.box
        return next(layer for layer in self.scenes.scene.layers if layer.id == wanted)

    @property
    def place(self) -> Placement:
        return self.layer().placement

    @property
    def map(self) -> ViewMap:
        return self.editor.stage.map

    def grip(self, grip: Grip) -> Point:
        return grip_points(self.place, CANVAS, ARM * self.map.scale)[grip]

    def drag(
        self, begin: Point, end: Point, keys: Qt.KeyboardModifier = NO_KEY, *, hold: bool = False
    ) -> None:
        """With the mouse, from one point of the canvas to another, in steps as a hand does."""
        stage = self.editor.stage
        QTest.mousePress(stage, Qt.MouseButton.LeftButton, keys, self.at(begin))
        for share in (0.3, 0.7, 1.0):
            between = (begin[0] + (end[0] - begin[0]) * share, begin[1] + (end[1] - begin[1]) * share)
            move(stage, self.map.to_view(between), keys)
        if not hold:
            QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, keys, self.at(end))

    def at(self, point: Point) -> QPoint:
        return self.map.to_view(point).toPoint()

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        QTest.keyClick(self.editor.stage, key, keys)


def colour(ink: str) -> SourceSpec:
    return SourceSpec(kind=SourceKind.COLOUR, colour=ink)


def move(widget: QWidget, at: QPointF, keys: Qt.KeyboardModifier) -> None:
    """QTest moves without the modifier keys."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        keys,
    )
    QCoreApplication.sendEvent(widget, event)


def test_a_drag_moves_and_is_one_step_back(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        assert desk.editor.editing and desk.editor.card.isVisible()
        assert desk.scenes.selected == desk.box
        desk.drag((288, 512), (348, 662), Qt.KeyboardModifier.ControlModifier)
        assert desk.place.x * 720 == pytest.approx(348, abs=4)
        assert desk.place.y * 1280 == pytest.approx(662, abs=4)
        desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert desk.place == BOX
        desk.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
        assert desk.place.x > BOX.x
        assert stage.services.profile.saved.scenes == desk.scenes.book
        await desk.close()

    play(story)


def test_a_corner_resizes_in_shape_and_freely_with_shift(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        left, top = desk.grip(Grip.TOP_LEFT)
        x, y = desk.grip(Grip.BOTTOM_RIGHT)
        free = Qt.KeyboardModifier.ControlModifier
        desk.drag((x, y), (x + 90, y + 20), free)
        assert desk.place.width / desk.place.height == pytest.approx(2.0)
        assert desk.place.width > BOX.width
        assert desk.grip(Grip.TOP_LEFT) == pytest.approx((left, top), abs=0.01), "the other corner stays"
        x, y = desk.grip(Grip.BOTTOM_RIGHT)
        desk.drag((x, y), (x + 20, y + 100), free | Qt.KeyboardModifier.ShiftModifier)
        assert desk.place.width / desk.place.height < 1.8
        await desk.close()

    play(story)


def test_an_edge_near_the_canvas_edge_falls_into_it_and_shows_a_guide(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        desk.drag((288, 512), (288 - 138, 400), hold=True)
        assert desk.place.x == pytest.approx(0.2), "the left edge is the canvas's"
        before = desk.editor.stage.grab().toImage()
        QTest.mouseRelease(desk.editor.stage, Qt.MouseButton.LeftButton, NO_KEY, QPoint(5, 5))
        after = desk.editor.stage.grab().toImage()
        row = before.height() - 60
        assert before.pixelColor(1, row) != after.pixelColor(1, row), "the guide is gone with the drag"
        await desk.close()

    play(story)


def test_the_handle_on_the_arm_turns(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        desk.drag(desk.grip(Grip.TURN), (288 + 250, 512 + 2))
        assert desk.place.rotation_deg == 90, "it falls into the quarter"
        desk.drag(desk.grip(Grip.TURN), (288 + 250, 512 - 100), Qt.KeyboardModifier.ShiftModifier)
        assert 60 < desk.place.rotation_deg < 75
        await desk.close()

    play(story)


def test_the_mirrored_preview_is_edited_as_the_host_sees_it(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme, mirrored=True)
        view = desk.editor.stage
        assert desk.map.to_view((0, 0)).x() == view.width()
        at = desk.map.to_view((288, 512))
        QTest.mousePress(view, Qt.MouseButton.LeftButton, NO_KEY, at.toPoint())
        move(view, at + QPointF(40, 0), Qt.KeyboardModifier.ControlModifier)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, NO_KEY, (at + QPointF(40, 0)).toPoint())
        assert desk.place.x * 720 == pytest.approx(288 - 40 * desk.map.scale, abs=4)
        before = desk.place.x
        desk.key(Qt.Key.Key_Right)
        assert desk.place.x == pytest.approx(before - 1 / 720), "right as the host sees it"
        await desk.close()

    play(story)


def test_a_press_selects_the_topmost_layer_and_beside_all_nothing(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        view = desk.editor.stage
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, NO_KEY, desk.at((500, 700)))
        assert desk.scenes.selected == desk.low
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, NO_KEY, desk.at((288, 512)))
        assert desk.scenes.selected == desk.box
        desk.scenes.set_locked("main", True)
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, NO_KEY, desk.at((360, 1240)))
        assert desk.scenes.selected == ""
        assert "No layer selected" in view.accessibleName()
        await desk.close()

    play(story)


def test_a_locked_layer_does_not_move(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        desk.scenes.set_locked(desk.box, True)
        desk.key(Qt.Key.Key_Right)
        desk.key(Qt.Key.Key_Plus)
        desk.key(Qt.Key.Key_Delete)
        desk.drag(desk.grip(Grip.BOTTOM_RIGHT), (600, 900))
        assert desk.place == BOX
        assert desk.scenes.selected == desk.low, "a locked layer is not there for the pointer"
        desk.scenes.select(desk.box)
        assert not desk.editor.card.part.numbers.isEnabled() and not desk.editor.card.remove.isEnabled()
        await desk.close()

    play(story)


def test_everything_is_done_with_keys_too(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        assert desk.editor.stage.hasFocus() or desk.window.focusWidget() is desk.editor.stage
        for _ in range(3):
            desk.key(Qt.Key.Key_Left)
        desk.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        assert (desk.place.x * 720, desk.place.y * 1280) == (pytest.approx(285), pytest.approx(522))
        desk.key(Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ShiftModifier)
        desk.key(Qt.Key.Key_BracketLeft)
        assert desk.place.rotation_deg == pytest.approx(14)
        desk.key(Qt.Key.Key_Plus)
        assert desk.place.width == pytest.approx(BOX.width * 1.02)
        desk.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert [layer.id for layer in desk.scenes.scene.layers] == ["main", desk.box, desk.low]
        muted = stage.services.sound.muted
        desk.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
        assert len(desk.scenes.scene.layers) == 4 and stage.services.sound.muted == muted
        desk.key(Qt.Key.Key_Delete)
        assert len(desk.scenes.scene.layers) == 3
        desk.scenes.select("main")
        desk.key(Qt.Key.Key_Tab)
        assert desk.scenes.selected == desk.box
        desk.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        assert desk.scenes.selected == "main"
        desk.key(Qt.Key.Key_H)
        assert not desk.layer("main").visible
        desk.key(Qt.Key.Key_Escape)
        assert not desk.editor.editing and not desk.editor.card.isVisible()
        await desk.close()

    play(story)


@pytest.mark.parametrize(
    ("key", "keys", "taken"),
    [
        (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier, True),
        (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, False),
        (Qt.Key.Key_L, NO_KEY, True),
        (Qt.Key.Key_M, NO_KEY, False),
        (Qt.Key.Key_F8, NO_KEY, False),
    ],
)
def test_the_window_keeps_its_own_keys_while_editing(
    key: Qt.Key, keys: Qt.KeyboardModifier, taken: bool
) -> None:
    assert is_editing_key(QKeyEvent(QEvent.Type.ShortcutOverride, key, keys)) is taken


def test_escape_gives_up_a_drag_first(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        desk.drag((288, 512), (400, 800), hold=True)
        assert desk.place != BOX
        desk.key(Qt.Key.Key_Escape)
        assert desk.place == BOX and desk.editor.editing
        await desk.close()

    play(story)


def test_the_list_shows_hides_locks_orders_and_names(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        rows = desk.editor.card.list
        assert [rows.item(row).text() for row in range(3)] == ["Box", "Low", "Camera"], "the topmost first"
        for area, field in ((eye_area, "visible"), (lock_area, "locked")):
            before = getattr(desk.layer(), field)
            spot = area(rows.row_area(0)).center()
            QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, NO_KEY, spot)
            assert getattr(desk.layer(), field) is not before
        spoken = rows.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == "Box, colour, hidden, locked"
        QTest.keyClick(rows, Qt.Key.Key_Space)
        QTest.keyClick(rows, Qt.Key.Key_L)
        assert desk.layer().visible and not desk.layer().locked
        rows.move_to_row(desk.box, 2)
        assert [layer.id for layer in desk.scenes.scene.layers] == [desk.box, "main", desk.low]
        QTest.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        assert [layer.id for layer in desk.scenes.scene.layers] == ["main", desk.box, desk.low]
        rows.item(1).setText("  机 ")
        assert desk.layer().name == "机"
        rows.item(1).setText("   ")
        assert rows.item(1).text() == "机"
        rows.setCurrentRow(0)
        assert desk.scenes.selected == desk.low
        await desk.close()

    play(story)


def test_figures_and_sliders_say_and_set_what_the_layer_is_like(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        part = desk.editor.card.part
        assert (part.numbers.across.value(), part.numbers.wide.value()) == (288, 288)
        part.numbers.across.setValue(100)
        part.numbers.turn.setValue(-30)
        part.numbers.crops["crop_top"].setValue(25)
        assert (desk.place.x, desk.place.rotation_deg, desk.place.crop_top) == (100 / 720, -30, 0.25)
        part.numbers.crops["crop_bottom"].setValue(80)
        assert desk.place.crop_bottom == 0, "nothing would be left"
        assert part.numbers.crops["crop_bottom"].value() == 0
        assert "leaves nothing" in desk.editor.card.problem.sentence
        QTest.keyClick(part.opacity.slider, Qt.Key.Key_PageDown)
        part.zoom.slider.setValue(25)
        assert (desk.place.opacity, desk.place.zoom) == (0.9, 2.0)
        part.fit.setCurrentIndex(list(Fit).index(Fit.CONTAIN))
        part.fit.activated.emit(1)
        part.mirror.click()
        assert desk.place.fit is Fit.CONTAIN and desk.place.mirror
        part.whole.click()
        assert (desk.place.x, desk.place.width, desk.place.rotation_deg, desk.place.zoom) == (0.5, 1, 0, 2)
        part.text.swatches.swatches[2].click()
        assert desk.layer().source.colour == "#ff3b5c"
        await desk.close()

    play(story)


def test_a_text_is_typed_right_after_it_was_added(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        card = desk.editor.card
        card.menu.add_text()
        words = card.part.text.words
        assert desk.window.focusWidget() is words and words.textCursor().selectedText() == "Your text"
        QTest.keyClicks(words, "Hi")
        words.insertPlainText(" 今日 مرحبا")
        await until(
            lambda: bool(desk.scenes.selected_layer and "مرحبا" in desk.scenes.selected_layer.source.text)
        )
        words.setPlainText("x" * 301)
        assert card.part.text.field.error == "1 character too long"
        desk.scenes.select(desk.box)
        text = next(layer for layer in desk.scenes.scene.layers if layer.source.kind is SourceKind.TEXT)
        assert text.source.text == "Hi 今日 مرحبا"
        await desk.close()

    play(story)


def test_the_menu_lists_what_there_is(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        menu = desk.editor.card.menu
        menu.aboutToShow.emit()
        await until(lambda: "Looking…" not in [a.text() for m in menu._lists.values() for a in m.actions()])
        titles = [action.text() for action in menu.actions() if action.text()]
        for wanted in ("Camera", "Network camera…", "Screen", "Window", "Image…", "Video…", "Text", "Colour"):
            assert wanted in titles
        menu._lists[SourceKind.SCREEN].actions()[0].trigger()
        layer = desk.scenes.selected_layer
        assert layer is not None and layer.source.kind is SourceKind.SCREEN
        await desk.close()

    play(story)


def test_editing_ends_with_its_screen_and_says_when_it_is_on_air(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        desk = Desk(stage, theme)
        assert desk.editor.card.accessibleDescription() == ""
        stage.go_on_air()
        await until(lambda: not desk.editor.editing)
        assert not desk.editor.card.isVisible()
        live = desk.window.live.preview.editor
        desk.window.actions_list.get("scenes.edit").trigger()
        assert live.editing and "seen at once" in live.card.accessibleDescription()
        live.card.ready.click()
        assert not live.editing
        await desk.close()

    play(story)
