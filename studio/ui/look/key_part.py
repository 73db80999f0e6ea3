"""The keyed screen in the Look card: on or off, its colour, how much goes. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.services.look import LookService
from studio.ui import theme
from studio.ui.look.rows import named_row
from studio.ui.widgets.amount_slider import AmountSlider
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for
from studio.ui.widgets.toggle import Toggle

_SLIDERS = (
    ("similarity", "Similarity", "How far from the screen's colour still goes", 40),
    ("softness", "Soft edge", "How soft the edge is", 10),
    ("spill", "Spill", "How much of the screen's shine is taken out of you", 50),
)


class Swatch(QWidget):
    """Shows the colour that is keyed out; says it to screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_colour(self, colour: str) -> None:
        self._colour = QColor(colour)
        self.setAccessibleName(f"Colour of the screen: {colour}")
        self.setToolTip(colour)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(44, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        box(painter_for(self), QRectF(self.rect()), 7, self._colour, theme.current().line)


class KeyPart(QWidget):
    """``eyedropper_wanted``: take the colour from the picture. ``resized``: its settings came or went."""

    eyedropper_wanted = Signal()
    resized = Signal()

    def __init__(self, look: LookService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self.toggle = Toggle("Key out the screen behind you")
        head = QHBoxLayout()
        head.addWidget(Label("Green screen", Role.STRONG))
        head.addStretch(1)
        head.addWidget(self.toggle)
        column.addLayout(head)
        self._settings = QWidget()
        column.addWidget(self._settings)
        self._fill(QVBoxLayout(self._settings))
        self.toggle.toggled.connect(self._switched)
        look.changed.connect(self._show)
        self._show()

    def _fill(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self.swatch = Swatch()
        self.pick = Button("Take it from the picture", ButtonKind.COMPACT)
        colour = QWidget()
        row = QHBoxLayout(colour)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.swatch)
        row.addWidget(self.pick, 1)
        column.addLayout(named_row("Its colour", colour))
        self.sliders: dict[str, AmountSlider] = {}
        for field, name, words, rest in _SLIDERS:
            slider = self.sliders[field] = AmountSlider(words, rest=rest)
            slider.setToolTip(words)
            slider.moved.connect(lambda amount, field=field: self._look.adjust_key(**{field: amount}))
            column.addLayout(named_row(name, slider))
        column.addWidget(Label("Behind you shows the layer below in your scene.", Role.HINT, wrap=True))
        self.pick.clicked.connect(self.eyedropper_wanted)

    def _switched(self, on: bool) -> None:
        if on != (self._look.look.chroma is not None):
            self._look.set_keyed(on)

    def _show(self) -> None:
        on, key = self._look.look.chroma is not None, self._look.key
        was_hidden = self._settings.isHidden()
        self.toggle.setChecked(on)
        self.swatch.set_colour(key.colour)
        for field, slider in self.sliders.items():
            slider.show_amount(getattr(key, field))
        self._settings.setVisible(on)
        if was_hidden == on:
            self.resized.emit()
