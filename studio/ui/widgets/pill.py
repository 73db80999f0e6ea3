"""A rounded status pill: a dot or icon, quiet words, one strong figure. GUI thread; knows the theme only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.money import format_count
from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.widgets.label import token
from studio.ui.widgets.number_tween import NumberTween
from studio.ui.widgets.paint import box, painter_for

HEIGHT = 27
_PADDING, _ICON, _GAP, _DOT, _TAIL = 11, 15, 7, 7, 12

#: (words, strong, token name)
Part = tuple[str, bool, str]


class Pill(QWidget):
    """Shows its parts in a row. ``filled``: a token name paints the pill itself (the red LIVE pill)."""

    def __init__(
        self,
        icon: str = "",
        *,
        dot: str = "",
        filled: str = "",
        icon_tone: str = "text2",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._dot, self._filled, self._icon_tone = icon, dot, filled, icon_tone
        self._parts: list[Part] = []
        self._tail = ("", "text2")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self._theme_changed)

    def set_parts(self, *parts: Part) -> None:
        """The words, from left to right."""
        if list(parts) != self._parts:
            self._parts = list(parts)
            self.setAccessibleName(" ".join(words for words, _strong, _tone in parts))
            self.updateGeometry()
            self.update()

    def set_tail(self, icon: str, tone: str) -> None:
        """A small icon after the words, as a unit: diamonds after a figure."""
        if (icon, tone) != self._tail:
            self._tail = (icon, tone)
            self.updateGeometry()
            self.update()

    def set_dot(self, tone: str) -> None:
        """Colours the leading dot; an empty name takes it away."""
        if tone != self._dot:
            self._dot = tone
            self.updateGeometry()
            self.update()

    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _lead(self) -> int:
        return (_ICON + _GAP if self._icon else 0) + (_DOT + _GAP if self._dot else 0)

    def _words(self) -> list[tuple[Part, int]]:
        made = []
        for part in self._parts:
            font = fonts.font(12.5, 700 if part[1] else 400, figures=True)
            made.append((part, QFontMetrics(font).horizontalAdvance(part[0])))
        return made

    def sizeHint(self) -> QSize:
        words = self._words()
        gaps = 6 * max(0, len(words) - 1)
        grown = fonts.px(12.5) - 12
        tail = _TAIL + 4 if self._tail[0] else 0
        width = 2 * _PADDING + tail + self._lead() + sum(width for _part, width in words) + gaps
        return QSize(width, HEIGHT + 2 * max(0, grown))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect = QRectF(self.rect())
        fill = token(self._filled) if self._filled else t.raised
        box(painter, rect, rect.height() / 2, fill, t.line if t.name == "contrast" else None)
        x, middle = float(_PADDING), rect.height() / 2
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(token(self._dot))
            painter.drawEllipse(QPointF(x + _DOT / 2, middle), _DOT / 2, _DOT / 2)
            x += _DOT + _GAP
        if self._icon:
            ink = t.on_live if self._filled == "live" else token(self._icon_tone)
            mark = icons.pixmap(self._icon, ink, _ICON, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x, middle - _ICON / 2), mark)
            x += _ICON + _GAP
        for (words, strong, tone), width in self._words():
            painter.setFont(fonts.font(12.5, 700 if strong else 400, figures=True))
            painter.setPen(t.on_live if self._filled == "live" else token(tone))
            painter.drawText(QRectF(x, 0, width + 2, rect.height()), Qt.AlignmentFlag.AlignVCenter, words)
            x += width + 6
        if self._tail[0]:
            mark = icons.pixmap(self._tail[0], token(self._tail[1]), _TAIL, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x - 2, middle - _TAIL / 2), mark)


class NumberPill(Pill):
    """A pill whose figure counts up: icon, figure, words after it."""

    def __init__(
        self,
        icon: str,
        name: str,
        format_value: Callable[[int], str] = format_count,
        *,
        words: str = "",
        icon_tone: str = "text2",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(icon, icon_tone=icon_tone, parent=parent)
        self._name, self._after, self._format = name, words, format_value
        self._tween = NumberTween(self)
        self._tween.moved.connect(self._show)
        self.setToolTip(name)

    def set_value(self, value: int) -> None:
        """Counts up to ``value``; at once when nobody can see it."""
        self._tween.go_to(value, animate=self.isVisible())
        self.setAccessibleName(f"{self._name}: {value:,}")

    def _show(self, number: int) -> None:
        figure: Part = (self._format(number), True, "text")
        self.set_parts(*((figure, (self._after, False, "text2")) if self._after else (figure,)))
        self.setAccessibleName(f"{self._name}: {self._tween.value or 0:,}")
