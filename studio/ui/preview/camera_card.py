"""The card of the camera that is shown: its format, and the controls its driver really has. GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.camera_settings import CODINGS, RATES, SIZES, CameraSettingsService, ControlRow
from studio.ui.widgets.groove import Groove
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.select import Select
from studio.ui.widgets.toggle import Toggle

_WIDTH = 400
#: A slider has whole steps; drivers count from -13 to 0 and from 1 to 10,000.
_STEPS = 200


class CameraCard(PopupCard):
    """Opens above the Camera tile. Shows what the service says; changes go through it alone."""

    def __init__(self, camera: CameraSettingsService, parent: QWidget) -> None:
        super().__init__("Camera", _WIDTH, parent)
        self._camera = camera
        self.size_choice = Select("Resolution")
        self.rate = Select("Pictures a second")
        self.coding = Select("How it sends")
        for width, height in SIZES:
            self.size_choice.addItem(f"{width} × {height}", (width, height))
        for fps in RATES:
            self.rate.addItem(f"{fps} fps", fps)
        for coding, words in CODINGS:
            self.coding.addItem(words, coding)
        self.state = Label("", Role.SMALL, wrap=True)
        self.controls: dict[str, ControlLine] = {}
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        for words, select in (
            ("Resolution", self.size_choice),
            ("Rate", self.rate),
            ("How it sends", self.coding),
        ):
            self.body.addLayout(_named(words, select))
            select.activated.connect(self._format_chosen)
        self.body.addWidget(self.state)
        self.body.addLayout(self._lines)
        camera.changed.connect(self._show)
        self._show()

    def open_at(self, tile: QWidget) -> None:
        self._camera.ask()
        self._show()
        super().open_at(tile)
        self.size_choice.setFocus(Qt.FocusReason.PopupFocusReason)

    def _format_chosen(self) -> None:
        size, fps = self.size_choice.currentData(), self.rate.currentData()
        self._camera.set_format(tuple(size), fps, self.coding.currentData())
        self._camera.ask()

    def _show(self) -> None:
        camera = self._camera
        self.set_title(camera.name or "Camera")
        wanted = camera.format
        self.size_choice.setCurrentIndex(self.size_choice.findText(f"{wanted.width} × {wanted.height}"))
        self.rate.setCurrentIndex(self.rate.findData(wanted.fps))
        self.coding.setCurrentIndex(self.coding.findData(wanted.coding))
        for select in (self.size_choice, self.rate, self.coding):
            select.setEnabled(camera.is_camera)
        self.state.setText(self._words())
        self.state.set_tone("gold" if camera.note else "")
        self._show_controls(camera.rows)

    def _words(self) -> str:
        camera = self._camera
        if not camera.is_camera:
            return "Choose a camera to set it up; a video or network camera has nothing to set here."
        if camera.note:
            return camera.note
        if not camera.answered:
            return "Asking the camera what can be set…"
        return "" if camera.rows else "This camera lets nothing else be set; it sees to it by itself."

    def _show_controls(self, rows: list[ControlRow]) -> None:
        if list(self.controls) != [row.kind for row in rows]:
            for line in self.controls.values():
                self._lines.removeWidget(line)
                line.deleteLater()
            self.controls = {row.kind: ControlLine(row) for row in rows}
            for kind, line in self.controls.items():
                line.chosen.connect(partial(self._camera.set_control, kind))
                self._lines.addWidget(line)
        for row in rows:
            self.controls[row.kind].show_row(row)
        self.state.setVisible(bool(self.state.text()))


class ControlLine(QWidget):
    """``chosen(value)``: another value, or None for automatic."""

    chosen = Signal(object)

    def __init__(self, row: ControlRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.slider = Groove(row.name, self)
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(_STEPS // 10)
        self.auto = Toggle(f"{row.name}: automatic")
        words = Label(row.name, Role.BODY)
        words.setMinimumWidth(104)
        auto_words = Label("Auto", Role.SMALL)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        for widget in (words, self.slider, auto_words, self.auto):
            line.addWidget(widget, 1 if widget is self.slider else 0)
        # Only now: shown before it has a parent, a widget is a window, and that closes the card.
        for widget in (auto_words, self.auto):
            widget.setVisible(row.has_auto)
        self.slider.valueChanged.connect(self._moved)
        self.auto.toggled.connect(self._switched)

    def show_row(self, row: ControlRow) -> None:
        """Shows what is set, without saying so."""
        self._row = row
        self.slider.blockSignals(True)
        self.slider.setValue(round((row.value - row.least) / (row.most - row.least) * _STEPS))
        self.slider.blockSignals(False)
        self.slider.setEnabled(not row.auto)
        self.slider.update()
        self.auto.blockSignals(True)
        self.auto.setChecked(row.auto)
        self.auto.blockSignals(False)

    def _moved(self, step: int) -> None:
        row = self._row
        self.chosen.emit(float(round(row.least + (row.most - row.least) * step / _STEPS)))

    def _switched(self, on: bool) -> None:
        self.chosen.emit(None if on else self._row.value)


def _named(words: str, select: Select) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    label = Label(words, Role.BODY)
    label.setMinimumWidth(104)
    row.addWidget(label)
    row.addWidget(select, 1)
    return row
