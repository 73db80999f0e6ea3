"""The pictures a host can choose from: cameras by name, by address, video files, the demo clip, a pattern.

Pure but for ``find_cameras``, which blocks (not on the GUI thread).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.media.sources.camera import CameraSource, list_cameras
from studio.media.sources.camera_controls import CameraSettings
from studio.media.sources.clip import ClipSource
from studio.media.sources.file_source import FileSource
from studio.media.sources.pattern_source import TestPatternSource
from studio.media.sources.source import VideoSource
from studio.services.network_cameras import NetworkCameras

DEMO = "demo"
PATTERN = "pattern"
_CAMERA = "camera:"
_FILE = "file:"
_NETWORK = "network:"


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A menu entry. ``id`` is stable across starts; ``kind``: camera, network, file, pattern or demo."""

    id: str
    name: str
    kind: str


def find_cameras() -> tuple[SourceChoice, ...]:
    """The cameras plugged in now. Blocks for some 10 ms."""
    return tuple(SourceChoice(_CAMERA + found.stable_id, found.name, "camera") for found in list_cameras())


def file_choice(path: Path) -> SourceChoice:
    return SourceChoice(f"{_FILE}{path}", path.name, "file")


def network_choice(name: str) -> SourceChoice:
    return SourceChoice(_NETWORK + name, name, "network")


BUILT_IN: tuple[SourceChoice, ...] = (
    SourceChoice(DEMO, "Demo clip", "demo"),
    SourceChoice(PATTERN, "Test pattern", "pattern"),
)


def open_choice(
    choice: SourceChoice, demo_clip: Path, network: NetworkCameras, settings: Callable[[str], CameraSettings]
) -> VideoSource:
    """The source of a choice (not opened yet); a video file has its sound. ``settings``: of a camera
    by its stable id.
    """
    match choice.kind:
        case "camera":
            stable_id = choice.id.removeprefix(_CAMERA)
            return CameraSource(stable_id, choice.name, settings=settings(stable_id))
        case "network":
            return network.source(choice.name)
        case "file":
            return ClipSource(Path(choice.id.removeprefix(_FILE)))
        case "demo":
            return FileSource(demo_clip, name="Demo clip")
        case "pattern":
            return TestPatternSource()
        case _:
            raise ValueError(f"no source of kind {choice.kind!r}")
