"""The button that ends a LIVE: held for a second, or pressed twice from the keyboard. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import faded
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton
from studio.ui.widgets.spinner import Spinner

HOLD_MS = 1_000
_ARMED_MS = 4_000
_TOO_SOON_MS = 250  # a double press by accident is not a decision
_RADIUS = 9


class HoldButton(PaintedButton):
    """``confirmed``: held long enough, or pressed (Enter, Space, a screen reader, the palette) and pressed
    again within four seconds. A short mouse press only says what to do. Release early and nothing happened.
    """

    confirmed = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._words = text
        self._hint = ""
        self._by_mouse = False
        self._spinner = Spinner(self)
        self._fill = QVariantAnimation(self)
        self._fill.setStartValue(0.0)
        self._fill.setEndValue(1.0)
        self._fill.setDuration(HOLD_MS)
        self._fill.valueChanged.connect(self.update)
        self._fill.finished.connect(self._filled)
        self._since_armed = QElapsedTimer()
        self._disarm_timer = QTimer(self)
        self._disarm_timer.setSingleShot(True)
        self._disarm_timer.timeout.connect(self._disarm)
        self.setAccessibleDescription("Hold for a second, or press twice")
        self.setToolTip("Hold for a second")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.pressed.connect(self._press)
        self.released.connect(self._release)
        self.clicked.connect(self._clicked)

    @property
    def armed(self) -> bool:
        """Whether one more press confirms."""
        return self._disarm_timer.isActive() and self._since_armed.isValid()

    def set_busy(self, busy: bool) -> None:
        """Shows that the end is under way."""
        self.setEnabled(not busy)
        self._spinner.set_running(busy)
        self._disarm()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_mouse = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._by_mouse = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            event.accept()
            if not event.isAutoRepeat():
                self.setDown(True)
                self._press()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            event.accept()
            if not event.isAutoRepeat() and self.isDown():
                self.setDown(False)
                self._release()
                self._clicked()
            return
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.setDown(False)
        self._release()
        super().focusOutEvent(event)

    def _press(self) -> None:
        if self._fill.state() != QVariantAnimation.State.Running:
            self._fill.start()

    def _release(self) -> None:
        self._fill.stop()
        self.update()

    def _filled(self) -> None:
        self.setDown(False)
        self._confirm()

    def _clicked(self) -> None:
        if not self.isEnabled():
            return
        if self._by_mouse:
            self._say("Hold to end")
        elif not self.armed:
            self._since_armed.start()
            self._say("Press again to end")
        elif self._since_armed.elapsed() >= _TOO_SOON_MS:
            self._confirm()

    def _confirm(self) -> None:
        self._disarm()
        self.confirmed.emit()

    def _say(self, hint: str) -> None:
        self._hint = hint
        self._disarm_timer.start(_ARMED_MS)
        self._words_changed()

    def _disarm(self) -> None:
        self._disarm_timer.stop()
        self._since_armed.invalidate()
        self._fill.stop()
        self._hint = ""
        self._words_changed()

    def _words_changed(self) -> None:
        self.setAccessibleName(self._hint or self._words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(fonts.font(13.5, 600)).horizontalAdvance(self._hint or self._words)
        return QSize(words + 32, 34 + 2 * max(0, fonts.px(13.5) - 14))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect = QRectF(self.rect())
        ink = t.live if self.isEnabled() else t.text3
        hover = self.underMouse() and self.isEnabled()
        box(painter, rect, _RADIUS, faded(t.live, 0.1) if hover else None, ink, 1.3)
        share = self._share()
        if share > 0:
            shape = QPainterPath()
            shape.addRoundedRect(rect, _RADIUS, _RADIUS)
            painter.save()
            painter.setClipPath(shape)
            painter.fillRect(QRectF(0, 0, rect.width() * share, rect.height()), t.live)
            painter.restore()
        painter.setFont(fonts.font(13.5, 600))
        painter.setPen(t.on_live if share > 0.5 else ink)
        if self._spinner.running:
            middle = rect.center()
            self._spinner.paint(painter, QRectF(middle.x() - 8, middle.y() - 8, 16, 16), t.live)
        else:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._hint or self._words)
        if self.ring:
            focus_ring(painter, rect, _RADIUS)

    def _share(self) -> float:
        running = self._fill.state() == QVariantAnimation.State.Running
        return float(self._fill.currentValue() or 0.0) if running else 0.0
