"""The card behind the outputs pill: every place the LIVE goes to, switched while on air. GUI thread.

A popup like a menu: the LIVE goes on behind it; Escape or a press elsewhere closes it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.broadcast import BroadcastService
from studio.services.output_lines import OutputLine, rate_words
from studio.services.outputs import BACKEND, RECORDING
from studio.ui.outputs.live_row import LiveOutputRow
from studio.ui.widgets.card import Card
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.toggle import Toggle

_WIDTH = 440
_GAP = 6
_TITLES = {BACKEND: "Viewers’ page", RECORDING: "Record to disk"}
_ADAPTIVE = "Lower the bit rate when an upload is slow"
_ADAPTIVE_WORDS = "The picture gets softer instead of stopping; sound stays. It comes back by itself."


class LiveOutputsCard(Card):
    """Opens below its pill with ``open_at``. Invariant: hidden, it follows nothing."""

    def __init__(self, broadcast: BroadcastService, parent: QWidget) -> None:
        super().__init__("Where it goes", "", parent)
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        # The press on the pill that closes the card must not open it again.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._broadcast = broadcast
        self._anchor: QWidget | None = None
        self.rows: dict[str, LiveOutputRow] = {}
        self._places = QVBoxLayout()
        self._places.setSpacing(5)
        self.body.addLayout(self._places)
        self._hint = Label("", Role.HINT, wrap=True)
        self.body.addWidget(self._hint)
        self.adaptive = Toggle(_ADAPTIVE, broadcast.bit_rate.enabled)
        self.adaptive.clicked.connect(self._adaptive_switched)
        self._rate = Label("", Role.HINT, wrap=True)
        self._add_adaptive()
        broadcast.outputs.changed.connect(self._changed)
        broadcast.changed.connect(self._changed)
        broadcast.bit_rate.changed.connect(self._changed)

    def open_at(self, pill: QWidget) -> None:
        """Shows the card below ``pill``, right edges together, always on the screen."""
        self._anchor = pill
        self._show()
        self._place()
        self.show()
        first = next((row.toggle for row in self.rows.values() if row.toggle.isVisible()), self.adaptive)
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _add_adaptive(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(Label(_ADAPTIVE, Role.STRONG))
        text.addWidget(self._rate)
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(12)
        row.addLayout(text, 1)
        row.addWidget(self.adaptive)
        self.body.addLayout(row)

    def _changed(self) -> None:
        if self.isVisible():
            self._show()
            self._place()

    def _show(self) -> None:
        outputs, bit_rate = self._broadcast.outputs, self._broadcast.bit_rate
        lines = (self._backend_line(), *outputs.lines)
        if list(self.rows) != [line.name for line in lines]:
            self._rebuild(lines)
        for line in lines:
            self.rows[line.name].show_line(line)
        lost = sum(line.retrying or bool(line.trouble) for line in lines)
        running = sum(line.on for line in lines) - lost
        self.set_note(f"{lost} lost" if lost else f"{running} running", "gold" if lost else "teal")
        servers = len(lines) > 2
        self._hint.setText("" if servers else "Add Twitch, YouTube or another server on the Ready screen.")
        self._hint.setVisible(not servers)
        self.adaptive.setChecked(bit_rate.enabled)
        if bit_rate.slow:
            how = "rising again" if bit_rate.rising else "lowered"
            words = f"{bit_rate.words}, {how}: the upload to {bit_rate.slow} is slow."
            self._rate.setText(words.replace(f" to {BACKEND} ", " to the viewers’ page "))
        else:
            self._rate.setText(_ADAPTIVE_WORDS)
        self._rate.set_tone("gold" if bit_rate.slow else "")

    def _backend_line(self) -> OutputLine:
        counters = self._broadcast.counters
        trouble = counters.output_state
        if trouble:
            return OutputLine(BACKEND, "Interrupted", "gold", True, retrying=True, trouble=trouble)
        return OutputLine(BACKEND, f"Live · {rate_words(counters.bitrate_kbps)}", "teal", True)

    def _rebuild(self, lines: tuple[OutputLine, ...]) -> None:
        for row in self.rows.values():
            self._places.removeWidget(row)
            row.deleteLater()
        self.rows = {}
        for line in lines:
            row = LiveOutputRow(_TITLES.get(line.name, line.name), switchable=line.name != BACKEND)
            row.switched.connect(partial(self._broadcast.outputs.switch, line.name))
            row.retried.connect(partial(self._retry, line.name))
            self.rows[line.name] = row
            self._places.addWidget(row)

    def _retry(self, name: str) -> None:
        if name == BACKEND:
            self._broadcast.retry_now()
        else:
            self._broadcast.outputs.retry_now(name)

    def _adaptive_switched(self, on: bool) -> None:
        self._broadcast.bit_rate.enabled = on

    def _place(self) -> None:
        if self._anchor is None:
            return
        height = self.heightForWidth(_WIDTH) if self.hasHeightForWidth() else self.sizeHint().height()
        screen = (self._anchor.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        corner = self._anchor.mapToGlobal(QPoint(self._anchor.width() - _WIDTH, self._anchor.height() + _GAP))
        left = max(screen.left() + _GAP, min(corner.x(), screen.right() - _WIDTH - _GAP))
        self.setGeometry(left, corner.y(), _WIDTH, min(height, screen.bottom() - corner.y() - _GAP))
