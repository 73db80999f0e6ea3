"""What a book of scenes needs of the engine: inputs, their looks, and the layers of the scene that is on.

GUI thread; every call into the engine returns at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from studio.media.audio.players import Player
from studio.media.look.process import prepare_look
from studio.media.look.shelf import LutShelf
from studio.media.scene.input import InputState
from studio.media.scene.process import FrameProcess
from studio.media.scene.stage import MAIN, InputKey, StageLayer
from studio.media.sources.clip import ClipSource
from studio.media.sources.clip_sound import ClipSound
from studio.media.sources.source import VideoSource
from studio.model.look import Look
from studio.model.scene import Layer, Scene, SceneBook, SourceKind, SourceSpec, Transition
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

#: Can be open once only, or cost too much to have twice: layers that name the same one share it.
_SHARED = (SourceKind.CAMERA, SourceKind.NETWORK, SourceKind.SCREEN, SourceKind.WINDOW)
#: Stay open in scenes that are not on, so that the switch to them is instant.
_STAY_OPEN = (SourceKind.CAMERA, SourceKind.NETWORK)
#: Give their picture once: another look needs it given again.
_STILL = (SourceKind.IMAGE, SourceKind.TEXT, SourceKind.COLOUR)


class SceneEngine(Protocol):
    """What of the media engine shows scenes. All return at once."""

    def set_input(
        self,
        key: InputKey,
        source: VideoSource,
        process: FrameProcess | None = None,
        *,
        pause_hidden: bool = False,
    ) -> None: ...
    def drop_input(self, key: InputKey) -> None: ...
    def set_input_process(self, key: InputKey, process: FrameProcess | None) -> None: ...
    def show_scene(
        self, layers: tuple[StageLayer, ...], *, transition: Transition = ..., fade_ms: int = ...
    ) -> None: ...
    def input_states(self) -> dict[InputKey, InputState]: ...


@dataclass(frozen=True, slots=True)
class _Wired:
    """What an input was opened with."""

    spec: SourceSpec
    look: Look


class SceneWiring:
    """Invariant: the engine has exactly the inputs that the book names, each with its layer's look.

    Layers with the same device share one input; its look is that of the first layer that names it.
    ``open_spec`` makes sources, ``play`` is given the sounds of the videos that show, and
    ``refused(sentence)`` hears of a source that cannot be made.
    """

    def __init__(
        self,
        engine: SceneEngine,
        open_spec: Callable[[SourceSpec, str], VideoSource],
        tasks: Tasks,
        play: Callable[[Iterable[Player]], None],
        refused: Callable[[str], None],
    ) -> None:
        self._engine = engine
        self._open_spec = open_spec
        self._tasks = tasks
        self._play = play
        self._refused = refused
        self._sounds: dict[InputKey, ClipSound] = {}
        self._shelf = LutShelf()
        self._wired: dict[InputKey, _Wired] = {}
        #: The camera that is the main source: a layer that names it shows the main input.
        self.main_camera = ""

    def show(self, book: SceneBook, transition: Transition = Transition.CUT, fade_ms: int = 300) -> None:
        """Opens what is new, shows the scene that is on, and closes what no scene names any more."""
        wanted = self._wanted(book)
        for key, (wired, name) in wanted.items():
            self._open(key, wired, name)
        layers = tuple(
            StageLayer(id=layer.id, input=key, placement=layer.placement)
            for layer in book.scene.shown
            if (key := self.key_of(book.scene, layer)) == MAIN or key in self._wired
        )
        self._engine.show_scene(layers, transition=transition, fade_ms=fade_ms)
        self._play([self._sounds[layer.input] for layer in layers if layer.input in self._sounds])
        for key in set(self._wired) - set(wanted):
            del self._wired[key]
            self._engine.drop_input(key)
            self._end_sound(key)

    def set_main_sound(self, sound: ClipSound | None) -> None:
        """Starts what is to be heard of the main source, and ends that of the one before. It plays from the
        next ``show`` on, while the scene shows that source.
        """
        if sound is self._sounds.get(MAIN):
            return
        self._end_sound(MAIN)
        if sound is not None:
            self._sounds[MAIN] = sound
            sound.start()

    def key_of(self, scene: Scene, layer: Layer) -> InputKey:
        """The engine's input behind this layer."""
        spec = layer.source
        if spec.kind is SourceKind.MAIN:
            return MAIN
        if spec.kind is SourceKind.CAMERA and spec.target == self.main_camera:
            return MAIN
        if spec.kind in _SHARED:
            return f"{spec.kind.value}:{spec.target}"
        return f"layer:{scene.id}/{layer.id}"

    def state_of(self, scene: Scene, layer: Layer) -> InputState | None:
        """How that input does; None when it could not even be made."""
        return self._engine.input_states().get(self.key_of(scene, layer))

    def _wanted(self, book: SceneBook) -> dict[InputKey, tuple[_Wired, str]]:
        found: dict[InputKey, tuple[_Wired, str]] = {}
        for scene in (book.scene, *book.scenes):
            for layer in scene.layers:
                key = self.key_of(scene, layer)
                if key != MAIN:
                    found.setdefault(key, (_Wired(layer.source, layer.look), layer.name))
        return found

    def _open(self, key: InputKey, wired: _Wired, name: str) -> None:
        known = self._wired.get(key)
        if known == wired:
            return
        if known is None or known.spec != wired.spec:
            if not self._give(key, wired, name):
                return
            known = None
        self._wired[key] = wired
        if known is not None or not wired.look.neutral:
            self._tasks.start(self._hang_look(key, wired, name))

    def _give(self, key: InputKey, wired: _Wired, name: str, process: FrameProcess | None = None) -> bool:
        """A source for the input; False when none can be made, which is said."""
        try:
            source = self._open_spec(wired.spec, name)
            hidden = wired.spec.kind not in _STAY_OPEN
            self._engine.set_input(key, source, process, pause_hidden=hidden)
        except (ValueError, OSError) as error:
            log.warning("layer %r: %s", name, error)
            self._refused(f"“{name}” cannot be shown: {error}")
            return False
        self._end_sound(key)
        if isinstance(source, ClipSource):
            self._sounds[key] = source.sound
            source.sound.start()
        return True

    def stop(self) -> None:
        """Ends the sounds; the engine ends its inputs itself."""
        self._play(())
        for key in list(self._sounds):
            self._end_sound(key)

    def _end_sound(self, key: InputKey) -> None:
        sound = self._sounds.pop(key, None)
        if sound is not None:
            sound.stop(0)  # its thread ends by itself

    async def _hang_look(self, key: InputKey, wired: _Wired, name: str) -> None:
        process, problem = await self._tasks.blocking(partial(prepare_look, wired.look, self._shelf))
        if self._wired.get(key) != wired:  # changed again meanwhile
            return
        if problem:
            self._refused(problem)
        hung = None if wired.look.neutral else process
        if wired.spec.kind in _STILL:
            self._give(key, wired, name, hung)
        else:
            self._engine.set_input_process(key, hung)
