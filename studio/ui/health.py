"""One word on how the LIVE is doing, from the figures. Pure but for the growth it remembers; GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from studio.services.broadcast import BroadcastCounters, SourceState
from studio.services.link import LinkState

_SLOW_FPS = 20.0


@dataclass(frozen=True)
class Health:
    """``tone``: token name of the dot (teal, gold, live). ``figures``: "30 fps", "3.4 Mb/s"."""

    tone: str
    words: str
    figures: tuple[str, ...] = ()


class HealthWatch:
    """Names the layer that fails first: connection, camera, encoder, network. Counters only ever grow, so a
    trouble is over when a second passes without growth.
    """

    def __init__(self) -> None:
        self._skipped = 0
        self._dropped = 0

    def look(self, link: LinkState, source: SourceState, counters: BroadcastCounters) -> Health:
        """Call once a second with the newest figures."""
        skipped, self._skipped = counters.skipped - self._skipped, counters.skipped
        dropped, self._dropped = counters.dropped - self._dropped, counters.dropped
        figures = (f"{counters.camera_fps:.0f} fps", f"{counters.bitrate_kbps / 1000:.1f} Mb/s")
        if link is LinkState.OFFLINE:
            return Health("live", "Not connected")
        if link is not LinkState.CONNECTED:
            return Health("gold", "Reconnecting…")
        if source is SourceState.LOST or source is SourceState.NONE:
            return Health("live", "No picture")
        if counters.on_air and counters.output_state:
            return Health("gold", "Picture interrupted")
        if dropped > 0:
            return Health("gold", "Network slow", figures)
        if skipped > 0:
            return Health("gold", "Encoder slow", figures)
        if source is SourceState.RUNNING and 0 < counters.camera_fps < _SLOW_FPS:
            return Health("gold", "Camera slow", figures)
        return Health("teal", "All good", figures)
