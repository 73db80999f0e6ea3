"""The settings menu: theme, text size, density of the feed, sign out. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from studio.services.profile import Profile
from studio.ui.theme import density, fonts
from studio.ui.theme.theme import CHOICES, Theme
from studio.ui.widgets.popup import Menu

TEXT_SIZES: tuple[tuple[float, str], ...] = (
    (0.9, "Small"),
    (1.0, "Normal"),
    (1.15, "Large"),
    (1.3, "Larger"),
)


class SettingsMenu(Menu):
    """``sign_out_wanted``: only offered while ``can_sign_out``."""

    sign_out_wanted = Signal()

    def __init__(self, profile: Profile, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._profile, self._theme = profile, theme
        self._themes: dict[str, QAction] = {}
        self._sizes: dict[float, QAction] = {}
        self._themes_group, self._sizes_group = QActionGroup(self), QActionGroup(self)
        for name, words in CHOICES:
            self._themes[name] = self._choice(words, self._themes_group)
            self._themes[name].triggered.connect(lambda _on=False, name=name: self.set_theme(name))
        self.addSeparator()
        for factor, words in TEXT_SIZES:
            self._sizes[factor] = self._choice(f"{words} text", self._sizes_group)
            self._sizes[factor].triggered.connect(lambda _on=False, factor=factor: self.set_text(factor))
        self.addSeparator()
        self.compact = QAction("Compact feed", self)
        self.compact.setCheckable(True)
        self.compact.triggered.connect(self.set_compact)
        self.addAction(self.compact)
        self.addSeparator()
        self.sign_out = QAction("Sign out", self)
        self.sign_out.triggered.connect(self.sign_out_wanted)
        self.addAction(self.sign_out)
        self.aboutToShow.connect(self._mark)

    def set_theme(self, name: str) -> None:
        """Switches the theme now and for the next starts."""
        self._profile.set_theme(name)
        self._theme.set_name(name)

    def set_text(self, factor: float) -> None:
        """Changes the size of all text, now and for the next starts."""
        self._profile.update(text_scale=factor)
        self._theme.set_text_scale(factor)

    def set_compact(self, on: bool) -> None:
        """Lets the feed's rows lie close, or not, now and for the next starts."""
        self._profile.update(compact_feed=on)
        self._theme.set_compact(on)

    def turn_compact(self) -> None:
        """The other density."""
        self.set_compact(not density.compact())

    def _choice(self, words: str, group: QActionGroup) -> QAction:
        action = QAction(words, self)
        action.setCheckable(True)
        group.addAction(action)
        self.addAction(action)
        return action

    def _mark(self) -> None:
        self.compact.setChecked(density.compact())
        for name, action in self._themes.items():
            action.setChecked(name == self._theme.name)
        for factor, action in self._sizes.items():
            action.setChecked(abs(factor - fonts.scale()) < 0.01)
