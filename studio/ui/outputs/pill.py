"""The outputs pill: to how many places the LIVE goes, and whether one of them is lost. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.services.outputs import OutputsService
from studio.ui.widgets.press_pill import PressPill


class OutputsPill(PressPill):
    """ "Outputs 3": all wanted ones run; "Outputs 2 / 3" in gold: one is lost or not there yet."""

    def __init__(self, outputs: OutputsService, parent: QWidget | None = None) -> None:
        super().__init__("Where the LIVE goes: switch targets and the recording", dot="teal", parent=parent)
        self._outputs = outputs
        outputs.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        wanted = [line for line in self._outputs.lines if line.on]
        lost = [line for line in wanted if line.retrying or line.trouble]
        count = len(wanted) + 1  # the backend, whose state the health pill says
        figure = f"{count - len(lost)} / {count}" if lost else str(count)
        self.set_dot("gold" if lost else "teal")
        self.set_parts(("Outputs", False, "text2"), (figure, True, "text"))
