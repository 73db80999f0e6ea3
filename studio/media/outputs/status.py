"""What an output that works on its own says about itself: one word, one sentence, when it tries again.

Thread: any; immutable. Must not import: anything of studio.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class OutputPhase(Enum):
    IDLE = "idle"  # no broadcast yet
    CONNECTING = "connecting"
    LIVE = "live"  # packets leave
    RETRYING = "retrying"  # tried again by itself, see `retry_in_s`
    STOPPED = "stopped"  # ended as asked
    FAILED = "failed"  # ended, and waiting will not mend it


@dataclass(frozen=True, slots=True)
class OutputStatus:
    """`sentence` says what is wrong and what to do; empty when all is well. Never holds a stream key."""

    phase: OutputPhase = OutputPhase.IDLE
    sentence: str = ""
    retry_in_s: int | None = None
