"""``host-studio doctor``: tries each part of this machine that a LIVE needs, and says what to do.

Main thread, before any event loop. Each examination really does the thing (opens, encodes, stores), and
imports what it examines only then: a library that does not load is a finding here, not the end of the doctor.
One flat list of examinations, hence its length.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from studio import __version__, places

log = logging.getLogger(__name__)

_LOW_DISK_BYTES = 2 * 1024**3
_WINDOW_TIMEOUT_S = 30.0
#: Share of a frame's time that encoding may take; the Ready screen's check draws the same line.
_ENCODER_SHARE = 0.8


class _Broken(Exception):
    """What is wrong and what to do, in one sentence."""


class _Note(_Broken):
    """Something a LIVE can do without."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``--try-window`` is for the doctor itself: Qt ends the process when no window can be opened."""
    parser.add_argument("--try-window", action="store_true", help=argparse.SUPPRESS)


def run_doctor(options: argparse.Namespace) -> int:
    """Prints one line an examination; 0 when all that a LIVE cannot do without works."""
    logging.basicConfig(level=logging.DEBUG if options.debug else logging.CRITICAL)
    if hasattr(sys.stdout, "reconfigure"):
        # A device's name may have letters that the terminal lacks.
        sys.stdout.reconfigure(errors="backslashreplace")
    if options.try_window:
        return _try_window()
    print(f"Host Studio {__version__}, Python {platform.python_version()}, {platform.platform()}")
    broken, notes = [], 0
    for name, needed, examine in _EXAMINATIONS:
        verdict, text = _examine(needed, examine)
        print(f"  {verdict:<4}  {name}: {text}", flush=True)
        broken += [name] if verdict == "FAIL" else []
        notes += verdict == "note"
    if broken:
        print(f"Not ready for a LIVE: see {', '.join(broken)}.")
        return 1
    better = f" What could be better: see the lines marked note ({notes})." if notes else ""
    print(f"Ready for a LIVE.{better}")
    return 0


def _examine(needed: bool, examine: Callable[[], str]) -> tuple[str, str]:
    from studio.media.errors import MediaError

    try:
        # Disconnected comes from a module that needs websockets to load; _backend turns it into _Broken.
        return "ok", examine()
    except _Note as note:
        return "note", str(note)
    except ImportError as error:
        return "FAIL" if needed else "note", f"{error}; install Host Studio again"
    except (_Broken, MediaError, OSError) as error:
        return "FAIL" if needed else "note", str(error)


def _program_files() -> str:
    import msgspec

    from studio.model.gift import GiftCatalogue

    needed = (("fonts", "Inter-Regular.otf"), ("icons", "app.png"), ("viewer", "index.html"))
    for parts in needed:
        places.resource_path(*parts)
    try:
        catalogue = GiftCatalogue.from_json(places.resource_path("gifts", "catalogue.json").read_bytes())
    except (msgspec.DecodeError, ValueError) as error:
        raise _Broken(f"the gift catalogue is damaged: {error}; install Host Studio again") from error
    for gift in catalogue.gifts:
        places.resource_path("gifts", gift.art)
    return f"{len(catalogue)} gifts, fonts and the viewer page in {places.resource_root()}"


def _folders() -> str:
    folders = {"data": places.data_dir(), "settings": places.config_dir(), "log": places.log_dir()}
    for folder in folders.values():
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"Host Studio was here")
    free = shutil.disk_usage(folders["data"]).free
    where = ", ".join(f"{name} in {folder}" for name, folder in folders.items())
    if free < _LOW_DISK_BYTES:
        raise _Note(f"only {free / 1e9:.1f} GB free; {where}")
    return f"{where}; {free / 1e9:,.0f} GB free"


def _window() -> str:
    display = not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
    variables = os.environ if display else os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    try:
        tried = subprocess.run(
            [*places.program_command(), "doctor", "--try-window"],
            env=variables,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_WINDOW_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _Broken(f"Qt did not start within {error.timeout:.0f} s") from error
    if tried.returncode:
        said = " ".join(line.strip() for line in tried.stderr.splitlines() if line.strip())
        raise _Broken(f"Qt cannot open one: {said or f'exit code {tried.returncode}'}")
    if not display:
        raise _Note("no display here: only `practice --offscreen` and `backend` work")
    return tried.stdout.strip()


def _try_window() -> int:
    from PySide6.QtCore import qVersion
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    sizes = [
        f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():.0%}"
        for screen in application.screens()
    ]
    print(f"Qt {qVersion()} on {application.platformName()}, {', '.join(sizes) or 'no screen'}")
    return 0


def _backend() -> str:
    from studio.net.embedded import EmbeddedBackend
    from studio.net.errors import Disconnected

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        embedded = EmbeddedBackend(places.program_command(), Path(folder))
        try:
            address = embedded.start()
        except Disconnected as error:
            raise _Broken(str(error)) from error
        finally:
            embedded.stop()
    return f"started and stopped at {address.origin}"


def _encoder() -> str:
    from studio.media.encoding import probe_process
    from studio.media.encoding.choice import AUTOMATIC, choose
    from studio.media.settings import CanvasSettings, EncoderSettings

    canvas = CanvasSettings()
    choice = choose(canvas, EncoderSettings(), AUTOMATIC, probe_process.probe_all)
    if choice.ms is None:
        reasons = ", ".join(f"{probe.title}: {probe.failure}" for probe in choice.probes)
        raise _Broken(f"none works here ({reasons}); install Host Studio again")
    text = f"{choice.sentence} ({canvas.width}x{canvas.height})"
    if choice.ms > choice.budget_ms * _ENCODER_SHARE:
        raise _Note(f"{text}: viewers may see fewer pictures; close other programs")
    return text


def _demo_clip() -> str:
    from studio.media.sources.file_source import FileSource

    source = FileSource(places.resource_path("demo", "host.mp4"))
    source.open()
    width, height = source.size
    source.close()
    return f"{width}x{height} at {source.fps:.0f} fps"


def _cameras() -> str:
    from studio.media.sources.camera import list_cameras

    found = list_cameras()
    if not found:
        raise _Note("none found; plug one in, or use a video file or the demo clip")
    return ", ".join(camera.name for camera in found)


def _microphones() -> str:
    from PySide6.QtCore import QCoreApplication, qInstallMessageHandler

    # QtMultimedia tells, from its import on, which sound systems are not there: for --debug.
    qInstallMessageHandler(lambda kind, context, message: log.debug("Qt: %s", message))
    from PySide6.QtMultimedia import QMediaDevices

    application = QCoreApplication.instance() or QCoreApplication([])
    found = [device.description() for device in QMediaDevices.audioInputs()]
    del application
    qInstallMessageHandler(None)
    if not found:
        raise _Note("none found; LIVEs are without sound")
    return ", ".join(found)


def _keyring() -> str:
    from studio.net.credentials import CredentialStore
    from studio.net.secret import Secret

    otherwise = "until then you sign in again after each start, and nothing is written in plain text"
    advice = "install and start gnome-keyring or KDE Wallet; " if sys.platform.startswith("linux") else ""
    store = CredentialStore()
    if not store.persistent:
        raise _Note(f"none found; {advice}{otherwise}")
    place = store.place
    name, value = f"doctor:{secrets.token_hex(4)}", Secret(secrets.token_hex(8))
    kept = store.put(name, value)
    found = CredentialStore().get(name) if kept else None  # a new one: without the memory of the first
    store.delete(name)
    if found != value or CredentialStore().get(name) is not None:
        raise _Note(f"there is one, but it does not keep a secret; unlock it; {otherwise}")
    return f"{place} (stored one, read it back, deleted it)"


def _certificates() -> str:
    """Connecting to a backend elsewhere needs them; the embedded one does without."""
    loaded = ssl.create_default_context().cert_store_stats()["x509_ca"]
    if loaded:
        return f"{loaded} authorities are trusted"
    folder = ssl.get_default_verify_paths().capath  # Linux: looked up in this folder when needed
    if folder and any(Path(folder).iterdir()):
        return f"authorities in {folder} are trusted"
    raise _Note("no authorities found, so wss:// backends cannot be verified; install ca-certificates")


_EXAMINATIONS: tuple[tuple[str, bool, Callable[[], str]], ...] = (
    ("Program files", True, _program_files),
    ("Folders", True, _folders),
    ("Window", True, _window),
    ("Backend", True, _backend),
    ("Encoder", True, _encoder),
    ("Demo clip", True, _demo_clip),
    ("Cameras", False, _cameras),
    ("Microphones", False, _microphones),
    ("Keyring", False, _keyring),
    ("Certificates", False, _certificates),
)
