"""Settings are written whole or not at all; an unreadable file is set aside."""

from pathlib import Path

import pytest

from studio.model.room import GoalKind, GoalWish
from studio.services.profile import Profile

pytestmark = pytest.mark.usefixtures("qapp")


def test_what_was_set_is_there_at_the_next_start(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile.json")
    profile.update(last_title="Friday ✏️", mirrored=False)
    profile.set_splitter("live", [300, 500, 200])
    profile.set_window_geometry(b"\x01\xd9")
    profile.set_theme("light")
    profile.flush()
    again = Profile(tmp_path / "profile.json")
    assert again.saved.last_title == "Friday ✏️" and not again.saved.mirrored
    assert again.splitter("live") == [300, 500, 200] and again.splitter("other") == []
    assert again.window_geometry == b"\x01\xd9" and again.theme == "light"


def test_an_unreadable_file_is_kept_aside(tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    file.write_bytes(b'{"theme": ["dark"')
    profile = Profile(file)
    assert profile.theme == "dark"
    profile.flush()
    assert (tmp_path / "profile.unreadable").read_bytes() == b'{"theme": ["dark"'
    assert Profile(file).theme == "dark"


def test_a_theme_of_a_later_version_falls_back(tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    file.write_text('{"theme": "sepia", "a_later_setting": 3}')
    assert Profile(file).theme == "dark"


def test_unknown_settings_and_unwritable_folders_do_not_pass_in_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    profile = Profile(tmp_path / "file" / "profile.json")
    with pytest.raises(AttributeError, match="colour"):
        profile.update(colour="red")
    with pytest.raises(ValueError, match="sepia"):
        profile.set_theme("sepia")
    profile.update(last_title="x")
    profile.flush()
    assert "could not be saved" in caplog.text


def test_commenters_of_a_later_version_are_everyone(tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    file.write_text('{"commenters": "subscribers"}')
    assert Profile(file).saved.commenters == "everyone"


def test_a_goal_of_a_version_that_knew_diamonds_only_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text('{"goal_title": "New tablet", "goal_diamonds": 50000}')
    saved = Profile(tmp_path / "profile.json").saved
    assert saved.goal == GoalWish(title="New tablet", target=50_000, kind=GoalKind.DIAMONDS)
    assert (saved.goal_title, saved.goal_diamonds) == ("", 0)
