"""The look of the host's own picture: kept, made ready off the GUI thread, and hung before the source.

GUI thread. Works for every source of the picture, before and while on air. Signals: ``changed``;
``measured``, once a second, when ``cost_ms`` may be another.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.fit import crop_to_aspect, fit, mirror
from studio.media.frame import Frame, Pixels
from studio.media.look.chroma_key import colour_at
from studio.media.look.process import LookProcess, prepare_look
from studio.media.look.shelf import LutShelf
from studio.model.look import ChromaKey, Look
from studio.services.broadcast import BroadcastService
from studio.services.profile import Profile
from studio.services.tasks import Tasks

#: The share of a picture's time that leaves reading and decoding it enough.
_COSTLY = 0.6


class LookService(QObject):
    """Invariant: the picture has the look that ``look`` says, or will as soon as that is made ready; one is
    made at a time, and of those asked for meanwhile only the last.

    Attributes:
        problem: what is wrong with the LUT file, a sentence; empty when nothing is.
    """

    changed = Signal()
    measured = Signal()

    def __init__(self, broadcast: BroadcastService, profile: Profile, tasks: Tasks) -> None:
        super().__init__()
        self._broadcast, self._profile, self._tasks = broadcast, profile, tasks
        self._shelf = LutShelf()
        self._preparing = False
        self._last_key = profile.saved.look.chroma or ChromaKey()
        self._raw = False
        self.problem = ""
        self._process = LookProcess(Look())
        broadcast.set_look(self._process)
        broadcast.changed.connect(self.measured)
        if not profile.saved.look.neutral:
            QTimer.singleShot(0, self._prepare_soon)  # once the loop runs

    @property
    def look(self) -> Look:
        return self._profile.saved.look

    @property
    def lut_name(self) -> str:
        """The LUT file's name without its folder, empty without one."""
        return Path(self.look.lut).name if self.look.lut else ""

    @property
    def key(self) -> ChromaKey:
        """How the screen is keyed out, or was when it last was."""
        return self.look.chroma or self._last_key

    @property
    def compared(self) -> bool:
        """Whether the host sees the camera without its look; viewers never do."""
        return self._raw

    @property
    def cost_ms(self) -> float:
        """What it takes of the time that a picture has, in milliseconds; 0.0 before it is known."""
        return self._process.cost_ms.percentiles(0.5)[0]

    @property
    def costly(self) -> bool:
        """Whether the source can no longer keep its rate, or hardly, because of the look."""
        return self.cost_ms > _COSTLY * 1000 / self._broadcast.canvas_fps

    def adjust(self, **changes: Any) -> None:
        """Sets fields of the look by name; ValueError when a value is out of its range."""
        self._become(replace(self.look, **changes))

    def adjust_key(self, **changes: Any) -> None:
        """Sets fields of the chroma key by name and switches it on."""
        self._become(replace(self.look, chroma=replace(self.key, **changes)))

    def set_keyed(self, on: bool) -> None:
        """Keys the screen out, with the settings of last time, or does not."""
        self._become(replace(self.look, chroma=self.key if on else None))

    def reset(self) -> None:
        """The picture as the camera gives it."""
        self._last_key = ChromaKey()
        self._become(Look())

    def compare(self, on: bool) -> None:
        """Shows the host, and nobody else, the picture without its look for as long as it is on."""
        if on != self._raw:
            self._raw = on
            self._broadcast.preview.show_instead(self._before if on else None)
            self.changed.emit()

    def colour_under(self, across: float, down: float) -> str:
        """The camera's own colour at a place of the preview, in shares of it; empty without a picture."""
        frame = self._process.seen
        if frame is None:
            return ""
        shown = Frame(crop_to_aspect(frame.array, *self._broadcast.canvas), frame.pts_ns)
        height, width = shown.array.shape[:2]
        if self._broadcast.mirrored:
            across = 1.0 - across
        return colour_at(shown, int(across * width), int(down * height))

    def _before(self) -> Pixels | None:
        frame = self._process.seen
        if frame is None:
            return None
        picture = fit(frame.array, *self._broadcast.canvas)
        return mirror(picture, picture.copy()) if self._broadcast.mirrored else picture

    def _become(self, look: Look) -> None:
        if look == self.look:
            return
        if look.chroma is not None:
            self._last_key = look.chroma
        self._profile.update(look=look)
        self._prepare_soon()
        self.changed.emit()

    def _prepare_soon(self) -> None:
        if not self._preparing:
            self._preparing = True
            self._tasks.start(self._prepare())

    async def _prepare(self) -> None:
        try:
            made: Look | None = None
            while made != self.look:
                made = self.look
                process, problem = await self._tasks.blocking(partial(prepare_look, made, self._shelf))
                process.seen = self._process.seen
                self._process = process
                self._broadcast.set_look(process)
                if problem != self.problem:
                    self.problem = problem
                    self.changed.emit()
        finally:
            self._preparing = False
