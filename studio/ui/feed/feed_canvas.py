"""Paints the rows of one tab and scrolls them; takes changes at any rate. GUI thread.

Only rows that come into view are measured, laid out and painted; all others cost a list slot. Input
by mouse and keyboard is ``FeedView``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QScrollBar, QWidget

from studio.services.rows import FeedChange, FeedRow, FeedTab
from studio.ui import theme
from studio.ui.feed.drawing_cache import DrawingCache
from studio.ui.feed.feed_page import FeedPage
from studio.ui.feed.feed_style import SIDE, FeedStyle
from studio.ui.feed.row_drawing import RowDrawing
from studio.ui.feed.row_painter import RowMarks, fade_top, paint_row
from studio.ui.feed.row_prints import RowPrints
from studio.ui.feed.scroll_position import MARGIN

_WHEEL_LINE = 20  # pixels a line of the wheel's
#: So many rows below the first one the host is near the top.
_NEAR_TOP = 12


class FeedCanvas(QAbstractScrollArea):
    """Invariant: ``in_view`` is what the last painting shows or the next one will.

    Signals: ``painted_first(tuple[int, ...])`` keys that reached the screen for the first time, per painting;
    ``moved()`` whether it follows, how many are unseen or whether there are rows may have changed;
    ``earlier_wanted()`` the host has scrolled up to the first row there is.
    """

    painted_first = Signal(object)
    moved = Signal()
    earlier_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The bar lies over the rows' margin: one that took room would narrow the rows, one that comes and
        # goes would lay all of them out again.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setAccessibleName("Position in the feed")
        # It fills itself: what lies below would be painted first, for nothing.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.in_view: list[tuple[int, int]] = []
        self._style = FeedStyle.current(self.devicePixelRatioF())
        self._cache = DrawingCache()
        self._prints = RowPrints()
        self._pages = {tab: FeedPage(lambda row: self._cache.get(row).height) for tab in FeedTab}
        self._tab = FeedTab.ALL
        self._hovered: int | None = None
        self._hot_part = ""
        self._syncing = False
        self.bar.valueChanged.connect(self._bar_moved)
        theme.notifier.changed.connect(self._restyle)
        self._prepare()

    @property
    def page(self) -> FeedPage:
        return self._pages[self._tab]

    @property
    def tab(self) -> FeedTab:
        return self._tab

    @property
    def following(self) -> bool:
        return self.page.position.following

    @property
    def quiet(self) -> bool:
        """Nothing to show but lines of the studio's own."""
        return self.page.quiet

    @property
    def end_in_view(self) -> bool:
        return not self.in_view or self.in_view[-1][0] == self.page.stack.end_serial - 1

    @property
    def unseen(self) -> int:
        """Rows that came below what the host is reading."""
        return self.page.unseen

    def show_tab(self, tab: FeedTab) -> None:
        """Shows another tab's rows, where the host left them."""
        if tab is self._tab:
            return
        self._tab = tab
        self._hovered = None
        for page in self._pages.values():
            page.fresh.clear()
        self._prepare()
        self.settle()

    def load(self, tab: FeedTab, rows: list[FeedRow], moving: FeedRow | None = None) -> None:
        """Starts a tab with rows that were there before the view."""
        page = self._pages[tab]
        page.moving = moving
        page.stack.drop(len(page.stack))
        page.quiet = True
        page.append(rows)
        self.settle()

    def apply(self, change: FeedChange) -> None:
        """Takes what changed in one tab."""
        page = self._pages[change.tab]
        gone = page.apply(change)
        if page is self.page:
            self._cache.forget(gone)
            self.settle()

    def put_before(self, tab: FeedTab, rows: Sequence[FeedRow]) -> None:
        """Rows from before the first one, oldest first; what the host reads does not move."""
        if self._pages[tab].put_before(rows) and tab is self._tab:
            self.settle()

    def restate_earlier(self, newer: Callable[[FeedRow], FeedRow | None]) -> None:
        """``newer``: a row from before the ring as it is to be seen now; None when it is so already."""
        for page in self._pages.values():
            stack = page.stack
            for serial in range(stack.first_serial, stack.first_serial + stack.earlier):
                row = newer(stack.row(serial))
                if row is not None:
                    stack.update(row)
                    self._cache.forget([row.key])
        self.settle()

    def follow(self) -> None:
        """Back to the newest row."""
        self.page.position.follow()
        self.page.current = None
        self.settle()

    def unfold(self, key: int, wanted: bool) -> bool:
        """Shows each comment of a folded row, or folds them again; False when that changes nothing."""
        if not self.page.unfold(key, wanted):
            return False
        self._cache.forget([key])
        self.settle()
        return True

    def settle(self) -> None:
        """Works out which rows are in view, measuring those, and paints soon."""
        if not self.isVisible():
            return
        page = self.page
        page.make_room()
        self.in_view = page.position.visible(self.viewport().height())
        if page.position.following:
            page.unseen = 0
            if page.stack.earlier:
                self._cache.forget(page.forget_earlier())
        elif self.in_view and self.in_view[0][0] - page.stack.first_serial < _NEAR_TOP:
            self.earlier_wanted.emit()
        if self.window().isMinimized():
            page.fresh.clear()  # nobody sees them come
        self._sync_bar()
        self.viewport().update()
        self.moved.emit()

    def row_at(self, y: int) -> FeedRow | None:
        """The row under a viewport coordinate."""
        for serial, top in self.in_view:
            if top <= y < top + self.page.stack.height(serial):
                return self.page.stack.row(serial)
        return None

    def box_of(self, key: int) -> QRectF | None:
        """Where a row in view is painted, in viewport coordinates."""
        for serial, top in self.in_view:
            if self.page.stack.row(serial).key == key:
                return QRectF(0, top, self.viewport().width(), self.page.stack.height(serial))
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area, width = QRectF(event.rect()), self.viewport().width()
        reached: list[int] = []
        seen: list[RowDrawing] = []
        page, bg, dpr = self.page, theme.current().bg, self.devicePixelRatioF()
        # On whole pixels and without smoothing what is copied costs next to nothing; the ground is painted
        # where no row is: rows lie on theirs, one below the other.
        above, bottom = (self.in_view[0][1] if self.in_view else 0), 0
        painter.fillRect(0, 0, width, above, bg)
        for serial, top in self.in_view:
            row = page.stack.row(serial)
            key, drawing = row.key, self._cache.get(row)
            seen.append(drawing)
            if key in page.fresh:
                reached.append(key)
            if key in (self._hovered, page.current):
                box = QRectF(0, top, width, drawing.height) & area
                painter.fillRect(0, top, width, drawing.height, bg)
                marks = RowMarks(key == self._hovered, self._hot_part, key == page.current)
                self._paint_smoothly(painter, drawing, box, top, marks)
            else:
                self._prints.paint(painter, drawing, top, dpr, bg)
            bottom = top + drawing.height
        painter.fillRect(0, bottom, width, self.viewport().height() - bottom, bg)
        self._paint_moving(painter, area)
        if self.in_view and self.in_view[0][1] < 0:
            fade_top(painter, width)
        painter.end()
        self._prints.keep(seen)
        self.page.fresh.clear()
        if reached:
            self.painted_first.emit(tuple(reached))

    def _paint_moving(self, painter: QPainter, area: QRectF) -> None:
        """The line of likes and joins, wherever the newest row ends: other words each time."""
        top, line = self.moving_top, self.page.moving
        if line is None or top is None:
            return
        box = QRectF(0, top, self.viewport().width(), self.page.position.below)
        if box.intersects(area):
            self._paint_smoothly(painter, self._cache.get(line), box & area, top, RowMarks())

    def _paint_smoothly(
        self, painter: QPainter, drawing: RowDrawing, seen: QRectF, top: int, marks: RowMarks
    ) -> None:
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipRect(seen)
        paint_row(painter, drawing, top, marks, self.devicePixelRatioF())
        painter.restore()

    @property
    def moving_top(self) -> int | None:
        """Where the line of likes and joins is; None while the newest row is not in view."""
        if not self.end_in_view or self.page.moving is None:
            return None
        if not self.in_view:
            return self.viewport().height() - MARGIN - self.page.position.below
        serial, top = self.in_view[-1]
        return top + self.page.stack.height(serial)

    def scroll_by(self, pixels: int) -> None:
        """Positive towards newer rows."""
        self.page.position.scroll_by(pixels, self.viewport().height())
        self.settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels = event.pixelDelta().y()
        if not pixels:
            lines = event.angleDelta().y() * QApplication.wheelScrollLines() / 120
            pixels = round(lines * _WHEEL_LINE)
        if pixels:
            self.scroll_by(-pixels)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = min(SIDE, self.bar.sizeHint().width())
        self.bar.setGeometry(self.width() - wide, 0, wide, self.height())
        self._prepare()
        self.settle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for page in self._pages.values():
            page.fresh.clear()  # they came while nobody could see them
        self._prepare()
        self.settle()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        self._style = FeedStyle.current(self.devicePixelRatioF())
        self._prepare()
        self.settle()

    def _prepare(self) -> None:
        """Layouts and heights of another width or style are forgotten."""
        if self._cache.prepare(max(1, self.viewport().width()), self._style):
            self._prints.clear()
            for page in self._pages.values():
                page.stack.forget_heights()

    def _sync_bar(self) -> None:
        bar = self.bar
        if bar.isSliderDown():
            return  # the hand on it decides
        maximum, value = self.page.position.range(self.viewport().height())
        self._syncing = True
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(_WHEEL_LINE)
        bar.setRange(0, maximum)
        bar.setVisible(maximum > 0)
        bar.setValue(value)
        self._syncing = False

    def _bar_moved(self, value: int) -> None:
        if not self._syncing:
            self.page.position.go_to(value, self.viewport().height())
            self.settle()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Qt would move the pixels; ``_bar_moved`` paints instead."""
