"""What a text layer says and in which colour; the same colours for a plain area. GUI thread."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from studio.model.scene import TEXT_MAX, Layer, SourceKind, SourceSpec
from studio.services.scenes.service import ScenesService
from studio.ui.scenes.swatches import Swatches
from studio.ui.widgets.field import Field

#: After the last key: each new text is a picture that is made anew.
_AFTER_MS = 150


class TextPart(QWidget):
    """Shows the selected layer's text and colour; what is typed goes live shortly after the last key."""

    def __init__(self, scenes: ScenesService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scenes = scenes
        self._layer_id = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setPlaceholderText("What viewers are to read")
        self.words.setFixedHeight(64)
        self.field = Field("Text", self.words)
        self.swatches = Swatches()
        column.addWidget(self.field)
        column.addWidget(self.swatches)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AFTER_MS)
        self._later.timeout.connect(self._send)
        self.words.textChanged.connect(self._typed)
        self.swatches.chosen.connect(self._colour_chosen)

    def show_layer(self, layer: Layer) -> None:
        """Shows this one, unless it is being typed in."""
        if layer.id != self._layer_id:
            self._send()
            self._layer_id = layer.id
        spec = layer.source
        self.field.setVisible(spec.kind is SourceKind.TEXT)
        self.swatches.show_colour(spec.colour)
        if self._later.isActive() or self.words.toPlainText() == spec.text:
            return
        self.words.blockSignals(True)
        self.words.setPlainText(spec.text)
        self.words.blockSignals(False)
        self._count()

    def forget(self) -> None:
        """No layer with a text is selected any more; what was typed is sent first."""
        self._send()
        self._layer_id = ""

    def _typed(self) -> None:
        self._count()
        self._later.start()

    def _count(self) -> None:
        over = len(self.words.toPlainText()) - TEXT_MAX
        self.field.set_hint(f"{len(self.words.toPlainText())} / {TEXT_MAX}", "live" if over > 0 else "")
        self.field.set_error(f"{over} character{'s' if over > 1 else ''} too long" if over > 0 else "")

    def _send(self) -> None:
        if self._later.isActive() or self.sender() is self._later:
            self._later.stop()
            text = self.words.toPlainText()
            if len(text) <= TEXT_MAX:
                self._set(text=text)

    def _colour_chosen(self, colour: str) -> None:
        self._set(colour=colour)

    def _set(self, **changes: str) -> None:
        layer = next((one for one in self._scenes.scene.layers if one.id == self._layer_id), None)
        if layer is not None:
            spec: SourceSpec = replace(layer.source, **changes)  # type: ignore[arg-type]
            self._scenes.set_source(layer.id, spec, "text")
