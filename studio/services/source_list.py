"""The pictures a host can choose from: cameras by name, video files, the demo clip, a test pattern.

Pure but for ``find_cameras``, which blocks (not on the GUI thread).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.media.sources.camera import CameraSource, list_cameras
from studio.media.sources.file_source import FileSource
from studio.media.sources.pattern_source import TestPatternSource
from studio.media.sources.source import VideoSource

DEMO = "demo"
PATTERN = "pattern"
_CAMERA = "camera:"
_FILE = "file:"


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """One entry of the menu. ``id`` is stable across starts; ``kind``: camera, file, pattern or demo."""

    id: str
    name: str
    kind: str


def find_cameras() -> tuple[SourceChoice, ...]:
    """The cameras plugged in now. Blocks for some 10 ms."""
    return tuple(SourceChoice(_CAMERA + found.stable_id, found.name, "camera") for found in list_cameras())


def file_choice(path: Path) -> SourceChoice:
    return SourceChoice(f"{_FILE}{path}", path.name, "file")


BUILT_IN: tuple[SourceChoice, ...] = (
    SourceChoice(DEMO, "Demo clip", "demo"),
    SourceChoice(PATTERN, "Test pattern", "pattern"),
)


def open_choice(choice: SourceChoice, demo_clip: Path) -> VideoSource:
    """The source of a choice (not opened yet)."""
    match choice.kind:
        case "camera":
            return CameraSource(choice.id.removeprefix(_CAMERA), choice.name)
        case "file":
            return FileSource(Path(choice.id.removeprefix(_FILE)))
        case "demo":
            return FileSource(demo_clip, name="Demo clip")
        case "pattern":
            return TestPatternSource()
        case _:
            raise ValueError(f"no source of kind {choice.kind!r}")
