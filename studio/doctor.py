"""``host-studio doctor``: tries each part of this machine that a LIVE needs, and says what to do.

Main thread, before any event loop. Each examination really does the thing (opens, encodes, stores).
"""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from studio import __version__, places
from studio.media.camera import list_cameras
from studio.media.encoder_probe import measure_encode_ms
from studio.media.errors import MediaError
from studio.media.file_source import FileSource
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.net.credentials import CredentialStore
from studio.net.embedded import EmbeddedBackend
from studio.net.errors import Disconnected
from studio.net.secret import Secret


class _Trouble(Exception):
    """What is wrong and what to do, in one sentence."""


def run_doctor(options: argparse.Namespace) -> int:
    """Prints one line an examination; 0 when all that a LIVE cannot do without is there."""
    print(f"Host Studio {__version__}, Python {platform.python_version()}, {platform.platform()}")
    needed_failed = False
    for name, needed, examine in _EXAMINATIONS:
        try:
            print(f"  ok    {name}: {examine()}")
        except (_Trouble, MediaError, Disconnected, OSError) as error:
            print(f"  {'FAIL' if needed else 'note'}  {name}: {error}")
            needed_failed = needed_failed or needed
    return 1 if needed_failed else 0


def _cameras() -> str:
    found = list_cameras()
    if not found:
        raise _Trouble("none found; plug one in, or use a video file or the demo clip")
    return ", ".join(camera.name for camera in found)


def _demo_clip() -> str:
    source = FileSource(places.resource_path("demo", "host.mp4"))
    source.open()
    width, height = source.size
    source.close()
    return f"{width}x{height} at {source.fps:.0f} fps"


def _encoder() -> str:
    return f"x264, {measure_encode_ms(CanvasSettings(), EncoderSettings()):.1f} ms for a 720x1280 frame"


def _keyring() -> str:
    store = CredentialStore()
    name, value = f"doctor:{secrets.token_hex(4)}", Secret(secrets.token_hex(8))
    kept = store.put(name, value)
    fresh = CredentialStore()  # without the memory of the first
    found = fresh.get(name) if kept else None
    store.delete(name)
    if found != value:
        raise _Trouble(
            "no usable keyring: you sign in again after each start (nothing is written in plain text)"
        )
    return store.place


def _microphones() -> str:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtMultimedia import QMediaDevices

    application = QCoreApplication.instance() or QCoreApplication([])
    found = [device.description() for device in QMediaDevices.audioInputs()]
    del application
    if not found:
        raise _Trouble("none found; LIVEs are silent")
    return ", ".join(found)


def _window() -> str:
    from PySide6.QtCore import qVersion

    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        raise _Trouble(f"Qt {qVersion()}, but no display: only `practice --offscreen` and `backend` work")
    return f"Qt {qVersion()}"


def _backend() -> str:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        embedded = EmbeddedBackend(places.program_command(), Path(folder))
        address = embedded.start()
        embedded.stop()
    return f"started and stopped at {address.origin}"


def _folders() -> str:
    return f"data in {places.data_dir()}, log in {places.log_dir()}"


_EXAMINATIONS: tuple[tuple[str, bool, Callable[[], str]], ...] = (
    ("Folders", True, _folders),
    ("Window", False, _window),
    ("Backend", True, _backend),
    ("Encoder", True, _encoder),
    ("Demo clip", True, _demo_clip),
    ("Cameras", False, _cameras),
    ("Microphones", False, _microphones),
    ("Keyring", False, _keyring),
)
