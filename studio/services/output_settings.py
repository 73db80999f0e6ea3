"""What the host wants a LIVE to go to beside the backend: servers and a recording, kept in the profile.

GUI thread; keyring and disk are asked in the pool. Signals: ``changed``.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal

from studio.media.outputs.recording import RESERVE_BYTES, RecordingPlan
from studio.media.outputs.rtmp.target import BadTarget
from studio.media.outputs.targets import Target, make_target
from studio.net.credentials import CredentialStore
from studio.net.secret import Secret
from studio.services.profile import Profile, SavedTarget
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

NAME_MAX = 32
#: Each costs its bit rate of upload; who needs more runs a relay.
_MOST_TARGETS = 8


class Split(Enum):
    """When a recording begins a new file: after so many minutes, or so many bytes; 0: never."""

    NEVER = (0, 0)
    HALF_HOUR = (30, 0)
    HOUR = (60, 0)
    GB_2 = (0, 2_000_000_000)
    GB_4 = (0, 4_000_000_000)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as listed. ``usable``: its stream key is there."""

    name: str
    words: str
    enabled: bool
    usable: bool


class OutputSettings(QObject):
    """Invariant: names of targets are unique; keys are in the keyring or in memory, never in the profile."""

    changed = Signal()

    def __init__(self, profile: Profile, store: CredentialStore, tasks: Tasks) -> None:
        super().__init__()
        self._profile = profile
        self._store = store
        self._tasks = tasks
        self._keys: dict[str, Secret] = {}
        self._loaded = False
        self.free_bytes: int | None = None

    async def load(self) -> None:
        """Reads the keys and measures the disk; call when the settings are about to be shown."""
        for target in self._profile.saved.targets:
            if target.name not in self._keys:
                name = _key_name(target.name)
                secret = await self._tasks.blocking(lambda name=name: self._store.get(name))  # type: ignore[misc]
                if secret is not None:
                    self._keys[target.name] = secret
        self._loaded = True
        folder = self.folder
        self.free_bytes = await self._tasks.blocking(lambda: _free_bytes(folder))
        self.changed.emit()

    @property
    def keeping_words(self) -> str:
        """Where a key typed now will be kept."""
        return self._store.keeping_words

    @property
    def rows(self) -> list[TargetRow]:
        kept = "key in system keyring" if self._store.persistent else "key in memory until the app closes"
        missing = "its stream key is gone: remove it and add it again" if self._loaded else "reading its key…"
        return [
            TargetRow(target.name, kept if has_key else missing, target.enabled, has_key)
            for target in self._profile.saved.targets
            for has_key in (target.name in self._keys,)
        ]

    async def add(self, name: str, url: str, key: str) -> str:
        """Adds a target and keeps its key; a sentence when that is refused, else empty."""
        name = " ".join(name.split())
        saved = self._profile.saved.targets
        if not 1 <= len(name) <= NAME_MAX:
            return f"Give it a name of at most {NAME_MAX} characters."
        if any(target.name == name for target in saved) or name in ("backend", "recording"):
            return f"There is a target named “{name}” already."
        if len(saved) >= _MOST_TARGETS:
            return f"{_MOST_TARGETS} targets at most."
        try:
            target = make_target(name, url, key.strip())
        except BadTarget as error:
            return f"{error}."
        secret = Secret(target.key)
        await self._tasks.blocking(lambda: self._store.put(_key_name(name), secret))
        self._keys[name] = secret
        self._profile.update(targets=[*self._profile.saved.targets, SavedTarget(name=name, url=url.strip())])
        self.changed.emit()
        return ""

    async def remove(self, name: str) -> None:
        """Forgets a target and its key."""
        self._keys.pop(name, None)
        self._profile.update(targets=[kept for kept in self._profile.saved.targets if kept.name != name])
        self.changed.emit()
        await self._tasks.blocking(lambda: self._store.delete(_key_name(name)))

    def set_enabled(self, name: str, enabled: bool) -> None:
        targets = [
            SavedTarget(name=kept.name, url=kept.url, enabled=enabled) if kept.name == name else kept
            for kept in self._profile.saved.targets
        ]
        self._profile.update(targets=targets)
        self.changed.emit()

    @property
    def record(self) -> bool:
        return self._profile.saved.record

    def set_record(self, record: bool) -> None:
        self._profile.update(record=record)
        self.changed.emit()

    @property
    def folder(self) -> Path:
        """Where recordings go."""
        if self._profile.saved.record_folder:
            return Path(self._profile.saved.record_folder)
        movies = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        return Path(movies or Path.home()) / "Host Studio"

    async def set_folder(self, folder: Path) -> None:
        self._profile.update(record_folder=str(folder))
        await self.load()

    def minutes_left(self, kbps: int) -> int | None:
        """How long the disk lasts at that rate; None before it was measured."""
        if self.free_bytes is None:
            return None
        return int(max(0, self.free_bytes - RESERVE_BYTES) * 8 / (kbps * 1000) / 60)

    def targets_in_use(self) -> tuple[Target, ...]:
        """What is switched on and has its key."""
        found: list[Target] = []
        for saved in self._profile.saved.targets:
            secret = self._keys.get(saved.name)
            if not saved.enabled or secret is None:
                continue
            try:
                found.append(make_target(saved.name, saved.url, secret.reveal()))
            except BadTarget as error:  # a profile edited by hand
                log.warning("target %r is left out: %s", saved.name, error)
        return tuple(found)

    @property
    def split(self) -> Split:
        """When a recording begins a new file."""
        found = {split.name.lower(): split for split in Split}
        return found.get(self._profile.saved.record_split, Split.NEVER)

    def set_split(self, split: Split) -> None:
        """From the next recording on."""
        self._profile.update(record_split=split.name.lower())
        self.changed.emit()

    def recording_plan(self) -> RecordingPlan | None:
        minutes, size = self.split.value
        plan = RecordingPlan(self.folder, self._profile.saved.last_title, minutes, size)
        return plan if self.record else None


def _key_name(name: str) -> str:
    return f"stream key:{name}"


def _free_bytes(folder: Path) -> int | None:
    """Of the disk that `folder` is or will be on."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("the disk of %s cannot be measured: %s", folder, error.strerror)
            return None
    return None
