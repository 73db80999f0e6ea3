"""`host-studio output`: sends one stream over WebRTC, fed through standard input. Started by `connection`.

A process of its own because PyAV opens and writes a network output under the interpreter's lock, without
interrupt: this one may hang, the studio kills it then. Thread: this process's one. Must not import: Qt, net.

AAC becomes Opus here, not in the sound thread: only who uses WHIP pays for it (about 3 % of a core).
Says one word on standard output: "open", or "failed"; sentences are made by who reads it.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from fractions import Fraction

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError

from studio.media.outputs.whip.records import About, BadRecord, read_about, read_packet
from studio.media.packet import AudioConfig, AudioPacket, Packet

_RATE = 48_000
_OPUS_BIT_RATE = 128_000
_OPUS_FRAME = 960
_MICROSECONDS = Fraction(1, 1_000_000)


class OpusTrack:
    """AAC packets in, Opus packets out, on the same time line."""

    def __init__(self, container: OutputContainer, audio: AudioConfig) -> None:
        decoder = av.CodecContext.create("aac", "r")
        assert isinstance(decoder, AudioCodecContext)
        decoder.extradata = audio.extradata
        decoder.sample_rate, decoder.layout = audio.sample_rate, "stereo" if audio.channels == 2 else "mono"
        self._decoder = decoder
        stream = container.add_stream("libopus", rate=_RATE)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout, stream.codec_context.format = "stereo", "s16"
        stream.codec_context.bit_rate = _OPUS_BIT_RATE
        stream.codec_context.time_base = Fraction(1, _RATE)
        self._stream = stream
        self._resampler = av.AudioResampler("s16", "stereo", _RATE, frame_size=_OPUS_FRAME)
        self._next: int | None = None

    def encode(self, packet: AudioPacket, base_us: int) -> list[av.Packet[AudioStream]]:
        coded = av.Packet(packet.data)
        if self._next is None:
            self._next = (packet.pts_us - base_us) * _RATE // 1_000_000
        made: list[av.Packet[AudioStream]] = []
        for frame in self._decoder.decode(coded):
            frame.pts = None
            for piece in self._resampler.resample(frame):
                piece.pts, piece.time_base = self._next, Fraction(1, _RATE)
                self._next += piece.samples
                made += self._stream.encode(piece)
        return made


class Sender:
    """Invariant: begins with a keyframe; sound of before it is left out."""

    def __init__(self, about: About, first: Packet) -> None:
        options = {"cert_file": about.certificate, "key_file": about.key, "handshake_timeout": "8000"}
        # Whatever waits to be put in order waits no longer than this, also when one of the two ends.
        options["max_interleave_delta"] = "200000"
        self._container = av.open(about.url, "w", format="whip", options=options)
        # PyAV takes the description of a stream from another stream alone: here, one of a single keyframe.
        beginning = about.config.extradata + first.data
        with av.open(io.BytesIO(beginning), format="h264") as described:
            template = described.streams.video[0]
            self._picture = self._container.add_stream_from_template(template, opaque=True)
        audio = about.config.audio
        self._sound = OpusTrack(self._container, audio) if audio is not None else None
        self._extradata = about.config.extradata
        self._base_us = first.pts_us
        self._container.start_encoding()

    def send(self, packet: Packet | AudioPacket) -> None:
        if packet.pts_us < self._base_us:
            return
        if isinstance(packet, AudioPacket):
            if self._sound is not None:
                self._container.mux(self._sound.encode(packet, self._base_us))
            return
        # A receiver that joins later knows the parameter sets from here alone.
        data = self._extradata + packet.data if packet.is_key else packet.data
        made = av.Packet(data)
        made.stream, made.time_base = self._picture, _MICROSECONDS
        made.pts = made.dts = packet.pts_us - self._base_us
        made.duration = packet.duration_us
        made.is_keyframe = packet.is_key
        self._container.mux_one(made)

    def close(self) -> None:
        self._container.close()


def run(_options: argparse.Namespace) -> int:
    """Sends until standard input ends. 0 in good order, 1 when it broke."""
    av.logging.set_level(None)
    read = sys.stdin.buffer.read
    try:
        sender = _begin(read)
    except EOFError:
        return 0
    except (FFmpegError, OSError, ValueError, BadRecord):
        _say("failed")
        return 1
    _say("open")
    try:
        while True:
            sender.send(read_packet(read))
    except EOFError:
        sender.close()
        return 0
    except (FFmpegError, OSError, ValueError, BadRecord):
        return 1


def _begin(read: Callable[[int], bytes]) -> Sender:
    about = read_about(read)
    while True:
        packet = read_packet(read)
        if isinstance(packet, Packet) and packet.is_key:
            sender = Sender(about, packet)
            sender.send(packet)
            return sender


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()
