"""How a picture is to look: light, colour, smoothness, what is keyed out.

Pure values, checked when made (ValueError with a sentence). Kept in the profile and in scene files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COLOUR = re.compile(r"#[0-9a-f]{6}")


def checked_colour(text: str) -> str:
    """`text` as #rrggbb in small letters; ValueError otherwise."""
    colour = text.lower()
    if not _COLOUR.fullmatch(colour):
        raise ValueError(f"a colour is written #rrggbb, not {text!r}")
    return colour


def checked_range(what: str, value: float, low: float, high: float) -> float:
    """`value`, when it lies between `low` and `high`; ValueError otherwise, for not-a-number, too."""
    if not low <= value <= high:
        raise ValueError(f"{what} is between {low:g} and {high:g}, not {value!r}")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ChromaKey:
    """What of a green (or other) screen becomes transparent.

    Attributes:
        colour: of the screen, #rrggbb.
        similarity: 0 to 1, how far from it a colour may be and still go.
        softness: 0 to 1, how soft the edge is. spill: 0 to 1, how much of its shine on the rest is taken out.
    """

    colour: str = "#00b140"
    similarity: float = 0.4
    softness: float = 0.1
    spill: float = 0.5

    def __post_init__(self) -> None:
        checked_colour(self.colour)
        for what in ("similarity", "softness", "spill"):
            checked_range(what, getattr(self, what), 0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Corrections of one layer's picture. All at their defaults: untouched, and free.

    Attributes:
        brightness, contrast, saturation, temperature: -1 to 1; a positive temperature is warmer.
        smoothing: 0 to 1, of skin and its noise; edges stay.
        lut: path of a .cube file, empty for none. lut_strength: 0 to 1.
        chroma: None without a screen to key out.
        background_blur: 0 to 1, of what is behind the person.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    temperature: float = 0.0
    smoothing: float = 0.0
    lut: str = ""
    lut_strength: float = 1.0
    chroma: ChromaKey | None = None
    background_blur: float = 0.0

    def __post_init__(self) -> None:
        for what in ("brightness", "contrast", "saturation", "temperature"):
            checked_range(what, getattr(self, what), -1.0, 1.0)
        for what in ("smoothing", "lut_strength", "background_blur"):
            checked_range(what, getattr(self, what), 0.0, 1.0)

    @property
    def neutral(self) -> bool:
        """Whether it leaves the picture as it is."""
        return self == Look(lut_strength=self.lut_strength)
