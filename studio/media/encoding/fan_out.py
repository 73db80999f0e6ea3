"""Hands each packet to every output, while outputs come and go.

Thread: the encode thread pushes; `add` and `remove` may come from any. Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterable

from studio.media.outputs.output import Output
from studio.media.packet import AudioConfig, Packet, StreamConfig


class FanOut:
    """Invariant: an output is started before its first packet, and stopped once it gets none any more.

    `audio`: what the outputs are told of sound that someone else pushes.
    """

    def __init__(
        self, outputs: Iterable[Output], audio: AudioConfig | None, request_keyframe: Callable[[], None]
    ) -> None:
        self._outputs = tuple(outputs)
        self._audio = audio
        self._request_keyframe = request_keyframe
        self._config: StreamConfig | None = None
        self._joining: list[Output] = []
        self._new: list[Output] = []  # started, and without a picture yet
        self._ended = False
        #: Guards the above against a change by two threads; held for no more than that.
        self._lock = threading.Lock()

    @property
    def outputs(self) -> tuple[Output, ...]:
        return self._outputs

    def add(self, output: Output) -> None:
        """Lets `output` in at the next picture; after the end of the broadcast it is stopped instead."""
        with self._lock:
            if not self._ended:
                self._joining.append(output)
                return
        output.stop()

    def remove(self, output: Output) -> None:
        """Gives `output` no packet more and stops it; nothing for one that is not here."""
        with self._lock:
            if output not in self._outputs and output not in self._joining:
                return
            self._outputs = tuple(kept for kept in self._outputs if kept is not output)
            self._joining = [kept for kept in self._joining if kept is not output]
            self._new = [kept for kept in self._new if kept is not output]
        output.stop()

    def begin(self, config: StreamConfig) -> None:
        """Starts the outputs; of a later encoder they learn from its keyframes."""
        if self._config is None:
            self._config = self._whole(config)
            for output in self._outputs:
                output.start(self._config, self._request_keyframe)

    def let_in(self) -> bool:
        """Starts what was added since the last picture; True when the next one has to be a keyframe."""
        if not self._joining:
            return False
        with self._lock:
            joining, self._joining = self._joining, []
            assert self._config is not None, "begun"
            for output in joining:
                output.start(self._config, self._request_keyframe)
            self._outputs = (*self._outputs, *joining)
            self._new += joining
        return bool(joining)

    def push(self, packets: Iterable[Packet], config: StreamConfig) -> list[Output]:
        """Gives `packets`, which are of the stream `config`, to all; who got its first picture by that."""
        begun: list[Output] = []
        for packet in packets:
            whole = packet
            if packet.is_key:
                self._config = self._whole(config)
                whole = dataclasses.replace(packet, config=self._config)
            for output in self._outputs:
                output.push(whole)
            if packet.is_key and self._new:
                with self._lock:
                    begun += self._new
                    self._new = []
        return begun

    def end(self) -> None:
        """Stops all, those that were to join too."""
        with self._lock:
            self._ended = True
            outputs, self._joining = (*self._outputs, *self._joining), []
        for output in outputs:
            output.stop()

    def _whole(self, config: StreamConfig) -> StreamConfig:
        """With the sound, of which the encoder of pictures knows nothing."""
        return dataclasses.replace(config, audio=self._audio)
