"""What was, to go back to it: undo and redo over immutable values. Pure."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")

#: Steps back. Values share what did not change, so a step costs little.
STEPS = 100


class History(Generic[T]):
    """Invariant: undoing all steps and redoing them ends where it began; a new step
    ends what could be redone.

    `label` joins steps that belong together: while it stays the same (a drag), they are one.
    Bounded: beyond `steps` the oldest go.
    """

    def __init__(self, value: T, steps: int = STEPS) -> None:
        self._value = value
        self._past: deque[T] = deque(maxlen=steps)
        self._future: list[T] = []
        self._label = ""

    @property
    def value(self) -> T:
        return self._value

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def do(self, value: T, label: str = "") -> bool:
        """Goes on to `value`; False when that is what is there already."""
        if value == self._value:
            return False
        if not (label and label == self._label and self._past):
            self._past.append(self._value)
        self._label = label
        self._future.clear()
        self._value = value
        return True

    def amend(self, value: T) -> None:
        """Goes on with `value` instead; no step, so undoing does not bring back what was."""
        self._value = value

    def settle(self) -> None:
        """The next step is one of its own, whatever its label: the mouse was let go."""
        self._label = ""

    def undo(self) -> bool:
        """Back by one step; False when there is none."""
        if not self._past:
            return False
        self._future.append(self._value)
        self._value = self._past.pop()
        self._label = ""
        return True

    def redo(self) -> bool:
        """Forward again by one step; False when there is none."""
        if not self._future:
            return False
        self._past.append(self._value)
        self._value = self._future.pop()
        self._label = ""
        return True
