"""The word lists that hosts can choose in their rules: one file a language, one term a line. Any thread."""

from __future__ import annotations

from pathlib import Path


def load_word_lists(folder: Path) -> dict[str, tuple[str, ...]]:
    """By language, in order. ``OSError`` and ``UnicodeDecodeError`` are the caller's."""
    paths = {path.stem: path for path in folder.glob("*.txt")}
    return {name: _terms(paths[name].read_text(encoding="utf-8")) for name in sorted(paths)}


def _terms(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
