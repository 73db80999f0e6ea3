"""A card that opens over a tile like a menu: Escape or a press elsewhere closes it. GUI thread, theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.widgets.card import RADIUS, Card
from studio.ui.widgets.paint import box, painter_for
from studio.ui.widgets.popup import clip_popup

_GAP = 6


class PopupCard(Card):
    """The LIVE goes on behind it. It stands on its tile, also when its content grows."""

    def __init__(self, title: str, width: int, parent: QWidget) -> None:
        super().__init__(title, "", parent)
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        # The press on the tile that closes the card must not open it again.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._wide = width
        self._tile: QWidget | None = None
        self._spot: QPoint | None = None

    def open_at(self, tile: QWidget) -> None:
        """Shows the card above ``tile``, or where there is room on its screen."""
        self._tile, self._spot = tile, None
        self._fit()
        self.show()

    def open_by(self, spot: QPoint) -> None:
        """Shows the card below and beside a point of the screen, or where there is room."""
        self._tile, self._spot = self.parentWidget(), spot
        self._fit()
        self.show()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return done

    def _fit(self) -> None:
        tile = self._tile
        if tile is None:
            return
        self.ensurePolished()
        layout = self.layout()
        assert layout is not None, "a card has a layout"
        layout.activate()
        height = layout.totalHeightForWidth(self._wide) if layout.hasHeightForWidth() else 0
        screen = (tile.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        self.resize(self._wide, min(max(height, self.sizeHint().height()), screen.height() - 2 * _GAP))
        above = QPoint(0, -self.height() - _GAP)
        corner = tile.mapToGlobal(above) if self._spot is None else self._spot + QPoint(_GAP, _GAP)
        left = max(screen.left() + _GAP, min(corner.x(), screen.right() - self.width() - _GAP))
        top = max(screen.top() + _GAP, min(corner.y(), screen.bottom() - self.height() - _GAP))
        self.move(left, top)
        clip_popup(self, RADIUS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), QRectF(self.rect()), RADIUS, t.raised if t.dark else t.surface, t.line)
