"""A layer's place in figures: for the keyboard, and for what must be exact. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QGridLayout, QWidget

from studio.model.handles import turned_by
from studio.model.placing import Size
from studio.model.scene import Placement
from studio.services.broadcast import BroadcastService
from studio.services.scenes.service import ScenesService
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.number_box import NumberBox

_CROPS = (
    ("crop_left", "L", "Cut off at the left"),
    ("crop_right", "R", "Cut off at the right"),
    ("crop_top", "T", "Cut off at the top"),
    ("crop_bottom", "B", "Cut off at the bottom"),
)


class PlaceNumbers(QWidget):
    """The middle, the size and the angle of the box, and the four crops. Invariant: shows the service's."""

    def __init__(
        self, scenes: ScenesService, broadcast: BroadcastService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._scenes, self._broadcast = scenes, broadcast
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        self.across = NumberBox("X", "Middle, from the left, in pixels", -8_000, 12_000)
        self.down = NumberBox("Y", "Middle, from the top, in pixels", -8_000, 12_000)
        self.wide = NumberBox("W", "Width in pixels", 8, 16_000)
        self.high = NumberBox("H", "Height in pixels", 8, 16_000)
        self.turn = NumberBox("", "Turned clockwise, in degrees", -180, 180, "°")
        self.crops = {
            field: NumberBox(letter, f"{name}, in hundredths", 0, 95, " %") for field, letter, name in _CROPS
        }
        for line, words in enumerate(("Place", "Crop")):
            grid.addWidget(Label(words, Role.SMALL), line, 0)
        for place, number in enumerate((self.across, self.down, self.wide, self.high)):
            grid.addWidget(number, 0, place + 1)
        for place, crop in enumerate(self.crops.values()):
            grid.addWidget(crop, 1, place + 1)
        self._edits: tuple[tuple[NumberBox, Callable[[Placement, Size, int], Placement]], ...] = (
            (self.across, lambda placement, canvas, number: replace(placement, x=number / canvas[0])),
            (self.down, lambda placement, canvas, number: replace(placement, y=number / canvas[1])),
            (self.wide, lambda placement, canvas, number: replace(placement, width=number / canvas[0])),
            (self.high, lambda placement, canvas, number: replace(placement, height=number / canvas[1])),
            (
                self.turn,
                lambda placement, _canvas, number: turned_by(replace(placement, rotation_deg=0.0), number),
            ),
            *((box, partial(_crop, field)) for field, box in self.crops.items()),
        )
        for box, edit in self._edits:
            box.chosen.connect(partial(self._chosen, edit))

    def show_placement(self, placement: Placement) -> None:
        """Shows this one without saying so."""
        canvas = self._broadcast.canvas
        for box, share, side in (
            (self.across, placement.x, canvas[0]),
            (self.down, placement.y, canvas[1]),
            (self.wide, placement.width, canvas[0]),
            (self.high, placement.height, canvas[1]),
        ):
            box.show_number(round(share * side))
        self.turn.show_number(round(placement.rotation_deg))
        for field, box in self.crops.items():
            box.show_number(round(getattr(placement, field) * 100))

    def _chosen(self, edit: Callable[[Placement, Size, int], Placement], number: int) -> None:
        layer = self._scenes.selected_layer
        if layer is None:
            return
        try:
            made = edit(layer.placement, self._broadcast.canvas, number)
        except ValueError as error:  # more cut off than there is, or beyond every canvas
            self._scenes.failed.emit(f"Not done: {error}.")
            self.show_placement(layer.placement)
            return
        self._scenes.place(layer.id, made, "numbers")


def _crop(field: str, placement: Placement, _canvas: Size, number: int) -> Placement:
    changes: dict[str, Any] = {field: number / 100}
    return replace(placement, **changes)
