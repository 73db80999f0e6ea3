"""Text in one of the studio's roles. GUI thread; knows the theme only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from studio.ui import theme
from studio.ui.theme import fonts


@dataclass(frozen=True)
class TextStyle:
    """Size in px, weight, tabular figures, letter spacing in px, colour by token name."""

    size: float
    weight: int
    tone: str = "text"
    figures: bool = False
    tracking: float = 0.0


class Role(Enum):
    """What a text is; its looks follow."""

    DISPLAY = TextStyle(34, 800, figures=True)
    TITLE = TextStyle(24, 700, tracking=-0.3)
    FIGURE = TextStyle(22, 700, figures=True)
    HEADING = TextStyle(16, 700)
    BODY = TextStyle(13, 400)
    STRONG = TextStyle(13.5, 600)
    SECOND = TextStyle(13, 400, "text2")
    SMALL = TextStyle(12, 400, "text2")
    FIELD = TextStyle(12, 600, "text2")
    COUNT = TextStyle(12, 400, "text2", figures=True)
    HINT = TextStyle(12, 400, "text3")
    CAPS = TextStyle(11, 700, "text3", tracking=0.6)


def style_font(style: TextStyle) -> QFont:
    """The font of a style at the present text scale."""
    return fonts.font(style.size, style.weight, figures=style.figures, tracking=style.tracking)


def token(name: str) -> QColor:
    """The current theme's colour of that name ("text2", "gold"...)."""
    colour = getattr(theme.current(), name)
    assert isinstance(colour, QColor), name
    return colour


class Label(QLabel):
    """A label in a role. Always plain text: what people typed never becomes markup."""

    def __init__(
        self,
        text: str = "",
        role: Role = Role.BODY,
        tone: str = "",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._role = role
        self._tone = tone
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._restyle()
        theme.notifier.changed.connect(self._restyle)

    def set_tone(self, tone: str) -> None:
        """Colours the text by token name; an empty name is the role's own colour."""
        if tone != self._tone:
            self._tone = tone
            self._restyle()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # A stylesheet puts back the palette and font it first saw when it polishes the label again.
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        elif event.type() == QEvent.Type.FontChange:
            wanted = style_font(self._role.value)
            if self.font().pixelSize() != wanted.pixelSize() or self.font().weight() != wanted.weight():
                self.setFont(wanted)

    def _restyle(self) -> None:
        self.setFont(style_font(self._role.value))
        self._colour()

    def _colour(self) -> None:
        style: TextStyle = self._role.value
        wanted = token(self._tone or style.tone)
        if self.palette().color(QPalette.ColorRole.WindowText) != wanted:
            palette = QPalette(self.palette())
            palette.setColor(QPalette.ColorRole.WindowText, wanted)
            self.setPalette(palette)
