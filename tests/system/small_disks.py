"""Disks of a few megabytes for the tests, really full or really read-only: tmpfs, which takes root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


class SmallDisk:
    """Mounted at `folder` until `close`. Skips the test where this user may not mount."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        if not sys.platform.startswith("linux") or os.geteuid() != 0:
            pytest.skip("mounting a small disk takes root on Linux")
        folder.mkdir()
        self.folder = folder
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            folder.rmdir()
            pytest.skip(f"no small disk here: {done.stderr.strip()}")

    @property
    def free_bytes(self) -> int:
        return shutil.disk_usage(self.folder).free

    def make_read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)

    def close(self) -> None:
        subprocess.run(["umount", str(self.folder)], check=True)
