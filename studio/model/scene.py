"""Scenes: which layers the program picture is made of, and where each of them goes.

Pure values, checked when made (ValueError with a sentence). Kept in the profile and in scene files, so the
names and units here are a file format: add fields with defaults, never change the meaning of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from studio.model.look import Look, checked_colour, checked_range

#: More would hide the host and cost a core; they also bound what a scene file can ask for.
MAX_LAYERS = 12
MAX_SCENES = 20
NAME_MAX = 32
TEXT_MAX = 300
#: Less of a source than this would be a few pixels, blown up.
_LEAST_SHARE = 0.02
_LARGEST_BOX = 4.0


class SourceKind(StrEnum):
    """Where a layer's picture comes from; `SourceSpec.target` names which."""

    MAIN = "main"  # whatever the host has chosen under Camera
    CAMERA = "camera"  # target: the camera's stable id
    NETWORK = "network"  # target: the name under which its address is kept in the keyring
    SCREEN = "screen"  # target: the monitor's stable name, empty for the first
    WINDOW = "window"  # target: the window's title when it was chosen
    IMAGE = "image"  # target: a file's path
    VIDEO = "video"  # target: a file's path; loops, with its sound
    TEXT = "text"  # text, colour
    COLOUR = "colour"  # colour
    DEMO = "demo"
    PATTERN = "pattern"


class Fit(StrEnum):
    """How a picture of another shape fills its box."""

    COVER = "cover"  # fills it; what reaches over is cut off
    CONTAIN = "contain"  # all of it shows; the rest of the box stays clear
    STRETCH = "stretch"


class Transition(StrEnum):
    """How one scene follows another on air."""

    CUT = "cut"
    FADE = "fade"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """Names a source; holds no secret (a network camera's address may have a password in it)."""

    kind: SourceKind = SourceKind.MAIN
    target: str = ""
    text: str = ""
    colour: str = "#f3f5f9"
    pointer: bool = True  # of a screen: with the mouse pointer

    def __post_init__(self) -> None:
        checked_colour(self.colour)
        if len(self.text) > TEXT_MAX:
            raise ValueError(f"a text layer holds at most {TEXT_MAX} characters")
        if len(self.target) > 4096:
            raise ValueError("the name of a source is too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a layer goes and how it is cut.

    All but the angle are shares, so that a scene fits every canvas: of the canvas's width and height for the
    box, of the source's for the crop.

    Attributes:
        x, y: the middle of the box; (0.5, 0.5) is the canvas's. It may lie outside.
        width, height: of the box; 1.0 is all of the canvas.
        crop_left, crop_top, crop_right, crop_bottom: what is cut off each side of the source.
        zoom: 1.0 and more, into what the crop leaves, around (zoom_x, zoom_y) of it.
        rotation_deg: clockwise about the middle. mirror: left and right exchanged, for viewers too.
        opacity: 0 to 1.
    """

    x: float = 0.5
    y: float = 0.5
    width: float = 1.0
    height: float = 1.0
    crop_left: float = 0.0
    crop_top: float = 0.0
    crop_right: float = 0.0
    crop_bottom: float = 0.0
    zoom: float = 1.0
    zoom_x: float = 0.5
    zoom_y: float = 0.5
    rotation_deg: float = 0.0
    mirror: bool = False
    opacity: float = 1.0
    fit: Fit = Fit.COVER

    def __post_init__(self) -> None:
        for what in ("x", "y"):
            checked_range(what, getattr(self, what), -2.0, 3.0)
        for what in ("width", "height"):
            checked_range(what, getattr(self, what), 0.01, _LARGEST_BOX)
        for what in ("crop_left", "crop_top", "crop_right", "crop_bottom", "zoom_x", "zoom_y", "opacity"):
            checked_range(what, getattr(self, what), 0.0, 1.0)
        checked_range("zoom", self.zoom, 1.0, 10.0)
        checked_range("rotation_deg", self.rotation_deg, -360.0, 360.0)
        if (
            min(1 - self.crop_left - self.crop_right, 1 - self.crop_top - self.crop_bottom)
            < _LEAST_SHARE - 1e-9
        ):
            raise ValueError("the crop leaves nothing of the picture")

    @property
    def whole_canvas(self) -> bool:
        """Whether it covers the canvas from edge to edge, unturned and opaque."""
        box = (self.x, self.y, self.width, self.height) == (0.5, 0.5, 1.0, 1.0)
        return box and self.rotation_deg % 360 == 0 and self.opacity == 1.0 and self.fit is not Fit.CONTAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One source at one place. `id` is unique in its scene; `locked` keeps it from being moved by hand.

    The look of `SourceKind.MAIN` is the camera's own, the same in every scene; `look` is for the other kinds.
    """

    id: str
    name: str
    source: SourceSpec = SourceSpec()
    placement: Placement = Placement()
    look: Look = field(default_factory=Look)
    visible: bool = True
    locked: bool = False

    def __post_init__(self) -> None:
        _checked_name("layer", self.id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Layers from the lowest to the highest. Without any, the picture is the dark ground."""

    id: str
    name: str
    layers: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        _checked_name("scene", self.id, self.name)
        if len(self.layers) > MAX_LAYERS:
            raise ValueError(f"a scene has at most {MAX_LAYERS} layers")
        if len({layer.id for layer in self.layers}) != len(self.layers):
            raise ValueError(f"two layers of “{self.name}” have one id")

    @property
    def shown(self) -> tuple[Layer, ...]:
        """The layers that are switched on, lowest first."""
        return tuple(layer for layer in self.layers if layer.visible)


def camera_scene() -> Scene:
    """What everybody begins with: the camera, all over the canvas."""
    return Scene(id="camera", name="Camera", layers=(Layer(id="main", name="Camera"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneBook:
    """All scenes of a host, the one that is on, and how they follow each other. Never without a scene."""

    scenes: tuple[Scene, ...] = field(default_factory=lambda: (camera_scene(),))
    current: str = "camera"
    transition: Transition = Transition.FADE
    fade_ms: int = 300

    def __post_init__(self) -> None:
        if not 1 <= len(self.scenes) <= MAX_SCENES:
            raise ValueError(f"there are 1 to {MAX_SCENES} scenes")
        if len({scene.id for scene in self.scenes}) != len(self.scenes):
            raise ValueError("two scenes have one id")
        if self.current not in {scene.id for scene in self.scenes}:
            raise ValueError(f"there is no scene {self.current!r} to be on")
        checked_range("fade_ms", self.fade_ms, 50, 5_000)

    @property
    def scene(self) -> Scene:
        """The one that is on."""
        return next(scene for scene in self.scenes if scene.id == self.current)


def _checked_name(what: str, identity: str, name: str) -> None:
    if not 1 <= len(identity) <= 64:
        raise ValueError(f"the id of a {what} has 1 to 64 characters")
    if not name.strip() or len(name) > NAME_MAX:
        raise ValueError(f"the name of a {what} has 1 to {NAME_MAX} characters")
