"""What is to be shown: layers as the services name them, and as the compositor draws them.

Purpose: immutable values, swapped whole while the compositor runs. Thread: any.
Must not import: Qt, net, cv2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from studio.media.scene.feed import Feed
from studio.model.scene import MAX_LAYERS, Placement

#: Names an input: whatever the caller likes, the same for the same source.
InputKey: TypeAlias = str
#: The input that `MediaEngine.switch_source` sets: the host's camera, or what stands in for it.
MAIN: Final[InputKey] = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLayer:
    """A layer that shows. `id` is unique in its scene; `input` is `MAIN` or a key given to `set_input`."""

    id: str
    input: InputKey = MAIN
    placement: Placement = field(default_factory=Placement)


@dataclass(frozen=True, slots=True)
class StagePart:
    """A layer and where its pictures come from."""

    id: str
    placement: Placement
    feed: Feed
    is_main: bool


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Everything that shows, the lowest first. Without parts it is the dark ground alone.

    Attributes:
        feeds: of all parts, each once.
    """

    parts: tuple[StagePart, ...] = ()
    feeds: tuple[Feed, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "feeds", tuple(dict.fromkeys(part.feed for part in self.parts)))


def checked_layers(layers: tuple[StageLayer, ...]) -> tuple[StageLayer, ...]:
    """`layers` as they are; ValueError for too many, and for two with one id."""
    if len(layers) > MAX_LAYERS:
        raise ValueError(f"a scene has at most {MAX_LAYERS} layers, not {len(layers)}")
    if len({layer.id for layer in layers}) != len(layers):
        raise ValueError("two layers of the scene have one id")
    return layers
