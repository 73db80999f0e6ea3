"""An on/off switch. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_WIDTH, _HEIGHT = 36, 20


class Toggle(PaintedButton):
    """Checkable; ``toggled`` says so. ``name`` is what it switches, for screen readers."""

    def __init__(self, name: str, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(130)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(self.update)
        self.toggled.connect(self._moved)

    def _moved(self, on: bool) -> None:
        self._slide.stop()
        self._slide.setStartValue(0.0 if on else 1.0)
        self._slide.setEndValue(1.0 if on else 0.0)
        if self.isVisible():
            self._slide.start()

    def _place(self) -> float:
        if self._slide.state() == QVariantAnimation.State.Running:
            return float(self._slide.currentValue())
        return 1.0 if self.isChecked() else 0.0

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH + 4, _HEIGHT + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        place = self._place()
        track = QRectF(2, (self.height() - _HEIGHT) / 2, _WIDTH, _HEIGHT)
        off = mixed(t.control, t.text, 0.12)
        fill = mixed(off, t.teal, place) if self.isEnabled() else t.control
        box(painter, track, _HEIGHT / 2, fill, t.line if t.name == "contrast" else None)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.on_live if self.isEnabled() and t.name != "contrast" else t.text3)
        if t.name == "contrast" and self.isEnabled():
            painter.setBrush(t.bg if self.isChecked() else t.text)
        radius = _HEIGHT / 2 - 2
        travel = _WIDTH - _HEIGHT
        painter.drawEllipse(
            QPointF(track.left() + _HEIGHT / 2 + travel * place, track.center().y()), radius, radius
        )
        if self.ring:
            focus_ring(painter, track.adjusted(-2, -2, 2, 2), _HEIGHT / 2 + 2)
