"""The program picture: what one tick of the compositor shows, made only in the form and size somebody needs.

Purpose: viewers get it as planes of colour, canvas-sized; the host sees it small. Making the whole canvas in
BGR first, and both of these from it, is three times the memory traffic, which next to x264 costs most.
Thread: any; immutable and shared, each form is made on the thread that asks. Must not import: Qt, net.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.media.cv2_import import cv2
from studio.media.fit import crop_to_aspect, fit, fit_into
from studio.media.frame import Pixels
from studio.media.overlay import Overlay


@dataclass(slots=True, eq=False)
class ProgramPicture:
    """Ground and overlays, and what is made of them.

    Attributes:
        ground: height x width x 3, BGR, uint8, of the canvas's shape but of any size (what is too wide or too
            high is cut off), never written again.
        size: width and height of the canvas.
        mirrored: whether the host sees the ground mirrored; viewers never do.
        host_ground: what the host sees instead of the ground, if that is something else.
        overlays: drawn over it, the first lowest; on the host's picture in any case, and never mirrored.
        for_viewers: whether viewers get the overlays, too.
    """

    ground: Pixels
    size: tuple[int, int]
    mirrored: bool = False
    host_ground: Pixels | None = None
    overlays: tuple[Overlay, ...] = ()
    for_viewers: bool = True
    _array: Pixels | None = field(default=None, init=False, repr=False)
    _host: Pixels | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.ground.flags.writeable = False
        if self.host_ground is not None:
            self.host_ground.flags.writeable = False

    @property
    def array(self) -> Pixels:
        """What viewers get: canvas height x width x 3, BGR, C-contiguous, read-only. Made once."""
        if self._array is None:
            self._array = _finished(fit(self.ground, *self.size), self.overlays if self.for_viewers else ())
        return self._array

    @property
    def host(self) -> Pixels:
        """What the host sees, as large: the same array where both see the same. Made once."""
        if self._host is None:
            same = not self.mirrored and self.host_ground is None and (self.for_viewers or not self.overlays)
            self._host = self.array if same else _finished(self._ground_of_host(), self.overlays)
        return self._host

    def draw_for_host(self, into: Pixels, small: SmallOverlays) -> None:
        """Draws what the host sees on `into`, of the canvas's shape and not larger than it."""
        height, width = into.shape[:2]
        if self.host_ground is not None:
            fit_into(self.host_ground, into)
        elif not self.mirrored:
            fit_into(self.ground, into)
        else:
            ground = crop_to_aspect(self.ground, width, height)
            if ground.shape[0] < height:  # whichever is smaller is turned
                fit_into(cv2.flip(ground, 1), into)  # type: ignore[arg-type]
            else:
                cv2.flip(fit(ground, width, height), 1, dst=into)
        for overlay in small.of(self.overlays, width / self.size[0]):
            overlay.blend_into(into)

    def ground_in(self, width: int, height: int) -> Pixels:
        """The ground alone in that size; may share its memory."""
        return fit(self.ground, width, height)

    def _ground_of_host(self) -> Pixels:
        if self.host_ground is not None:
            return fit(self.host_ground, *self.size)
        picture = self.ground_in(*self.size)
        return cv2.flip(picture, 1) if self.mirrored else picture  # type: ignore[return-value]


class SmallOverlays:
    """The overlays of the last picture in the size of the host's preview. Thread: one owner."""

    def __init__(self) -> None:
        self._ratio = 1.0
        self._made: dict[Overlay, Overlay] = {}

    def of(self, overlays: tuple[Overlay, ...], ratio: float) -> tuple[Overlay, ...]:
        """Each scaled by `ratio`; what stands still is scaled once."""
        known = self._made if ratio == self._ratio else {}
        self._ratio = ratio
        self._made = {overlay: known.get(overlay) or overlay.scaled(ratio) for overlay in overlays}
        return tuple([self._made[overlay] for overlay in overlays])


@dataclass(frozen=True, slots=True, eq=False)
class ProgramFrame:
    """One tick of the compositor: exactly what viewers get.

    Attributes:
        picture: the picture; the same one as before while nothing changes.
        number: the tick's number since the compositor started; gaps are ticks that were missed.
        pts_ns: when the tick was due, in `clock.now_ns` nanoseconds.
        captured_ns: `pts_ns` of the source frame in it (the main input's if it shows, else the newest), None
            for the slate.
        repeated: True when no new source frame had come since the tick before.
    """

    picture: ProgramPicture
    number: int
    pts_ns: int
    captured_ns: int | None
    repeated: bool

    @classmethod
    def of(
        cls, array: Pixels, number: int, pts_ns: int, captured_ns: int | None, repeated: bool
    ) -> ProgramFrame:
        """Of a canvas-sized BGR picture, without overlays."""
        picture = ProgramPicture(array, (array.shape[1], array.shape[0]))
        return cls(picture, number, pts_ns, captured_ns, repeated)

    @property
    def array(self) -> Pixels:
        return self.picture.array

    @property
    def host(self) -> Pixels:
        return self.picture.host


def _finished(picture: Pixels, overlays: tuple[Overlay, ...]) -> Pixels:
    """With overlays, read-only; a picture that came from outside is not written to."""
    if overlays:
        picture = picture if picture.flags.writeable else picture.copy()
        for overlay in overlays:
            overlay.blend_into(picture)
    picture.flags.writeable = False
    return picture
