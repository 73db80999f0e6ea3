"""A thin bar that fills: how far something has come. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.widgets.paint import box, painter_for

_HEIGHT = 6


class ProgressBar(QWidget):
    """``name``: what it is the progress of, for screen readers."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    @property
    def share(self) -> float:
        return self._share

    def set_share(self, share: float) -> None:
        """0..1."""
        self._share = min(1.0, max(0.0, share))
        self.setAccessibleName(f"{self._name}: {self._share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        track = QRectF(self.rect())
        box(painter, track, _HEIGHT / 2, t.control, t.line if t.name == "contrast" else None)
        if self._share > 0:
            track.setWidth(max(_HEIGHT, track.width() * self._share))
            box(painter, track, _HEIGHT / 2, t.teal)
