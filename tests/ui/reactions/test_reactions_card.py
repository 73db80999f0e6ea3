"""What is heard and seen when a gift comes: chosen by tier and gift, kept, tried; broken files are named."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from studio.media.audio.samples import RATE
from studio.media.audio.sound_file import LONGEST_S, BadSound, read_sound_file
from studio.model.reaction import Reaction, Show, Sound, reaction_of
from studio.services.overlays.alert_queue import GiftAlert
from studio.services.sound import SoundService
from studio.ui.reactions.card import ReactionsCard
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig

ROSE, LION = 1001, 1030


def wav(path: Path, seconds: float, rate: int = 22_050) -> Path:
    tone = np.sin(np.arange(int(seconds * rate)) * 0.1)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((tone * 20_000).astype("<i2").tobytes())
    return path


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.go_live()
    return rig


@pytest.fixture
def card(qapp: QApplication, rig: Rig) -> Iterator[ReactionsCard]:
    from PySide6.QtWidgets import QWidget

    theme, parent = Theme(qapp, "dark"), QWidget()
    yield ReactionsCard(rig.services, parent)
    parent.deleteLater()
    theme.deleteLater()


def test_a_gifts_own_reaction_comes_before_its_tiers() -> None:
    tier, own = Reaction(sound=Sound.NONE), Reaction(show=Show.BURST)
    chosen = {"tier:1": tier, f"gift:{ROSE}": own}
    assert reaction_of(chosen, ROSE, 1) == own
    assert reaction_of(chosen, 1002, 1) == tier
    assert reaction_of(chosen, LION, 5) == Reaction()


def test_any_kind_of_sound_becomes_the_rooms_own_and_ten_seconds_at_most(tmp_path: Path) -> None:
    short = read_sound_file(wav(tmp_path / "short.wav", 0.5))
    assert short.shape == (pytest.approx(RATE / 2, abs=50), 2)
    # FFmpeg makes stereo of mono at -3 dB a side, so that both together are as loud.
    assert np.abs(short).max() == pytest.approx(20_000 / 32_768 / np.sqrt(2), rel=0.02)
    long = read_sound_file(wav(tmp_path / "long.wav", 14))
    assert len(long) == LONGEST_S * RATE
    assert np.abs(long[-1]).max() < 0.001, "it ends in silence"
    (tmp_path / "no.mp3").write_bytes(b"no sound at all" * 100)
    with pytest.raises(BadSound, match=r"no\.mp3"):
        read_sound_file(tmp_path / "no.mp3")
    with pytest.raises(OSError):
        read_sound_file(tmp_path / "gone.wav")


def test_choices_count_at_once_and_are_kept(card: ReactionsCard, rig: Rig) -> None:
    row = card.tiers[5]
    row.show_as.setCurrentIndex(row.show_as.findData("burst"))
    row.show_as.activated.emit(row.show_as.currentIndex())
    row.sound.setCurrentIndex(row.sound.findData("2"))
    row.sound.activated.emit(row.sound.currentIndex())
    assert rig.services.reactions.of_tier(5) == Reaction(sound=Sound.SECOND, show=Show.BURST)
    card.gift.setCurrentIndex(card.gift.findData(ROSE))
    card.add.click()
    own = card.gifts[ROSE]
    own.show_as.setCurrentIndex(own.show_as.findData("none"))
    own.show_as.activated.emit(0)
    saved = rig.services.profile.saved.reactions
    assert saved[f"gift:{ROSE}"].show is Show.NONE
    own.removed.emit()
    assert ROSE not in card.gifts
    assert f"gift:{ROSE}" not in rig.services.profile.saved.reactions


def test_what_is_chosen_is_what_comes(rig: Rig) -> None:
    shown: list[GiftAlert] = []
    rig.services.overlays.alert_shown.connect(shown.append)
    rig.services.reactions.choose_gift(ROSE, Reaction(show=Show.NONE))
    for count in (1, 2, 3):
        rig.send(rig.gift("ana", "Rose", count, added=1, streak="s", ended=count == 3))
    rig.services.overlays.refresh()
    assert [one.gift_name for one in shown] == ["Rose"], "heard once, a streak"
    assert not rig.services.overlays.alert_up, "and not seen"
    rig.services.reactions.choose_tier(5, Reaction(show=Show.BURST))
    rig.send(rig.gift("ana", "Lion"))
    rig.services.overlays.refresh()
    assert (shown[-1].gift_name, shown[-1].show) == ("Lion", Show.BURST)
    assert rig.services.overlays.alert_up


async def test_the_hosts_own_sound_is_played_and_a_broken_one_named(
    card: ReactionsCard, rig: Rig, tmp_path: Path
) -> None:
    reactions, sound = rig.services.reactions, rig.services.sound
    assert isinstance(sound, SoundService)
    sound.alerts.own = reactions.sound_of
    played: list[int] = []
    sound.alerts._mixer.alerts.play = lambda samples: not played.append(len(samples))  # type: ignore[method-assign]
    card.tiers[1].choose_file(str(wav(tmp_path / "mine.wav", 0.25, RATE)))
    await _read(rig)
    rose = GiftAlert("s", "ana", "Rose", "rose.svg", 1, 1, 1, gift_id=ROSE)
    sound.alerts.react(rose)
    assert played == [RATE // 4]
    assert card.tiers[1].note.text() == "mine.wav"
    (tmp_path / "bad.mp3").write_text("nothing")
    card.tiers[1].choose_file(str(tmp_path / "bad.mp3"))
    await _read(rig)
    assert "bad.mp3 is no sound" in card.tiers[1].note.text()
    sound.alerts.react(rose)
    assert len(played) == 2 and played[1] > RATE // 4, "the tier's own instead"
    reactions.choose_tier(1, Reaction(sound=Sound.NONE))
    sound.alerts.react(rose)
    assert len(played) == 2


async def _read(rig: Rig) -> None:
    import asyncio

    while rig.services.tasks._running:
        await asyncio.gather(*rig.services.tasks._running)
