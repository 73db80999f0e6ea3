"""A derivation's lines as a table; further pages come as they are scrolled to. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QIcon

from studio.model.money import format_dollars
from studio.model.payout import DerivationLine, LineKind
from studio.model.text import clean_line
from studio.services.derivation import DerivationService
from studio.ui import theme
from studio.ui.gift_art import art_of
from studio.ui.theme import icons
from studio.ui.widgets.table import Index, LinesModel


class Column(IntEnum):
    """From left to right."""

    TIME = 0
    FROM = 1
    WHAT = 2
    COINS = 3
    RATE = 4
    SHARE = 5
    DIAMONDS = 6
    MONEY = 7


TITLES = ("TIME", "FROM", "GIFT", "COINS", "PER COIN", "PLATFORM", "DIAMONDS", "TO YOU")


def words_of(line: DerivationLine, column: Column, gift_name: Callable[[int], str]) -> str:
    """One cell as it is read."""
    gift = line.kind is not LineKind.PAYOUT_RETURNED
    match column:
        case Column.TIME:
            moment = datetime.fromtimestamp(line.at_ms / 1_000)
            return f"{moment:%b} {moment.day}, {moment:%H:%M:%S}"
        case Column.FROM:
            return clean_line(line.person.shown_name) if line.person is not None else ""
        case Column.WHAT:
            return _what(line, gift_name)
        case Column.COINS:
            return f"{line.coins:,}" if gift else ""
        case Column.RATE:
            return f"× {line.diamonds_per_coin:,}" if gift else ""
        case Column.SHARE:
            return f"{-line.share if line.kind is LineKind.GIFT else line.share:,}" if gift else ""
        case Column.DIAMONDS:
            return f"{line.diamonds:,}"
        case Column.MONEY:
            return format_dollars(line.micro_dollars)


def _what(line: DerivationLine, gift_name: Callable[[int], str]) -> str:
    if line.kind is LineKind.PAYOUT_RETURNED:
        return "Payout that came back"
    name = gift_name(line.gift_id)
    times = f" ×{line.count:,}" if line.count > 1 else ""
    return f"{name}{times}" if line.kind is LineKind.GIFT else f"Taken back: {name}{times}"


class DerivationModel(LinesModel):
    """Shows ``derivation.lines``; follows ``changed``. ``gift_name``: of a gift's id."""

    titles = TITLES
    last_text = Column.WHAT

    def __init__(
        self, derivation: DerivationService, gift_name: Callable[[int], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._derivation, self._gift_name = derivation, gift_name
        self._of = derivation.what
        self._rows = 0

    def follow(self) -> None:
        """Takes up what came since."""
        derivation = self._derivation
        if derivation.what is not self._of or len(derivation.lines) < self._rows:
            self.beginResetModel()
            self._of, self._rows = derivation.what, len(derivation.lines)
            self.endResetModel()
        elif len(derivation.lines) > self._rows:
            self.beginInsertRows(QModelIndex(), self._rows, len(derivation.lines) - 1)
            self._rows = len(derivation.lines)
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._derivation.more_to_come

    def fetchMore(self, parent: Index) -> None:
        self._derivation.more()

    def data(self, index: Index, role: int = 0) -> object:
        line, column = self._derivation.lines[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return words_of(line, column, self._gift_name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            t = theme.current()
            if line.diamonds < 0:
                return t.live
            return t.gold if column is Column.DIAMONDS else None
        if role == Qt.ItemDataRole.DecorationRole and column is Column.WHAT and line.gift_id:
            return QIcon(icons.gift_pixmap(art_of(line.gift_id), 18, 2.0))
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"Transfer {line.transfer_id}"
        return None
