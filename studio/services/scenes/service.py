"""The host's scenes: edited with undo, kept in the profile, shown by the engine, before and while on air.

GUI thread. Signals: ``changed`` (book, selection or a layer's state), ``failed(sentence)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.audio.players import Player
from studio.model import scene_edits as edits
from studio.model.history import History
from studio.model.look import Look
from studio.model.scene import Layer, Placement, Scene, SceneBook, SourceKind, SourceSpec, Transition
from studio.services.broadcast import BroadcastService
from studio.services.layer_sources import LayerSources
from studio.services.profile import Profile
from studio.services.scenes.files import SceneFileError, merged, missing_files, read_scenes, write_scenes
from studio.services.scenes.wiring import SceneEngine, SceneWiring
from studio.services.sound import SoundService
from studio.services.tasks import Tasks

_EVERY_MS = 500
_CAMERA = "camera:"


class ScenesService(QObject):
    """Invariant: what ``book`` says is what the engine shows and what the profile keeps.

    ``selected`` is the layer being edited, empty for none; always one of the scene that is on.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        broadcast: BroadcastService,
        engine: SceneEngine,
        sources: LayerSources,
        profile: Profile,
        tasks: Tasks,
        play: Callable[[Iterable[Player]], None],
    ) -> None:
        super().__init__()
        self.sources = sources
        self._broadcast = broadcast
        self._profile = profile
        self._tasks = tasks
        self._history = History(profile.saved.scenes)
        self._wiring = SceneWiring(engine, sources.open_spec, tasks, play, self.failed.emit)
        self.selected = ""
        self._problems: dict[str, str] = {}
        broadcast.source.changed.connect(self._main_changed)
        self._main_sound = broadcast.source.sound
        self._wiring.main_camera = self._main_camera()
        self._wiring.set_main_sound(self._main_sound)
        self._wiring.show(self.book)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look_at_inputs)
        self._timer.start()

    @classmethod
    def build(
        cls,
        broadcast: BroadcastService,
        profile: Profile,
        tasks: Tasks,
        demo_clip: Path,
        families: Callable[[], tuple[str, ...]],
        sound: SoundService,
    ) -> ScenesService:
        """With this machine's sources. ``families``: the fonts of the picture, asked for at each text;
        ``sound`` plays what videos are heard to say.
        """
        settings = broadcast.source.camera.settings
        sources = LayerSources(demo_clip, broadcast.source.network, settings, families, tasks)
        return cls(broadcast, broadcast.stage, sources, profile, tasks, sound.play_videos)

    @property
    def book(self) -> SceneBook:
        return self._history.value

    @property
    def scene(self) -> Scene:
        """The one that is on."""
        return self.book.scene

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def selected_layer(self) -> Layer | None:
        return next((layer for layer in self.scene.layers if layer.id == self.selected), None)

    def layer_size(self, layer_id: str) -> tuple[int, int]:
        """(width, height) of the layer's pictures; (0, 0) before the first."""
        state = self._wiring.state_of(self.scene, edits.layer_of(self.scene, layer_id))
        return state.size if state is not None else (0, 0)

    def problem(self, layer_id: str) -> str:
        """Why this layer of the scene that is on gives no picture; empty when it does."""
        return self._problems.get(layer_id, "")

    def select(self, layer_id: str) -> None:
        """Edits this layer from now on; empty: none."""
        if layer_id != self.selected and (
            not layer_id or any(one.id == layer_id for one in self.scene.layers)
        ):
            self.selected = layer_id
            self._history.settle()
            self.changed.emit()

    def switch(self, scene_id: str) -> None:
        """Puts that scene on, the way the host has chosen. No edit: undoing does not switch back."""
        if scene_id == self.book.current:
            return
        try:
            self._history.amend(edits.switch(self.book, scene_id))
        except ValueError as error:
            self.failed.emit(f"Not done: {error}.")
            return
        self._history.settle()
        self._become(fade=True)

    def add_scene(self, name: str = "") -> None:
        self._try(lambda book: edits.add_scene(book, name), fade=True)

    def duplicate_scene(self, scene_id: str) -> None:
        self._try(lambda book: edits.duplicate_scene(book, scene_id))

    def remove_scene(self, scene_id: str) -> None:
        self._try(lambda book: edits.remove_scene(book, scene_id), fade=True)

    def rename_scene(self, scene_id: str, name: str) -> None:
        self._try(lambda book: edits.rename_scene(book, scene_id, name))

    def move_scene(self, scene_id: str, place: int) -> None:
        self._try(lambda book: edits.move_scene(book, scene_id, place))

    def set_transition(self, transition: Transition, fade_ms: int | None = None) -> None:
        """How scenes follow each other from now on."""
        self._try(
            lambda book: replace(
                book, transition=transition, fade_ms=book.fade_ms if fade_ms is None else fade_ms
            )
        )

    def add_layer(self, spec: SourceSpec, name: str, placement: Placement | None = None) -> str:
        """A further layer on top of the scene that is on, selected; gives its id, empty when refused."""
        made = Layer(
            id=spec.kind.value,
            name=edits.free_name(set(), name),
            source=spec,
            placement=placement or Placement(),
        )
        return self._try_layer(lambda book: edits.add_layer(book, book.current, made))

    def duplicate_layer(self, layer_id: str) -> str:
        """A copy right over the layer, selected; gives its id, empty when refused."""
        return self._try_layer(lambda book: edits.duplicate_layer(book, book.current, layer_id))

    def remove_layer(self, layer_id: str) -> None:
        self._try(lambda book: edits.remove_layer(book, book.current, layer_id))

    def move_layer(self, layer_id: str, place: int) -> None:
        """``place`` from below, 0 is the lowest."""
        self._try(lambda book: edits.move_layer(book, book.current, layer_id, place))

    def rename_layer(self, layer_id: str, name: str) -> None:
        self._edit(layer_id, lambda layer: replace(layer, name=edits.free_name(set(), name)))

    def set_visible(self, layer_id: str, visible: bool) -> None:
        self._edit(layer_id, lambda layer: replace(layer, visible=visible))

    def set_locked(self, layer_id: str, locked: bool) -> None:
        self._edit(layer_id, lambda layer: replace(layer, locked=locked))

    def place(self, layer_id: str, placement: Placement, label: str = "") -> None:
        """Moves a layer. Steps with the same ``label`` (a drag) are undone as one, until ``settle``."""
        self._edit(layer_id, lambda layer: replace(layer, placement=placement), label)

    def settle(self) -> None:
        """The drag has ended."""
        self._history.settle()

    def set_source(self, layer_id: str, spec: SourceSpec, label: str = "") -> None:
        self._edit(layer_id, lambda layer: replace(layer, source=spec), label)

    def set_layer_look(self, layer_id: str, look: Look, label: str = "") -> None:
        self._edit(layer_id, lambda layer: replace(layer, look=look), label)

    def undo(self) -> None:
        self._travel(self._history.undo)

    def redo(self) -> None:
        self._travel(self._history.redo)

    async def export_to(self, path: Path) -> None:
        """Writes all scenes into a file; ``failed`` says why not."""
        try:
            await self._tasks.blocking(partial(write_scenes, path, self.book))
        except OSError as error:
            self.failed.emit(
                f"“{path.name}” cannot be written ({error.strerror or error}). Choose another folder."
            )

    async def import_from(self, path: Path) -> None:
        """Adds the scenes of a file to those there are; ``failed`` says what is wrong or missing."""
        try:
            others = await self._tasks.blocking(partial(read_scenes, path))
            self._do(merged(self.book, others))
        except SceneFileError as error:
            self.failed.emit(str(error))
            return
        except ValueError as error:
            self.failed.emit(f"The scenes of “{path.name}” do not fit in: {error}.")
            return
        missing = await self._tasks.blocking(partial(missing_files, others))
        if missing:
            names = ", ".join(Path(name).name for name in missing[:3]) + ("…" if len(missing) > 3 else "")
            self.failed.emit(f"Not on this computer: {names}. Choose the files again in their layers.")

    def stop(self) -> None:
        """Looks at inputs no more, and ends the sounds of videos."""
        self._timer.stop()
        self._wiring.stop()

    def _travel(self, step: Callable[[], bool]) -> None:
        """One step back or forth; the scene that is on stays on, as long as it is there."""
        on = self.book.current
        if step():
            if any(scene.id == on for scene in self.book.scenes):
                self._history.amend(edits.switch(self.book, on))
            self._become()

    def _edit(self, layer_id: str, edit: Callable[[Layer], Layer], label: str = "") -> None:
        step = f"{label}:{layer_id}" if label else ""
        self._try(lambda book: edits.with_layer(book, book.current, layer_id, edit), label=step)

    def _try(self, edit: Callable[[SceneBook], SceneBook], *, label: str = "", fade: bool = False) -> None:
        try:
            self._do(edit(self.book), label, fade)
        except ValueError as error:
            self.failed.emit(f"Not done: {error}.")

    def _try_layer(self, edit: Callable[[SceneBook], tuple[SceneBook, str]]) -> str:
        try:
            book, made = edit(self.book)
        except ValueError as error:
            self.failed.emit(f"Not done: {error}.")
            return ""
        self.selected = made
        self._do(book, f"shape:{made}")  # shaped when its source is known, it is still one step
        return made

    def _do(self, book: SceneBook, label: str = "", fade: bool = False) -> None:
        if self._history.do(book, label):
            self._become(fade)

    def _become(self, fade: bool = False) -> None:
        book = self.book
        if all(layer.id != self.selected for layer in book.scene.layers):
            self.selected = ""
        self._profile.update(scenes=book)
        self._wiring.show(book, book.transition if fade else Transition.CUT, book.fade_ms)
        self._look_at_inputs()
        self.changed.emit()

    def _look_at_inputs(self) -> None:
        found: dict[str, str] = {}
        for layer in self.scene.layers:
            if layer.source.kind is SourceKind.MAIN:
                continue  # the preview and the checks speak of it
            state = self._wiring.state_of(self.scene, layer)
            if state is None:
                found[layer.id] = "It could not be opened."
            elif state.error:
                found[layer.id] = state.error
        if found != self._problems:
            self._problems = found
            self.changed.emit()

    def _main_camera(self) -> str:
        chosen = self._broadcast.source.id
        return chosen.removeprefix(_CAMERA) if chosen.startswith(_CAMERA) else ""

    def _main_changed(self) -> None:
        camera, sound = self._main_camera(), self._broadcast.source.sound
        if camera != self._wiring.main_camera or sound is not self._main_sound:
            self._main_sound = sound
            self._wiring.main_camera = camera
            self._wiring.set_main_sound(sound)
            self._wiring.show(self.book)
