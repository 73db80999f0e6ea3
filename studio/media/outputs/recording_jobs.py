"""What the process that works on films is asked, and what it answers: one JSON line each.

Thread: any; immutable. Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

from pathlib import Path

import msgspec


class RewriteFilm(msgspec.Struct, frozen=True, tag="rewrite"):
    """Replace the recording `path` by its plain form."""

    path: str

    @property
    def target(self) -> Path:
        return Path(self.path)


class CutClip(msgspec.Struct, frozen=True, tag="clip"):
    """Cut `clip` out of `source`; seconds."""

    source: str
    clip: str
    start_s: float
    end_s: float

    @property
    def target(self) -> Path:
        return Path(self.clip)


FilmJob = RewriteFilm | CutClip


class FilmReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far it is (0..1), and at the end that it is done, or why not in a sentence."""

    share: float = 0.0
    done: bool = False
    problem: str = ""
