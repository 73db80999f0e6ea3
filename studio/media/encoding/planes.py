"""Program pictures as encoders take them: planes of brightness and, half as large, of colour (YUV 4:2:0).

Thread: one owner, whichever drives the encoder. Must not import: Qt, net.

The ground is scaled and turned into planes in one go by libswscale, half the work of scaling it in BGR first;
where nothing is scaled OpenCV is three times as fast. Overlays are drawn on the planes.
"""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from studio.media.cv2_import import cv2
from studio.media.encoding.kinds import EncoderKind
from studio.media.encoding.plane_overlay import PlaneOverlays, Planes
from studio.media.fit import crop_to_aspect
from studio.media.frame import Pixels
from studio.media.program import ProgramPicture
from studio.media.settings import CanvasSettings
from studio.media.spare_pictures import SparePictures

#: libswscale takes no picture of a few pixels.
_LEAST_TO_SCALE = 16
_PLANAR = "yuv420p"


class PlanesFor:
    """Makes frames in the layout of `kind`, BT.601 in studio range; a picture shown again is kept."""

    def __init__(self, kind: EncoderKind, canvas: CanvasSettings) -> None:
        self._width, self._height = canvas.width, canvas.height
        self._layout = kind.layout
        self._scaler = VideoReformatter()
        self._spare = SparePictures(canvas.width, canvas.height * 3 // 2, plane=True)
        self._overlays = PlaneOverlays()
        self._last: tuple[ProgramPicture, av.VideoFrame] | None = None

    def of(self, picture: ProgramPicture) -> av.VideoFrame:
        """What viewers get of it. ValueError for a picture of another canvas."""
        if self._last is not None and self._last[0] is picture:
            return self._last[1]
        if picture.size != (self._width, self._height):
            raise ValueError(f"a picture of {picture.size} on a canvas of {self._width} x {self._height}")
        self._last = None  # first: its memory, still in the cache, is taken again
        frame = self._ground(picture)
        if picture.overlays and picture.for_viewers:
            self._overlays.blend(picture.overlays, planes_of(frame))
        if self._layout != _PLANAR:
            frame = frame.reformat(format=self._layout)
        self._last = (picture, frame)
        return frame

    def _ground(self, picture: ProgramPicture) -> av.VideoFrame:
        ground = crop_to_aspect(picture.ground, self._width, self._height)
        if ground.shape[:2] == (self._height, self._width):
            return self._converted(ground)
        if min(ground.shape[:2]) < _LEAST_TO_SCALE:
            return self._converted(picture.ground_in(self._width, self._height))
        return self._scaler.reformat(
            av.VideoFrame.from_numpy_buffer(ground, format="bgr24"),
            self._width,
            self._height,
            _PLANAR,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )

    def _converted(self, picture: Pixels) -> av.VideoFrame:
        """Of a canvas-sized picture."""
        planes = self._spare.take()
        cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420, dst=planes)
        return av.VideoFrame.from_numpy_buffer(planes, format=_PLANAR)


def planes_of(frame: av.VideoFrame) -> Planes:
    """Brightness, blue and red of a planar frame, to be read and written."""
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in frame.planes
    )
    return y, u, v
