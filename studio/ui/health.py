"""One word on how the LIVE is doing, for the pill in the top bar. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from studio.services.broadcast import BroadcastCounters
from studio.services.link import LinkState
from studio.services.picture_source import SourceState
from studio.services.verdict import Failing


@dataclass(frozen=True)
class Health:
    """``tone``: token name of the dot (teal, gold, live). ``figures``: "30 fps", "3.4 Mb/s"."""

    tone: str
    words: str
    figures: tuple[str, ...] = ()


def health_of(
    link: LinkState, source: SourceState, counters: BroadcastCounters, failing: Failing | None
) -> Health:
    """What can be seen at once (no connection, no source) before what the verdict took its time to find."""
    if link is LinkState.OFFLINE:
        return Health("live", "Not connected")
    if link is not LinkState.CONNECTED:
        return Health("gold", "Reconnecting…")
    if source in (SourceState.LOST, SourceState.NONE):
        return Health("live", "No picture")
    if failing is not None:
        return Health("live" if failing.grave else "gold", failing.title)
    figures = (f"{counters.camera_fps:.0f} fps", f"{counters.bitrate_kbps / 1000:.1f} Mb/s")
    return Health("teal", "All good", figures)
