"""One encoder's time at work, and when it counts as stalled.

Thread: the encode thread tells, `encode-watch` asks. Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

from studio.media.clock import now_ns
from studio.media.encoding.kinds import EncoderKind

#: No packet for so long while pictures come: viewers see a standing picture.
STALL_NS = 1_000_000_000
#: At slow rates a second is not enough to say so.
_STALL_FRAMES = 4
#: A driver may take its time to open; the probe has opened it before.
_OPEN_NS = 6_000_000_000


class Turn:
    """From opening an encoder to its end or replacement."""

    def __init__(self, kind: EncoderKind) -> None:
        self.kind = kind
        self._opening = True
        self._waiting_since_ns: int | None = now_ns()

    def opened(self) -> None:
        self._opening = False
        self._waiting_since_ns = None

    def took(self) -> None:
        """A picture went in, or the flush began; a packet is due."""
        if self._waiting_since_ns is None:
            self._waiting_since_ns = now_ns()

    def gave(self) -> None:
        self._waiting_since_ns = None

    def stalled(self, fps: int) -> bool:
        since_ns = self._waiting_since_ns
        if since_ns is None:
            return False
        limit_ns = _OPEN_NS if self._opening else max(STALL_NS, _STALL_FRAMES * 1_000_000_000 // fps)
        return now_ns() - since_ns > limit_ns
