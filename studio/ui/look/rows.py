"""Rows of the Look card. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.theme import fonts
from studio.ui.widgets.label import Label, Role

_NAME_WIDTH = 84


class _Name(Label):
    """As wide as every other at any text size, so that the controls stand below each other."""

    def sizeHint(self) -> QSize:
        return QSize(round(_NAME_WIDTH * fonts.px(100) / 100), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def named_row(name: str, control: QWidget) -> QHBoxLayout:
    """A name, then its control."""
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(_Name(name, Role.BODY))
    row.addWidget(control, 1)
    return row
