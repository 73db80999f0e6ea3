"""A level as a bar: RMS solid, peak lighter, and a red end for two seconds after clipping. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.services.sound import Level
from studio.ui import theme
from studio.ui.theme.tokens import faded
from studio.ui.widgets.paint import box, painter_for

#: The left end. Speech peaks around -12 dBFS, a quiet room lies below -50.
_FLOOR_DBFS = -60.0
_WARM_DBFS = -9.0
#: The bar falls this much a step (20 a second), so that the eye can follow.
_FALL = 0.03
_CLIP = 8


class LevelMeter(QWidget):
    """``show_level`` about 20 times a second. Silent for screen readers: the figures beside it speak."""

    def __init__(self, height: int = 5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._peak = self._rms = 0.0
        self._clipped = self._muted = False
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    @property
    def peak(self) -> float:
        """The length of the peak's bar, 0 to 1."""
        return self._peak

    @property
    def clipped(self) -> bool:
        return self._clipped

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def show_level(self, level: Level, *, muted: bool) -> None:
        """Shows it; grey while ``muted``."""
        before = (self._peak, self._rms, self._clipped, self._muted)
        self._peak = max(_share(level.peak_dbfs), self._peak - _FALL)
        self._rms = max(_share(level.rms_dbfs), self._rms - _FALL)
        self._clipped, self._muted = level.clipped, muted
        if before != (self._peak, self._rms, self._clipped, self._muted):
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        groove = QRectF(0, 0, self.width() - _CLIP - 3, self._height)
        radius = self._height / 2
        box(painter, groove, radius, t.control)
        warm = self._peak >= _share(_WARM_DBFS)
        ink = t.text3 if self._muted else t.gold if warm else t.teal
        for share, colour in ((self._peak, faded(ink, 0.45)), (self._rms, ink)):
            if share > 0:
                filled = QRectF(groove)
                filled.setWidth(max(self._height, groove.width() * share))
                box(painter, filled, radius, colour)
        light = QRectF(self.width() - _CLIP, 0, _CLIP, self._height)
        box(painter, light, radius, t.live if self._clipped else t.control)


def _share(dbfs: float) -> float:
    return min(1.0, max(0.0, 1.0 - dbfs / _FLOOR_DBFS))
