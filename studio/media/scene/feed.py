"""The compositor's end of an input: the picture of it that is up now.

Thread: `take` and `frame` on the compose thread, the rest from any. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

from collections.abc import Callable

from studio.media.frame import Frame
from studio.media.mailbox import Mailbox

#: After this long without a new picture there is none: a frozen face looks like a broken LIVE.
HOLD_NS = 5_000_000_000


class Feed:
    """Keeps the newest picture of one mailbox, as long as it is not too old.

    Invariant: outlives the sources behind it; the last picture stays until the next one's first.
    """

    def __init__(self) -> None:
        # Swapped whole by other threads, read once a tick.
        self._from: tuple[Mailbox[Frame] | None, Callable[[], bool]] = (None, _never)
        self._held_from_ns = 0
        self._forget = False
        self._frame: Frame | None = None

    @property
    def frame(self) -> Frame | None:
        """What the last `take` found to be up."""
        return self._frame

    def connect(self, mailbox: Mailbox[Frame] | None, lasts: Callable[[], bool] | None = None) -> None:
        """Takes pictures from there from the next tick on.

        `lasts` is asked when no new one came for long: whether the last one is no worse for that.
        """
        self._from = (mailbox, lasts or _never)

    def hold_from(self, now_ns: int) -> None:
        """Lets the picture it has age from now only: its source was at rest and comes back."""
        self._held_from_ns = now_ns

    def forget(self) -> None:
        """Has no picture from the next tick on, until a new one comes."""
        self._forget = True

    def take(self, now_ns: int) -> bool:
        """Looks for a new picture, once a tick. True when one had come."""
        if self._forget:
            self._forget = False
            self._frame = None
        mailbox, lasts = self._from
        fresh = mailbox.take() if mailbox is not None else None
        if fresh is not None:
            self._frame = fresh
        elif self._frame is not None and self._is_old(self._frame, now_ns) and not lasts():
            self._frame = None
        return fresh is not None

    def _is_old(self, frame: Frame, now_ns: int) -> bool:
        return now_ns - max(frame.pts_ns, self._held_from_ns) > HOLD_NS


def _never() -> bool:
    return False
