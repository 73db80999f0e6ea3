"""The encoder thread: encodes each program frame once and hands the packet to every output.

Thread: `encode`; its methods may be called from any thread. Must not import: Qt, net.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Iterable

from studio.media.clock import now_ns
from studio.media.encoding.encoder import H264Encoder, VideoEncoder
from studio.media.errors import EncoderFailed
from studio.media.frame import ProgramFrame
from studio.media.outputs.output import Output
from studio.media.packet import AudioConfig, Packet, StreamConfig
from studio.media.queues import DropOldestQueue
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.stats import RollingWindow

log = logging.getLogger(__name__)


class EncoderThread:
    """Takes program frames from a queue, encodes, gives packets to the outputs in the order they came.

    Invariant: ends in exactly one of two ways: `stop` was called, or `on_error` got an `EncoderFailed`.
    `outputs` must not raise and not block (`Output`). `on_error` runs on the encode thread, as do
    `on_first_picture(pts_ns)`, called once the first picture was pushed: time 0 of the broadcast, and
    `on_joined(output)`, called once an added output has its first picture: now it may get sound.
    `audio`: what the outputs are told of sound that someone else pushes.
    """

    def __init__(
        self,
        queue: DropOldestQueue[ProgramFrame],
        canvas: CanvasSettings,
        settings: EncoderSettings,
        outputs: Iterable[Output],
        *,
        audio: AudioConfig | None = None,
        on_error: Callable[[EncoderFailed], None] | None = None,
        on_first_picture: Callable[[int], None] | None = None,
        on_joined: Callable[[Output], None] | None = None,
    ) -> None:
        self._queue = queue
        self._audio = audio
        self._on_first_picture = on_first_picture
        self._on_joined = on_joined
        self._canvas = canvas
        self._settings = settings
        self._outputs = tuple(outputs)
        self._joining: list[Output] = []
        self._ended = False
        #: Guards the three above against a change by two threads; held for no more than that.
        self._lock = threading.Lock()
        self._on_error = on_error
        self._keyframe_wanted = threading.Event()
        self._bit_rate_wanted: int | None = None
        self._thread = threading.Thread(target=self._run, name="encode", daemon=True)
        self._encode_ms = RollingWindow()
        self._encoded = 0

    @property
    def encoded(self) -> int:
        return self._encoded

    @property
    def encode_ms(self) -> RollingWindow:
        """Milliseconds from taking a frame to its packet, colour conversion included."""
        return self._encode_ms

    @property
    def outputs(self) -> tuple[Output, ...]:
        return self._outputs

    def add_output(self, output: Output) -> None:
        """Lets `output` in at the next picture, which becomes a keyframe; the others lose nothing.

        After the end of the broadcast it is stopped instead.
        """
        with self._lock:
            if not self._ended:
                self._joining.append(output)
                return
        output.stop()

    def remove_output(self, output: Output) -> None:
        """Gives `output` no packet more and stops it; nothing for one that is not here."""
        with self._lock:
            if output not in self._outputs and output not in self._joining:
                return
            self._outputs = tuple(kept for kept in self._outputs if kept is not output)
            self._joining = [kept for kept in self._joining if kept is not output]
        output.stop()

    def request_keyframe(self) -> None:
        """Makes the next picture a keyframe, for someone who begins to watch."""
        self._keyframe_wanted.set()

    def set_bit_rate(self, bit_rate: int) -> None:
        """Aims at `bit_rate` (bits a second) from the next picture on, at most that of the settings."""
        self._bit_rate_wanted = bit_rate

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Encodes what is queued, flushes, stops the outputs. False if that had not ended in time."""
        self._queue.close()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        failure: EncoderFailed | None = EncoderFailed(
            "The video encoder broke. End the LIVE and start it again."
        )
        try:
            self._encode_until_closed()
            failure = None
        except EncoderFailed as error:
            failure = error
        finally:  # a bug goes on to the excepthook, but the outputs and the host still learn of the end
            self._queue.close()
            with self._lock:
                self._ended = True
                outputs, self._joining = (*self._outputs, *self._joining), []
            for output in outputs:
                output.stop()
            if failure is not None:
                log.error("encoder: %s", failure)
                if self._on_error is not None:
                    self._on_error(failure)

    def _encode_until_closed(self) -> None:
        encoder: VideoEncoder = H264Encoder(self._canvas, self._settings)
        config = dataclasses.replace(encoder.config, audio=self._audio)
        for output in self._outputs:
            output.start(config, self.request_keyframe)
        while True:
            frame = self._queue.get()
            if frame is None:
                break
            began_ns = now_ns()
            joined = self._let_in(config)
            keyframe = self._keyframe_wanted.is_set() or bool(joined)
            self._keyframe_wanted.clear()
            bit_rate, self._bit_rate_wanted = self._bit_rate_wanted, None
            if bit_rate is not None:
                encoder.set_bit_rate(bit_rate)
            packets = encoder.encode(frame, keyframe=keyframe)
            self._encode_ms.add((now_ns() - began_ns) / 1e6)
            self._encoded += 1
            self._hand_out(packets)
            if self._on_joined is not None:
                for output in joined:
                    self._on_joined(output)
            if self._encoded == 1 and self._on_first_picture is not None:
                self._on_first_picture(frame.pts_ns)
        self._hand_out(encoder.flush())

    def _let_in(self, config: StreamConfig) -> list[Output]:
        """Starts what was added since the last picture."""
        if not self._joining:
            return []
        with self._lock:
            joining, self._joining = self._joining, []
            for output in joining:
                output.start(config, self.request_keyframe)
            self._outputs = (*self._outputs, *joining)
        return joining

    def _hand_out(self, packets: list[Packet]) -> None:
        for packet in packets:
            for output in self._outputs:
                output.push(packet)
