"""The known services: every address is one that can be sent to, every hint is true of the rate."""

from __future__ import annotations

import pytest

from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.targets import make_target
from studio.services.output_settings import NAME_MAX
from studio.services.target_presets import CUSTOM, PRESETS, TargetPreset


@pytest.mark.parametrize("preset", [preset for preset in PRESETS if preset.url], ids=lambda one: one.title)
def test_a_preset_fills_in_an_address_that_is_taken(preset: TargetPreset) -> None:
    target = make_target(preset.title, preset.url, "key")
    assert isinstance(target, RtmpTarget)
    assert target.secure, "a stream key in the clear can be stolen"


def test_the_list_is_complete_and_ends_with_what_is_not_in_it() -> None:
    titles = [preset.title for preset in PRESETS]
    assert titles[-1] == CUSTOM.title and len(set(titles)) == len(titles)
    assert {"TikTok", "Twitch", "YouTube"} < set(titles)
    assert all(0 < len(title) <= NAME_MAX for title in titles)


def test_the_hint_says_what_is_taken_and_what_is_sent() -> None:
    twitch = next(preset for preset in PRESETS if preset.title == "Twitch")
    assert twitch.hint(3_660) == "Twitch takes up to 6.2 Mb/s; you send 3.7."
    assert twitch.hint(8_160).endswith("you send 8.2: choose a lower bit rate.")
    assert CUSTOM.hint(50_000) == ""
