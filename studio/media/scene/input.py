"""One input of the program picture: a source, the thread that reads it, its look, and its feed.

Thread: methods from any; they return at once. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from studio.media.capture import CaptureState, CaptureThread
from studio.media.clock import Clock
from studio.media.errors import SourceError
from studio.media.frame import Frame
from studio.media.guard import PictureWatch, Sight
from studio.media.mailbox import Mailbox
from studio.media.scene.feed import Feed
from studio.media.scene.process import ProcessSlot
from studio.media.sources.source import VideoSource

StateCallback = Callable[[CaptureState, SourceError | None], None]
#: While nobody sees it, an input with a look makes a picture so often: ready for the switch, at little cost.
PEEK_NS = 250_000_000


@dataclass(frozen=True, slots=True)
class InputState:
    """What is known of an input now.

    Attributes:
        resting: nothing reads it, because no scene that is shown needs it.
        error: why it gives no pictures, a sentence for the host; empty while all is well.
        size: (width, height) of its newest picture, else what the source says; (0, 0): not known yet.
        captured: pictures since the input was made. processes_failed: looks taken off because they raised.
    """

    name: str
    state: CaptureState
    resting: bool
    error: str
    fps: float
    size: tuple[int, int]
    captured: int
    processes_failed: int


class Input:
    """Reads its source while it runs; `use` changes the source, the last picture stays up meanwhile.

    Invariant: at most one thread reads at a time, but for one whose driver blocks and that was asked to end.
    `watched` lets the picture guard look at every picture. `on_state` is told of the current source alone.

    Attributes:
        seen: whether a scene that is shown has it; set by the registry.
    """

    def __init__(
        self, name: str, clock: Clock, *, watched: bool = False, on_state: StateCallback | None = None
    ) -> None:
        self.feed = Feed()
        self.process = ProcessSlot(name)
        self.seen = True
        self._made_ns: int | None = None
        self._clock = clock
        self._watched = watched
        self._on_state = on_state
        self._lock = threading.Lock()
        self._source: VideoSource | None = None
        self._capture: CaptureThread | None = None
        self._after: CaptureThread | None = None
        self._left_behind: list[CaptureThread] = []
        self._resting = True
        self._captured_before = 0
        self._watch, self._watch_number = PictureWatch(), 0
        self._error: SourceError | None = None
        self._size = (0, 0)

    @property
    def capture(self) -> CaptureThread | None:
        """The thread of the current source; ended while the input rests, None before the first run."""
        return self._capture

    @property
    def captured(self) -> int:
        """Pictures of all its sources."""
        with self._lock:
            return self._captured_before + (self._capture.captured if self._capture else 0)

    @property
    def resting(self) -> bool:
        return self._resting

    def use(self, source: VideoSource, *, after: CaptureThread | None = None) -> None:
        """Reads this source from now on, if it runs; else once it does. `after` may still have its device."""
        with self._lock:
            self._after = after
            self._source, self._error, self._size = source, None, (0, 0)
            self._watch, self._watch_number = PictureWatch(), self._watch_number + 1
            if not self._resting:
                self._begin(source)

    def run(self) -> None:
        """Reads its source, if it does not yet."""
        with self._lock:
            if self._resting and self._source is not None:
                self._resting = False
                self.feed.hold_from(self._clock.now_ns())
                self._begin(self._source)

    def rest(self) -> None:
        """Stops reading and gives the device back; the last picture is kept for the return."""
        with self._lock:
            self._resting = True
            if self._capture is not None:
                self._capture.request_stop()

    def reopen(self) -> None:
        """Gives the device back and opens it again; nothing while it rests."""
        capture = self._capture
        if capture is not None and not self._resting:
            capture.reopen()

    def sight(self) -> Sight | None:
        """What the guard must know of the current source; None before the first."""
        with self._lock:
            capture, watch, number = self._capture, self._watch, self._watch_number
        if capture is None:
            return None
        last_ns, same_ns, black_ns = watch.times()
        return Sight(number, capture.state, last_ns, same_ns, black_ns, capture.fps, capture.source.fps)

    def state(self) -> InputState:
        """A snapshot; cheap enough for every second."""
        with self._lock:
            capture, source, error, size = self._capture, self._source, self._error, self._size
        running = capture is not None and not self._resting
        return InputState(
            name=source.name if source is not None else "",
            state=capture.state if capture is not None and running else CaptureState.STOPPED,
            resting=self._resting,
            error=str(error) if error is not None else "",
            fps=capture.fps if capture is not None and running else 0.0,
            size=size if size != (0, 0) or source is None else source.size,
            captured=self.captured,
            processes_failed=self.process.failed,
        )

    def threads(self) -> list[CaptureThread]:
        """All that may still run, to be asked to end together and waited for together."""
        with self._lock:
            return [*self._left_behind, *([self._capture] if self._capture is not None else [])]

    def _begin(self, source: VideoSource) -> None:
        """Starts a thread for `source` and lets the one before it end. The lock is held."""
        mailbox: Mailbox[Frame] = Mailbox()
        before, watch = self._capture, self._watch
        capture: CaptureThread

        def saw(frame: Frame) -> None:
            if capture is self._capture:
                self._size = (frame.array.shape[1], frame.array.shape[0])
            if self._watched:
                watch.see(frame)

        capture = CaptureThread(
            source,
            mailbox,
            on_state=lambda state, error: self._told(capture, state, error),
            on_frame=saw,
            process=self._made,
            after=before or self._after,
            clock=self._clock,
        )
        self._capture = capture
        self._left_behind = [old for old in self._left_behind if not old.join(0)]
        if before is not None:
            self._left_behind.append(before)
            self._captured_before += before.captured
            before.request_stop()
        # A source that promises no rate (an image, a text, a screen on which nothing moves) may be silent.
        self.feed.connect(mailbox, lambda: source.fps == 0.0 and capture.state is CaptureState.RUNNING)
        capture.start()

    def _made(self, frame: Frame) -> Frame | None:
        """The picture with its look; None where a look for nobody would only cost."""
        made_ns = self._made_ns
        soon = made_ns is not None and made_ns <= frame.pts_ns < made_ns + PEEK_NS
        if soon and not self.seen and self.process.is_set:
            return None
        self._made_ns = frame.pts_ns
        return self.process(frame)

    def _told(self, capture: CaptureThread, state: CaptureState, error: SourceError | None) -> None:
        if capture is not self._capture:  # of a source just left
            return
        if state is not CaptureState.OPENING:  # an attempt does not yet mend what went wrong
            self._error = error
        if self._on_state is not None:
            self._on_state(state, error)
