"""What the studio remembers between starts: a small JSON file, written whole or not at all.

GUI thread; the file is a few hundred bytes. Holds no secret. A file that cannot be read is set
aside, never overwritten in silence.
"""

from __future__ import annotations

import base64
import logging
import os
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from studio.model.look import Look
from studio.model.reaction import Reaction
from studio.model.room import CommentAccess, Commenters, GoalWish
from studio.model.scene import SceneBook
from studio.model.spoken import SpeechWish

log = logging.getLogger(__name__)

THEMES = ("system", "dark", "light", "contrast")


class SavedOverlay(msgspec.Struct, frozen=True):
    """One overlay: shown or not, and the name of its place."""

    on: bool
    place: str


class SavedTarget(msgspec.Struct, kw_only=True):
    """A server to send to; its stream key or token is in the keyring."""

    name: str
    url: str
    enabled: bool = True


class SavedNetworkCamera(msgspec.Struct, frozen=True):
    """A network camera; its address, which may hold a password, is in the keyring. ``shown`` holds none."""

    name: str
    shown: str


class SavedVideo(msgspec.Struct, frozen=True, kw_only=True):
    """The picture: canvas, rate, encoder ("auto", or FFmpeg's name) and x264's preset."""

    width: int = 720
    height: int = 1280
    fps: int = 30
    kbps: int = 3_500
    keyframe_s: float = 2.0
    rate_control: Literal["cbr", "vbr"] = "cbr"
    speed: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium"] = "veryfast"
    encoder: str = "auto"


class SavedCamera(msgspec.Struct, frozen=True):
    """What was chosen for one camera; ``controls`` by name, None is automatic."""

    width: int = 1280
    height: int = 720
    fps: int = 30
    coding: str = ""
    controls: dict[str, float | None] = {}


class SavedStrip(msgspec.Struct, frozen=True, kw_only=True):
    """One strip of the mixer: gain in dB, muted or not, delay against the picture in ms."""

    gain_db: float = 0.0
    muted: bool = False
    delay_ms: float = 0


class SavedHush(msgspec.Struct, frozen=True):
    """Who could comment in a room before the host stepped away from it; the room may outlive this studio."""

    room_id: str
    access: CommentAccess


class _Saved(msgspec.Struct, kw_only=True):
    version: int = 1
    theme: str = "dark"
    text_scale: float = 1.0
    compact_feed: bool = False
    backend_url: str = ""
    handle: str = ""
    last_title: str = ""
    last_topic: str = ""
    goal: GoalWish = GoalWish()
    goal_title: str = ""  # this and the next: goals of versions that counted diamonds only
    goal_diamonds: int = 0
    commenters: str = Commenters.EVERYONE.value
    hush: SavedHush | None = None
    history_zone: str = ""
    keep_days: int = 0
    keep_megabytes: int = 0
    video: SavedVideo = SavedVideo()
    source_id: str = ""
    mirrored: bool = True
    look: Look = Look()
    scenes: SceneBook = SceneBook()
    files: list[str] = []
    microphone_id: str = ""
    gain_db: float = 0.0
    push_to_talk: bool = False
    denoise: bool = False
    music_gain_db: float = -18.0
    second_input_id: str = "off"
    strips: dict[str, SavedStrip] = {}
    hear_alerts: bool = False
    overlays: dict[str, SavedOverlay] = {}
    overlays_for_viewers: bool = False
    reactions: dict[str, Reaction] = {}  # by tier or gift
    speech: SpeechWish = SpeechWish()
    question_order: str = "votes"
    mention_phrases: list[str] = []
    mention_sound: bool = False
    marked_people: list[str] = []
    targets: list[SavedTarget] = []
    adaptive_bit_rate: bool = True
    cameras: dict[str, SavedCamera] = {}
    network_cameras: list[SavedNetworkCamera] = []
    record: bool = False
    record_folder: str = ""
    record_split: str = "never"
    replay: bool = True
    replay_s: int = 30
    auto_marks: bool = True
    thank_order: str = "largest"
    window_geometry: str = ""
    splitters: dict[str, list[int]] = {}


class Profile(QObject):
    """Attributes read and written like a record; saved 0.5 s after the last change and on ``flush``.

    Signals: ``theme_changed`` when the look must be made anew.
    """

    theme_changed = Signal()

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._saved = self._load()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(500)
        self._later.timeout.connect(self.flush)

    @property
    def theme(self) -> str:
        return self._saved.theme

    def set_theme(self, theme: str) -> None:
        if theme not in THEMES:
            raise ValueError(f"no theme {theme!r}")
        if theme != self._saved.theme:
            self.update(theme=theme)
            self.theme_changed.emit()

    @property
    def saved(self) -> _Saved:
        """What is remembered; change it through ``update``."""
        return self._saved

    def update(self, **changes: object) -> None:
        """Sets fields by name; ``AttributeError`` for one that does not exist."""
        for name, value in changes.items():
            if name not in _Saved.__struct_fields__:
                raise AttributeError(f"the profile has no {name!r}")
            setattr(self._saved, name, value)
        self._later.start()

    @property
    def window_geometry(self) -> bytes:
        return base64.b64decode(self._saved.window_geometry)

    def set_window_geometry(self, geometry: bytes) -> None:
        self.update(window_geometry=base64.b64encode(geometry).decode())

    def splitter(self, name: str) -> list[int]:
        return self._saved.splitters.get(name, [])

    def set_splitter(self, name: str, sizes: list[int]) -> None:
        self.update(splitters={**self._saved.splitters, name: sizes})

    def flush(self) -> None:
        """Writes the file: a new one beside it, synced, then renamed over it."""
        self._later.stop()
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(self._saved), indent=2))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            log.warning("settings could not be saved to %s: %s", self._path, error)

    def _load(self) -> _Saved:
        try:
            saved = msgspec.json.decode(self._path.read_bytes(), type=_Saved)
        except FileNotFoundError:
            return _Saved()
        except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
            aside = self._path.with_suffix(".unreadable")
            log.warning("settings in %s cannot be read (%s); kept as %s", self._path, error, aside.name)
            try:
                self._path.replace(aside)
            except OSError:
                log.warning("and could not be set aside")
            return _Saved()
        if saved.theme not in THEMES:
            saved.theme = "dark"
        if saved.commenters not in {one.value for one in Commenters}:
            saved.commenters = Commenters.EVERYONE.value
        if not saved.goal.target:
            saved.goal = GoalWish(title=saved.goal_title, target=saved.goal_diamonds)
        saved.goal_title, saved.goal_diamonds = "", 0
        return saved
