"""Which stage is up, and how one gives way to the next.

Thread: `request` from any, the rest on the compose thread. Must not import: Qt, net.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio.media.cv2_import import cv2
from studio.media.frame import Frame, Pixels
from studio.media.program import ProgramPicture
from studio.media.scene.feed import Feed
from studio.media.scene.painter import StagePainter
from studio.media.scene.stage import Stage
from studio.media.settings import CanvasSettings


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    stage: Stage
    fade_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class _Fade:
    """From what it comes (a stage, or the picture of a fade that it broke off), and when."""

    leaving: Stage | ProgramPicture
    painter: StagePainter
    began_ns: int
    length_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a picture would be made of now: to see whether it must be made anew."""

    stage: Stage
    frames: tuple[Frame | None, ...]
    fading: bool

    def same_as(self, other: Seen) -> bool:
        """Whether both make the same picture."""
        return (
            self.stage is other.stage
            and not (self.fading or other.fading)
            and all(map(_same, self.frames, other.frames))
        )


class SceneShow:
    """Invariant: a fade ends by the clock, however many ticks were missed, and holds at most two stages.

    `on_settled(stage)` runs on the compose thread, once a requested stage is all that is shown.
    """

    def __init__(
        self,
        canvas: CanvasSettings,
        ground: Pixels,
        stage: Stage,
        on_settled: Callable[[Stage], None] | None = None,
    ) -> None:
        self._request = self._begun = _Request(stage, 0)
        self._on_settled = on_settled
        self._stage = stage
        self._fade: _Fade | None = None
        self._painter = StagePainter(canvas.width, canvas.height, ground)
        self._size = (canvas.width, canvas.height)
        self._now_ns = 0
        self._settled = True

    def request(self, stage: Stage, fade_ns: int) -> None:
        """Shows `stage` from the next tick on; `fade_ns` 0 is a cut. The newest request wins."""
        self._request = _Request(stage, fade_ns)

    def resize(self, canvas: CanvasSettings, ground: Pixels) -> None:
        """Draws the same scene on another canvas from now on; a fade that was under way ends at once."""
        self._fade = None
        self._painter = StagePainter(canvas.width, canvas.height, ground)
        self._size = (canvas.width, canvas.height)

    def take(self, now_ns: int, mirrored: bool) -> bool:
        """Looks for requests and new pictures, once a tick. True when a picture that shows is new."""
        self._now_ns = now_ns
        if self._fade is not None and now_ns >= self._fade.began_ns + self._fade.length_ns:
            self._fade = None
        request = self._request
        if request is not self._begun:
            self._begin(request, mirrored)
        if self._fade is None and not self._settled:
            self._settled = True
            if self._on_settled is not None:
                self._on_settled(self._stage)
        fresh = False
        for feed in self._feeds():
            fresh |= feed.take(now_ns)
        return fresh

    def seen(self) -> Seen:
        """What the next `draw` is made of."""
        return Seen(self._stage, _frames(self._stage), self._fade is not None)

    @property
    def captured_ns(self) -> int | None:
        """When the picture was captured: the main input's if it shows, else the newest. None: no picture."""
        times = [
            (part.is_main, part.feed.frame.pts_ns)
            for part in self._stage.parts
            if part.feed.frame is not None
        ]
        return max(times)[1] if times else None

    def draw(self, mirrored: bool) -> ProgramPicture:
        """The picture of this moment, without overlays."""
        arriving = self._draw(self._painter, self._stage, mirrored)
        if self._fade is None:
            return arriving
        leaving = self._fade.leaving
        if isinstance(leaving, Stage):
            leaving = self._draw(self._fade.painter, leaving, mirrored)
        share = min(1.0, max(0.0, (self._now_ns - self._fade.began_ns) / self._fade.length_ns))
        host = None
        if arriving.host is not arriving.array or leaving.host is not leaving.array:
            host = _mixed(arriving.host, share, leaving.host)
        return ProgramPicture(_mixed(arriving.array, share, leaving.array), self._size, host_ground=host)

    def _begin(self, request: _Request, mirrored: bool) -> None:
        """Starts to show another stage. A fade that is under way is broken off where it is."""
        self._begun = request
        self._settled = False
        if request.fade_ns <= 0:
            self._fade = None
        else:
            leaving = self._stage if self._fade is None else self.draw(mirrored)
            self._fade = _Fade(leaving, self._painter, self._now_ns, request.fade_ns)
            self._painter = self._painter.successor()
        self._stage = request.stage

    def _feeds(self) -> Iterable[Feed]:
        """Of all that shows, each once."""
        leaving = self._fade.leaving if self._fade is not None else None
        if not isinstance(leaving, Stage):
            return self._stage.feeds
        return dict.fromkeys(self._stage.feeds + leaving.feeds)

    def _draw(self, painter: StagePainter, stage: Stage, mirrored: bool) -> ProgramPicture:
        picture, main_alone = painter.paint(stage, _frames(stage))
        return ProgramPicture(picture, self._size, mirrored=mirrored and main_alone)


def _mixed(arriving: Pixels, share: float, leaving: Pixels) -> Pixels:
    return cv2.addWeighted(arriving, share, leaving, 1 - share, 0)  # type: ignore[return-value]


def _frames(stage: Stage) -> tuple[Frame | None, ...]:
    return tuple([part.feed.frame for part in stage.parts])


def _same(one: Frame | None, other: Frame | None) -> bool:
    """Whether both look the same: a still may be given again with a new time."""
    if one is other:
        return True
    return one is not None and other is not None and one.array is other.array and one.alpha is other.alpha
