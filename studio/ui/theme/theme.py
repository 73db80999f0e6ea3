"""Puts a theme on the application: style, palette, stylesheet, fonts. GUI thread; imports no services.

A switch at run time re-colours everything: Qt's own widgets by palette and stylesheet, ours because they
listen to ``notifier.changed``.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from studio.ui.theme import active, density, fonts
from studio.ui.theme.active import ThemeNotifier
from studio.ui.theme.stylesheet import stylesheet
from studio.ui.theme.tokens import CONTRAST, DARK, LIGHT, Tokens, faded

#: What a person can choose, with the words for it. "system" follows the desktop.
CHOICES: tuple[tuple[str, str], ...] = (
    ("system", "Same as the system"),
    ("dark", "Dark"),
    ("light", "Light"),
    ("contrast", "High contrast"),
)

_BY_NAME = {tokens.name: tokens for tokens in (DARK, LIGHT, CONTRAST)}


class Theme(QObject):
    """The theme of ``app``. Invariant: palette, stylesheet and ``current()`` always agree."""

    def __init__(
        self, app: QApplication, name: str = "dark", text_scale: float = 1.0, *, compact: bool = False
    ) -> None:
        """Loads the fonts and applies ``name`` (see ``CHOICES``; anything else means "dark").

        ``compact``: the feed's rows lie close.
        """
        super().__init__(app)
        self._app = app
        self._name = name
        fonts.load()
        fonts.set_scale(text_scale)
        density.set_compact(compact)
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def name(self) -> str:
        """The choice, "system" included."""
        return self._name

    @property
    def notifier(self) -> ThemeNotifier:
        return active.notifier

    def current(self) -> Tokens:
        return active.current()

    def set_name(self, name: str) -> None:
        """Switches the theme now."""
        if name != self._name:
            self._name = name
            self._apply()

    def set_text_scale(self, factor: float) -> None:
        """Makes all text larger or smaller (0.8 to 2.0)."""
        if factor != fonts.scale():
            fonts.set_scale(factor)
            self._apply()

    def set_compact(self, on: bool) -> None:
        """Lets the feed's rows lie close, or not."""
        if on != density.compact():
            density.set_compact(on)
            active.notifier.changed.emit()

    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._name == "system":
            self._apply()

    def _tokens(self) -> Tokens:
        if self._name == "system":
            light = self._app.styleHints().colorScheme() == Qt.ColorScheme.Light
            return LIGHT if light else DARK
        return _BY_NAME.get(self._name, DARK)

    def _apply(self) -> None:
        tokens = self._tokens()
        self._app.setFont(fonts.font())
        self._app.setPalette(palette(tokens))
        self._app.setStyleSheet(stylesheet(tokens))
        active.use(tokens)


def palette(t: Tokens) -> QPalette:
    """The QPalette of ``t``, for whatever Qt draws by itself."""
    roles: dict[QPalette.ColorRole, QColor] = {
        QPalette.ColorRole.Window: t.bg,
        QPalette.ColorRole.WindowText: t.text,
        QPalette.ColorRole.Base: t.raised,
        QPalette.ColorRole.AlternateBase: t.surface,
        QPalette.ColorRole.Text: t.text,
        QPalette.ColorRole.PlaceholderText: t.text3,
        QPalette.ColorRole.Button: t.control,
        QPalette.ColorRole.ButtonText: t.text,
        QPalette.ColorRole.BrightText: t.live,
        QPalette.ColorRole.ToolTipBase: t.control,
        QPalette.ColorRole.ToolTipText: t.text,
        QPalette.ColorRole.Highlight: faded(t.blue, 0.35),
        QPalette.ColorRole.HighlightedText: t.text,
        QPalette.ColorRole.Link: t.blue,
        QPalette.ColorRole.LinkVisited: t.violet,
        QPalette.ColorRole.Accent: t.blue,
        QPalette.ColorRole.Light: t.control,
        QPalette.ColorRole.Midlight: t.raised,
        QPalette.ColorRole.Mid: t.line,
        QPalette.ColorRole.Dark: t.surface,
        QPalette.ColorRole.Shadow: QColor("#000000"),
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, colour)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, t.text3)
    return made
