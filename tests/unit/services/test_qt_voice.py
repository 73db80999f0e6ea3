"""The real voice over Qt's own engine for tests: it speaks, ends, stops, and says when there is none."""

from __future__ import annotations

import pytest
from PySide6.QtTextToSpeech import QTextToSpeech
from pytestqt.qtbot import QtBot

from studio.services.qt_voice import QtVoice


def test_a_sentence_is_said_to_its_end_by_the_voice_that_was_chosen(qtbot: QtBot) -> None:
    voice = QtVoice("mock")
    assert voice.trouble == ""
    assert voice.voices() == ["Bob", "Anne"]
    with qtbot.waitSignal(voice.finished, timeout=10_000):
        voice.say("hello there", voice="Anne", rate=0.5, volume=0.4)
    speech = voice._speech
    assert speech is not None
    assert (speech.voice().name(), speech.rate(), speech.volume()) == ("Anne", 0.5, 0.4)
    with qtbot.waitSignal(voice.finished, timeout=10_000):
        voice.say("again", voice="nobody", rate=0, volume=1)


def test_what_was_stopped_does_not_end_a_second_time(qtbot: QtBot) -> None:
    voice = QtVoice("mock")
    ended: list[None] = []
    voice.finished.connect(lambda: ended.append(None))
    voice.say("a long sentence that takes a while to be said", voice="", rate=0, volume=1)
    voice.stop()
    qtbot.wait(300)
    assert ended == []


def test_without_a_voice_it_says_what_to_do(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QTextToSpeech, "availableEngines", staticmethod(lambda: ["mock"]))
    voice = QtVoice()
    assert "espeak-ng" in voice.trouble
    with qtbot.waitSignal(voice.failed) as failed:
        voice.say("hello", voice="", rate=0, volume=1)
    assert failed.args == [voice.trouble]
    assert voice.voices() == []
