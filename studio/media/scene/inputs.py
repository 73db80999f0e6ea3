"""All inputs by their keys: which of them run, and which rest because nobody sees them.

Purpose: the registry behind `MediaEngine.set_input` and `show_scene`. Thread: any; nothing here waits.
Must not import: Qt, net, cv2.

What is not in the scene that is shown costs nothing, or is ready at once, but not both:

- a device stays open, so that the switch back to its scene is instant; its look is put on four pictures a
  second only;
- an input with `pause_hidden` (a file, a text) stops being read, and keeps its last picture for the return;
- of all hidden inputs only the last `MAX_HIDDEN` keep device or picture. Those hidden longest are closed and
  begin anew when they are shown again.

A source with sound belongs under `pause_hidden`: its `open` and `close` are where its sound begins and ends.
"""

from __future__ import annotations

import threading

from studio.media.capture import CaptureThread
from studio.media.clock import Clock
from studio.media.scene.feed import Feed
from studio.media.scene.input import Input, InputState, StateCallback
from studio.media.scene.process import FrameProcess
from studio.media.scene.stage import MAIN, InputKey, Stage, StageLayer, StagePart
from studio.media.sources.source import VideoSource
from studio.model.scene import MAX_LAYERS, MAX_SCENES

#: As many as a book of scenes can name.
MAX_INPUTS = MAX_LAYERS * MAX_SCENES
#: Devices that stay open, and pictures that are kept, for scenes that are not shown.
MAX_HIDDEN = 8


class Inputs:
    """Invariant: `MAIN` always exists and never rests once it has a source; the others rest until shown.

    The lock is never held in a wait; an input's own lock is taken inside it, never the other way round.
    """

    def __init__(self, clock: Clock, *, on_main_state: StateCallback | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.main = Input(MAIN, clock, watched=True, on_state=on_main_state)
        self._inputs: dict[InputKey, Input] = {}
        self._pause_hidden: set[InputKey] = set()
        self._hidden: list[InputKey] = []  # those that keep something, the longest hidden first
        self._shown: frozenset[InputKey] = frozenset({MAIN})  # of the stage to come and of those it follows
        self._wanted: tuple[Stage, frozenset[InputKey]] | None = None
        self._leaving: list[CaptureThread] = []
        self._open = False

    def start(self) -> None:
        """From here on inputs may run; before, they are only noted."""
        with self._lock:
            self._open = True
            self._settle()

    def set(
        self, key: InputKey, source: VideoSource, process: FrameProcess | None, *, pause_hidden: bool
    ) -> None:
        """Notes `source` under `key`, or gives that input another source. ValueError: too many, or `MAIN`."""
        if key == MAIN:
            raise ValueError("the main input is set by switch_source")
        with self._lock:
            known = self._inputs.get(key)
            if known is None and len(self._inputs) >= MAX_INPUTS:
                raise ValueError(f"there are at most {MAX_INPUTS} inputs")
            entry = known or Input(key, self._clock)
            entry.process.set(process)
            entry.use(source, after=self._last_reader(source))
            self._inputs[key] = entry
            (self._pause_hidden.add if pause_hidden else self._pause_hidden.discard)(key)
            if key not in self._shown:
                self._hide(key)
            self._settle()

    def drop(self, key: InputKey) -> None:
        """Ends this input; layers that name it draw nothing. Nothing for a key that is not known."""
        with self._lock:
            entry = self._inputs.pop(key, None)
            if entry is None:
                return
            self._pause_hidden.discard(key)
            self._hidden = [other for other in self._hidden if other != key]
            entry.rest()
            entry.feed.connect(None)
            entry.feed.forget()
            self._leaving = [old for old in self._leaving if not old.join(0)] + entry.threads()

    def set_process(self, key: InputKey, process: FrameProcess | None) -> None:
        """Gives an input another look. KeyError for a key that is not known."""
        with self._lock:
            entry = self.main if key == MAIN else self._inputs[key]
        entry.process.set(process)

    def stage(self, layers: tuple[StageLayer, ...]) -> Stage:
        """`layers` with their feeds; their inputs run from now on, beside those of the stages before it.

        ValueError for a layer whose input is not known.
        """
        with self._lock:
            stage = Stage(
                tuple(
                    StagePart(layer.id, layer.placement, self._feed(layer.input), layer.input == MAIN)
                    for layer in layers
                )
            )
            keys = frozenset(layer.input for layer in layers)
            self._wanted = (stage, keys)
            self._show(self._shown | keys)
            return stage

    def settled(self, stage: Stage) -> None:
        """Lets rest what only the stages before it showed; nothing if another one is wanted by now."""
        with self._lock:
            if self._wanted is not None and self._wanted[0] is stage:
                self._show(self._wanted[1])

    def states(self) -> dict[InputKey, InputState]:
        """Of every input, `MAIN` first."""
        with self._lock:
            entries = {MAIN: self.main, **self._inputs}
        return {key: entry.state() for key, entry in entries.items()}

    @property
    def main_is_shown(self) -> bool:
        """Whether a scene that is up, or fades away, has the main input in it."""
        return MAIN in self._shown

    def stop_soon(self) -> list[CaptureThread]:
        """Asks all threads to end, at once, and returns them to be waited for."""
        with self._lock:
            self._open = False
            entries = [self.main, *self._inputs.values()]
            for entry in entries:
                entry.rest()
            threads = [*self._leaving, *(thread for entry in entries for thread in entry.threads())]
        for thread in threads:
            thread.request_stop()
        return threads

    def _feed(self, key: InputKey) -> Feed:
        if key == MAIN:
            return self.main.feed
        if key not in self._inputs:
            raise ValueError(f"there is no input {key!r}; call set_input first")
        return self._inputs[key].feed

    def _last_reader(self, source: VideoSource) -> CaptureThread | None:
        """The thread of a dropped input that may still have this device open."""
        return next((old for old in reversed(self._leaving) if old.source.key == source.key), None)

    def _show(self, keys: frozenset[InputKey]) -> None:
        """Lets these run and the others rest, by the policy above. The lock is held."""
        for key in self._shown - keys:
            if key in self._inputs:
                self._hide(key)
        self._shown = keys
        self.main.seen = MAIN in keys
        self._hidden = [key for key in self._hidden if key not in keys]
        self._settle()

    def _hide(self, key: InputKey) -> None:
        self._hidden = [*(other for other in self._hidden if other != key), key]

    def _settle(self) -> None:
        """Starts and stops threads by what is shown and hidden now. The lock is held."""
        if not self._open:
            return
        kept = self._hidden[-MAX_HIDDEN:]
        for key, entry in self._inputs.items():
            entry.seen = key in self._shown
            if key in self._shown or (key in kept and key not in self._pause_hidden):
                entry.run()
                continue
            if not entry.resting:
                entry.rest()
            if key not in kept:
                entry.feed.forget()
        self._hidden = kept
