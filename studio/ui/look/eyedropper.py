"""The eyedropper over the preview: takes the colour of the screen from the picture. GUI thread.

A widget over the whole preview while a colour is chosen, and only then: over a picture that changes all the
time it is composed anew with each. The host sees the camera without its look meanwhile, viewers do not.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.services.look import LookService
from studio.ui.preview.notice import paint_notice
from studio.ui.widgets.paint import painter_for

_RADIUS = 26.0
#: Pixels that an arrow key moves; with Shift, exactly one.
_STEP = 10
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Eyedropper(QWidget):
    """Lies over ``picture``. ``done``: a colour was taken, or the person gave up. By mouse, or by arrow keys
    and Enter; Escape gives up.
    """

    done = Signal()

    def __init__(self, look: LookService, picture: QWidget) -> None:
        super().__init__(picture)
        self._look, self._picture = look, picture
        self._at = QPointF()
        self._choosing = False
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Colour of the screen")
        self.setAccessibleDescription("Arrow keys move, Enter takes the colour, Escape gives up")
        self.hide()
        picture.installEventFilter(self)

    def begin(self) -> None:
        """Shows it, at the left of the picture, where a screen usually is."""
        self.setGeometry(self._picture.rect())
        self._at = QPointF(self.width() * 0.2, self.height() * 0.5)
        self._choosing = True
        self._look.compare(True)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def colour(self) -> str:
        """What it points at now; empty without a picture."""
        return self._look.colour_under(self._at.x() / self.width(), self._at.y() / self.height())

    def _take(self) -> None:
        colour = self.colour
        if colour:
            self._look.adjust_key(colour=colour)
        self._end()

    def _end(self) -> None:
        if self._choosing:
            self._choosing = False
            self._look.compare(False)
            self.hide()
            self.done.emit()

    def _move_to(self, at: QPointF) -> None:
        self._at = QPointF(min(max(at.x(), 0), self.width() - 1), min(max(at.y(), 0), self.height() - 1))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_to(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._move_to(event.position())
        if event.button() is Qt.MouseButton.LeftButton:
            self._take()
        else:
            self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            step = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
            across, down = _ARROWS[key]
            self._move_to(self._at + QPointF(across, down) * step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._take()
        elif key == Qt.Key.Key_Escape:
            self._end()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps to the picture's size."""
        if watched is self._picture and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._picture.rect())
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._end()  # its screen went

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_for(self)
        colour = self.colour
        words = "Click on it, or use the arrow keys and Enter. Esc gives up."
        paint_notice(painter, QRectF(self.rect()), "Which colour is to go?", words, "teal")
        self._paint_ring(painter, colour)

    def _paint_ring(self, painter: QPainter, colour: str) -> None:
        """Beside the point, never on it: the finger or the cross would hide the colour."""
        centre = self._at + QPointF(0, -_RADIUS - 14)
        if centre.y() < _RADIUS + 4:
            centre = self._at + QPointF(0, _RADIUS + 14)
        painter.setPen(QPen(QColor(255, 255, 255), 3))
        painter.setBrush(QColor(colour) if colour else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, _RADIUS, _RADIUS)
        painter.setPen(QPen(QColor(0, 0, 0, 120), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, _RADIUS + 2, _RADIUS + 2)
        for length, width, ink in ((9, 3, QColor(0, 0, 0, 150)), (9, 1, QColor(255, 255, 255))):
            painter.setPen(QPen(ink, width))
            painter.drawLine(self._at + QPointF(-length, 0), self._at + QPointF(length, 0))
            painter.drawLine(self._at + QPointF(0, -length), self._at + QPointF(0, length))
