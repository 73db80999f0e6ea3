"""The top bar: who and where we are, and while on air all that must be read in one glance. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from studio.model.money import format_count, format_short
from studio.model.text import cut_to
from studio.services.live import Phase
from studio.services.studio import Services
from studio.ui.bar import Bar
from studio.ui.health import health_of
from studio.ui.logo import Logo
from studio.ui.outputs.pill import OutputsPill
from studio.ui.verdict.health_pill import HealthPill
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.hold_button import HoldButton
from studio.ui.widgets.label import Role
from studio.ui.widgets.pill import NumberPill, Part, Pill
from studio.ui.widgets.pill_button import PillButton
from studio.ui.widgets.press_pill import PressPill

HEIGHT = 52
_ON_AIR = (Phase.LIVE, Phase.ENDING)
#: Below these widths the pill is left out; what stays can be read.
_ROOM_FOR_FOLLOWERS, _ROOM_FOR_LIKES, _ROOM_FOR_OUTPUTS = 1_240, 1_060, 960
_ROOM_FOR_MARKS = 1_340


def clock_words(seconds: int) -> str:
    """``2537`` -> ``"00:42:17"``."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


class TopBar(Bar):
    """``end_confirmed``: the host held End LIVE."""

    end_confirmed = Signal()

    def __init__(self, services: Services, settings: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(HEIGHT, Qt.Edge.BottomEdge, parent)
        self._services = services
        self.clock = Pill(dot="on_live", filled="live")
        self.away = Pill(filled="gold", dot="on_gold")
        self.viewers = NumberPill("eye", "Viewers")
        self.likes = NumberPill("heart", "Likes", format_short)
        self.followers = NumberPill("follow", "New followers", words="followers")
        self.signed_in = Pill(dot="teal")
        self.title = ElidedLabel("", Role.SECOND)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.health = HealthPill()
        self.outputs = OutputsPill(services.broadcast.outputs)
        self.rec = Pill(dot="live")
        self.balance = PressPill("Your diamonds: cash out, and how they came about")
        self.studio, self.past = PillButton("Studio"), PillButton("History & earnings")
        self.past.set_look("history", "text")
        self.history = PillButton("History", "history")
        self._in_history = False
        self.settings = PillButton("Settings", "settings")
        self.settings.set_menu(settings)
        self.end = HoldButton("End LIVE")
        self.end.confirmed.connect(self.end_confirmed)
        self._lay_out()
        self._tick = QTimer(self)
        self._tick.setInterval(250)
        self._tick.timeout.connect(self._show_clock)
        services.live.changed.connect(self._show)
        services.live.phase_changed.connect(self._phase_changed)
        services.account.changed.connect(self._show)
        services.earnings.changed.connect(self._show_balance)
        services.link.changed.connect(self._show_health)
        services.watch.verdict.changed.connect(self._show_health)
        services.watch.away.changed.connect(self._show_away)
        services.broadcast.source.changed.connect(self._show_health)
        services.broadcast.outputs.changed.connect(self._show_recording)
        services.films.marks.changed.connect(self._show_recording)
        self._phase_changed(services.live.phase)

    def _lay_out(self) -> None:
        row = self.row
        row.setSpacing(14)
        left: tuple[QWidget, ...] = (
            Logo(),
            self.studio,
            self.past,
            self.clock,
            self.away,
            self.viewers,
            self.likes,
            self.followers,
            self.signed_in,
        )
        for widget in left:
            row.addWidget(widget)
        row.addWidget(self.title, 1)
        right: tuple[QWidget, ...] = (
            self.health,
            self.outputs,
            self.rec,
            self.balance,
            self.history,
            self.settings,
            self.end,
        )
        for widget in right:
            row.addWidget(widget)

    def show_view(self, *, history: bool) -> None:
        """Which of the two views is up; in the history both can be chosen."""
        self._in_history = history
        self._phase_changed(self._services.live.phase)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _phase_changed(self, phase: Phase) -> None:
        on_air = phase in _ON_AIR
        for widget in (self.clock, self.viewers, self.health, self.end):
            widget.setVisible(on_air)
        self.settings.setVisible(not on_air)
        self.history.setVisible(not on_air and not self._in_history)
        for view in (self.studio, self.past):
            view.setVisible(self._in_history)
        self.end.set_busy(phase is Phase.ENDING)
        if on_air:
            self._tick.start()
        else:
            self._tick.stop()
        self._show()
        self._show_clock()
        self._show_away()
        self._show_balance()
        self._show_health()
        self._show_recording()
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        on_air = self._services.live.phase in _ON_AIR
        self.likes.setVisible(on_air and self.width() >= _ROOM_FOR_LIKES)
        self.followers.setVisible(on_air and self.width() >= _ROOM_FOR_FOLLOWERS)
        self.outputs.setVisible(on_air and self.width() >= _ROOM_FOR_OUTPUTS)

    def _show(self) -> None:
        live, account = self._services.live, self._services.account
        on_air = live.phase in _ON_AIR
        self.signed_in.setVisible(account.signed_in and not on_air and not self._in_history)
        self.viewers.set_value(live.viewers)
        self.likes.set_value(live.likes)
        self.followers.set_value(live.new_followers)
        shown = on_air and live.room is not None and not self._in_history
        self.title.setText(live.room.title if shown and live.room is not None else "")
        handle = cut_to(account.handle, 32)
        self.signed_in.set_parts(("Signed in as", False, "text2"), (f"@{handle}", True, "text"))

    def _show_clock(self) -> None:
        words = clock_words(self._services.live.elapsed_s)
        self.clock.set_parts((f"LIVE {words}", True, "on_live"))
        if self._services.watch.away.away:
            self._show_away()

    def _show_away(self) -> None:
        away = self._services.watch.away
        self.away.setVisible(away.away and self._services.live.phase in _ON_AIR)
        self.away.set_parts((f"AWAY {away.away_s // 60}:{away.away_s % 60:02d}", True, "on_gold"))

    def _show_recording(self) -> None:
        """Red while pictures reach the disk, gold with the reason when they no longer do."""
        outputs = self._services.broadcast.outputs
        planned = outputs.recording or bool(outputs.recording_trouble)
        self.rec.setVisible(planned and self._services.live.phase in _ON_AIR)
        self.rec.set_dot("gold" if outputs.recording_trouble else "live")
        seconds = int(outputs.recorded_s)
        words = f"{seconds // 60:02d}:{seconds % 60:02d}" if seconds < 3600 else clock_words(seconds)
        marks = len(self._services.films.marks.marks)
        self.rec.set_parts(
            ("REC", False, "text2"),
            (words, True, "text"),
            *(((f"· {marks} marked", False, "text2"),) if marks and self.width() >= _ROOM_FOR_MARKS else ()),
        )
        self.rec.setToolTip(outputs.recording_trouble or "\n".join(str(path) for path in outputs.files))

    def _show_balance(self) -> None:
        balance = self._services.earnings.balance
        on_air = self._services.live.phase in _ON_AIR
        self.balance.setVisible(balance is not None and not on_air and self._services.account.signed_in)
        if balance is not None:
            figure: Part = (f"{format_count(balance.diamonds)}", True, "text")
            self.balance.set_parts(("Balance", False, "text2"), figure)
            self.balance.set_tail("diamond", "gold")

    def _show_health(self) -> None:
        services = self._services
        broadcast, failing = services.broadcast, services.watch.verdict.failing
        self.health.show_health(
            health_of(services.link.state, broadcast.source.state, broadcast.counters, failing)
        )
