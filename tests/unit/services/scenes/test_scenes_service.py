"""Scenes through the real engine: edits are kept and seen, switched on air, taken along in a file."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtWidgets import QApplication

from studio.media.outputs.fragment_output import FragmentOutput
from studio.media.settings import EncoderSettings
from studio.media.sources.still import colour_source
from studio.model.look import Look
from studio.model.scene import Placement, SceneBook, SourceKind, SourceSpec, Transition
from studio.services.broadcast import BroadcastService
from studio.services.link import LinkService
from studio.services.profile import Profile
from studio.services.scenes.service import ScenesService
from studio.services.sound import SoundService, StripName
from studio.services.source_list import SourceChoice
from studio.services.tasks import Tasks
from studio.ui.theme import fonts
from tests.fakes.microphone import FakeMicrophone
from tests.studio_parts import until
from tests.ui.shell.conftest import play
from tests.unit.media.sources.test_clip import flash_and_beep

__all__ = ["play"]
Play = Callable[[Callable[[], Awaitable[None]]], None]
#: BGR of what the camera, the image and the colour layer show.
CAMERA, RED, BLUE = (60, 60, 60), (0, 0, 255), (255, 0, 0)
LEFT_TOP = Placement(x=0.25, y=0.25, width=0.5, height=0.5)
RIGHT_BOTTOM = Placement(x=0.75, y=0.75, width=0.5, height=0.5)


class Desk:
    """A broadcast with its scenes; ``pixel`` is what viewers get at a place of the canvas."""

    def __init__(self, link: LinkService, folder: Path) -> None:
        fonts.load()
        self.folder = folder
        self.profile = Profile(folder / "profile.json")
        self.tasks = Tasks()
        self.sound = SoundService(self.profile, FakeMicrophone)
        mixed = self.sound.thread_of_sound
        self.broadcast = BroadcastService(link, self.profile, self.tasks, folder / "no-clip.mp4", None, mixed)
        self.scenes = self.new_scenes()
        self.failures: list[str] = []
        self.scenes.failed.connect(self.failures.append)
        source = colour_source("#3c3c3c")
        self.broadcast.source.show(SourceChoice("file:camera", "Camera", "file"), source)

    def new_scenes(self) -> ScenesService:
        return ScenesService.build(
            self.broadcast,
            self.profile,
            self.tasks,
            self.folder / "no-clip.mp4",
            fonts.families,
            self.sound,
        )

    def image(self, name: str = "red.png") -> SourceSpec:
        path = self.folder / name
        Image.new("RGBA", (40, 40), (255, 0, 0, 255)).save(path)
        return SourceSpec(kind=SourceKind.IMAGE, target=str(path))

    async def until(self, **wanted: tuple[int, int, int]) -> None:
        """Waits until the picture has these colours at ``left_top``, ``middle``, ``right_bottom``."""
        places = {"left_top": (0.25, 0.25), "middle": (0.5, 0.5), "right_bottom": (0.75, 0.75)}
        async with asyncio.timeout(30):
            while True:
                program = self.broadcast._engine.preview.take()
                if program is not None and all(
                    _near(program.array, *places[place], colour) for place, colour in wanted.items()
                ):
                    return
                await asyncio.sleep(0.005)

    async def until_problem(self, layer_id: str) -> str:
        await until(lambda: bool(self.scenes.problem(layer_id)))
        return self.scenes.problem(layer_id)


def _near(picture: np.ndarray[Any, Any], x: float, y: float, colour: tuple[int, int, int]) -> bool:
    height, width = picture.shape[:2]
    pixel = picture[int(y * height), int(x * width)].astype(int)
    return bool((abs(pixel - colour) <= 24).all())


@pytest.fixture
def desk(qapp: QApplication, link: LinkService, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(link, tmp_path)
    yield made
    made.scenes.stop()
    assert made.broadcast._engine.stop(30)
    made.profile.flush()
    for part in (made.scenes, made.broadcast, made.sound, made.profile):
        shiboken6.delete(part)


def test_layers_are_seen_where_they_are_put_in_their_order(desk: Desk, play: Play) -> None:
    async def story() -> None:
        image = desk.scenes.add_layer(desk.image(), "Logo", LEFT_TOP)
        colour = SourceSpec(kind=SourceKind.COLOUR, colour="#0000ff")
        bar = desk.scenes.add_layer(colour, "Bar", RIGHT_BOTTOM)
        await desk.until(left_top=RED, right_bottom=BLUE)
        desk.scenes.place(image, replace(RIGHT_BOTTOM))
        await desk.until(left_top=CAMERA, right_bottom=BLUE)
        desk.scenes.move_layer(bar, 0)
        await desk.until(right_bottom=RED)
        desk.scenes.set_visible(image, False)
        await desk.until(right_bottom=CAMERA)
        desk.scenes.remove_layer(bar)
        assert [layer.name for layer in desk.scenes.scene.layers] == ["Camera", "Logo"]
        assert not desk.failures

    play(story)


def test_a_text_in_any_script_is_drawn_and_follows_its_edit(desk: Desk, play: Play) -> None:
    async def story() -> None:
        spec = SourceSpec(kind=SourceKind.TEXT, text="█████", colour="#ff0000")
        text = desk.scenes.add_layer(spec, "Text", Placement())
        await desk.until(middle=RED)
        desk.scenes.set_source(text, replace(spec, text="█████", colour="#0000ff"))
        await desk.until(middle=BLUE)
        desk.scenes.set_source(text, replace(spec, text="مرحبا 日本語"))
        assert not desk.failures

    play(story)


def test_a_video_is_heard_while_its_scene_is_on(desk: Desk, play: Play) -> None:
    async def story() -> None:
        path = flash_and_beep(desk.folder / "beep.mp4", 1.0)
        program = desk.sound.thread_of_sound.mixer.program
        clip = desk.scenes.add_layer(SourceSpec(kind=SourceKind.VIDEO, target=str(path)), "Clip", LEFT_TOP)
        await until(lambda: program.take().peak_dbfs > -30)
        desk.scenes.set_visible(clip, False)
        quiet = _QuietFor(1.5)  # longer than from beep to beep
        await until(lambda: quiet.hears(program.take().peak_dbfs))
        desk.scenes.set_visible(clip, True)
        await until(lambda: program.take().peak_dbfs > -30)
        desk.scenes.add_scene("Two")
        quiet = _QuietFor(1.5)
        await until(lambda: quiet.hears(program.take().peak_dbfs))

    play(story)


def test_a_video_chosen_as_the_camera_is_heard_while_a_scene_shows_it(desk: Desk, play: Play) -> None:
    async def story() -> None:
        path = flash_and_beep(desk.folder / "beep.mp4", 1.0)
        program, video = desk.sound.thread_of_sound.mixer.program, StripName.VIDEO
        desk.broadcast.source.add_file(str(path))
        await until(lambda: program.take().peak_dbfs > -30)
        desk.sound.desk.mute(video, True)
        quiet = _QuietFor(1.5)
        await until(lambda: quiet.hears(program.take().peak_dbfs))
        desk.sound.desk.mute(video, False)
        await until(lambda: program.take().peak_dbfs > -30)
        main = desk.scenes.scene.layers[0].id
        desk.scenes.set_visible(main, False)
        quiet = _QuietFor(1.5)
        await until(lambda: quiet.hears(program.take().peak_dbfs))
        desk.scenes.set_visible(main, True)
        await until(lambda: program.take().peak_dbfs > -30)
        sounding = desk.broadcast.source.sound
        assert sounding is not None
        desk.broadcast.source.choose("pattern")
        assert desk.broadcast.source.sound is None
        quiet = _QuietFor(1.5)
        await until(lambda: quiet.hears(program.take().peak_dbfs))
        assert sounding.stop(), "its thread ended with it"

    play(story)


def test_the_demo_clip_is_not_heard(desk: Desk, play: Play) -> None:
    async def story() -> None:
        desk.broadcast.source.choose_demo()
        assert desk.broadcast.source.sound is None

    play(story)


class _QuietFor:
    """True once nothing was heard for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = time.monotonic()

    def hears(self, peak_dbfs: float) -> bool:
        if peak_dbfs > -60:
            self._since = time.monotonic()
        return time.monotonic() - self._since > self._seconds


def test_a_look_of_a_layer_is_hung_and_taken_down(desk: Desk, play: Play) -> None:
    async def story() -> None:
        image = desk.scenes.add_layer(desk.image(), "Logo", LEFT_TOP)
        await desk.until(left_top=RED)
        desk.scenes.set_layer_look(image, Look(saturation=-1.0))
        grey = (76, 76, 76)  # the luma of pure red
        await desk.until(left_top=grey)
        desk.scenes.set_layer_look(image, Look())
        await desk.until(left_top=RED)

    play(story)


def test_undo_brings_back_what_was_but_never_switches(desk: Desk, play: Play) -> None:
    async def story() -> None:
        scenes = desk.scenes
        image = scenes.add_layer(desk.image(), "Logo", LEFT_TOP)
        for step in range(1, 6):
            scenes.place(image, replace(LEFT_TOP, x=0.25 + step / 10), "drag")
        scenes.settle()
        scenes.undo()
        assert scenes.scene.layers[1].placement == LEFT_TOP, "a drag is one step"
        await desk.until(left_top=RED)
        scenes.add_scene("Two")
        scenes.switch("camera")
        scenes.undo()
        assert [scene.name for scene in scenes.book.scenes] == ["Camera"]
        assert scenes.book.current == "camera"
        scenes.undo()
        await desk.until(left_top=CAMERA)
        assert not scenes.can_undo
        scenes.redo()
        await desk.until(left_top=RED)

    play(story)


def test_scenes_are_kept_in_the_profile(desk: Desk, play: Play) -> None:
    async def story() -> None:
        desk.scenes.add_scene("Gifts 🎁")
        desk.scenes.add_layer(desk.image(), "Logo", LEFT_TOP)
        desk.scenes.set_transition(Transition.CUT)
        desk.profile.flush()
        assert Profile(desk.folder / "profile.json").saved.scenes == desk.scenes.book

    play(story)


def test_a_layer_without_a_picture_says_why_and_the_others_stay(desk: Desk, play: Play) -> None:
    async def story() -> None:
        gone = SourceSpec(kind=SourceKind.IMAGE, target=str(desk.folder / "gone.png"))
        desk.scenes.add_layer(desk.image(), "Logo", LEFT_TOP)
        lost = desk.scenes.add_layer(gone, "Lost", RIGHT_BOTTOM)
        assert "gone.png" in await desk.until_problem(lost)
        await desk.until(left_top=RED, right_bottom=CAMERA)
        camera = desk.scenes.add_layer(
            SourceSpec(kind=SourceKind.CAMERA, target="by-id/none"), "Second camera"
        )
        assert "not plugged in" in await desk.until_problem(camera)

    play(story)


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "is empty"), (b"no video\n" * 99, "no picture this app can")]
)
def test_a_corrupt_clip_as_a_layer_says_why_and_the_others_stay(
    desk: Desk, play: Play, content: bytes, says: str
) -> None:
    async def story() -> None:
        path = desk.folder / "clip.mp4"
        path.write_bytes(content)
        desk.scenes.add_layer(desk.image(), "Logo", LEFT_TOP)
        broken = desk.scenes.add_layer(
            SourceSpec(kind=SourceKind.VIDEO, target=str(path)), "Clip", RIGHT_BOTTOM
        )
        problem = await desk.until_problem(broken)
        assert problem.startswith("“clip.mp4” ") and says in problem
        await desk.until(left_top=RED, right_bottom=CAMERA)

    play(story)


def test_the_camera_that_is_on_already_is_shared_not_opened_twice(desk: Desk) -> None:
    choice = SourceChoice("camera:by-id/one", "One", "camera")
    desk.broadcast.source.show(choice, colour_source("#c8c8c8"))
    desk.scenes.add_layer(SourceSpec(kind=SourceKind.CAMERA, target="by-id/one"), "Again", LEFT_TOP)
    assert set(desk.broadcast.stage.input_states()) == {"main"}


def test_what_the_rules_refuse_is_said_and_changes_nothing(desk: Desk) -> None:
    before = desk.scenes.book
    desk.scenes.remove_scene("camera")
    desk.scenes.switch("nowhere")
    desk.scenes.place("none", Placement())
    assert len(desk.failures) == 3 and all(line.endswith(".") for line in desk.failures)
    assert desk.scenes.book == before


def test_a_scene_switched_on_air_reaches_the_viewers_pictures(desk: Desk, play: Play) -> None:
    async def story() -> None:
        desk.scenes.add_scene("Gifts")
        desk.scenes.add_layer(SourceSpec(), "Camera")
        desk.scenes.add_layer(desk.image(), "Logo", LEFT_TOP)
        desk.scenes.switch("camera")
        await desk.until(left_top=CAMERA)
        output = FragmentOutput(capacity_ms=60_000)
        engine = desk.broadcast._engine
        engine.go_on_air([output], EncoderSettings(preset="ultrafast", keyframe_interval_s=0.5))
        await until(lambda: output.counters().queued_ms >= 500)
        desk.scenes.switch("scene")
        await desk.until(left_top=RED)
        seen = output.counters().queued_ms
        await until(lambda: output.counters().queued_ms >= seen + 700)
        assert await desk.tasks.blocking(engine.leave_air)
        shades = _left_top_reds(output)
        assert shades[0] == pytest.approx(CAMERA[2], abs=12)
        assert shades[-1] > 220
        between = [shade for shade in shades if CAMERA[2] + 30 < shade < 200]
        assert between, "it was faded, not cut"
        assert between == sorted(between)

    play(story)


def _left_top_reds(output: FragmentOutput) -> list[int]:
    """How red each decoded picture is at the left top."""
    data = (output.init_segment or b"") + b"".join(part.data for part in iter(lambda: output.get(0), None))
    with av.open(io.BytesIO(data)) as container:
        pictures = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    return [int(picture[picture.shape[0] // 4, picture.shape[1] // 4, 2]) for picture in pictures]


def test_scenes_travel_in_a_file_and_missing_files_are_named(desk: Desk, play: Play) -> None:
    async def story() -> None:
        scenes, path = desk.scenes, desk.folder / "mine.hoststudio-scenes"
        scenes.add_layer(desk.image(), "Logo", LEFT_TOP)
        await scenes.export_to(path)
        assert not desk.failures
        await scenes.import_from(path)
        assert [scene.name for scene in scenes.book.scenes] == ["Camera", "Camera 2"]
        assert scenes.book.scenes[1].layers == scenes.book.scenes[0].layers
        scenes.undo()
        (desk.folder / "red.png").unlink()
        await scenes.import_from(path)
        assert "red.png" in desk.failures.pop()
        await scenes.export_to(desk.folder / "none" / "x.hoststudio-scenes")
        assert "cannot be written" in desk.failures.pop()

    play(story)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a file of scenes"),
        (b"\xff\xfe\x00", "not a file of scenes"),
        (b"[1, 2]", "not a file of scenes"),
        (b'{"format": "other", "version": 1, "book": {}}', "not a file of scenes"),
        (b'{"format": "host-studio-scenes", "version": 9, "book": {}}', "newer Host Studio"),
        (b'{"format": "host-studio-scenes", "version": 1, "book": {"scenes": []}}', "damaged"),
        (b'{"format": "host-studio-scenes", "version": 1, "book": {"fade_ms": 1e99}}', "damaged"),
        (b" " * 2_000_001, "too large"),
    ],
)
def test_a_broken_file_changes_nothing(desk: Desk, play: Play, content: bytes, why: str) -> None:
    async def story() -> None:
        path = desk.folder / "broken.hoststudio-scenes"
        path.write_bytes(content)
        await desk.scenes.import_from(path)
        assert why in desk.failures[-1]
        await desk.scenes.import_from(desk.folder / "none")
        assert "cannot be read" in desk.failures[-1]
        assert desk.scenes.book == SceneBook()

    play(story)
