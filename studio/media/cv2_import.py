"""The only place that imports OpenCV: `from studio.media.cv2_import import cv2`.

Purpose: OpenCV changes the process when it is imported; here that is prevented or undone once.
Thread: whichever imports first. Must not import: Qt, anything of studio.
"""

from __future__ import annotations

import os
import sys

#: opencv-python points these at its own Qt plugins on import, which breaks ours.
_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")

_before = {name: os.environ.get(name) for name in _QT_VARIABLES}

# Corrupt files are reported by our own typed errors; FFmpeg's lines on stderr would only repeat them.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
# A file of a few kilobytes may claim to be a picture of gigabytes. 8K has 33 million pixels.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(1 << 27))
if sys.platform == "win32":
    # Media Foundation spends up to a minute setting up hardware transforms for some cameras.
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")

import cv2  # noqa: E402  (the environment must be ready first)

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

# A resize to 720x1280 takes 0.7 ms on one thread. The pool of one thread a core would save 0.3 ms of
# waiting, costs 4 % more CPU and fights with the encoder for the cores.
cv2.setNumThreads(1)

__all__ = ["cv2"]
