"""Cube files made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

Colours = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]


def cube_text(colours: Colours, size: int, *, bare: bool = False) -> str:
    """The text of a 3-D table: `colours` takes n x 3 RGB, 0 to 1. `bare`: its colours alone."""
    blue, green, red = np.meshgrid(*[np.linspace(0, 1, size)] * 3, indexing="ij")
    rows = colours(np.column_stack([red.ravel(), green.ravel(), blue.ravel()]))
    lines = [" ".join(f"{value:.6f}" for value in row) for row in rows]
    head = [] if bare else ['TITLE "made for a test"', f"LUT_3D_SIZE {size}"]
    return "\n".join([*head, *lines]) + "\n"


def write_cube(folder: Path, colours: Colours, size: int = 17, name: str = "look.cube") -> Path:
    path = folder / name
    path.write_text(cube_text(colours, size))
    return path
