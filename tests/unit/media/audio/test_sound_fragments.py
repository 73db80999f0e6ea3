"""AAC in fragments: what FFmpeg's demuxer and decoder make of both tracks, compared with what went in."""

from __future__ import annotations

import dataclasses
import io

import av
import numpy as np
import pytest

from studio.media.audio.aac import AacEncoder
from studio.media.audio.samples import BLOCK, RATE, Samples
from studio.media.encoding.encoder import H264Encoder
from studio.media.outputs.fragment_output import Fragment, FragmentOutput
from studio.media.packet import AudioPacket
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from tests.fakes.sources import plain

PICTURE = EncoderSettings(bit_rate=300_000, preset="ultrafast", keyframe_interval_s=1.0)
TONE_HZ = 440


def tone(blocks: int) -> Samples:
    """A steady tone left, half as loud right."""
    wave = 0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(blocks * BLOCK) / RATE)
    return np.stack([wave, wave / 2], axis=1).astype(np.float32)


def encode(samples: Samples, first_pts: int = 0) -> tuple[AacEncoder, list[AudioPacket]]:
    encoder = AacEncoder()
    packets = []
    for begin in range(0, len(samples), BLOCK):
        packets += encoder.encode(samples[begin : begin + BLOCK], first_pts + begin)
    return encoder, packets + encoder.flush()


def test_every_block_has_its_time_and_none_is_lost() -> None:
    encoder, packets = encode(tone(40), first_pts=960)
    assert [packet.pts_us for packet in packets] == [(960 + n * BLOCK) * 1_000_000 // RATE for n in range(40)]
    ends = [packet.pts_us + packet.duration_us for packet in packets]
    assert ends[:-1] == [packet.pts_us for packet in packets[1:]], "no hole, no overlap"
    assert (encoder.config.codec, encoder.config.sample_rate, encoder.config.channels) == (
        "mp4a.40.2",
        RATE,
        2,
    )


def test_both_tracks_come_out_as_they_went_in() -> None:
    canvas = CanvasSettings(96, 160, 30)
    pictures = H264Encoder(canvas, PICTURE)
    sound, packets = encode(tone(50))
    output = FragmentOutput()
    output.start(dataclasses.replace(pictures.config, audio=sound.config), lambda: None)
    fragments: list[Fragment] = []
    for number in range(30):
        frame = ProgramFrame.of(plain(96, 160, 90), number, number, number, False)
        for picture in pictures.encode(frame):
            output.push(picture)
        for packet in [p for p in packets if number <= p.pts_us * 30 // 1_000_000 < number + 1]:
            output.push(packet)
        while (fragment := output.get(0)) is not None:
            fragments.append(fragment)
    counters = output.counters()
    assert (counters.packets, counters.sound_packets, counters.sound_dropped) == (30, 47, 0)
    assert output.init_segment is not None
    data = output.init_segment + b"".join(fragment.data for fragment in fragments)
    with av.open(io.BytesIO(data)) as container:
        assert [s.type for s in container.streams] == ["video", "audio"]
        heard = [frame.to_ndarray() for frame in container.decode(container.streams.audio[0])]
        assert container.streams.audio[0].rate == RATE
    with av.open(io.BytesIO(data)) as container:
        assert len(list(container.decode(video=0))) == 30
        # Without the priming block the decoder's overlap is missing in the first one.
    left, right = np.concatenate(heard, axis=1)[:, 2 * BLOCK :]
    want = tone(50)[2 * BLOCK : 2 * BLOCK + len(left)]
    assert np.abs(left - want[:, 0]).mean() < 0.02, "the same wave, at its own place"
    assert np.abs(right - want[:, 1]).mean() < 0.02


def test_sound_that_was_dropped_leaves_no_hole_for_a_player() -> None:
    sound, packets = encode(tone(30))
    pictures = H264Encoder(CanvasSettings(96, 160, 30), PICTURE)
    output = FragmentOutput()
    output.start(dataclasses.replace(pictures.config, audio=sound.config), lambda: None)
    for picture in pictures.encode(ProgramFrame.of(plain(96, 160, 90), 0, 0, 0, False)):
        output.push(picture)
    for packet in (*packets[:10], *packets[20:]):
        output.push(packet)
    fragments = list(iter(lambda: output.get(0), None))
    data = (output.init_segment or b"") + b"".join(fragment.data for fragment in fragments)
    with av.open(io.BytesIO(data)) as container:
        found = [(p.pts, p.duration) for p in container.demux(container.streams.audio[0]) if p.size]
    assert found[9:12] == [(9 * BLOCK, BLOCK), (10 * BLOCK, 11 * BLOCK), (21 * BLOCK, BLOCK)]


def test_the_descriptor_says_what_the_encoder_makes() -> None:
    sound, _ = encode(tone(1))
    output = FragmentOutput()
    config = H264Encoder(CanvasSettings(96, 160, 30), PICTURE).config
    output.start(dataclasses.replace(config, audio=sound.config), lambda: None)
    init = output.init_segment
    assert init is not None
    esds = init[init.index(b"esds") :]
    assert sound.config.extradata in esds
    # AudioSpecificConfig: object type 2 (LC) in 5 bits, frequency index 3 (48 kHz) in 4, channels 2 in 4.
    bits = int.from_bytes(sound.config.extradata[:2], "big")
    assert (bits >> 11, bits >> 7 & 0xF, bits >> 3 & 0xF) == (2, 3, 2)


def test_a_block_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="block"):
        AacEncoder().encode(tone(1)[:-1], 0)
