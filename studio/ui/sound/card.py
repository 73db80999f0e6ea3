"""The card behind the level bar: what is recorded and played, and the mixer beside it. GUI thread.

A popup like a menu: the LIVE goes on behind it; Escape or a press elsewhere closes it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.services.sound import SoundService
from studio.ui import theme
from studio.ui.sound.devices import DevicesPanel
from studio.ui.sound.mixer import MixerPanel
from studio.ui.widgets.card import RADIUS, Card
from studio.ui.widgets.paint import box, painter_for

_WIDTH, _DEVICES_WIDTH = 760, 320
_GAP, _BETWEEN = 6, 28


class SoundCard(Card):
    """Opens above a widget with ``open_at``."""

    def __init__(self, sound: SoundService, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName("Sound and mixer")
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.devices = DevicesPanel(sound)
        self.devices.setFixedWidth(_DEVICES_WIDTH)
        self.mixer = MixerPanel(sound)
        row = QHBoxLayout()
        row.setSpacing(_BETWEEN)
        row.addWidget(self.devices, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.mixer, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)

    def open_at(self, below: QWidget) -> None:
        """Shows the card above ``below``, or where there is room on its screen."""
        self.devices.refresh()
        self.mixer.refresh()
        self.adjustSize()
        self.resize(_WIDTH, self.sizeHint().height())
        screen = (below.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        corner = below.mapToGlobal(QPoint(0, -self.height() - _GAP))
        left = max(screen.left() + _GAP, min(corner.x(), screen.right() - self.width() - _GAP))
        top = max(screen.top() + _GAP, min(corner.y(), screen.bottom() - self.height() - _GAP))
        self.move(left, top)
        self.show()
        self.devices.device.setFocus(Qt.FocusReason.PopupFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), QRectF(self.rect()), RADIUS, t.raised if t.dark else t.surface, t.line)
