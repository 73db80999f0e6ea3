"""What can go wrong with pictures. `str(error)` is a sentence the host can act on.

Thread: any. Must not import: anything.
"""

from __future__ import annotations


class MediaError(Exception):
    """An expected failure in this room."""


class SourceError(MediaError):
    """A source cannot give pictures. `transient`: trying again later may help."""

    transient = True


class CameraMissing(SourceError):
    """No camera with this id is plugged in."""


class CameraBusy(SourceError):
    """The camera is there but does not open: another app has it, or the system does not allow it."""


class SourceLost(SourceError):
    """The source was running and stopped giving pictures."""


class SourceUnreadable(SourceError):
    """This will not become readable by waiting: a missing or broken file, no permission."""

    transient = False


class EncoderFailed(MediaError):
    """The H.264 encoder did not start, or broke. The broadcast's pictures have ended."""


class StreamRefused(MediaError):
    """A server answers but does not take the stream. `str(error)`: part of a sentence, without secrets."""
