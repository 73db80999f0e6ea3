"""A layer put on top of the scene: where it goes first, its shape once its source is known. GUI thread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from studio.model.handles import first_place
from studio.model.placing import Point
from studio.model.scene import Fit, Placement, SourceKind, SourceSpec
from studio.services.broadcast import BroadcastService
from studio.services.scenes.service import ScenesService

#: How much of the canvas a new layer takes at most, and where its middle is.
_PLACES: dict[SourceKind, tuple[float, Point]] = {
    SourceKind.CAMERA: (0.42, (0.74, 0.22)),
    SourceKind.NETWORK: (0.42, (0.74, 0.22)),
    SourceKind.SCREEN: (1.0, (0.5, 0.5)),
    SourceKind.WINDOW: (1.0, (0.5, 0.5)),
    SourceKind.IMAGE: (0.5, (0.5, 0.5)),
    SourceKind.VIDEO: (1.0, (0.5, 0.5)),
    SourceKind.TEXT: (0.7, (0.5, 0.25)),
}
_EVERY_MS, _LOOKS = 60, 150


class NewLayers(QObject):
    """Adds layers to the scene that is on. To add and to shape one is a single step back."""

    def __init__(self, scenes: ScenesService, broadcast: BroadcastService, parent: QObject) -> None:
        super().__init__(parent)
        self._scenes, self._broadcast = scenes, broadcast
        self._unshaped: dict[str, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def add(self, spec: SourceSpec, name: str) -> str:
        """The layer on top, selected; gives its id, empty when the scene is full."""
        place = _PLACES.get(spec.kind)
        if place is not None:
            share, at = place
            layer_id = self._scenes.add_layer(
                spec, name, Placement(x=at[0], y=at[1], width=share, height=share, fit=Fit.CONTAIN)
            )
            if layer_id:
                self._unshaped[layer_id] = _LOOKS
                self._timer.start()
            return layer_id
        if spec.kind is SourceKind.COLOUR:
            return self._scenes.add_layer(spec, name, Placement(y=0.88, height=0.12, fit=Fit.STRETCH))
        return self._scenes.add_layer(spec, name)

    def add_file(self, kind: SourceKind, path: str) -> str:
        """An image or a video, called as its file is."""
        return self.add(SourceSpec(kind=kind, target=path), Path(path).stem or kind.value)

    def _look(self) -> None:
        """Gives each new layer the shape of its source, once that is known."""
        for layer_id in list(self._unshaped):
            layer = next((one for one in self._scenes.scene.layers if one.id == layer_id), None)
            size = self._scenes.layer_size(layer_id) if layer is not None else (0, 0)
            self._unshaped[layer_id] -= 1
            if layer is None or not self._unshaped[layer_id] or layer.placement.fit is not Fit.CONTAIN:
                del self._unshaped[layer_id]
            elif min(size) > 0:
                del self._unshaped[layer_id]
                share, at = _PLACES[layer.source.kind]
                made = first_place(self._broadcast.canvas, size, share, at)
                if layer.source.kind is SourceKind.TEXT:
                    made = replace(made, fit=Fit.CONTAIN)  # another text has another shape
                self._scenes.place(layer_id, made, "shape")
        if not self._unshaped:
            self._timer.stop()
