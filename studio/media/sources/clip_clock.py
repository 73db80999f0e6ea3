"""Which moment of a clip is shown at which time: pictures set it, sound follows it.

Thread: any. Must not import: Qt, av, cv2.
"""

from __future__ import annotations

import threading

#: A file that does not say how long it is. Its end will tell.
UNKNOWN_NS = 36_000_000_000_000
_EXACT_NS = 1_000_000


class ClipClock:
    """Invariant: media time 0 of the current pass lay at one time; a pass that ends begins the next.

    All in nanoseconds of `clock.now_ns`. Media times count on from pass to pass. `surprises` counts how often
    a pass began otherwise than could be foreseen.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._anchor_ns: int | None = None
        self._pass_ns = 0
        self._length_ns = UNKNOWN_NS
        self.surprises = 0

    def start(self, now_ns: int, length_ns: int) -> None:
        """The first picture is shown at `now_ns`; a pass takes `length_ns` as far as is known."""
        with self._lock:
            self.surprises += 1
            self._anchor_ns, self._pass_ns, self._length_ns = now_ns, 0, length_ns

    def stop(self) -> None:
        """Nothing is shown any more."""
        with self._lock:
            self._anchor_ns = None

    def shift(self, later_ns: int) -> None:
        """Everything comes `later_ns` later than thought: the pictures were late."""
        with self._lock:
            if self._anchor_ns is not None:
                self._anchor_ns += later_ns

    def begin_pass(self, media_ns: int) -> None:
        """A pass begins at that media time. One that came early or late says how long the file really is."""
        with self._lock:
            if media_ns > self._pass_ns:
                self.surprises += abs(media_ns - self._pass_ns - self._length_ns) > _EXACT_NS
                self._pass_ns, self._length_ns = media_ns, media_ns - self._pass_ns

    @property
    def length_ns(self) -> int:
        with self._lock:
            return self._length_ns

    def due_ns(self, media_ns: int) -> int:
        """When that media time is shown."""
        with self._lock:
            assert self._anchor_ns is not None, "a picture comes after the start"
            return self._anchor_ns + media_ns

    def media_ns(self, at_ns: int) -> int | None:
        """What is shown at a time; None while nothing is."""
        with self._lock:
            return None if self._anchor_ns is None else at_ns - self._anchor_ns

    def place(self, media_ns: int) -> tuple[int, int]:
        """The media time at which the pass around `media_ns` began, and how long it takes."""
        with self._lock:
            length = self._length_ns
            return self._pass_ns + (media_ns - self._pass_ns) // length * length, length

    @property
    def pass_ns(self) -> int:
        """The media time at which the newest pass began."""
        return self._pass_ns
