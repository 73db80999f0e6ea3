"""The compositor: on every tick of the output rate, makes the program picture.

Purpose: the clock of the picture; what the scene looks like is `scene/`'s, overlays and curtain go over it.

Thread: `compose`; its setters may be called from any thread. Must not import: Qt, net.

Counters, in the words of OBS: `lagged` are ticks this thread missed because it was too slow or not scheduled;
`repeated` are ticks on which no new source picture had come. A 30 fps camera against a 30 fps tick repeats
one now and then because their phases drift: that is no fault. A source that delivers less shows in its fps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from studio.media.clock import Clock, MonotonicClock
from studio.media.frame import Frame, Pixels
from studio.media.mailbox import Mailbox
from studio.media.overlay import Overlay, checked
from studio.media.program import ProgramFrame, ProgramPicture
from studio.media.queues import DropOldestQueue
from studio.media.scene.feed import HOLD_NS, Feed
from studio.media.scene.show import SceneShow, Seen
from studio.media.scene.stage import MAIN, Stage, StagePart
from studio.media.settings import CanvasSettings
from studio.media.stats import RollingWindow
from studio.model.scene import Placement

#: The slate: BGR of the design's `bg` #0d0e12.
SLATE_BGR = (0x12, 0x0E, 0x0D)

__all__ = ["HOLD_NS", "SLATE_BGR", "Compositor"]


@dataclass(frozen=True, slots=True)
class _Composed:
    """The last result and what it was made of, to reuse it while nothing changes."""

    picture: ProgramPicture
    seen: Seen
    curtain: Frame | None
    overlays: tuple[Overlay, ...]
    mirrored: bool
    for_viewers: bool


class Compositor:
    """Ticks at `canvas.fps` on the clock: tick n is due at start + n / fps, so it cannot drift.

    Invariant: each program picture is shared by preview and encoder; what it is made of is not written again.
    `on_preview_ready` runs on the compose thread, only when the preview mailbox went from empty to full.
    """

    def __init__(
        self,
        canvas: CanvasSettings,
        preview: Mailbox[ProgramFrame],
        *,
        on_preview_ready: Callable[[], None] | None = None,
        on_settled: Callable[[Stage], None] | None = None,
        main: Feed | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._canvas = canvas
        self._next_canvas: CanvasSettings | None = None
        self._preview = preview
        self._on_preview_ready = on_preview_ready
        self._clock: Clock = clock or MonotonicClock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="compose", daemon=True)
        # Swapped whole by other threads, read once a tick.
        self._overlays: tuple[Overlay, ...] = ()
        self._mirrored = False
        self._for_viewers = True
        self._to_encoder: DropOldestQueue[ProgramFrame] | None = None
        self._main = main or Feed()
        stage = Stage((StagePart(MAIN, Placement(), self._main, is_main=True),))
        self._show = SceneShow(canvas, _slate(canvas), stage, on_settled)
        self._curtain: Frame | None = None
        self._last: _Composed | None = None
        self._compose_ms = RollingWindow()
        self._composed = self._repeated = self._lagged = self._starved = 0

    def set_input(self, mailbox: Mailbox[Frame] | None) -> None:
        """Takes the main pictures from here on; the last one stays up until the first new one comes."""
        self._main.connect(mailbox)

    def show(self, stage: Stage, fade_ms: int = 0) -> None:
        """Shows `stage` from the next tick on; with `fade_ms` it comes up over what is shown now."""
        self._show.request(stage, fade_ms * 1_000_000)

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        """Blends these over every picture from the next tick on, the first lowest. ValueError: too many."""
        self._overlays = checked(overlays)

    def set_mirrored(self, mirrored: bool) -> None:
        """Whether the host sees the camera mirrored; viewers never do, and words are mirrored for nobody."""
        self._mirrored = mirrored

    def set_overlays_for_viewers(self, wanted: bool) -> None:
        """Whether viewers get the overlays too; the host sees them always."""
        self._for_viewers = wanted

    def set_curtain(self, picture: Pixels | None) -> None:
        """Shows `picture` (any size, BGR) instead of the source from the next tick on; None: the source."""
        self._curtain = None if picture is None else Frame(picture, self._clock.now_ns())

    def set_canvas(self, canvas: CanvasSettings) -> None:
        """Another size and rate from the next tick on; not while an encoder takes pictures of this one."""
        self._next_canvas = canvas

    def set_encoder_queue(self, queue: DropOldestQueue[ProgramFrame] | None) -> None:
        self._to_encoder = queue

    @property
    def composed(self) -> int:
        return self._composed

    @property
    def repeated(self) -> int:
        return self._repeated

    @property
    def lagged(self) -> int:
        return self._lagged

    @property
    def starved(self) -> int:
        """Those of `lagged` for which this thread was ready and the system did not wake it in time."""
        return self._starved

    @property
    def compose_ms(self) -> RollingWindow:
        """Milliseconds each new picture took."""
        return self._compose_ms

    def start(self) -> None:
        self._thread.start()

    def stop_soon(self) -> None:
        """Asks the thread to end; returns at once."""
        self._stop.set()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Ends the thread. False if it had not ended in time."""
        self.stop_soon()
        return self.join(timeout_s)

    def join(self, timeout_s: float) -> bool:
        """Waits for the end. False when it had not come after `timeout_s`."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        fps = self._canvas.fps
        start_ns = self._clock.now_ns()
        number = 0
        ready_ns = start_ns
        while not self._clock.wait_until(tick_ns := start_ns + number * 1_000_000_000 // fps, self._stop):
            # Late by whole ticks: count them and go on from now, never hurry after them.
            due = (self._clock.now_ns() - start_ns) * fps // 1_000_000_000
            if due > number:
                self._lagged += due - number
                if ready_ns <= tick_ns:
                    self._starved += due - number
                number = due
                tick_ns = start_ns + number * 1_000_000_000 // fps
            self._publish(self.compose(number, tick_ns))
            number += 1
            if self._take_canvas():
                fps, number = self._canvas.fps, 0
                start_ns = self._clock.now_ns()
            ready_ns = self._clock.now_ns()

    def _take_canvas(self) -> bool:
        canvas, self._next_canvas = self._next_canvas, None
        if canvas is None:
            return False
        self._canvas, self._last = canvas, None
        self._show.resize(canvas, _slate(canvas))
        return True

    def compose(self, number: int, pts_ns: int) -> ProgramFrame:
        """Makes the picture of tick `number`, due at `pts_ns`. Called by the thread; public for tests."""
        began_ns = self._clock.now_ns()
        overlays, curtain = self._overlays, self._curtain
        mirrored = self._mirrored and curtain is None  # its words are for the host to read, too
        fresh = self._show.take(pts_ns, mirrored)
        seen, last = self._show.seen(), self._last
        if (
            last is None
            or last.curtain is not curtain
            or (curtain is None and not last.seen.same_as(seen))
            or last.overlays is not overlays
            or last.mirrored is not mirrored
            or last.for_viewers is not self._for_viewers
        ):
            last = self._last = self._draw(seen, curtain, overlays, mirrored)
            self._compose_ms.add((self._clock.now_ns() - began_ns) / 1e6)
        self._composed += 1
        self._repeated += not fresh
        return ProgramFrame(
            picture=last.picture,
            number=number,
            pts_ns=pts_ns,
            captured_ns=None if curtain is not None else self._show.captured_ns,
            repeated=not fresh,
        )

    def _draw(
        self, seen: Seen, curtain: Frame | None, overlays: tuple[Overlay, ...], mirrored: bool
    ) -> _Composed:
        if curtain is None:
            picture = self._show.draw(mirrored)
        else:
            picture = ProgramPicture(curtain.array, (self._canvas.width, self._canvas.height))
        for_viewers = self._for_viewers
        picture = replace(picture, overlays=overlays, for_viewers=for_viewers)
        return _Composed(picture, seen, curtain, overlays, mirrored, for_viewers)

    def _publish(self, program: ProgramFrame) -> None:
        queue = self._to_encoder
        if queue is not None and self._next_canvas is None:  # what the encoder takes has the new size
            queue.put(program)
        if self._preview.put(program) and self._on_preview_ready is not None:
            self._on_preview_ready()


def _slate(canvas: CanvasSettings) -> Pixels:
    slate: Pixels = np.empty((canvas.height, canvas.width, 3), dtype=np.uint8)
    slate[:] = SLATE_BGR
    slate.flags.writeable = False
    return slate
