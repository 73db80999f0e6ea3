"""A picture on its way: what a source gives.

Thread: any; instances are immutable and shared. Must not import: Qt, cv2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source. The source gives the array away and never writes to it again.

    Attributes:
        array: height x width x 3, BGR, uint8, read-only from here on.
        pts_ns: when it was captured, in `clock.now_ns` nanoseconds.
        alpha: height x width, uint8, 255 opaque, read-only, too; the colour is not multiplied by it. None:
            all is opaque, and drawing it is cheaper.
    """

    array: Pixels
    pts_ns: int
    alpha: Pixels | None = None

    def __post_init__(self) -> None:
        shape = self.array.shape
        if self.array.dtype != np.uint8 or len(shape) != 3 or shape[2] != 3 or 0 in shape:
            raise ValueError(f"a frame is height x width x 3 of uint8, not {shape} of {self.array.dtype}")
        self.array.flags.writeable = False
        if self.alpha is not None:
            if self.alpha.dtype != np.uint8 or self.alpha.shape != shape[:2]:
                raise ValueError(
                    f"an alpha plane is {shape[:2]} of uint8, not {self.alpha.shape} of {self.alpha.dtype}"
                )
            self.alpha.flags.writeable = False
