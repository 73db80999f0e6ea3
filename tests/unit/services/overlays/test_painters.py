"""Drawings: the goal's exact fraction, sizes that no text can change, and texts of every kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from studio.media.frame import Pixels
from studio.media.overlay import Overlay
from studio.model.poll import Poll, PollOption
from studio.model.question import Question
from studio.model.room import Goal, Person, Supporter
from studio.services.overlays import painters
from studio.services.overlays.activity_painter import paint_countdown, paint_poll
from studio.services.overlays.alert_queue import GiftAlert
from studio.services.overlays.chat_painter import paint_chat
from studio.services.overlays.facts import ChatLine
from studio.services.overlays.layout import scale_of
from studio.services.overlays.question_painter import paint_question
from studio.services.overlays.sheet import Lettering, wrapped
from studio.ui.theme import fonts

BLNS = Path(__file__).parents[3] / "data" / "blns.json"
HOSTILE = (
    "",
    " ",
    "averyveryverylonghandle_" * 40,
    "يوسف.للفنون",
    "春日_haru" * 30,
    "👩‍👩‍👧‍👦" * 60,
    "Z\u0351\u036b\u0343a\u0329\u0359l\u0348g\u034do" * 20,
    "\u202eevil\u202c",
    "\ud83d",  # half a character
    "a\nb\tc\x00d",
    "क्ष्म्य ไทย 한국어",
)
#: BGR of the design's gold.
GOLD = (77, 195, 255)


@pytest.fixture(scope="module")
def lettering(qapp: QApplication) -> Lettering:
    fonts.load()
    return Lettering(fonts.families())


def on_grey(overlay: Overlay) -> Pixels:
    """The overlay's own area over mid grey."""
    width, height = overlay.size
    canvas = np.full((height, width, 3), 128, np.uint8)
    overlay.blend_into(canvas)
    return canvas


@pytest.mark.parametrize("scale", [1.0, 1.5, 1.0 / 3])
@pytest.mark.parametrize("diamonds", [0, 1, 25, 2_500, 31_480, 49_999, 50_000, 99_999])
def test_the_goals_bar_is_filled_to_the_very_fraction(
    lettering: Lettering, diamonds: int, scale: float
) -> None:
    goal = Goal(title="New tablet", target=50_000, reached=diamonds)
    groove = (painters.WIDE - 2 * painters.BAR_INSET) * scale

    def row(of: Goal) -> np.ndarray:
        picture = on_grey(painters.paint_goal(of, lettering, scale)).astype(float)
        line = picture[round((86 - painters.BAR_ABOVE + painters.BAR_HEIGHT / 2) * scale)]
        left = painters.BAR_INSET * scale
        # Gold has far more red than blue, the empty groove has not: shares of each pixel add up.
        return (line[:, 2] - line[:, 0])[round(left) : round(left + groove)]

    empty = row(Goal(title="New tablet", target=50_000))
    filled = ((row(goal) - empty) / (GOLD[2] - GOLD[0] - empty)).sum()
    assert filled == pytest.approx(groove * goal.fraction, abs=1.0)


def goal(text: str) -> Goal:
    return Goal(title=text, target=2**53 - 1, reached=2**52)


def person(text: str) -> Person:
    return Person(id="x", handle=text)


def alert(text: str) -> GiftAlert:
    return GiftAlert("s", text, text, "../../etc/passwd", 5, 2**40, 2**53 - 1)


def question(text: str, by: Person | None = None, votes: int = 2**53 - 1) -> Question:
    return Question(question_id="q", person=by or person("tom.w"), text=text, votes=votes)


def poll(text: str, count: int, votes: int = 2**53 - 1) -> Poll:
    options = tuple(PollOption(text=text, votes=votes * place) for place in range(count))
    return Poll(poll_id="p", question=text, options=options)


PAINTED: dict[str, Callable[[str, Lettering], Overlay]] = {
    "goal": lambda text, letters: painters.paint_goal(goal(text), letters, 1.0),
    "alert": lambda text, letters: painters.paint_alert(alert(text), letters, 1.0),
    "follower": lambda text, letters: painters.paint_follower(person(text), letters, 1.0),
    "supporter": lambda text, letters: painters.paint_supporter(
        Supporter(person=person(text), diamonds=2**53 - 1, gifts=1), letters, 1.0
    ),
    "chat": lambda text, letters: paint_chat([ChatLine("c", person(text), text)] * 3, letters, 1.0),
    "question": lambda text, letters: paint_question(question(text, person(text)), letters, 1.0),
    "poll": lambda text, letters: paint_poll(poll(text, 4), letters, 1.0),
    "countdown": lambda text, letters: paint_countdown(text, 86_400, letters, 1.0),
}


@pytest.mark.parametrize("kind", PAINTED)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_breaks_the_layout(lettering: Lettering, kind: str, text: str) -> None:
    width, height = PAINTED[kind](text, lettering).size
    assert width <= painters.WIDE
    assert height <= 400


def test_the_list_of_naughty_strings(lettering: Lettering) -> None:
    for text in json.loads(BLNS.read_text(encoding="utf-8")):
        assert PAINTED["alert"](text, lettering).size == (656, 112)
        assert PAINTED["chat"](text, lettering).size[0] == 452
        width, height = PAINTED["question"](text, lettering).size
        assert (width, height <= 300) == (656, True)


@given(st.text(max_size=120), st.integers(1, 3))
@settings(deadline=None, max_examples=60)
def test_wrapping_loses_nothing_but_what_does_not_fit(qapp: QApplication, text: str, lines: int) -> None:
    font = Lettering(()).font(24)
    parts = wrapped(text, font, 10_000.0, lines)
    assert len(parts) <= lines
    if text.isprintable() and text:
        assert "".join(parts).replace(" ", "") == text.replace(" ", "")


def test_a_long_comment_has_two_lines_and_an_ellipsis(lettering: Lettering) -> None:
    parts = wrapped("one two three " * 20, lettering.font(24, 500), 420, 2)
    assert len(parts) == 2
    assert parts[0].startswith("one two three")
    assert parts[1].endswith("…")


def test_a_larger_gift_looks_warmer_and_a_streak_shows_its_count(lettering: Lettering) -> None:
    def drawn(tier: int, count: int) -> Pixels:
        return on_grey(
            painters.paint_alert(GiftAlert("s", "ana", "Rose", "rose.svg", tier, count, 1), lettering, 1.0)
        )

    small, large, streak = drawn(1, 1), drawn(5, 1), drawn(1, 47)
    corner = (slice(90, 108), slice(4, 16))
    assert int(large[corner][..., 2].mean()) > int(small[corner][..., 2].mean()) + 30
    gold = (np.abs(streak[:, 480:].astype(int) - GOLD) < 30).all(axis=2)
    assert gold.sum() > 300
    assert not (np.abs(small[:, 480:].astype(int) - GOLD) < 30).all(axis=2).any()


LONG = {
    "latin": "How do you decide that a drawing is done, and not one stroke before it is? " * 4,
    "arabic": "كيف تعرف أن الرسم قد انتهى وأنه لا يحتاج إلى خط واحد بعد ذلك؟ " * 5,
    "japanese": "絵が完成したと、どうやって判断していますか？あと一本の線を引かないのはなぜですか？" * 7,
    "emoji": "👩‍👩‍👧‍👦🦊" * 150,
    "one word": "w" * 300,
    "thai": "รู้ได้อย่างไรว่าภาพวาดเสร็จแล้ว" * 10,
}


@pytest.mark.parametrize("canvas", [(720, 1280), (1280, 720), (1080, 1920), (360, 640)])
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_question_never_covers_more_than_a_fifth_of_the_picture(
    lettering: Lettering, text: str, canvas: tuple[int, int]
) -> None:
    width, height = paint_question(question(text), lettering, scale_of(canvas)).size
    assert width * height <= canvas[0] * canvas[1] / 5
    assert width <= min(canvas)


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_question_fills_its_lines_and_nothing_is_cut_by_the_edge(
    lettering: Lettering, text: str
) -> None:
    overlay = paint_question(question(text), lettering, 1.0)
    assert overlay.size == paint_question(question(text * 2), lettering, 1.0).size  # as large as it gets
    ink = (on_grey(overlay).min(axis=2) > 200).nonzero()
    width, height = overlay.size
    assert ink[1].min() >= 20
    assert ink[1].max() <= width - 20
    assert ink[0].min() >= 8
    assert ink[0].max() <= height - 8


def test_an_arabic_question_begins_at_the_right_a_latin_one_at_the_left(lettering: Lettering) -> None:
    def first_line(text: str) -> tuple[int, int]:
        ink = (on_grey(paint_question(question(text, votes=0), lettering, 1.0)).min(axis=2) > 200)[56:]
        columns = ink.any(axis=0).nonzero()[0]
        return int(columns.min()), int(columns.max())

    assert first_line("Which brush?")[0] < 40
    arabic = first_line("أي فرشاة؟")
    assert arabic[1] > 656 - 40
    assert arabic[0] > 300


def test_a_short_question_is_larger_and_its_votes_are_shown(lettering: Lettering) -> None:
    short, long = question("Why?"), question(LONG["latin"])
    assert paint_question(short, lettering, 1.0).size[1] < paint_question(long, lettering, 1.0).size[1]
    drawn = [on_grey(paint_question(question("Why?", votes=votes), lettering, 1.0)) for votes in (0, 7, 8)]
    assert len({one.tobytes() for one in drawn}) == 3


@pytest.mark.parametrize("share", [1, 50, 99])
def test_a_polls_bars_are_as_long_as_their_shares(lettering: Lettering, share: int) -> None:
    options = (PollOption(text="", votes=share), PollOption(text="", votes=100 - share))
    drawn = Poll(poll_id="p", question="", options=options)
    none = Poll(poll_id="p", question="", options=(PollOption(text=""), PollOption(text="")))
    line = 16 + 34 + 6 + 6  # above the letters of the first answer

    def row(of: Poll) -> np.ndarray:
        return on_grey(paint_poll(of, lettering, 1.0)).astype(int)[line, 20:636]

    blue = np.abs(row(drawn) - row(none)).sum(axis=1) > 12
    assert blue.sum() == pytest.approx(max(20, 616 * share / 100), abs=4)
