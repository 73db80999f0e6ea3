"""Every kind of layer has a source; network cameras keep their address in the keyring and nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.media.errors import SourceUnreadable
from studio.model.scene import SourceKind, SourceSpec
from studio.net.credentials import CredentialStore
from studio.services.camera_settings import CameraSettingsService
from studio.services.layer_sources import LayerSources
from studio.services.network_cameras import NetworkCameras
from studio.services.overlays.sheet import Lettering
from studio.services.profile import Profile
from studio.services.tasks import Tasks
from studio.services.text_picture import text_picture
from studio.ui.theme import fonts
from tests.fakes.mjpeg_server import MjpegServer, steady

CLIP = Path(__file__).parents[2] / "data" / "clips" / "webcam_person_asl_walk_480p.mkv"


@pytest.fixture
def camera() -> Iterator[MjpegServer]:
    server = MjpegServer(steady, login="me:s3cret")
    yield server
    server.close()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile.json")


async def test_a_network_camera_is_tried_kept_opened_and_forgotten(
    qapp: object, profile: Profile, tmp_path: Path, camera: MjpegServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tasks, store = Tasks(), CredentialStore()
    cameras = NetworkCameras(profile, store, tasks)
    problem = await cameras.add("Phone", camera.address, "me", "wrong")
    assert "does not accept" in problem
    assert cameras.rows == ()
    assert await cameras.add(" My  phone ", camera.address, "me", "s3cret") == ""
    assert [(row.name, row.shown) for row in cameras.rows] == [("My phone", f"http://{camera.address}")]
    assert "already" in await cameras.add("My phone", "other/video", "", "")
    profile.flush()
    assert "s3cret" not in (tmp_path / "profile.json").read_text()
    assert "s3cret" not in caplog.text

    again = NetworkCameras(Profile(tmp_path / "profile.json"), store, tasks)  # the next start
    camera_settings = CameraSettingsService(profile).settings
    source = LayerSources(CLIP, again, camera_settings, fonts.families, tasks).open_spec(
        SourceSpec(kind=SourceKind.NETWORK, target="My phone")
    )
    await asyncio.to_thread(source.open)
    assert source.size == (96, 64)
    assert "s3cret" not in source.name + source.key + repr(source)
    source.close()

    await cameras.remove("My phone")
    assert cameras.rows == ()
    with pytest.raises(SourceUnreadable, match="gone from the keyring"):
        await asyncio.to_thread(source.open)
    await tasks.stop()


async def test_one_that_does_not_answer_now_may_be_kept_anyway(qapp: object, profile: Profile) -> None:
    tasks = Tasks()
    cameras = NetworkCameras(profile, CredentialStore(), tasks)
    assert "refuses the connection" in await cameras.add("Door", "127.0.0.1:1/video", "", "")
    assert "begins with http" in await cameras.add("Door", "ftp://door/", "", "", untried=True)
    assert await cameras.add("Door", "127.0.0.1:1/video", "", "", untried=True) == ""
    assert [row.name for row in cameras.rows] == ["Door"]
    await tasks.stop()


async def test_every_kind_has_a_source(qapp: object, profile: Profile, tmp_path: Path) -> None:
    Image.new("RGBA", (30, 20), (255, 0, 0, 90)).save(tmp_path / "logo.png")
    tasks = Tasks()
    network, camera = NetworkCameras(profile, CredentialStore(), tasks), CameraSettingsService(profile)
    sources = LayerSources(CLIP, network, camera.settings, fonts.families, tasks)
    targets = {SourceKind.IMAGE: str(tmp_path / "logo.png"), SourceKind.VIDEO: "other.mp4"}
    keys = set()
    for kind in set(SourceKind) - {SourceKind.MAIN}:
        source = sources.open_spec(SourceSpec(kind=kind, target=targets.get(kind, "x"), text="Hello"))
        keys.add(source.key)
        assert source.name
    assert len(keys) == len(SourceKind) - 1, "no two of them are the same"
    with pytest.raises(ValueError, match="main source"):
        sources.open_spec(SourceSpec())
    image = sources.open_spec(SourceSpec(kind=SourceKind.IMAGE, target=targets[SourceKind.IMAGE]))
    image.open()
    frame = image.read()
    image.close()
    assert frame is not None
    assert frame.alpha is not None
    assert int(frame.alpha[0, 0]) == 90
    await tasks.stop()


@pytest.mark.parametrize(
    "text", ["Hello", "你好，世界", "مرحبا بالعالم", "नमस्ते", "👋🏽 hi", "two\nlines", "w" * 300]
)
def test_a_text_is_drawn_in_its_colour_and_nothing_is_cut_off(qapp: object, text: str) -> None:
    still = text_picture(text, "#ff8000", Lettering(fonts.families()))
    assert still.alpha is not None
    height, width = still.alpha.shape
    assert 20 < width <= 1640
    assert (height > 180) == (text == "two\nlines" or len(text) > 100)
    edge = np.concatenate([still.alpha[0], still.alpha[-1], still.alpha[:, 0], still.alpha[:, -1]])
    assert edge.max() == 0, "letters do not touch the edge"
    covered = still.alpha > 250
    assert covered.sum() > 300, "there are letters"
    if "👋" not in text:  # an emoji has colours of its own
        colours = np.unique(still.array[covered], axis=0)
        assert colours.tolist() == [[0, 128, 255]]


def test_no_text_is_a_clear_pixel(qapp: object) -> None:
    still = text_picture(" \n ", "#ffffff", Lettering(()))
    assert still.alpha is not None
    assert still.alpha.tolist() == [[0]]
