"""Where things lie: files shipped with the program, and the folders of this person on this machine.

Thread: any. Must not import Qt or any other room of the house; rooms above `protocol` may import this one.
Setting `HOST_STUDIO_HOME` moves data, settings and logs below one folder (tests, trials, a USB stick).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

HOME_VARIABLE = "HOST_STUDIO_HOME"
_OWNER_ONLY = 0o700


class ResourceMissing(FileNotFoundError):
    """A file that belongs to the program is not there: the installation is damaged."""


def is_frozen() -> bool:
    """Say whether this is the bundle made by PyInstaller, where there is no Python to start with `-m`."""
    return bool(getattr(sys, "frozen", False))


def program_command() -> list[str]:
    """Return the start of a command line that runs this same program again in a process of its own."""
    if is_frozen():
        return [sys.executable]
    # `-m` puts the current folder first on the path. Unless it is on ours, no file there may hide a library.
    try:
        on_our_path = str(Path.cwd()) in {str(Path(folder).absolute()) for folder in sys.path}
    except FileNotFoundError:  # the current folder was deleted
        on_our_path = False
    return [sys.executable, *([] if on_our_path else ["-P"]), "-m", "studio"]


def resource_path(*parts: str) -> Path:
    """Return where a shipped file or folder lies: `resource_path("fonts", "Inter-Bold.otf")`.

    Raises ResourceMissing when it is not there, naming the place where it should be.
    """
    path = resource_root().joinpath(*parts)
    if not path.exists():
        raise ResourceMissing(f"{path} is missing: install Host Studio again")
    return path


def resource_root() -> Path:
    """Return the folder of the shipped files: in the bundle, in the wheel or in the checkout."""
    if is_frozen():
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)) / "resources"
    package = Path(__file__).resolve().parent
    in_wheel = package / "_resources"
    return in_wheel if in_wheel.is_dir() else package.parent / "resources"


def data_dir() -> Path:
    """Return the folder for what must last (history, the embedded backend), made if absent."""
    return _private(
        _moved("data") or Path(platformdirs.user_data_dir(_app_name(), appauthor=False, roaming=False))
    )


def config_dir() -> Path:
    """Return the folder for settings, made if absent."""
    return _private(_moved("config") or Path(platformdirs.user_config_dir(_app_name(), appauthor=False)))


def log_dir() -> Path:
    """Return the folder for logs and crash reports, made if absent."""
    return _private(_moved("log") or Path(platformdirs.user_log_dir(_app_name(), appauthor=False)))


def _app_name() -> str:
    # Linux folders are lower case by custom; Windows and macOS show the name to people.
    return "host-studio" if sys.platform.startswith("linux") else "Host Studio"


def _moved(kind: str) -> Path | None:
    home = os.environ.get(HOME_VARIABLE, "")
    if not home:
        return None
    # Absolute: a part of the program that changes its folder later must not split the data in two.
    root = Path(home).expanduser().absolute()
    _private(root)
    return root / kind


def _private(folder: Path) -> Path:
    """Make the folder, for its owner only. Raises OSError (no right, read-only disk, a file in the way)."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    return folder
