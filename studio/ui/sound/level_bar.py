"""The thin bar under the picture: how loud the microphone is; it opens the sound settings. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.services.sound import SoundService
from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import faded
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

HEIGHT = 18
_BAR = 4
#: The left end. Speech peaks around -12 dBFS, a quiet room lies below -50.
_FLOOR_DBFS = -60.0
#: From here on the bar turns gold: close to too loud.
_WARM_DBFS = -9.0
#: The bar falls this much a step (20 a second), so that the eye can follow.
_FALL = 0.03
_WARNING = "You are talking, but the microphone is muted"


class LevelBar(PaintedButton):
    """Teal to gold by peak; grey while muted; a red end for two seconds after clipping."""

    def __init__(self, sound: SoundService, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._sound = sound
        self._shown = 0.0
        self.setAccessibleName("Microphone level; opens the sound settings")
        self.setToolTip("Sound settings")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sound.level_changed.connect(self._level_changed)
        sound.changed.connect(self._changed)
        self._changed()

    @property
    def shown(self) -> float:
        """The bar's length, 0 to 1."""
        return self._shown

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def _level_changed(self) -> None:
        heard = max(0.0, 1.0 - self._sound.level.peak_dbfs / _FLOOR_DBFS)
        self._shown = max(min(heard, 1.0), self._shown - _FALL)
        self.update()

    def _changed(self) -> None:
        self.setAccessibleDescription(_WARNING if self._sound.talking_while_muted else self._sound.detail)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        if self._sound.talking_while_muted:
            painter.setFont(fonts.font(11, 600))
            painter.setPen(t.gold)
            words = painter.fontMetrics().elidedText(_WARNING, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        groove = QRectF(0, (HEIGHT - _BAR) / 2, self.width(), _BAR)
        box(painter, groove, _BAR / 2, t.control)
        if self._shown > 0:
            filled = QRectF(groove)
            filled.setWidth(max(_BAR, groove.width() * self._shown))
            colours = QLinearGradient(groove.topLeft(), groove.topRight())
            quiet = t.teal if self._sound.open else t.text3
            warm = 1.0 - _WARM_DBFS / _FLOOR_DBFS
            colours.setColorAt(0.0, quiet)
            colours.setColorAt(warm - 0.15, quiet)
            colours.setColorAt(warm, t.gold if self._sound.open else t.text3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours)
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
        if self._sound.level.clipped:
            box(painter, QRectF(groove.right() - 10, groove.top(), 10, _BAR), _BAR / 2, t.live)
        if self.ring:
            focus_ring(painter, QRectF(self.rect()), 6)
        elif self.underMouse():
            box(painter, groove, _BAR / 2, faded(t.text, 0.08))
