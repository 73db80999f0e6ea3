"""The card of checks before a LIVE. GUI thread; services only."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.services.checks import ChecksService, CheckState
from studio.ui import theme
from studio.ui.ready.check_row import CheckRow
from studio.ui.widgets.card import PADDING, Card


class ChecksCard(Card):
    """One row a check, updated in place; "n of m" counts those in order."""

    def __init__(self, checks: ChecksService, parent: QWidget | None = None) -> None:
        super().__init__("Checks", parent=parent)
        self._checks = checks
        self._rows: list[CheckRow] = []
        self.body.setSpacing(0)
        checks.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        found = self._checks.checks
        if [row.name for row in self._rows] != [check.name for check in found]:
            self._rebuild()
        for row, check in zip(self._rows, found, strict=True):
            row.show_check(check)
        good = sum(check.state is CheckState.OK for check in found)
        self.set_note(f"{good} of {len(found)}" if found else "")
        self.update()

    def _rebuild(self) -> None:
        for row in self._rows:
            self.body.removeWidget(row)
            row.deleteLater()
        self._rows = [CheckRow(check) for check in self._checks.checks]
        for row in self._rows:
            row.acted.connect(self._checks.act)
            self.body.addWidget(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for row in self._rows:
            painter.fillRect(PADDING, row.y(), self.width() - 2 * PADDING, 1, theme.current().line)
