"""The status bar: connection and the figures of every layer, for when something fails. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.money import format_count
from studio.services.link import LinkState
from studio.services.live import Phase
from studio.services.picture_source import SourceState
from studio.services.studio import Services
from studio.ui import theme
from studio.ui.bar import Bar
from studio.ui.theme import fonts
from studio.ui.widgets.label import token
from studio.ui.widgets.paint import painter_for
from studio.ui.widgets.painted_button import PaintedButton

HEIGHT = 30
_LINK_WORDS = {
    LinkState.OFFLINE: ("Not connected", "text3"),
    LinkState.CONNECTING: ("Connecting…", "gold"),
    LinkState.CONNECTED: ("Connected", "teal"),
    LinkState.RECONNECTING: ("Reconnecting", "gold"),
}
_SOURCE_WORDS = {
    SourceState.NONE: ("none", "text3"),
    SourceState.OPENING: ("opening…", "gold"),
    SourceState.LOST: ("stopped", "live"),
}


class Figure(QWidget):
    """One figure of the status bar: quiet name, strong value; ``dot`` by token name."""

    def __init__(self, name: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._value, self._tone, self._dot = name, "", "text2", ""
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme.notifier.changed.connect(self.updateGeometry)

    def show_value(self, value: str, tone: str = "text2", *, name: str = "", dot: str = "") -> None:
        """The value in a token's colour; a name or dot replaces the one before."""
        if (value, tone, name or self._name, dot) == (self._value, self._tone, self._name, self._dot):
            return
        self._value, self._tone, self._name, self._dot = value, tone, name or self._name, dot
        self.setAccessibleName(f"{self._name} {value}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        name = QFontMetrics(fonts.font(12)).horizontalAdvance(self._name)
        value = QFontMetrics(fonts.font(12, 600, figures=True)).horizontalAdvance(self._value)
        width = (14 if self._dot else 0) + name + (5 + value if self._value else 0) + 1
        return QSize(width, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_for(self)
        x, middle = 0.0, self.height() / 2
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(token(self._dot))
            painter.drawEllipse(QPointF(4, middle), 4, 4)
            x = 14.0
        painter.setFont(fonts.font(12))
        painter.setPen(token(self._dot or "text3"))
        width = painter.fontMetrics().horizontalAdvance(self._name)
        painter.drawText(QRectF(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setFont(fonts.font(12, 600, figures=True))
        painter.setPen(token(self._tone))
        rest = QRectF(x + width + 5, 0, self.width(), self.height())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self._value)


class CommandsButton(PaintedButton):
    """Opens the command palette; says its shortcut."""

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(fonts.font(12)).horizontalAdvance(self.text()) + 12, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        painter.setFont(fonts.font(12))
        painter.setPen(t.blue if self.ring else t.text2 if self.underMouse() else t.text3)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class StatusBar(Bar):
    """``commands_wanted``: open the palette. A counter that is not zero is gold."""

    commands_wanted = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(HEIGHT, Qt.Edge.TopEdge, parent)
        self._services = services
        self.link = Figure("Not connected")
        self.seq = Figure("events", "Number of the newest event of this LIVE")
        self.recovered = Figure("recovered", "Events fetched again after a cut")
        self.camera = Figure("camera", "Pictures a second from the source")
        self.lagged = Figure("lagged", "Pictures the mixer was too late for")
        self.skipped = Figure("skipped", "Pictures the encoder was too slow for")
        self.dropped = Figure("dropped", "Packets the network was too slow for")
        self.encode = Figure("encode", "Median time to encode a picture")
        self.cpu = Figure("CPU", "Processor time of the studio; 100 % is one core")
        self._on_air = (self.seq, self.lagged, self.skipped, self.dropped)  # two others have more conditions
        self.row.setSpacing(18)
        for figure in (
            self.link, self.seq, self.recovered, self.camera, self.lagged,
            self.skipped, self.dropped, self.encode, self.cpu,
        ):  # fmt: skip
            self.row.addWidget(figure)
        self.row.addStretch(1)
        shortcut = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
        self.commands = CommandsButton(f"{shortcut}  Commands")
        self.commands.clicked.connect(self.commands_wanted)
        self.row.addWidget(self.commands)
        services.link.changed.connect(self.refresh)
        services.live.changed.connect(self.refresh)
        services.broadcast.changed.connect(self.refresh)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.encode.setVisible(self._shows_live and self.width() >= 1_000)

    @property
    def _shows_live(self) -> bool:
        return self._services.live.phase in (Phase.LIVE, Phase.ENDING)

    def refresh(self) -> None:
        """Shows the newest figures."""
        services, counters = self._services, self._services.broadcast.counters
        words, tone = _LINK_WORDS[services.link.state]
        retry = services.link.retry_in_s
        self.link.show_value(f"in {retry} s" if retry else "", name=words, dot=tone)
        self.link.setToolTip(services.link.detail)
        for figure in self._on_air:
            figure.setVisible(self._shows_live)
        self.encode.setVisible(self._shows_live and self.width() >= 1_000)
        self.recovered.setVisible(self._shows_live and services.link.recovered > 0)
        self.seq.show_value(f"seq {format_count(services.link.seq)}")
        self.recovered.show_value(format_count(services.link.recovered), "teal")
        source = services.broadcast.source.state
        if source is SourceState.RUNNING:
            self.camera.show_value(f"{counters.camera_fps:.1f} fps")
        else:
            words, tone = _SOURCE_WORDS[source]
            self.camera.show_value(words, tone)
        for figure, count in (
            (self.lagged, counters.lagged),
            (self.skipped, counters.skipped),
            (self.dropped, counters.dropped),
        ):
            figure.show_value(format_count(count), "gold" if count else "text2")
        self.encode.show_value(f"{counters.encode_ms_p50:.0f} ms")
        self.cpu.show_value(f"{counters.cpu_percent:.0f} %")
