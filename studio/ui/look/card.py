"""The card behind the Look tile: colours, smoothing, a LUT file, a keyed screen. GUI thread.

A popup like a menu, beside the picture, so that what a slider does is seen while it moves; the LIVE goes on
behind it, Escape or a press elsewhere closes it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.services.look import LookService
from studio.ui import theme
from studio.ui.look.key_part import KeyPart
from studio.ui.look.lut_part import LutPart
from studio.ui.look.rows import named_row
from studio.ui.widgets.amount_slider import AmountSlider
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import RADIUS, Card
from studio.ui.widgets.paint import box, painter_for
from studio.ui.widgets.popup import clip_popup

WIDTH = 348
_GAP = 8
_SLIDERS = (
    ("brightness", "Brightness", True),
    ("contrast", "Contrast", True),
    ("saturation", "Colour", True),
    ("temperature", "Warmth", True),
    ("smoothing", "Smooth skin", False),
    ("background_blur", "Blur room", False),
)

_NO_PROTECTION = "Blurs what is behind you. A look, no protection: it may miss things you want hidden."


class LookCard(Card):
    """Opens with ``open_beside``. Invariant: shows what the service says; changes go through it alone.

    ``eyedropper_wanted``: the person wants to take the screen's colour from the picture; the card is closed.
    """

    eyedropper_wanted = Signal()

    def __init__(self, look: LookService, parent: QWidget) -> None:
        super().__init__("Look", "", parent)
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        # The press on the tile that closes the card must not open it again.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._look = look
        self._beside: QWidget | None = None
        self.sliders: dict[str, AmountSlider] = {}
        self.body.setSpacing(5)
        for field, name, both_ways in _SLIDERS:
            slider = self.sliders[field] = AmountSlider(name, both_ways=both_ways)
            slider.moved.connect(lambda amount, field=field: look.adjust(**{field: amount}))
            self.body.addLayout(named_row(name, slider))
        self.sliders["background_blur"].setToolTip(_NO_PROTECTION)
        self.sliders["background_blur"].slider.setAccessibleDescription(_NO_PROTECTION)
        self.lut = LutPart(look)
        self.key = KeyPart(look)
        self.key.eyedropper_wanted.connect(self._eyedropper_pressed)
        self.body.addSpacing(5)
        self.body.addWidget(self.lut)
        self.body.addSpacing(5)
        self.body.addWidget(self.key)
        self.body.addSpacing(7)
        self.body.addLayout(self._buttons())
        self.lut.resized.connect(self._fit)
        self.key.resized.connect(self._fit)
        look.changed.connect(self._show)
        look.measured.connect(self._show_cost)
        self._show()

    def _buttons(self) -> QHBoxLayout:
        self.before = Button("Hold to compare", ButtonKind.COMPACT, "eye")
        self.before.setToolTip("Shows you the camera as it is; viewers do not see that")
        self.before.setAccessibleDescription(self.before.toolTip())
        self.before.pressed.connect(lambda: self._look.compare(True))
        self.before.released.connect(lambda: self._look.compare(False))
        self.reset = Button("Reset", ButtonKind.COMPACT, "refresh")
        self.reset.setToolTip("The picture as the camera gives it")
        self.reset.clicked.connect(self._look.reset)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.before, 1)
        row.addWidget(self.reset, 1)
        return row

    def open_beside(self, picture: QWidget) -> None:
        """Shows the card right of ``picture``, its lower edge at the picture's, always on the screen."""
        self._beside = picture
        self._show()
        self._fit()
        self.show()
        self.sliders["brightness"].slider.setFocus(Qt.FocusReason.PopupFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.compare(False)  # closed with the button still down

    def _fit(self) -> None:
        """As high as its parts need now; its lower edge stays."""
        picture = self._beside
        if picture is None:
            return
        self.adjustSize()
        self.resize(WIDTH, self.sizeHint().height())
        screen = (picture.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        corner = picture.mapToGlobal(QPoint(picture.width() + _GAP, picture.height() - self.height()))
        left = max(screen.left() + _GAP, min(corner.x(), screen.right() - self.width() - _GAP))
        top = max(screen.top() + _GAP, min(corner.y(), screen.bottom() - self.height() - _GAP))
        self.move(left, top)

    def _eyedropper_pressed(self) -> None:
        self.hide()
        self.eyedropper_wanted.emit()

    def _show(self) -> None:
        look = self._look.look
        for field, slider in self.sliders.items():
            slider.show_amount(getattr(look, field))
        self.reset.setEnabled(not look.neutral)
        self.before.setEnabled(not look.neutral)
        self._show_cost()

    def _show_cost(self) -> None:
        """Beside the title: a look that is too much for this computer makes the picture stutter."""
        cost, costly = self._look.cost_ms, self._look.costly
        words = f"{cost:.0f} ms a picture" if cost else "On"
        if costly:
            words = f"Too slow here: {cost:.0f} ms a picture"
        neutral = self._look.look.neutral
        self.set_note("" if neutral else words, "gold" if costly and not neutral else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        clip_popup(self, RADIUS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), QRectF(self.rect()), RADIUS, t.raised if t.dark else t.surface, t.line)
