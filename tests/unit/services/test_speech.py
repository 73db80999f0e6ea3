"""Reading aloud: whose, which, one after the other, never late, never what was taken out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.model.spoken import SpeechWish, Whose
from studio.protocol.activity_events import FanChanged
from studio.protocol.events import CommentRemoved, PersonMuted
from tests.fakes.feed_services import HOST, Rig, person
from tests.fakes.still_voice import StillVoice


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.go_live()
    rig.services.speech.choose(SpeechWish(on=True, most_a_minute=60))
    return rig


def voice_of(rig: Rig) -> StillVoice:
    voice = rig.services.speech._here()
    assert isinstance(voice, StillVoice)
    return voice


def all_said(rig: Rig) -> list[str]:
    """Everything that is to be heard, to its end."""
    voice = voice_of(rig)
    while rig.services.speech.speaking:
        voice.end()
    return voice.said


def test_one_after_the_other_gifts_first(rig: Rig) -> None:
    rig.send(rig.comment("ana", "hello"), rig.comment("ben", "hi"), rig.gift("cleo", "Lion"))
    voice = voice_of(rig)
    assert voice.said == ["cleo sent Lion"], "what is being said is not interrupted"
    voice.end()
    voice.end()
    assert voice.said == ["cleo sent Lion", "ana says: hello", "ben says: hi"]


def test_a_streak_is_said_once_when_it_ends(rig: Rig) -> None:
    for count in range(1, 6):
        rig.send(rig.gift("ana", "Rose", count, added=1, streak="s", ended=False))
    assert all_said(rig) == []
    rig.send(rig.gift("ana", "Rose", 5, added=0, streak="s", ended=True))
    assert all_said(rig) == ["ana sent 5 times Rose"]


def test_nothing_old_nothing_of_the_host_nothing_switched_off(rig: Rig) -> None:
    old = rig.comment("ana", "long ago")
    rig.pass_time(11_000)
    rig.send(old, rig.comment("ana", "now"))
    assert all_said(rig) == ["ana says: now"]
    mine = rig.comment("ana", "mine")
    rig.services.feed.own_id = mine.person.id
    rig.send(mine)
    assert all_said(rig) == ["ana says: now"]
    rig.services.feed.own_id = HOST.id
    rig.services.speech.choose(SpeechWish(on=True, comments=False, gifts_from=10))
    rig.send(rig.comment("ana", "no"), rig.gift("ana", "Rose"), rig.gift("ana", "Rose", 10))
    assert all_said(rig)[1:] == ["ana sent 10 times Rose"]
    rig.services.speech.choose(SpeechWish(on=False))
    rig.send(rig.gift("ana", "Lion"))
    assert len(all_said(rig)) == 2


def test_what_is_taken_out_is_not_heard(rig: Rig) -> None:
    first, second, third = rig.comment("ana", "one"), rig.comment("ben", "two"), rig.comment("cleo", "three")
    rig.send(first, second, third)
    rig.send(
        CommentRemoved(comment_id=first.comment_id, by=HOST, **rig._stamp()),
        PersonMuted(person=second.person, until_ms=0, by=HOST, **rig._stamp()),
    )
    voice = voice_of(rig)
    assert voice.stopped == 1, "what was being said breaks off"
    assert all_said(rig) == ["ana says: one", "cleo says: three"]


@pytest.mark.parametrize(
    ("whose", "heard"),
    [
        (Whose.EVERYONE, ["ana", "ben", "cleo", "dee"]),
        (Whose.NEW_FOLLOWERS, ["ana"]),
        (Whose.GIFTERS, ["ben"]),
        (Whose.FANS, ["cleo"]),
        (Whose.MARKED, ["dee"]),
        (Whose.MODERATORS, []),
    ],
)
def test_whose_comments_are_read(rig: Rig, whose: Whose, heard: list[str]) -> None:
    rig.services.speech.choose(SpeechWish(on=True, gifts=False, whose=whose, most_a_minute=60))
    rig.services.mentions.mark(person("dee").id, wanted=True)
    rig.send(
        rig.followed("ana"),
        rig.gift("ben", "Rose"),
        FanChanged(person=person("cleo"), level=1, joined=True, fans=1, **rig._stamp()),
    )
    rig.send(*(rig.comment(name, "hello") for name in ("ana", "ben", "cleo", "dee")))
    assert [said.split(" ")[0] for said in all_said(rig)] == heard


def test_at_most_so_many_a_minute(rig: Rig) -> None:
    now = 0.0
    speech = rig.services.speech
    speech._pace._now_s = lambda: now  # type: ignore[method-assign]
    speech.choose(SpeechWish(on=True, most_a_minute=2))
    rig.send(*(rig.comment("ana", f"number {number}") for number in range(4)))
    assert len(all_said(rig)) == 2
    now = 60.5
    speech._go_on()
    assert len(all_said(rig)) == 4


def test_a_voice_that_fails_says_so_and_does_not_read_an_hour_later(rig: Rig) -> None:
    voice = voice_of(rig)
    voice.trouble = "No voice was found."
    rig.send(rig.comment("ana", "one"), rig.comment("ana", "two"))
    speech = rig.services.speech
    assert (speech.trouble, speech.waiting, speech.speaking) == ("No voice was found.", 0, False)
    voice.trouble = ""
    rig.send(rig.comment("ana", "three"))
    assert all_said(rig) == ["ana says: three"]
    assert speech.trouble == ""


def test_the_wish_is_kept_and_used(rig: Rig) -> None:
    rig.services.speech.choose(SpeechWish(on=True, voice="Anne", rate=-0.5, volume=0.3))
    rig.send(rig.comment("ana", "hello"))
    assert voice_of(rig).how == [("Anne", -0.5, 0.3)]
    assert rig.services.profile.saved.speech.voice == "Anne"
