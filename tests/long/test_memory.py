"""What is measured as memory: what was written to counts, what is mapped from a file does not."""

from __future__ import annotations

import mmap
import os
import sys
from pathlib import Path

import pytest

from tests.long.memory import own_mb, resident_mb


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere files cannot be told apart")
def test_a_mapped_file_is_resident_but_not_own(tmp_path: Path) -> None:
    path = tmp_path / "fonts"
    path.write_bytes(bytes(30_000_000))
    own, resident = own_mb(os.getpid()), resident_mb(os.getpid())
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert sum(mapped[::4096]) == 0
        assert resident_mb(os.getpid()) - resident > 25
        assert own_mb(os.getpid()) - own < 5


def test_what_was_written_is_own() -> None:
    own = own_mb(os.getpid())
    written = bytearray(os.urandom(30_000_000))
    assert own_mb(os.getpid()) - own > 25
    assert len(written) == 30_000_000


def test_without_the_kernels_word_what_is_unique_counts(tmp_path: Path) -> None:
    assert own_mb(os.getpid(), proc=tmp_path) > 5
