"""The settings of the picture: presets by name, saved, locked on air; encoders tried off the GUI thread."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from studio.media.encoding.choice import EncoderChoice, choose
from studio.media.encoding.kinds import KINDS, X264
from studio.media.encoding.probe import Probe
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.services.profile import Profile, SavedVideo
from studio.services.video import VideoService
from studio.services.video_presets import CUSTOM, PRESETS, preset_of, usable
from tests.fakes.quiet_tasks import QuietTasks


class Machine:
    """A computer with an NVENC that works or not, slow or not; counts how often it was tried."""

    def __init__(self) -> None:
        self.tried: list[tuple[CanvasSettings, str]] = []
        self.nvenc = False
        self.x264_ms = {"veryfast": 5.0, "superfast": 4.0, "ultrafast": 3.0}

    def __call__(self, canvas: CanvasSettings, settings: EncoderSettings, wanted: str) -> EncoderChoice:
        self.tried.append((canvas, wanted))
        return choose(canvas, settings, wanted, self._probe)

    def _probe(self, kinds: object, canvas: object, settings: EncoderSettings) -> tuple[Probe, ...]:
        found = []
        for kind in kinds:  # type: ignore[attr-defined]
            if kind is X264:
                found.append(Probe(kind.title, self.x264_ms.get(settings.preset, 9.0), 42.0))
            elif kind.name == "h264_nvenc" and self.nvenc:
                found.append(Probe(kind.title, 2.0, 40.0))
            else:
                found.append(Probe(kind.title, failure=kind.missing))
        return tuple(found)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.profile = Profile(folder / "profile.json")
        self.machine, self.on_air = Machine(), False
        self.tasks = QuietTasks()
        self.video = self.new()

    def new(self) -> VideoService:
        made = VideoService(self.profile, self.tasks, lambda: self.on_air, self.machine)
        self.said: list[str] = []
        self.canvases: list[CanvasSettings] = []
        made.failed.connect(self.said.append)
        made.canvas_changed.connect(lambda: self.canvases.append(made.canvas))
        return made


@pytest.fixture
def desk(qapp: object, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_every_preset_can_be_used_is_told_by_name_and_comes_back(desk: Desk, tmp_path: Path) -> None:
    assert desk.video.preset_name == "TikTok 720p", "at first"
    for preset in PRESETS:
        assert usable(SavedVideo(width=preset.width, height=preset.height, fps=preset.fps, kbps=preset.kbps))
        assert desk.video.use_preset(preset)
        assert (desk.video.preset, desk.video.preset_name) == (preset.id, preset.name)
        assert desk.video.canvas == CanvasSettings(preset.width, preset.height, preset.fps)
        desk.profile.flush()
        again = VideoService(Profile(tmp_path / "profile.json"), desk.tasks, choose_encoder=desk.machine)
        assert again.preset == preset.id


def test_what_is_changed_by_hand_is_custom_and_back_again_a_preset(desk: Desk) -> None:
    assert desk.video.change(kbps=4_000)
    assert (desk.video.preset, desk.video.preset_name) == (CUSTOM, "Custom")
    assert desk.video.settings.bit_rate == 4_000_000
    assert desk.canvases == [], "the picture has the same size"
    assert desk.video.change(kbps=3_500)
    assert desk.video.preset == "tiktok"
    assert desk.video.change(width=1920, height=1080, fps=60, kbps=6_000)
    assert desk.video.preset == "twitch"
    assert desk.canvases == [CanvasSettings(1920, 1080, 60)]
    with pytest.raises(ValueError, match="chosen"):
        desk.video.change(width=31)


def test_on_air_nothing_changes_and_a_sentence_says_so(desk: Desk) -> None:
    desk.on_air = True
    assert desk.video.locked
    assert not desk.video.use_preset(PRESETS[1])
    assert not desk.video.change(encoder="libx264")
    assert desk.video.preset == "tiktok"
    assert len(desk.said) == 2
    assert "while on air" in desk.said[0]
    assert desk.canvases == []


def test_a_profile_written_by_hand_is_checked(desk: Desk) -> None:
    for wrong in (SavedVideo(width=9), SavedVideo(fps=1000), SavedVideo(kbps=0), SavedVideo(keyframe_s=0)):
        assert preset_of(usable(wrong)) == "tiktok"


def test_encoders_are_tried_once_for_the_same_settings(desk: Desk) -> None:
    async def story() -> None:
        video = desk.video
        assert video.kinds == (X264,), "before anything was tried"
        await video.measure()
        await video.measure()
        assert len(desk.machine.tried) == 1
        assert video.choice is not None and video.choice.ms == 5.0
        assert video.needs == "upload 3.8 Mb/s for each target · 5 ms of a frame's 33"
        assert video.encoders == (("auto", "Automatic"), ("libx264", "x264"))
        assert video.change(fps=60)
        assert video.choice is None, "nothing is known of 60 fps"
        await video.measure()
        assert video.choice.budget_ms == pytest.approx(1000 / 60)
        assert video.change(fps=30)
        assert video.choice.ms == 5.0, "known already"
        await video.measure(again=True)
        assert len(desk.machine.tried) == 3

    asyncio.run(story())


def test_a_slow_machine_gets_a_cheaper_preset_and_a_card_that_works_is_used(desk: Desk) -> None:
    async def story() -> None:
        video, machine = desk.video, desk.machine
        machine.x264_ms = {"veryfast": 18.0, "superfast": 9.0, "ultrafast": 6.0}
        await video.measure()
        assert video.settings.preset == "superfast"
        assert video.choice is not None
        assert "busy or slow: 18 ms a frame of 33 at veryfast" in video.choice.sentence
        assert video.saved.speed == "veryfast", "what the host chose stays"
        machine.nvenc = True
        await video.measure(again=True)
        assert video.kinds[0].title == "NVENC"
        assert ("h264_nvenc", "NVENC") in video.encoders
        assert video.change(encoder="h264_nvenc")
        await video.measure()
        machine.nvenc = False
        video.took_over("NVENC failed; x264 took over, and the LIVE goes on.")
        await video.measure(again=True)
        assert video.kinds[0] is X264
        assert "NVENC does not work now: no NVIDIA driver" in video.choice.why
        assert ("h264_nvenc", "NVENC (does not work now)") in video.encoders

    asyncio.run(story())


def test_the_table_has_a_word_for_every_encoder_that_may_be_missing() -> None:
    assert [kind.name for kind in KINDS if kind.hardware and not kind.missing] == []
