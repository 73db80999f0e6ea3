"""Between the canvas and the preview as the host sees it: scaled, mirrored when they wish. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from studio.model.placing import Point, Size


@dataclass(frozen=True, slots=True)
class ViewMap:
    """``view``: the preview's size in its own pixels; it has the canvas's shape, but for rounding."""

    canvas: Size
    view: Size
    mirrored: bool = False

    @property
    def scale(self) -> float:
        """Canvas pixels in one of the view's."""
        return self.canvas[0] / max(1, self.view[0])

    def to_view(self, at: Point) -> QPointF:
        x = self.canvas[0] - at[0] if self.mirrored else at[0]
        return QPointF(x * self.view[0] / self.canvas[0], at[1] * self.view[1] / self.canvas[1])

    def to_canvas(self, at: QPointF) -> Point:
        x = at.x() * self.canvas[0] / max(1, self.view[0])
        y = at.y() * self.canvas[1] / max(1, self.view[1])
        return self.canvas[0] - x if self.mirrored else x, y

    def way(self, across: float, down: float) -> Point:
        """A way that the host sees so, on the canvas; both in canvas pixels."""
        return -across if self.mirrored else across, down
