"""What is behind a person, blurred.

Purpose: a small network (MediaPipe's selfie segmentation, 250 KB, kept in `resources/models`) finds the
person; OpenCV runs it, so that nothing else need be installed. It takes 9 ms, hence only every second
picture: a person does not move far in 33 ms, and the mask is soft. A look, no protection: now and then it
takes a chair for a person and shows it. Thread: any. Must not import: Qt, net.
"""

from __future__ import annotations

import numpy as np

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels
from studio.media.look.scratch import Scratch
from studio.places import resource_path

_MODEL = "selfie_segmentation_landscape.tflite"
#: What the network takes, and of how many pictures it sees one.
_WIDTH, _HEIGHT, _EVERY = 256, 144, 2
#: Share of the new mask in the mask that is used: the rest calms edges that flicker.
_NEW = 0.75
#: Blurred at a quarter of the size; at most over this share of the picture's shorter side.
_SHRINK, _WIDEST = 4, 0.08


class PersonFinder:
    """For one thread. Invariant: the mask has the shape of the network's input, whatever the picture's is."""

    def __init__(self) -> None:
        """Reads the model: 20 ms, not on the GUI thread."""
        self._net = cv2.dnn.readNetFromTFLite(str(resource_path("models", _MODEL)))
        self._input: Pixels = np.zeros((_HEIGHT, _WIDTH, 3), np.uint8)

    def find(self, array: Pixels) -> Pixels:
        """Where the person is: a small plane in the picture's shape, 0 to 255. `array` as of a `Frame`."""
        height, width = array.shape[:2]
        scale = min(_WIDTH / width, _HEIGHT / height)
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        left, top = (_WIDTH - wide) // 2, (_HEIGHT - high) // 2
        self._input[:] = 0
        self._input[top : top + high, left : left + wide] = cv2.resize(
            array, (wide, high), interpolation=cv2.INTER_AREA
        )
        self._net.setInput(cv2.dnn.blobFromImage(self._input, 1 / 255, swapRB=True))
        found = self._net.forward().reshape(_HEIGHT, _WIDTH)[top : top + high, left : left + wide]
        return np.clip(found * 255, 0, 255).astype(np.uint8)


class BackgroundPass:
    """For one thread: it keeps the mask and arrays to work in. `strength`: 0 to 1."""

    def __init__(self, strength: float) -> None:
        self._strength = strength
        self._finder = PersonFinder()
        self._scratch = Scratch()
        self._mask: Pixels | None = None
        self._pictures = 0

    def __call__(self, array: Pixels, into: Pixels) -> None:
        """`array` (height x width x 3, BGR) with all but the person blurred, into another as large."""
        height, width = array.shape[:2]
        mask = self._person(array)
        behind, share = (
            self._scratch.array("behind", height, width, 3),
            self._scratch.array("share", height, width),
        )
        cv2.resize(self._blurred(array, mask), (width, height), dst=behind, interpolation=cv2.INTER_LINEAR)
        cv2.resize(mask, (width, height), dst=share, interpolation=cv2.INTER_LINEAR)
        shares = self._scratch.array("shares", height, width, 3)
        cv2.cvtColor(share, cv2.COLOR_GRAY2BGR, dst=shares)
        cv2.multiply(array, shares, dst=into, scale=1 / 255)
        cv2.bitwise_not(shares, dst=shares)
        cv2.multiply(behind, shares, dst=behind, scale=1 / 255)
        cv2.add(into, behind, dst=into)

    def _person(self, array: Pixels) -> Pixels:
        mask, self._pictures = self._mask, self._pictures + 1
        if mask is None or self._pictures % _EVERY == 0:
            found = self._finder.find(array)
            if mask is not None and mask.shape == found.shape:
                cv2.addWeighted(found, _NEW, mask, 1 - _NEW, 0, dst=found)
            mask = self._mask = found
        return mask

    def _blurred(self, array: Pixels, mask: Pixels) -> Pixels:
        """The background, small. The person has no weight in it, or would glow into the room."""
        height, width = array.shape[:2]
        size = max(1, width // _SHRINK), max(1, height // _SHRINK)
        small = cv2.resize(array, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        weight = 255.0 - cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
        spread = max(1, round(min(size) * _WIDEST * self._strength)) * 2 + 1
        # Where nothing but person is near, the picture itself: the weight never comes to nothing.
        weight = np.maximum(weight, 1.0)[..., None]
        sums = cv2.blur(cv2.blur(small * weight, (spread, spread)), (spread, spread))
        weights = cv2.blur(cv2.blur(weight, (spread, spread)), (spread, spread))
        blurred: Pixels = np.clip(sums / weights[..., None], 0, 255).astype(np.uint8)
        return blurred
