"""What can be set on the selected layer besides its place in the picture. GUI thread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.handles import fitted
from studio.model.scene import Fit, Layer, Placement, SourceKind
from studio.services.broadcast import BroadcastService
from studio.services.scenes.service import ScenesService
from studio.ui.look.rows import named_row
from studio.ui.scenes.kinds import FITS, IMAGE_FILES, NAMES, VIDEO_FILES
from studio.ui.scenes.numbers import PlaceNumbers
from studio.ui.scenes.text_part import TextPart
from studio.ui.widgets.amount_slider import AmountSlider
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.file_dialog import FileDialog
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.toggle import Toggle

#: The slider's end: further in a face is a smear.
_ZOOM_MOST = 5.0
_WITH_FILE = {SourceKind.IMAGE: IMAGE_FILES, SourceKind.VIDEO: VIDEO_FILES}
_WITH_COLOUR = (SourceKind.TEXT, SourceKind.COLOUR)


class LayerPart(QWidget):
    """Hidden without a selection. ``resized``: lines came or went."""

    resized = Signal()

    def __init__(
        self, scenes: ScenesService, broadcast: BroadcastService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._scenes = scenes
        self.name = ElidedLabel("", Role.STRONG)
        self.what = Label("", Role.HINT)
        self.problem = ErrorLine()
        self.another = Button("Another file…", ButtonKind.LINK)
        self.another.clicked.connect(self.choose_file)
        self.text = TextPart(scenes)
        self.opacity = AmountSlider("Opacity", rest=100)
        self.zoom = AmountSlider("Zoom")
        self.fit = Select("How the picture fills its box")
        for fit, words in FITS.items():
            self.fit.addItem(words, fit)
        self.mirror = Toggle("Mirror this layer, for viewers too")
        self.whole = Button("Fit to canvas", ButtonKind.COMPACT)
        self.numbers = PlaceNumbers(scenes, broadcast)
        self.opacity.moved.connect(lambda amount: self._set("opacity", opacity=amount))
        self.zoom.moved.connect(lambda amount: self._set("zoom", zoom=1 + amount * (_ZOOM_MOST - 1)))
        self.fit.activated.connect(self._fit_chosen)
        self.mirror.clicked.connect(lambda: self._set(mirror=self.mirror.isChecked()))
        self.whole.clicked.connect(self._fit_to_canvas)
        for slider in (self.opacity.slider, self.zoom.slider):
            slider.sliderReleased.connect(scenes.settle)
        self._lay_out()
        scenes.changed.connect(self.show_layer)
        self.show_layer()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        head.addWidget(self.another)
        head.addWidget(self.what)
        column.addLayout(head)
        column.addWidget(self.problem)
        column.addWidget(self.text)
        column.addLayout(named_row("Opacity", self.opacity))
        column.addLayout(named_row("Zoom", self.zoom))
        column.addLayout(named_row("Fit", self.fit))
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(Label("Mirror", Role.BODY))
        last.addWidget(self.mirror)
        last.addStretch(1)
        self.numbers.turn.setFixedWidth(64)
        last.addWidget(self.numbers.turn)
        last.addWidget(self.whole)
        column.addLayout(last)
        column.addWidget(self.numbers)

    def choose_file(self) -> None:
        """Asks for another file of the same kind; the layer stays where it is."""
        layer = self._scenes.selected_layer
        if layer is None or layer.source.kind not in _WITH_FILE:
            return
        known = layer
        dialog = FileDialog("Choose another file", _WITH_FILE[known.source.kind], self.window())
        dialog.fileSelected.connect(
            lambda path: self._scenes.set_source(known.id, replace(known.source, target=path))
        )
        dialog.show()

    def show_layer(self) -> None:
        """Shows what the service says of the selected layer."""
        layer = self._scenes.selected_layer
        was = (self.isHidden(), self.text.isHidden(), self.problem.sentence)
        self.setVisible(layer is not None)
        if layer is None:
            self.text.forget()
        else:
            self._show(layer)
        if was != (self.isHidden(), self.text.isHidden(), self.problem.sentence):
            self.resized.emit()

    def _show(self, layer: Layer) -> None:
        placement = layer.placement
        self.name.setText(layer.name)
        words = NAMES[layer.source.kind]
        self.what.setText(f"{words} · locked" if layer.locked else words)
        self.another.setVisible(layer.source.kind in _WITH_FILE)
        self.another.setToolTip(Path(layer.source.target).name)
        self.text.setVisible(layer.source.kind in _WITH_COLOUR)
        if layer.source.kind in _WITH_COLOUR:
            self.text.show_layer(layer)
        else:
            self.text.forget()
        self._say_problem(self._scenes.problem(layer.id))
        self.opacity.show_amount(placement.opacity)
        self.zoom.show_amount((placement.zoom - 1) / (_ZOOM_MOST - 1))
        self.fit.setCurrentIndex(list(Fit).index(placement.fit))
        self.mirror.setChecked(placement.mirror)
        self.numbers.show_placement(placement)
        for widget in (self.numbers, self.numbers.turn, self.whole):
            widget.setEnabled(not layer.locked)
        self.whole.setEnabled(not layer.locked and placement != fitted(placement))

    def _say_problem(self, sentence: str) -> None:
        if sentence != self.problem.sentence:
            if sentence:
                self.problem.show_problem(sentence, tone="gold")
            else:
                self.problem.clear()

    def _fit_chosen(self) -> None:
        self._set(fit=Fit(self.fit.currentData()))  # Qt hands back the plain word

    def _fit_to_canvas(self) -> None:
        layer = self._scenes.selected_layer
        if layer is not None:
            self._scenes.place(layer.id, fitted(layer.placement))

    def _set(self, label: str = "", **changes: object) -> None:
        layer = self._scenes.selected_layer
        if layer is not None:
            made: Placement = replace(layer.placement, **changes)  # type: ignore[arg-type]
            self._scenes.place(layer.id, made, label)
