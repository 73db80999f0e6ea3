"""The encoder thread: encodes each program frame once and hands the packet to every output.

Thread: `encode`, and `encode-watch` while there is another encoder to turn to; its methods may be called from
any thread. Must not import: Qt, net.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence

from studio.media.clock import now_ns
from studio.media.encoding.encoder import H264Encoder, VideoEncoder
from studio.media.encoding.fan_out import FanOut
from studio.media.encoding.kinds import X264, EncoderKind
from studio.media.encoding.turn import Turn
from studio.media.errors import EncoderFailed
from studio.media.outputs.output import Output
from studio.media.packet import AudioConfig, Packet, StreamConfig
from studio.media.program import ProgramFrame
from studio.media.queues import DropOldestQueue
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.stats import RollingWindow

log = logging.getLogger(__name__)

_WATCH_EVERY_S = 0.2


class EncoderThread:
    """Takes program frames from a queue, encodes, gives packets to the outputs in the order they came.

    `kinds`: the encoder to begin with and those that take over, in this order, when it fails or gives no
    packet for a second while pictures come. A takeover costs some pictures, never the broadcast: the next
    packet is a keyframe on the same time line with its `config`. `on_fallback(sentence)` tells of it.
    Invariant: ends in exactly one of two ways: `stop` was called, or `on_error` got an `EncoderFailed`; an
    encoder that was given up never reaches an output again, even if its driver comes back.
    `outputs` must not raise and not block (`Output`). The callbacks run on the encode thread (a stall is told
    on `encode-watch`), as do `on_first_picture(pts_ns)`, called once the first picture was pushed: time 0
    of the broadcast, and `on_joined(output)`, called once an added output has its first picture: now it may
    get sound. `audio`: what the outputs are told of sound that someone else pushes.
    """

    def __init__(
        self,
        queue: DropOldestQueue[ProgramFrame],
        canvas: CanvasSettings,
        settings: EncoderSettings,
        outputs: Iterable[Output],
        *,
        kinds: Sequence[EncoderKind] = (X264,),
        audio: AudioConfig | None = None,
        on_error: Callable[[EncoderFailed], None] | None = None,
        on_fallback: Callable[[str], None] | None = None,
        on_first_picture: Callable[[int], None] | None = None,
        on_joined: Callable[[Output], None] | None = None,
    ) -> None:
        if not kinds:
            raise ValueError("at least one encoder is needed")
        self._queue = queue
        self._on_first_picture = on_first_picture
        self._on_joined = on_joined
        self._canvas = canvas
        self._settings = settings
        self._fan_out = FanOut(outputs, audio, self.request_keyframe)
        self._on_error = on_error
        self._on_fallback = on_fallback
        self._keyframe_wanted = threading.Event()
        self._bit_rate: int | None = None
        self._lock = threading.Lock()  # who may push; held only while handing out and changing turns
        self._ended = threading.Event()
        self._first_number: int | None = None
        self._later = list(kinds[1:])
        self._turn = Turn(kinds[0])
        self._thread = self._thread_for(self._turn)
        self._encode_ms = RollingWindow()
        self._encoded = 0

    @property
    def encoded(self) -> int:
        return self._encoded

    @property
    def kind(self) -> EncoderKind:
        """The encoder that works now."""
        return self._turn.kind

    @property
    def encode_ms(self) -> RollingWindow:
        """Milliseconds from taking a frame to its packet, colour conversion included."""
        return self._encode_ms

    @property
    def outputs(self) -> tuple[Output, ...]:
        return self._fan_out.outputs

    def add_output(self, output: Output) -> None:
        """Lets `output` in at the next picture, which becomes a keyframe; the others lose nothing.

        After the end of the broadcast it is stopped instead.
        """
        self._fan_out.add(output)

    def remove_output(self, output: Output) -> None:
        """Gives `output` no packet more and stops it; nothing for one that is not here."""
        self._fan_out.remove(output)

    def request_keyframe(self) -> None:
        """Makes the next picture a keyframe, for someone who begins to watch."""
        self._keyframe_wanted.set()

    def set_bit_rate(self, bit_rate: int) -> None:
        """Aims at `bit_rate` (bits a second) from the next picture on, at most that of the settings."""
        self._bit_rate = bit_rate

    def start(self) -> None:
        self._thread.start()
        if self._later:
            threading.Thread(target=self._watch, name="encode-watch", daemon=True).start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Encodes what is queued, flushes, stops the outputs. False if that had not ended in time."""
        self._queue.close()
        if self._thread.ident is None:
            return True
        return self._ended.wait(timeout_s)

    def _thread_for(self, turn: Turn) -> threading.Thread:
        return threading.Thread(target=self._run, args=(turn,), name="encode", daemon=True)

    def _run(self, turn: Turn) -> None:
        failure: EncoderFailed | None = EncoderFailed(
            "The video encoder broke. End the LIVE and start it again."
        )
        try:
            self._encode_until_closed(turn)
            failure = None
        except EncoderFailed as error:
            failure = error
            if self._replace(turn, str(error)):
                return
        finally:  # a bug goes on to the excepthook, but the outputs and the host still learn of the end
            if turn is self._turn:
                self._end(failure)

    def _end(self, failure: EncoderFailed | None) -> None:
        self._queue.close()
        self._fan_out.end()
        self._ended.set()
        if failure is not None:
            log.error("encoder: %s", failure)
            if self._on_error is not None:
                self._on_error(failure)

    def _encode_until_closed(self, turn: Turn) -> None:
        encoder: VideoEncoder = H264Encoder(
            self._canvas, self._settings, turn.kind, first_number=self._first_number
        )
        turn.opened()
        if not self._begin(turn, encoder):
            return
        bit_rate: int | None = None
        while turn is self._turn and (frame := self._queue.get()) is not None:
            if self._first_number is None:
                self._first_number = frame.number
            turn.took()
            began_ns = now_ns()
            keyframe = self._fan_out.let_in() or self._keyframe_wanted.is_set()
            self._keyframe_wanted.clear()
            if bit_rate != self._bit_rate:
                bit_rate = self._bit_rate
                if bit_rate is not None:
                    encoder.set_bit_rate(bit_rate)
            packets = encoder.encode(frame, keyframe=keyframe)
            self._encode_ms.add((now_ns() - began_ns) / 1e6)
            self._hand_out(turn, packets, encoder.config)
            if self._encoded and self._on_first_picture is not None:
                tell, self._on_first_picture = self._on_first_picture, None
                tell(frame.pts_ns)
        turn.took()
        self._hand_out(turn, encoder.flush(), encoder.config)

    def _begin(self, turn: Turn, encoder: VideoEncoder) -> bool:
        """Starts the outputs, if this is the first encoder. False when another has taken over already."""
        with self._lock:
            if turn is not self._turn:
                return False
            self._fan_out.begin(encoder.config)
        return True

    def _hand_out(self, turn: Turn, packets: list[Packet], config: StreamConfig) -> None:
        with self._lock:
            if turn is not self._turn:
                return
            if packets:
                turn.gave()
                self._encoded += len(packets)
            begun = self._fan_out.push(packets, config)
        if self._on_joined is not None:
            for output in begun:
                self._on_joined(output)

    def _watch(self) -> None:
        while self._later and not self._ended.wait(_WATCH_EVERY_S):
            turn = self._turn
            if turn.stalled(self._canvas.fps):
                self._replace(turn, f"The video encoder {turn.kind.title} gives no picture any more.")

    def _replace(self, turn: Turn, reason: str) -> bool:
        """Lets the next encoder take over from `turn`. False when there is none."""
        with self._lock:
            if turn is not self._turn:
                return True  # somebody noticed before
            if not self._later or self._ended.is_set():
                return False
            self._turn = Turn(self._later.pop(0))
            self._thread = self._thread_for(self._turn)
        sentence = f"{turn.kind.title} failed; {self._turn.kind.title} took over, and the LIVE goes on."
        log.warning("encoder: %s (%s)", sentence, reason)
        self._thread.start()
        if self._on_fallback is not None:
            self._on_fallback(sentence)
        return True
