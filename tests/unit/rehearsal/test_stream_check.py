"""What a watcher calls playable."""

from __future__ import annotations

from studio.protocol.media import MediaKind, MediaMessage
from studio.rehearsal.tally import PictureTally
from studio.rehearsal.watcher import StreamCheck

FRAME_US = 33_333


def message(kind: MediaKind, number: int = 0) -> MediaMessage:
    return MediaMessage(kind, number * FRAME_US, 1, b"x")


def play(*messages: MediaMessage) -> tuple[list[bool], PictureTally, StreamCheck]:
    tally = PictureTally()
    check = StreamCheck(tally)
    return [check.take(one) for one in messages], tally, check


def test_init_keyframe_then_deltas() -> None:
    verdicts, tally, _ = play(
        message(MediaKind.INIT), message(MediaKind.KEYFRAME, 0), message(MediaKind.DELTA, 1)
    )
    assert verdicts == [True, True, True]
    assert (tally.streams, tally.keyframes, tally.out_of_order) == (1, 1, 0)


def test_pictures_before_the_init_segment_are_out_of_order() -> None:
    verdicts, tally, _ = play(message(MediaKind.KEYFRAME), message(MediaKind.INIT))
    assert verdicts == [False, True]
    assert tally.out_of_order == 1


def test_a_delta_before_the_first_keyframe_is_out_of_order_and_after_a_new_init_too() -> None:
    verdicts, tally, _ = play(
        message(MediaKind.INIT),
        message(MediaKind.DELTA, 0),
        message(MediaKind.KEYFRAME, 1),
        message(MediaKind.INIT),
        message(MediaKind.DELTA, 2),
    )
    assert verdicts == [True, False, True, True, False]
    assert (tally.streams, tally.out_of_order) == (2, 2)


def test_time_going_backwards_is_out_of_order_but_a_new_stream_may_begin_anywhere() -> None:
    verdicts, _, _ = play(
        message(MediaKind.INIT),
        message(MediaKind.KEYFRAME, 9),
        message(MediaKind.DELTA, 9),
        message(MediaKind.INIT),
        message(MediaKind.KEYFRAME, 0),
    )
    assert verdicts == [True, True, False, True, True]


def test_what_was_skipped_to_reach_a_keyframe_is_counted() -> None:
    steady = [message(MediaKind.DELTA, number) for number in range(1, 10)]
    _, tally, check = play(
        message(MediaKind.INIT), message(MediaKind.KEYFRAME, 0), *steady, message(MediaKind.KEYFRAME, 30)
    )
    assert check.skipped == tally.skipped == 20
    assert tally.out_of_order == 0


def fragment_of(track: int, number: int, kind: MediaKind = MediaKind.DELTA) -> MediaMessage:
    header = bytes(32) + b"tfhd" + b"\x00\x02\x00\x00" + track.to_bytes(4, "big") + bytes(80)
    return MediaMessage(kind, number * FRAME_US, 0, header)


def test_sound_between_the_pictures_has_a_time_line_of_its_own() -> None:
    verdicts, tally, _ = play(
        message(MediaKind.INIT),
        fragment_of(1, 5, MediaKind.KEYFRAME),
        fragment_of(2, 3),
        fragment_of(1, 6),
        fragment_of(1, 4),
    )
    assert verdicts == [True, True, True, True, False]
    assert tally.out_of_order == 1
