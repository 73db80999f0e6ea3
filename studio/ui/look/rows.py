"""Rows of the Look card. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.widgets.label import Label, Role

_NAME_WIDTH = 84


def named_row(name: str, control: QWidget) -> QHBoxLayout:
    """A name as wide as every other, then its control."""
    row = QHBoxLayout()
    row.setSpacing(10)
    label = Label(name, Role.BODY)
    label.setMinimumWidth(_NAME_WIDTH)
    row.addWidget(label)
    row.addWidget(control, 1)
    return row
