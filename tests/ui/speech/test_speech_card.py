"""The card of reading aloud: every choice counts at once, what is wrong is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from studio.model.spoken import SpeechWish, Whose
from studio.ui.speech.card import SpeechCard
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig
from tests.fakes.still_voice import StillVoice

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.go_live()
    return rig


@pytest.fixture
def card(qapp: QApplication, rig: Rig) -> Iterator[SpeechCard]:
    theme, parent = Theme(qapp, "dark"), QWidget()
    parent.show()
    card = SpeechCard(rig.services.speech, parent)
    card.open_beside(parent)
    yield card
    card.hide()
    parent.deleteLater()
    theme.deleteLater()


def test_every_choice_counts_at_once(card: SpeechCard, rig: Rig) -> None:
    assert not card.on.isChecked()
    card.on.click()
    card.whose.setCurrentIndex(card.whose.findData("fans"))
    card.whose.activated.emit(0)
    card.voice.setCurrentIndex(card.voice.findData("Bob"))
    card.voice.activated.emit(0)
    card.rate.slider.setValue(30)
    card.volume.slider.setValue(50)
    card.gifts_from.set_text("1,000")
    card.gifts_from.line.editingFinished.emit()
    card.most.set_text("6")
    card.most.line.editingFinished.emit()
    assert rig.services.speech.wish == SpeechWish(
        on=True, whose=Whose.FANS, voice="Bob", rate=0.3, volume=0.5, gifts_from=1_000, most_a_minute=6
    )
    card.most.set_text("500")
    card.most.line.editingFinished.emit()
    assert card.most.error == "1 to 60"
    assert rig.services.speech.wish.most_a_minute == 6


def test_it_can_be_tried_and_says_what_is_wrong(card: SpeechCard, rig: Rig) -> None:
    voice = rig.services.speech._here()
    assert isinstance(voice, StillVoice)
    card.try_it.click()
    assert voice.said == ["Ana says: this is how comments sound"]
    voice.trouble = "No voice was found on this computer."
    voice.end()
    card.try_it.click()
    assert card.problem.text() == "No voice was found on this computer."
    assert card.problem.isVisibleTo(card)
