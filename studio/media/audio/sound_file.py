"""A short sound read whole from a file of any kind FFmpeg knows. Blocks: any thread but the GUI's."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from studio.media.audio.converter import samples_of, to_this_room
from studio.media.audio.samples import RATE, Samples

#: An alert that goes on for longer talks over the host; what lies beyond is left out, with a short fade.
LONGEST_S = 10
_FADE = RATE // 20


class BadSound(ValueError):
    """The file is no sound; the message says why."""


def read_sound_file(path: Path) -> Samples:
    """n x 2 samples, at most 10 s of them. Raises BadSound, OSError."""
    parts: list[Samples] = []
    count, most = 0, LONGEST_S * RATE
    try:
        resampler = to_this_room()
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise BadSound(f"There is no sound in {path.name}.")
            for frame in container.decode(audio=0):
                frame.pts = None  # the resampler would fill holes of a damaged file with silence
                for part in resampler.resample(frame):
                    parts.append(samples_of(part))
                    count += len(parts[-1])
                if count >= most:
                    break
            parts += [samples_of(part) for part in resampler.resample(None)]
    except FFmpegError as error:
        if isinstance(error, OSError) and error.errno in (2, 13):
            raise
        raise BadSound(f"{path.name} is no sound this studio can play.") from error
    if not parts:
        raise BadSound(f"There is no sound in {path.name}.")
    whole = np.concatenate(parts)
    if len(whole) > most:
        whole = whole[:most].copy()
        whole[-_FADE:] *= np.linspace(1.0, 0.0, _FADE, dtype=np.float32)[:, None]
    return np.clip(whole, -1.0, 1.0)
