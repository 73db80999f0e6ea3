"""What the editor paints over the picture: the selected layer's frame and handles, and guides. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio.model.handles import Grip, grip_points
from studio.model.placing import box_corners
from studio.model.scene import Placement
from studio.model.snapping import Guide
from studio.ui import theme
from studio.ui.scenes.view_map import ViewMap

#: In the view's pixels: how far from its middle a handle can be held, and how long its arm is.
REACH, ARM = 11.0, 28.0
_SIZE = 9.0
_DARK = QColor(0, 0, 0, 150)


def paint_frame(painter: QPainter, view: ViewMap, placement: Placement, *, dashed: bool = False) -> None:
    """The layer's box, light on dark so that it is seen on any picture. ``dashed``: it cannot be moved."""
    corners = QPolygonF([view.to_view(corner) for corner in box_corners(placement, view.canvas)])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_DARK, 3.5), (theme.current().blue, 1.6)):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        if dashed:
            pen.setDashPattern([5 * 1.6 / width, 4 * 1.6 / width])
        painter.setPen(pen)
        painter.drawPolygon(corners)


def paint_handles(painter: QPainter, view: ViewMap, placement: Placement, held: Grip | None) -> None:
    """Corners are square, edges small, what turns is round on an arm; the one that is held is filled."""
    points = {
        grip: view.to_view(at) for grip, at in grip_points(placement, view.canvas, ARM * view.scale).items()
    }
    _paint_arm(painter, points[Grip.TOP], points[Grip.TURN])
    for grip, at in points.items():
        size = _SIZE if grip.is_corner else _SIZE - 2
        fill = theme.current().blue if grip is held else QColor(255, 255, 255)
        painter.setPen(QPen(QColor(20, 40, 80), 1.2))
        painter.setBrush(fill)
        if grip is Grip.TURN:
            painter.drawEllipse(at, 6.0, 6.0)
        else:
            painter.drawRoundedRect(QRectF(at.x() - size / 2, at.y() - size / 2, size, size), 2, 2)


def paint_guides(painter: QPainter, view: ViewMap, guides: tuple[Guide, ...]) -> None:
    """From edge to edge of the picture."""
    width, height = float(view.view[0]), float(view.view[1])
    for guide in guides:
        at = view.to_view((guide.at, guide.at))
        x, y = min(max(at.x(), 1.0), width - 1), min(max(at.y(), 1.0), height - 1)
        line = QLineF(x, 0, x, height) if guide.upright else QLineF(0, y, width, y)
        for colour, wide in ((_DARK, 3.0), (theme.current().live, 1.4)):
            painter.setPen(QPen(colour, wide))
            painter.drawLine(line)


def _paint_arm(painter: QPainter, begin: QPointF, end: QPointF) -> None:
    for colour, width in ((_DARK, 3.0), (theme.current().blue, 1.4)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(begin, end)
