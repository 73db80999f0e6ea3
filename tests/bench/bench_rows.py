"""Laying out rows of every script: naughty strings, word lists of 25 languages, packed to 150 characters.

Cold: in a process that has not met the script yet. Warm: after the studio's own warm-up. Floor: the same rows
a second time.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QLoggingCategory, QObject
from PySide6.QtWidgets import QApplication

from studio.model.room import Person
from studio.places import resource_path
from studio.services.rows import FeedRow, RowKind
from studio.ui.feed.drawing_cache import DrawingCache
from studio.ui.feed.feed_style import FeedStyle
from studio.ui.feed.warm_up import FontWarmUp
from studio.ui.theme import fonts

_DATA = Path(__file__).parents[1] / "data"
_WIDTHS = (330, 640)
_LIMIT_MS = 5.0


def texts() -> list[str]:
    """What people could write."""
    naughty: list[str] = json.loads((_DATA / "blns.json").read_text(encoding="utf-8"))
    words = [
        line
        for file in sorted(resource_path("words").rglob("*"))
        if file.is_file() and file.suffix in (".txt", "")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    joined = " ".join([*naughty, *words])
    return [*naughty, *words, *(joined[at : at + 150] for at in range(0, len(joined), 150))]


def lay_out(what: list[str]) -> dict[str, Any]:
    """Every text in three kinds of rows at two widths."""
    took: list[float] = []
    tallest = 0
    for width in _WIDTHS:
        cache = DrawingCache()
        cache.prepare(width, FeedStyle.current(1.0))
        for number, text in enumerate(what):
            person = Person(id=str(number), handle="h", name=text[:200])
            for kind in (RowKind.COMMENT, RowKind.GIFT, RowKind.QUESTION):
                row = FeedRow(key=number, kind=kind, text=text, person=person, badges=("Mod", "Top 1"))
                begun = time.perf_counter()
                drawing = cache.get(row)
                took.append((time.perf_counter() - begun) * 1_000)
                tallest = max(tallest, drawing.height)
                cache.forget([number])
    took.sort()
    return {
        "rows": len(took),
        "ms": {"p50": round(took[len(took) // 2], 3), "p99": round(took[len(took) * 99 // 100], 3)},
        "max_ms": round(took[-1], 2),
        "over_5_ms": sum(one > _LIMIT_MS for one in took),
        "tallest_px": tallest,
    }


def main() -> dict[str, Any]:
    app = QApplication.instance() or QApplication([])
    QLoggingCategory.setFilterRules("qt.text.font.db=false")
    fonts.load()
    warmed = "--cold" not in sys.argv
    warm_ms = 0.0
    if warmed:
        owner = QObject()
        warm_up = FontWarmUp(owner)
        warm_up.start()
        begun = time.perf_counter()
        while warm_up.done < len(warm_up._samples):
            warm_up._next()
        warm_ms = (time.perf_counter() - begun) * 1_000
    what = texts()
    first = lay_out(what)
    assert app is not None
    return {"warmed": warmed, "warm_up_ms": round(warm_ms), "first_time": first, "again": lay_out(what)}


if __name__ == "__main__":
    print(json.dumps(main()))
