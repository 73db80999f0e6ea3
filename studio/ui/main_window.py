"""The window: top bar, the screen of the present phase, status bar; commands; an orderly close. GUI thread.

Holds no logic of a LIVE: it shows what ``LiveService.phase`` says and hands on what the person does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from studio.services.link import LinkState
from studio.services.live import Phase
from studio.services.studio import Services
from studio.ui.actions import Actions
from studio.ui.closing import Closing
from studio.ui.commands import register_commands
from studio.ui.history.screen import HistoryScreen
from studio.ui.live.screen import LiveScreen
from studio.ui.outputs.live_card import LiveOutputsCard
from studio.ui.palette import CommandPalette
from studio.ui.payouts.money_cards import MoneyCards
from studio.ui.ready.screen import ReadyScreen
from studio.ui.settings_menu import SettingsMenu
from studio.ui.sign_in import SignInScreen
from studio.ui.status_bar import StatusBar
from studio.ui.summary.screen import SummaryScreen
from studio.ui.theme import icons
from studio.ui.theme.theme import Theme
from studio.ui.theme.tokens import DARK
from studio.ui.top_bar import TopBar
from studio.ui.verdict.card import VerdictCard
from studio.ui.widgets.error_line import ErrorLine

DEFAULT_SIZE = (1440, 900)
MINIMUM_SIZE = (860, 560)


class MainWindow(QMainWindow):
    """Invariant: the screen shown is the one of ``services.live.phase``.

    ``on_close``: stops the parts of the app; the window closes when it is done. ``on_rehearse``: starts a
    practice LIVE (without it the button is not there).
    """

    def __init__(
        self,
        services: Services,
        theme: Theme,
        on_close: Callable[[], Awaitable[None]] | None = None,
        on_rehearse: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._services = services
        self.setWindowTitle("Host Studio")
        self.setWindowIcon(icons.icon("logo", DARK.live, 64))
        self.setMinimumSize(*MINIMUM_SIZE)
        self.settings = SettingsMenu(services.profile, theme, self)
        self.top = TopBar(services, self.settings)
        self.status = StatusBar(services)
        self.link_line = ErrorLine(space_above=12)
        self.problem = ErrorLine(space_above=12)
        self.closing = Closing(services, self, on_close)
        self.sign_in = SignInScreen(services)
        self.ready = ReadyScreen(services, on_rehearse)
        self.live = LiveScreen(services, theme)
        self.summary = SummaryScreen(services)
        self.history = HistoryScreen(services)
        self.screens = QStackedWidget()
        self.screens.setObjectName("screens")
        for screen in (self.sign_in, self.ready, self.live, self.summary, self.history):
            self.screens.addWidget(screen)
        self.money = MoneyCards(services, self)
        self.actions_list = Actions(self)
        self.palette_box = CommandPalette(self.actions_list, self)
        self.verdict_card = VerdictCard(services.watch.verdict, self)
        self.outputs_card = LiveOutputsCard(services.broadcast, self)
        register_commands(self, services, self.actions_list)
        self._lay_out()
        self._connect()
        self._restore_geometry()
        self._phase_changed(services.live.phase)

    def _lay_out(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        lines = QVBoxLayout()
        lines.setContentsMargins(14, 0, 14, 0)
        for line in (self.link_line, self.problem):
            lines.addWidget(line)
        column.addWidget(self.top)
        column.addWidget(self.closing.strip)
        column.addLayout(lines)
        column.addWidget(self.screens, 1)
        column.addWidget(self.status)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        services = self._services
        services.live.phase_changed.connect(self._phase_changed)
        services.live.failed.connect(self._failed)
        services.broadcast.failed.connect(self._failed)
        services.sound.failed.connect(self._failed)
        services.films.marks.failed.connect(self._failed)
        services.films.replay.failed.connect(self._failed)
        services.watch.away.failed.connect(self._failed)
        services.thanks.failed.connect(self._failed)
        services.link.changed.connect(self._link_changed)
        self.link_line.acted.connect(services.link.retry_now)
        self.problem.acted.connect(self.problem.clear)
        self.top.end_confirmed.connect(self.end_live)
        self.top.health.pressed.connect(self.show_verdict)
        self.top.outputs.pressed.connect(self.show_outputs)
        self.status.commands_wanted.connect(self.palette_box.open)
        earnings = self.live.earnings
        earnings.cash_out_wanted.connect(lambda: self.money.open_cash_out(earnings.balance))
        earnings.derivation_wanted.connect(lambda what: self.money.derive(what, earnings))
        self.top.balance.pressed.connect(self.cash_out)
        self.top.studio.clicked.connect(self.show_studio)
        for button in (self.top.history, self.top.past):
            button.clicked.connect(self.show_history)
        self.settings.sign_out_wanted.connect(self.sign_out)

    def show_history(self) -> None:
        """The LIVEs that were; what is on air goes on. Once more: back."""
        if self.screens.currentWidget() is self.history:
            self.show_studio()
        elif self._services.account.signed_in:
            self.screens.setCurrentWidget(self.history)
            self.top.show_view(history=True)

    def export_earnings(self) -> None:
        """The history with its card to export; an export can be checked there, too."""
        if self.screens.currentWidget() is not self.history:
            self.show_history()
        self.history.open_exports()

    def show_studio(self) -> None:
        """Back to the screen of the present phase."""
        self._phase_changed(self._services.live.phase)

    def cash_out(self) -> None:
        """Opens the card to cash out with, where the balance stands."""
        self.money.open_cash_out(self.top.balance if self.top.balance.isVisible() else self)

    def derive(self) -> None:
        """Opens how the amount of now is worked out."""
        self.money.derive_now(self.top.balance if self.top.balance.isVisible() else self)

    def end_live(self) -> None:
        """Ends the LIVE; what goes wrong is said in the window."""
        self._services.tasks.start(self._services.live.end_live(), self._failed)

    def sign_out(self) -> None:
        self._services.tasks.start(self._services.account.sign_out(), self._failed)

    def _phase_changed(self, phase: Phase) -> None:
        screen: QWidget = {
            Phase.SIGNED_OUT: self.sign_in,
            Phase.READY: self.ready,
            Phase.OPENING: self.ready,
            Phase.LIVE: self.live,
            Phase.ENDING: self.live,
            Phase.SUMMARY: self.summary,
        }[phase]
        if self.screens.currentWidget() is not screen:
            self.problem.clear()
            self.screens.setCurrentWidget(screen)
        self.top.show_view(history=False)
        self.top.setVisible(phase is not Phase.SIGNED_OUT)
        self.status.setVisible(phase is not Phase.SIGNED_OUT)
        self.settings.sign_out.setVisible(phase is Phase.READY)
        self.actions_list.set_phase(phase)
        self.palette_box.dismiss()
        self.verdict_card.dismiss()
        self._link_changed()

    def _failed(self, sentence: str) -> None:
        if self.screens.currentWidget() in (self.live, self.summary):
            self.problem.show_problem(sentence, "Dismiss")

    def _link_changed(self) -> None:
        link, phase = self._services.link, self._services.live.phase
        lost = link.state in (LinkState.RECONNECTING, LinkState.OFFLINE) and phase is not Phase.SIGNED_OUT
        if not lost:
            self.link_line.clear()
            return
        words = link.detail or "The connection to the backend is gone."
        if link.retry_in_s:
            words += f" Trying again in {link.retry_in_s} s."
        if phase is Phase.LIVE:
            words += " Nothing is lost: what viewers send meanwhile comes back."
        if words != self.link_line.sentence:
            self.link_line.show_problem(words, "Retry now", "gold")

    def closeEvent(self, event: QCloseEvent) -> None:
        self._services.profile.set_window_geometry(bytes(self.saveGeometry().data()))
        if self.closing.allowed:
            event.accept()
        else:
            event.ignore()
            self.closing.begin()

    def _restore_geometry(self) -> None:
        kept = self._services.profile.window_geometry
        if kept and self.restoreGeometry(QByteArray(kept)):
            return
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(DEFAULT_SIZE[0], screen.width()), min(DEFAULT_SIZE[1], screen.height()))

    def show_commands(self) -> None:
        """Opens the command palette, or closes it when it is open."""
        if self.palette_box.isVisible():
            self.palette_box.dismiss()
        else:
            self.palette_box.open()

    def show_verdict(self) -> None:
        """Opens or closes the card with every layer's figures."""
        self.verdict_card.toggle(self.top.health)

    def show_outputs(self) -> None:
        """Opens the card of where the LIVE goes."""
        self.outputs_card.open_at(self.top.outputs if self.top.outputs.isVisible() else self.top.health)

    def focus_end(self) -> None:
        """Puts the keyboard on End LIVE, where it is held or pressed twice."""
        self.top.end.setFocus(Qt.FocusReason.ShortcutFocusReason)
