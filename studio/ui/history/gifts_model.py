"""A LIVE's gifts as a table, line by line. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    Qt,
)
from PySide6.QtGui import QIcon

from studio.journal.story import GiftLine
from studio.model.money import format_count, format_dollars
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.gift_art import art_of
from studio.ui.history.words import clock_words
from studio.ui.theme import icons
from studio.ui.widgets.table import Index, LinesModel


class Column(IntEnum):
    """From left to right."""

    TIME = 0
    FROM = 1
    GIFT = 2
    COUNT = 3
    COINS = 4
    DIAMONDS = 5
    MONEY = 6


TITLES = ("TIME", "FROM", "GIFT", "COUNT", "COINS", "DIAMONDS", "TO YOU")


class GiftsModel(LinesModel):
    """Invariant: a row is one `GiftLine`; money is its diamonds at the rate a payout would have now."""

    titles = TITLES
    last_text = Column.GIFT

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._every: Sequence[GiftLine] = ()
        self._lines: list[GiftLine] = []
        self._rate = 0
        self._words = ""
        self._by, self._order = Column.TIME, Qt.SortOrder.DescendingOrder

    def show_lines(self, lines: Sequence[GiftLine], micro_dollars_per_diamond: int) -> None:
        """All of a LIVE's."""
        self._every, self._rate = lines, micro_dollars_per_diamond
        self._arrange()

    @property
    def every(self) -> int:
        """How many there are, shown or not."""
        return len(self._every)

    def look_for(self, words: str) -> None:
        """Shows the lines whose giver or gift has the words in it; empty: all of them."""
        wanted = words.casefold().strip()
        if wanted != self._words:
            self._words = wanted
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._by, self._order = Column(column), order
        self._arrange()

    def _arrange(self) -> None:
        # Here and not in a proxy model: that asks for every cell, some hundred milliseconds for a long LIVE.
        self.beginResetModel()
        found = [line for line in self._every if self._fits(line)] if self._words else list(self._every)
        found.sort(
            key=lambda line: self._key(line, self._by), reverse=self._order is Qt.SortOrder.DescendingOrder
        )
        self._lines = found
        self.endResetModel()

    def _fits(self, line: GiftLine) -> bool:
        person = line.person
        names = (person.name, person.handle) if person is not None else ()
        return any(self._words in text.casefold() for text in (line.gift_name, *names))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = 0) -> object:
        line, column = self._lines[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column is Column.DIAMONDS:
            return theme.current().gold
        if role == Qt.ItemDataRole.DecorationRole and column is Column.GIFT:
            return QIcon(icons.gift_pixmap(art_of(line.gift_id), 18, 2.0))
        if role == Qt.ItemDataRole.ToolTipRole and column is Column.DIAMONDS:
            return "Transfer " + ", ".join(line.transfers[:5]) + ("…" if len(line.transfers) > 5 else "")
        return None

    def _cell(self, line: GiftLine, column: Column) -> str:
        match column:
            case Column.TIME:
                return clock_words(line.at_ms)
            case Column.FROM:
                return clean_line(line.person.shown_name) if line.person is not None else "(deleted)"
            case Column.GIFT:
                return clean_line(line.gift_name) or f"Gift {line.gift_id}"
            case Column.COUNT:
                return f"×{format_count(line.count)}"
            case Column.COINS:
                return format_count(line.coins)
            case Column.DIAMONDS:
                return format_count(line.diamonds)
            case Column.MONEY:
                return format_dollars(line.diamonds * self._rate)

    def _key(self, line: GiftLine, column: Column) -> tuple[int | str, int]:
        """What a column is sorted by; of equals the later one."""
        match column:
            case Column.FROM | Column.GIFT:
                return self._cell(line, column).casefold(), line.seq
            case Column.COUNT:
                return line.count, line.seq
            case Column.COINS:
                return line.coins, line.seq
            case Column.DIAMONDS | Column.MONEY:
                return line.diamonds, line.seq
            case _:
                return line.seq, 0
