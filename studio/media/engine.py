"""The media engine: builds and owns capture, compositor and encoder.

Purpose: the one object services talk to. Thread: any; callbacks run on media threads, so a QObject must take
them through a queued signal. Must not import: Qt, net.

`start_preview`, `switch_source`, `set_input`, `show_scene`, `go_on_air` return at once. `leave_air` and
`stop` wait for threads: call them in an executor, not on the GUI thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from studio.media.audio.thread import SoundThread
from studio.media.capture import CaptureState
from studio.media.clock import Clock, MonotonicClock, now_ns
from studio.media.compositor import Compositor
from studio.media.counters import MediaCounters
from studio.media.encoding.kinds import X264, EncoderKind
from studio.media.encoding.thread import EncoderThread
from studio.media.errors import EncoderFailed, SourceError
from studio.media.frame import Pixels
from studio.media.guard import Sight
from studio.media.mailbox import Mailbox
from studio.media.outputs.output import Output, OutputState
from studio.media.overlay import Overlay
from studio.media.packet import AudioConfig
from studio.media.program import ProgramFrame
from studio.media.queues import DropOldestQueue
from studio.media.scene.input import InputState
from studio.media.scene.inputs import Inputs
from studio.media.scene.process import FrameProcess
from studio.media.scene.stage import InputKey, StageLayer, checked_layers
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.source import VideoSource
from studio.model.scene import Transition

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Broadcast:
    """One time on air. Kept after its end, so that its last counters can still be read."""

    queue: DropOldestQueue[ProgramFrame]
    encoder: EncoderThread


class MediaEngine:
    """Preview while a source is chosen; encoding only while on air.

    Invariant: at most one main source is current and at most one broadcast runs; switching source or scene
    touches neither clock nor encoder. The lock guards only the exchange of parts, never held in a wait.
    Until `show_scene` the scene is the main source, all over the canvas. Guard, sight and the counters of
    capture speak of the main source; `input_states` of all.

    Attributes:
        preview: the newest program frame; take it after `on_preview_ready`.

    `sound`, if given, belongs to the engine from then on: it is started with the preview, goes on air with
    the picture and is stopped by `stop`.
    """

    def __init__(
        self,
        canvas: CanvasSettings | None = None,
        *,
        on_preview_ready: Callable[[], None] | None = None,
        on_source_state: Callable[[CaptureState, SourceError | None], None] | None = None,
        on_encoder_failed: Callable[[EncoderFailed], None] | None = None,
        on_encoder_changed: Callable[[str], None] | None = None,
        sound: SoundThread | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._sound = sound
        self._canvas = canvas or CanvasSettings()
        self._on_encoder_failed = on_encoder_failed
        self._on_encoder_changed = on_encoder_changed
        self._clock: Clock = clock or MonotonicClock()
        self._lock = threading.Lock()
        self._scene_lock = threading.Lock()
        self.preview: Mailbox[ProgramFrame] = Mailbox()
        self._inputs = Inputs(self._clock, on_main_state=on_source_state)
        self._compositor = Compositor(
            self._canvas,
            self.preview,
            on_preview_ready=on_preview_ready,
            on_settled=self._inputs.settled,
            main=self._inputs.main.feed,
            clock=self._clock,
        )
        self._running = self._stopped = False
        self._broadcast: _Broadcast | None = None
        self._on_air = False

    @property
    def canvas(self) -> CanvasSettings:
        return self._canvas

    def set_canvas(self, canvas: CanvasSettings) -> None:
        """Another size and rate of the picture, from the next tick on. Raises RuntimeError while on air."""
        with self._lock:
            if self._on_air:
                raise RuntimeError("the picture's size stays as it is while on air")
            self._canvas = canvas
            self._compositor.set_canvas(canvas)

    @property
    def on_air(self) -> bool:
        """True from `go_on_air` until `leave_air` or a failing encoder."""
        return self._on_air

    def start_preview(self, source: VideoSource) -> None:
        """Shows `source`. The same as `switch_source`; the first call starts the compositor."""
        with self._lock:
            if self._stopped:
                raise RuntimeError("the media engine was stopped; make a new one")
            if not self._running:
                self._running = True
                self._compositor.start()
                if self._sound is not None:
                    self._sound.start()
                self._inputs.start()
            self._inputs.main.use(source)
            self._inputs.main.run()

    def switch_source(self, source: VideoSource) -> None:
        """Changes to `source`, on air too: the last picture stays until the first new one comes."""
        self.start_preview(source)

    def set_input(
        self,
        key: InputKey,
        source: VideoSource,
        process: FrameProcess | None = None,
        *,
        pause_hidden: bool = False,
    ) -> None:
        """Keeps `source` ready under `key` for scenes; a key that is known gets another source and look.

        It is opened now, or with `pause_hidden` (files, texts; all that has sound) only while it shows; see
        `scene/inputs.py` for what becomes of those that do not. `process` runs on its capture thread. The
        camera that is the main source cannot be opened twice: name `MAIN` in the layer. ValueError: too many,
        or `MAIN`.
        """
        self._inputs.set(key, source, process, pause_hidden=pause_hidden)

    def drop_input(self, key: InputKey) -> None:
        """Gives its device back; layers with it draw nothing. Nothing for a key that is not known."""
        self._inputs.drop(key)

    def set_input_process(self, key: InputKey, process: FrameProcess | None) -> None:
        """Changes the look of an input, `MAIN` too, from its next picture on. KeyError: not known.

        The look of `MAIN` stays through `switch_source`.
        """
        self._inputs.set_process(key, process)

    def show_scene(
        self,
        layers: tuple[StageLayer, ...],
        *,
        transition: Transition = Transition.CUT,
        fade_ms: int = 300,
    ) -> None:
        """Shows these, the lowest first, from the next tick on. ValueError: a layer with an unknown input.

        Without layers the picture is the dark ground. Call it again after `drop_input` and `set_input` of the
        same key.
        """
        layers = checked_layers(layers)
        with self._scene_lock:
            stage = self._inputs.stage(layers)
            self._compositor.show(stage, fade_ms if transition is Transition.FADE else 0)

    def input_states(self) -> dict[InputKey, InputState]:
        """Of every input, `MAIN` first; cheap enough for some times a second."""
        return self._inputs.states()

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        """Draws these over every picture from the next tick on, for preview and viewers alike."""
        self._compositor.set_overlays(overlays)

    def set_overlays_for_viewers(self, wanted: bool) -> None:
        """Whether viewers get the overlays too; the host sees them always."""
        self._compositor.set_overlays_for_viewers(wanted)

    def set_mirrored(self, mirrored: bool) -> None:
        """Whether the preview shows the camera mirrored; overlays are not, and viewers are not."""
        self._compositor.set_mirrored(mirrored)

    def set_curtain(self, picture: Pixels | None) -> None:
        """Shows `picture` (any size, BGR) instead of the source, to everyone; None: the source again."""
        self._compositor.set_curtain(picture)

    def reopen_source(self) -> None:
        """Gives the device back and opens it again; nothing without a source. Returns at once."""
        self._inputs.main.reopen()

    def sight(self) -> Sight | None:
        """What the guard must know of the main source; None without one, and while no scene shows it."""
        return self._inputs.main.sight() if self._inputs.main_is_shown else None

    def go_on_air(
        self,
        outputs: Iterable[Output],
        settings: EncoderSettings | None = None,
        kinds: Sequence[EncoderKind] = (X264,),
    ) -> None:
        """Starts encoding to `outputs` by the first of `kinds`; the others take over when it fails. Raises
        RuntimeError without preview or when on air already, ValueError for an output of an earlier broadcast.

        An encoder that does not start is told through `on_encoder_failed`.
        """
        outputs = tuple(outputs)
        if any(output.state is not OutputState.IDLE for output in outputs):
            raise ValueError("an output serves one broadcast; make a new one for the next")
        with self._lock:
            if not self._running or self._stopped:
                raise RuntimeError("start the preview before going on air")
            if self._on_air:
                raise RuntimeError("already on air")
            queue: DropOldestQueue[ProgramFrame] = DropOldestQueue()
            encoder = EncoderThread(
                queue,
                self._canvas,
                settings or EncoderSettings(),
                outputs,
                kinds=kinds,
                audio=self._start_sound(outputs),
                on_fallback=self._on_encoder_changed,
                on_error=lambda error: self._encoder_failed(queue, error),
                on_first_picture=self._first_picture,
                on_joined=self._joined,
            )
            self._broadcast = _Broadcast(queue, encoder)
            self._on_air = True
            self._compositor.set_encoder_queue(queue)
        encoder.start()

    def add_output(self, output: Output) -> None:
        """`output` joins the running broadcast with a keyframe; returns at once, the others lose nothing.

        Raises RuntimeError off air, ValueError for an output of an earlier broadcast.
        """
        if output.state is not OutputState.IDLE:
            raise ValueError("an output serves one broadcast; make a new one for the next")
        broadcast = self._broadcast
        if not self._on_air or broadcast is None:
            raise RuntimeError("not on air")
        broadcast.encoder.add_output(output)

    def remove_output(self, output: Output) -> None:
        """Stops `output`, whose end its `join` tells; returns at once. Nothing for one that is not on air."""
        broadcast = self._broadcast
        if broadcast is not None:
            if self._sound is not None:
                self._sound.remove_output(output)
            broadcast.encoder.remove_output(output)

    def request_keyframe(self) -> None:
        """The next picture becomes a keyframe; nothing when off air."""
        broadcast = self._broadcast
        if broadcast is not None:
            broadcast.encoder.request_keyframe()

    def set_bit_rate(self, bit_rate: int) -> None:
        """Aims at `bit_rate` (bits a second) from the next picture on; nothing when off air."""
        broadcast = self._broadcast
        if broadcast is not None:
            broadcast.encoder.set_bit_rate(bit_rate)

    def leave_air(self, timeout_s: float = 2.0) -> bool:
        """Ends the broadcast, the preview goes on. Waits; False if the encoder had not ended in time."""
        with self._lock:
            broadcast = self._broadcast
            self._on_air = False
            self._compositor.set_encoder_queue(None)
        deadline_ns = now_ns() + int(timeout_s * 1e9)
        ended = self._sound.leave_air(timeout_s) if self._sound is not None else True
        return (broadcast.encoder.stop(_left_s(deadline_ns)) if broadcast is not None else True) and ended

    def stop(self, timeout_s: float = 3.0) -> bool:
        """Ends everything. Waits at most about `timeout_s`; False if a thread had to be left behind.

        After False leave the process with `os._exit` once all is saved: a thread that comes back from its
        driver while the interpreter shuts down can abort the process.
        """
        deadline_ns = now_ns() + int(timeout_s * 1e9)
        with self._lock:
            self._stopped = True
        captures = self._inputs.stop_soon()
        ended = self.leave_air(timeout_s)
        ended &= self._compositor.stop(_left_s(deadline_ns))
        if self._sound is not None:
            ended &= self._sound.stop(_left_s(deadline_ns))
        for capture in captures:
            ended &= capture.stop(_left_s(deadline_ns))
        return ended

    def counters(self) -> MediaCounters:
        """A snapshot; cheap enough for every second."""
        broadcast, capture = self._broadcast, self._inputs.main.capture
        compose_p50, compose_p95 = self._compositor.compose_ms.percentiles(0.5, 0.95)
        encode_p50, encode_p95 = (
            broadcast.encoder.encode_ms.percentiles(0.5, 0.95) if broadcast is not None else (0.0, 0.0)
        )
        return MediaCounters(
            captured=self._inputs.main.captured,
            capture_fps=capture.fps if capture else 0.0,
            source_silent_ms=capture.silent_ms if capture else None,
            composed=self._compositor.composed,
            repeated=self._compositor.repeated,
            lagged=self._compositor.lagged,
            starved=self._compositor.starved,
            compose_ms_p50=compose_p50,
            compose_ms_p95=compose_p95,
            encoded=broadcast.encoder.encoded if broadcast else 0,
            skipped=broadcast.queue.skipped if broadcast else 0,
            encode_ms_p50=encode_p50,
            encode_ms_p95=encode_p95,
            outputs=tuple(output.counters() for output in broadcast.encoder.outputs) if broadcast else (),
        )

    def _start_sound(self, outputs: tuple[Output, ...]) -> AudioConfig | None:
        """None without sound, and when its encoder does not start: a silent LIVE is better than none."""
        if self._sound is None:
            return None
        try:
            return self._sound.go_on_air(outputs)
        except EncoderFailed as error:
            log.error("on air without sound: %s", error)
            return None

    def _first_picture(self, pts_ns: int) -> None:
        if self._sound is not None:
            self._sound.first_picture(pts_ns, 1_000_000_000 // self._canvas.fps)

    def _joined(self, output: Output) -> None:
        if self._sound is not None:
            self._sound.add_output(output)

    def _encoder_failed(self, queue: DropOldestQueue[ProgramFrame], error: EncoderFailed) -> None:
        with self._lock:
            current = self._broadcast is not None and self._broadcast.queue is queue
            if current:
                self._on_air = False
                self._compositor.set_encoder_queue(None)
        if current and self._sound is not None:
            self._sound.leave_air(0)
        if current and self._on_encoder_failed is not None:
            self._on_encoder_failed(error)


def _left_s(deadline_ns: int) -> float:
    return max(0.0, (deadline_ns - now_ns()) / 1e9)
