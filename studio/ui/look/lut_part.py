"""The LUT file in the Look card: which, how strong, and what is wrong with it. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.look import LookService
from studio.ui.look.rows import named_row
from studio.ui.widgets.amount_slider import AmountSlider
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.file_dialog import FileDialog
from studio.ui.widgets.label import Label, Role

_FILES = "Colour tables (*.cube);;All files (*)"


class LutPart(QWidget):
    """``resized``: a line came or went."""

    resized = Signal()

    def __init__(self, look: LookService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self.name = ElidedLabel("", Role.SMALL)
        self.choose = Button("LUT file…", ButtonKind.COMPACT)
        self.choose.setToolTip("A .cube file: the colours of a film, a brand, another camera")
        self.remove = Button("Remove", ButtonKind.LINK)
        self.remove.setAccessibleName("Remove the LUT file")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label("Film look", Role.STRONG))
        head.addWidget(self.name, 1)
        head.addWidget(self.remove)
        head.addWidget(self.choose)
        column.addLayout(head)
        self.strength = AmountSlider("Strength of the LUT", rest=100)
        self._strength_row = QWidget()
        row = named_row("Strength", self.strength)
        row.setContentsMargins(0, 0, 0, 0)
        self._strength_row.setLayout(row)
        column.addWidget(self._strength_row)
        self.problem = ErrorLine()
        column.addWidget(self.problem)
        self.choose.clicked.connect(self.choose_file)
        self.remove.clicked.connect(lambda: look.adjust(lut=""))
        self.strength.moved.connect(lambda amount: look.adjust(lut_strength=amount))
        look.changed.connect(self._show)
        self._show()

    def choose_file(self) -> None:
        """Asks for a .cube file; not modal, so the LIVE goes on behind it."""
        window = self.window()
        dialog = FileDialog("Choose a LUT", _FILES, window.parentWidget())
        dialog.fileSelected.connect(lambda path: self._look.adjust(lut=path))
        window.hide()
        dialog.show()

    def _show(self) -> None:
        look, name = self._look.look, self._look.lut_name
        was = (self._strength_row.isHidden(), self.problem.sentence)
        self.name.setText(name)
        self.name.setToolTip(look.lut)
        self.remove.setVisible(bool(name))
        self.choose.setText("Another…" if name else "LUT file…")
        self.choose.setAccessibleName("Choose another LUT file" if name else "Choose a LUT file")
        self.choose.updateGeometry()
        self._strength_row.setVisible(bool(name))
        self.strength.show_amount(look.lut_strength)
        if self._look.problem != self.problem.sentence:
            if self._look.problem:
                self.problem.show_problem(self._look.problem, tone="gold")
            else:
                self.problem.clear()
        if was != (self._strength_row.isHidden(), self.problem.sentence):
            self.resized.emit()
