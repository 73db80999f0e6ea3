"""Stages for tests: layers of arrays, without threads."""

from __future__ import annotations

from studio.media.frame import Frame, Pixels
from studio.media.mailbox import Mailbox
from studio.media.scene.feed import Feed
from studio.media.scene.stage import MAIN, Stage, StagePart
from studio.model.scene import Placement


class Layered:
    """Builds a stage of pictures that are up already, the lowest first."""

    def __init__(self) -> None:
        self.parts: list[StagePart] = []
        self.boxes: dict[str, Mailbox[Frame]] = {}

    def add(
        self,
        picture: Pixels | None,
        placement: Placement | None = None,
        *,
        alpha: Pixels | None = None,
        id_: str = "",
        at_ns: int = 0,
    ) -> Layered:
        """A layer; the one with the id `MAIN` is the main input's."""
        id_ = id_ or f"layer {len(self.parts)}"
        feed, box = Feed(), Mailbox[Frame]()
        feed.connect(box)
        if picture is not None:
            box.put(Frame(picture, at_ns, alpha))
        self.parts.append(StagePart(id_, placement or Placement(), feed, id_ == MAIN))
        self.boxes[id_] = box
        return self

    @property
    def stage(self) -> Stage:
        return Stage(tuple(self.parts))
