"""The card behind the Overlays tile: what lies over the picture, where, and the alerts' queue. GUI thread.

A popup like a menu: the LIVE goes on behind it; Escape or a press elsewhere closes it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.overlays.kinds import OverlayKind
from studio.services.overlays.service import OverlaysService
from studio.ui.overlays.row import OverlayRow
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.toggle import Toggle

_WIDTH = 420
_GAP = 6
_FOR_VIEWERS = "For RTMP targets and recordings. The viewer page draws gifts and goal itself."


def _named(toggle: Toggle, name: str, words: str) -> QHBoxLayout:
    text = QVBoxLayout()
    text.setSpacing(1)
    text.addWidget(Label(name, Role.STRONG))
    text.addWidget(Label(words, Role.HINT, wrap=True))
    row = QHBoxLayout()
    row.setContentsMargins(0, 6, 0, 0)
    row.setSpacing(12)
    row.addLayout(text, 1)
    row.addWidget(toggle)
    return row


class OverlaysCard(Card):
    """Opens above its tile with ``open_at``. ``reactions_wanted``: what single gifts show and sound like."""

    reactions_wanted = Signal()

    def __init__(self, overlays: OverlaysService, parent: QWidget) -> None:
        super().__init__("Over the picture", "", parent)
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        # The press on the tile that closes the card must not open it again.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._overlays = overlays
        self.rows = {kind: OverlayRow(kind, overlays) for kind in OverlayKind}
        self.body.setSpacing(11)
        self.body.addSpacing(2)
        for row in self.rows.values():
            self.body.addWidget(row)
        self.everyone = Toggle("Send overlays to viewers")
        self.everyone.toggled.connect(self._everyone_switched)
        self.body.addLayout(_named(self.everyone, "Also in the picture that is sent", _FOR_VIEWERS))
        self._state = Label("", Role.SMALL, wrap=True)
        self.test = Button("Show a test alert", ButtonKind.COMPACT)
        self.pause = Button("Pause alerts", ButtonKind.COMPACT)
        self.skip = Button("Skip this one", ButtonKind.COMPACT)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.test, self.pause, self.skip):
            buttons.addWidget(button, 1)
        self.body.addSpacing(4)
        self.body.addWidget(self._state)
        self.body.addLayout(buttons)
        self.reactions = Button("Sounds and banners by gift…", ButtonKind.LINK)
        self.body.addWidget(self.reactions)
        self.reactions.clicked.connect(self.hide)
        self.reactions.clicked.connect(self.reactions_wanted)
        self.test.clicked.connect(overlays.test_alert)
        self.pause.clicked.connect(lambda: overlays.pause_alerts(not overlays.alerts_paused))
        self.skip.clicked.connect(overlays.skip_alert)
        overlays.changed.connect(self._show)
        self._show()

    def open_at(self, tile: QWidget) -> None:
        """Shows the card above ``tile``, below it where there is no room, always on the screen."""
        self.resize(_WIDTH, self.sizeHint().height())
        screen = (tile.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        corner = tile.mapToGlobal(QPoint(0, -self.height() - _GAP))
        if corner.y() < screen.top():
            corner = tile.mapToGlobal(QPoint(tile.width() + _GAP, tile.height() - self.height()))
        left = max(screen.left() + _GAP, min(corner.x(), screen.right() - self.width() - _GAP))
        top = max(screen.top() + _GAP, min(corner.y(), screen.bottom() - self.height() - _GAP))
        self.move(left, top)
        self.show()
        self.rows[OverlayKind.GOAL].toggle.setFocus(Qt.FocusReason.PopupFocusReason)

    def _everyone_switched(self, wanted: bool) -> None:
        if wanted != self._overlays.for_viewers:
            self._overlays.show_to_viewers(wanted)

    def _show(self) -> None:
        overlays = self._overlays
        self.everyone.setChecked(overlays.for_viewers)
        self.set_note("Viewers see this" if overlays.for_viewers else "Only you see this")
        waiting = overlays.alerts_waiting
        count = f"{waiting} {'alert waits' if waiting == 1 else 'alerts wait'}"
        if overlays.alerts_paused:
            words = f"Alerts are paused; {count}." if waiting else "Alerts are paused."
        elif overlays.alert_up:
            words = f"An alert is up; {count}." if waiting else "An alert is up."
        else:
            words = "No alert is up. The larger gifts come first."
        self._state.setText(words)
        self._state.set_tone("gold" if overlays.alerts_paused else "")
        self.pause.setText("Resume alerts" if overlays.alerts_paused else "Pause alerts")
        self.pause.setAccessibleName(self.pause.text())
        self.pause.setEnabled(overlays.choice(OverlayKind.ALERT).on or overlays.alerts_paused)
        self.skip.setEnabled(overlays.alert_up)
        self.test.setEnabled(not overlays.alerts_paused)
