"""Where the picture comes from: the list of sources, the one that is chosen, and how it is doing.

GUI thread; the capture thread reaches it through a queued signal alone. Signals: ``changed`` (list, choice,
state, or what the preview makes of them), ``failed(sentence)``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from studio.media.capture import CaptureState
from studio.media.errors import SourceError
from studio.media.sources.clip import ClipSource
from studio.media.sources.clip_sound import ClipSound
from studio.media.sources.source import VideoSource
from studio.net.credentials import CredentialStore
from studio.services.camera_settings import CameraSettingsService
from studio.services.network_cameras import NetworkCameras
from studio.services.profile import Profile
from studio.services.source_list import (
    BUILT_IN,
    DEMO,
    SourceChoice,
    file_choice,
    find_cameras,
    network_choice,
    open_choice,
)
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

_MOST_FILES = 8


class SourceState(Enum):
    NONE = "none"
    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"


_STATES = {
    CaptureState.OPENING: SourceState.OPENING,
    CaptureState.RUNNING: SourceState.RUNNING,
    CaptureState.LOST: SourceState.LOST,
    CaptureState.STOPPED: SourceState.NONE,
}


class PictureSource(QObject):
    """Invariant: one source at a time.

    ``capture_told(state, error)`` is for the engine, which emits it from its capture thread.
    """

    changed = Signal()
    failed = Signal(str)
    capture_told = Signal(object, object)

    def __init__(
        self,
        profile: Profile,
        tasks: Tasks,
        keys: CredentialStore,
        demo_clip: Path,
        switch: Callable[[VideoSource], None],
        parent: QObject | None = None,
    ) -> None:
        """``switch``: gives the engine another source; returns at once."""
        super().__init__(parent)
        self._profile, self._tasks = profile, tasks
        self._demo_clip, self._switch = demo_clip, switch
        self.network = NetworkCameras(profile, keys, tasks)
        self.camera = CameraSettingsService(profile)
        for part in (self.network, self.camera):
            part.setParent(self)
        self.network.changed.connect(self.changed)
        self.camera.reopen_wanted.connect(lambda: self.choose(self.id))
        self.capture_told.connect(self._told)
        self._choice: SourceChoice | None = None
        #: Of a video that is the source; whoever shows scenes has it mixed.
        self.sound: ClipSound | None = None
        self._files = [file_choice(Path(path)) for path in profile.saved.files]
        self._cameras: tuple[SourceChoice, ...] = ()
        self.state = SourceState.NONE
        self.detail = "No camera chosen yet."

    @property
    def choices(self) -> tuple[SourceChoice, ...]:
        """What can be chosen, in the order it is offered."""
        by_address = (network_choice(camera.name) for camera in self.network.rows)
        return (*self._cameras, *by_address, *self._files, *BUILT_IN)

    @property
    def id(self) -> str:
        """Of the one that is chosen; empty before."""
        return self._choice.id if self._choice else ""

    @property
    def name(self) -> str:
        return self._choice.name if self._choice else ""

    @property
    def is_device(self) -> bool:
        """Whether pictures come from a sensor, which never gives the same one twice."""
        return self._choice is not None and self._choice.kind == "camera"

    async def refresh(self) -> None:
        """Looks which cameras are plugged in now."""
        self._cameras = await self._tasks.blocking(find_cameras)
        self.changed.emit()

    async def choose_first(self) -> None:
        """At the start: the source of last time, else the first camera, else none and a word about it."""
        await self.refresh()
        kept = self._profile.saved.source_id
        if any(choice.id == kept for choice in self.choices):
            self.choose(kept)
        elif self._cameras:
            self.choose(self._cameras[0].id)
        else:
            self.detail = "No camera found. Plug one in, or use the demo clip."
            self.changed.emit()

    def choose(self, source_id: str) -> None:
        """Shows a source of the list, on air too."""
        choice = next((choice for choice in self.choices if choice.id == source_id), None)
        if choice is None:
            self.failed.emit("That source is gone; choose another one.")
            return
        self._profile.update(source_id=choice.id)
        self.show(choice, open_choice(choice, self._demo_clip, self.network, self.camera.settings))

    def choose_demo(self) -> None:
        self.choose(DEMO)

    def show(self, choice: SourceChoice, source: VideoSource) -> None:
        """Shows a source made elsewhere (benches measure with a time code in the picture)."""
        self._choice = choice
        self.sound = source.sound if isinstance(source, ClipSource) else None
        self.state = SourceState.OPENING
        self.detail = f"Opening {choice.name}…"
        self._switch(source)
        self.camera.shown(source)
        self.changed.emit()

    def add_file(self, path: str) -> None:
        """Shows a video file and keeps it in the list."""
        choice = file_choice(Path(path))
        if choice not in self._files:
            self._files = [choice, *self._files][:_MOST_FILES]
            self._profile.update(files=[kept.id.removeprefix("file:") for kept in self._files])
        self.choose(choice.id)

    @Slot(object, object)
    def _told(self, state: CaptureState, error: SourceError | None) -> None:
        self.state = _STATES[state]
        match self.state:
            case SourceState.RUNNING:
                self.detail = self.name
            case SourceState.OPENING:
                self.detail = f"Opening {self.name}…"
            case _:
                self.detail = str(error) if error else "No picture."
        if error is not None:
            log.warning("source %s: %s", self.name, error)
        self.changed.emit()
