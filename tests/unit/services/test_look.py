"""The look in a running engine: it reaches the picture, stays when the source changes, and is kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import shiboken6
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from studio.media.frame import Frame
from studio.media.program import ProgramFrame
from studio.model.look import ChromaKey, Look
from studio.services.broadcast import BroadcastService
from studio.services.link import LinkService
from studio.services.look import LookService
from studio.services.profile import Profile
from studio.services.source_list import SourceChoice
from studio.services.tasks import Tasks
from tests.fakes.sources import FakeSource, plain
from tests.ui.shell.conftest import play

__all__ = ["play"]
Play = Callable[[Callable[[], Awaitable[None]]], None]


class Steady(FakeSource):
    """Gives one grey, about a hundred times a second."""

    def __init__(self, shade: int) -> None:
        super().__init__(f"steady {shade}")
        self._shade = shade
        self._pace = threading.Event()

    def read(self) -> Frame | None:
        self._pace.wait(0.01)
        self.give(plain(72, 128, self._shade))
        return super().read()


class Desk:
    """A broadcast with its look, and what the host and the viewers see in the middle of the picture."""

    def __init__(self, link: LinkService, folder: Path) -> None:
        self.profile = Profile(folder / "profile.json")
        self.tasks = Tasks()
        self.broadcast = BroadcastService(link, self.profile, self.tasks, folder / "no-clip.mp4")
        self.broadcast.set_preview_size(90, 160)
        self.look = LookService(self.broadcast, self.profile, self.tasks)
        self.sources: list[Steady] = []

    def show(self, shade: int) -> None:
        source = Steady(shade)
        self.sources.append(source)
        self.broadcast.source.show(SourceChoice(source.key, source.name, "file"), source)

    async def until_shown(self, wanted: Callable[[QColor], bool]) -> None:
        async with asyncio.timeout(20):
            while True:
                image = self.broadcast.take_preview()
                if image is not None and wanted(image.pixelColor(image.width() // 2, image.height() // 2)):
                    return
                await asyncio.sleep(0.005)

    async def next_program(self) -> ProgramFrame:
        """What viewers get next."""
        async with asyncio.timeout(20):
            while True:
                program = self.broadcast._engine.preview.take()
                if program is not None:
                    return program
                await asyncio.sleep(0.005)

    async def end(self) -> None:
        assert await self.broadcast.stop()
        await self.tasks.stop()


@pytest.fixture
def desk(qapp: QApplication, link: LinkService, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(link, tmp_path)
    yield made
    assert made.broadcast._engine.stop(30)
    made.profile.flush()
    for part in (made.look, made.broadcast, made.profile):
        shiboken6.delete(part)


def grey(shade: int) -> Callable[[QColor], bool]:
    return lambda colour: abs(colour.green() - shade) <= 1 and abs(colour.red() - colour.blue()) <= 1


def test_it_reaches_the_picture_and_stays_when_the_source_changes(play: Play, desk: Desk) -> None:
    async def story() -> None:
        desk.show(100)
        await desk.until_shown(grey(100))
        desk.look.adjust(brightness=0.5)
        await desk.until_shown(grey(140))
        desk.show(60)
        await desk.until_shown(grey(100))
        desk.look.adjust(temperature=0.5)
        await desk.until_shown(lambda colour: colour.red() > colour.blue() + 8)
        desk.look.reset()
        await desk.until_shown(grey(60))
        await desk.end()

    play(story)


def test_comparing_shows_the_host_the_camera_while_the_look_stays_on(play: Play, desk: Desk) -> None:
    async def story() -> None:
        desk.show(100)
        desk.look.adjust(brightness=0.5)
        await desk.until_shown(grey(140))
        desk.look.compare(True)
        await desk.until_shown(grey(100))
        program = await desk.next_program()
        assert abs(int(program.array[640, 360, 1]) - 140) <= 1, "viewers keep the look"
        assert desk.look.colour_under(0.5, 0.5) == "#646464"
        desk.look.compare(False)
        await desk.until_shown(grey(140))
        await desk.end()

    play(story)


def test_it_says_what_it_costs_and_nothing_while_neutral(play: Play, desk: Desk) -> None:
    async def story() -> None:
        desk.show(100)
        await desk.until_shown(grey(100))
        assert desk.look.cost_ms == 0.0 and not desk.look.costly
        desk.look.adjust(brightness=0.5)
        await desk.until_shown(grey(140))
        assert desk.look.cost_ms > 0.0
        for _ in range(60):
            desk.look._process.cost_ms.add(25.0)
        assert desk.look.costly, "25 of 33 ms"
        await desk.end()

    play(story)


def test_without_a_picture_there_is_no_colour_and_nothing_to_compare(play: Play, desk: Desk) -> None:
    async def story() -> None:
        assert desk.look.colour_under(0.5, 0.5) == ""
        desk.look.compare(True)
        assert desk.broadcast.preview.picture_instead() is None
        await desk.end()

    play(story)


def test_the_key_remembers_its_settings_and_refuses_values_out_of_range(play: Play, desk: Desk) -> None:
    async def story() -> None:
        look = desk.look
        look.adjust_key(colour="#0000ff", similarity=0.3)
        look.set_keyed(False)
        assert look.look.chroma is None
        look.set_keyed(True)
        assert look.look.chroma == ChromaKey(colour="#0000ff", similarity=0.3)
        with pytest.raises(ValueError, match="similarity"):
            look.adjust_key(similarity=1.5)
        with pytest.raises(ValueError, match="contrast"):
            look.adjust(contrast=float("nan"))
        assert look.look.chroma == ChromaKey(colour="#0000ff", similarity=0.3)
        await desk.end()

    play(story)


def test_a_kept_look_is_there_from_the_first_pictures_on(
    play: Play, link: LinkService, qapp: QApplication, tmp_path: Path
) -> None:
    kept = Profile(tmp_path / "profile.json")
    kept.update(look=Look(brightness=0.5, lut=str(tmp_path / "gone.cube")))
    kept.flush()
    saved = msgspec.json.decode((tmp_path / "profile.json").read_bytes())
    assert saved["look"]["brightness"] == 0.5
    desk = Desk(link, tmp_path)

    async def story() -> None:
        desk.show(100)
        await desk.until_shown(grey(140))
        assert "“gone.cube” is not where it was" in desk.look.problem
        await desk.end()

    play(story)
    for part in (kept, desk.look, desk.broadcast, desk.profile):
        shiboken6.delete(part)
