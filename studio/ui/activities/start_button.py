"""The button beside the comment line that begins a poll, a countdown, a giveaway or a box. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.model.gift import GiftCatalogue
from studio.services.activities import ActivitiesService
from studio.services.live import LiveService, Phase
from studio.ui import theme
from studio.ui.activities.box_editor import BoxEditor
from studio.ui.activities.countdown_editor import CountdownEditor
from studio.ui.activities.editor import Editor
from studio.ui.activities.giveaway_editor import GiveawayEditor
from studio.ui.activities.poll_editor import PollEditor
from studio.ui.theme import fonts
from studio.ui.widgets.mark_button import MarkButton
from studio.ui.widgets.paint import box, painter_for
from studio.ui.widgets.popup import Menu


class StartButton(MarkButton):
    """Opens the menu; `open_poll` and its like open their card at once. ``shop_wanted``: see `BoxEditor`;
    ``speech_wanted``: what is read aloud.
    """

    shop_wanted = Signal()
    speech_wanted = Signal()

    def __init__(
        self,
        activities: ActivitiesService,
        live: LiveService,
        catalogue: GiftCatalogue,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("plus", "Start a poll, countdown, giveaway or treasure box", "text2", 40, parent)
        self._activities, self._live, self._catalogue = activities, live, catalogue
        self._editors: dict[str, Editor] = {}
        self.menu = Menu(self)
        self.poll = self._entry("Poll…", self.open_poll)
        self.countdown = self._entry("Countdown…", self.open_countdown)
        self.giveaway = self._entry("Giveaway…", self.open_giveaway)
        self.box = self._entry("Treasure box…", self.open_box)
        self.menu.addSeparator()
        self.speech = self._entry("Read aloud…", self.speech_wanted.emit)
        self.menu.aboutToShow.connect(self._refresh)
        self.clicked.connect(self._open_menu)
        live.phase_changed.connect(self._refresh)
        self._refresh()

    def open_poll(self) -> None:
        self._open("poll", lambda: PollEditor(self._activities, self._catalogue, self._live.limits, self))

    def open_countdown(self) -> None:
        self._open("countdown", lambda: CountdownEditor(self._activities, self._live.limits, self))

    def open_giveaway(self) -> None:
        self._open("giveaway", lambda: GiveawayEditor(self._activities, self._live.limits, self))

    def open_box(self) -> None:
        def make() -> Editor:
            editor = BoxEditor(self._activities, self._live.limits, self)
            editor.shop_wanted.connect(self.shop_wanted)
            return editor

        self._open("box", make)

    def editor(self, name: str) -> Editor | None:
        """The card of that name ("poll", "countdown", "giveaway", "box"), once it was opened."""
        return self._editors.get(name)

    def _open(self, name: str, make: Callable[[], Editor]) -> None:
        if name not in self._editors:
            self._editors[name] = make()
        self._editors[name].open_beside(self)

    def _entry(self, words: str, act: Callable[[], None]) -> QAction:
        action = QAction(words, self.menu)
        action.triggered.connect(lambda: act())
        self.menu.addAction(action)
        return action

    def _refresh(self, _phase: object = None) -> None:
        self.setEnabled(self._live.phase is Phase.LIVE)
        self.poll.setEnabled(not self._activities.poll_runs)
        self.giveaway.setEnabled(not self._activities.giveaway_runs)

    def _open_menu(self) -> None:
        above = self.mapToGlobal(self.rect().topLeft())
        above.setY(above.y() - self.menu.sizeHint().height() - 6)
        self.menu.popup(above)

    def sizeHint(self) -> QSize:
        return QSize(fonts.px(40), fonts.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), self.rect(), 9, t.raised if self.isEnabled() else t.surface, t.line)
        super().paintEvent(event)
