"""A table of lines in the studio's looks. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from studio.ui import theme
from studio.ui.theme import fonts

_ROW = 34
Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LinesModel(QAbstractTableModel):
    """Lines with a title above each column; texts up to ``last_text``, then figures."""

    titles: tuple[str, ...]
    last_text: int

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if role == Qt.ItemDataRole.FontRole:  # the stylesheet takes a font of the header's own away
            return fonts.font(11, 700, tracking=0.6)
        return self.alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Figures stand below each other."""
        return _LEFT if column <= self.last_text else _RIGHT


class Table(QTableView):
    """Read-only, a line selected at a time; ``stretched`` is the column that takes the spare width.

    The other columns keep the widths they are given. Its looks are in the stylesheet.
    """

    def __init__(
        self,
        model: QAbstractItemModel,
        widths: tuple[int, ...],
        stretched: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._widths = widths
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        """Widths and heights follow the text's size."""
        self.setFont(fonts.font(13, 400, figures=True))
        self.verticalHeader().setDefaultSectionSize(fonts.px(_ROW))
        for column, width in enumerate(self._widths):
            if width:
                self.setColumnWidth(column, fonts.px(width))
