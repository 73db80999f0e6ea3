"""Every source a scene's layer can name, made of its `SourceSpec`; and what there is to choose from.

GUI thread (text is drawn here); nothing is opened yet: that is the capture thread's work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from studio.media.sources.camera import CameraSource
from studio.media.sources.camera_controls import CameraSettings
from studio.media.sources.clip import ClipSource
from studio.media.sources.file_source import FileSource
from studio.media.sources.image_file import ImageSource
from studio.media.sources.pattern_source import TestPatternSource
from studio.media.sources.source import VideoSource
from studio.media.sources.still import StillSource, colour_source
from studio.model.scene import SourceKind, SourceSpec
from studio.services.network_cameras import NetworkCameras
from studio.services.overlays.sheet import Lettering
from studio.services.screen_feed import Surface, list_screens, list_windows, screen_source, window_source
from studio.services.source_list import find_cameras
from studio.services.tasks import Tasks
from studio.services.text_picture import text_picture


class LayerSources:
    """Makes the sources of layers. ``families``: the fonts of the picture, asked for at each text;
    ``camera_settings``: of a camera, by its stable id.
    """

    def __init__(
        self,
        demo_clip: Path,
        network: NetworkCameras,
        camera_settings: Callable[[str], CameraSettings],
        families: Callable[[], tuple[str, ...]],
        tasks: Tasks,
    ) -> None:
        self._demo_clip = demo_clip
        self._network = network
        self._camera_settings = camera_settings
        self._families = families
        self._tasks = tasks

    def open_spec(self, spec: SourceSpec, name: str = "") -> VideoSource:
        """The source, not opened yet. ``name``: what sentences call it where the spec has no name.

        ValueError for `SourceKind.MAIN`: that one is the engine's, and is open already.
        """
        match spec.kind:
            case SourceKind.CAMERA:
                return CameraSource(
                    spec.target, name or "Camera", settings=self._camera_settings(spec.target)
                )
            case SourceKind.NETWORK:
                return self._network.source(spec.target)
            case SourceKind.SCREEN:
                return screen_source(spec.target, pointer=spec.pointer)
            case SourceKind.WINDOW:
                return window_source(spec.target)
            case SourceKind.IMAGE:
                return ImageSource(Path(spec.target))
            case SourceKind.VIDEO:
                return ClipSource(Path(spec.target))
            case SourceKind.TEXT:
                return self._text(spec)
            case SourceKind.COLOUR:
                return colour_source(spec.colour)
            case SourceKind.DEMO:
                return FileSource(self._demo_clip, name="Demo clip")
            case SourceKind.PATTERN:
                return TestPatternSource()
            case SourceKind.MAIN:
                raise ValueError("the main source is not made anew for a layer")

    async def screens(self) -> tuple[Surface, ...]:
        """The screens connected now."""
        return list_screens()

    async def windows(self) -> tuple[Surface, ...]:
        """The windows open now, by title."""
        return await self._tasks.blocking(list_windows)

    async def cameras(self) -> tuple[Surface, ...]:
        """The cameras plugged in now."""
        found = await self._tasks.blocking(find_cameras)
        return tuple(Surface(choice.id.partition(":")[2], choice.name) for choice in found)

    def network_cameras(self) -> tuple[Surface, ...]:
        """The network cameras that were added."""
        return tuple(Surface(camera.name, camera.name) for camera in self._network.rows)

    def _text(self, spec: SourceSpec) -> StillSource:
        still = text_picture(spec.text, spec.colour, Lettering(self._families()))
        digest = hashlib.sha256(f"{spec.colour} {spec.text}".encode("utf-8", "surrogatepass")).hexdigest()
        name = " ".join(spec.text.split())[:24]
        return StillSource(name or "Text", f"text:{digest[:16]}", still)
