"""Inter, the families that stand in for other scripts, and the type scale. GUI thread.

Sizes are logical pixels before the person's text scale. Must not import services.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QLoggingCategory
from PySide6.QtGui import QFont, QFontDatabase

from studio.places import resource_path

log = logging.getLogger(__name__)

BASE_PX = 13
FAMILY = "Inter"

#: Asked for in this order after Inter; only those this machine has are used, since Qt searches all its
#: fonts (hundreds of milliseconds) for each family that is not there.
_FALLBACKS: tuple[str, ...] = (
    "Segoe UI", "SF Pro Text", ".AppleSystemUIFont", "Noto Sans",
    "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", "Meiryo", "Noto Serif CJK JP",
    "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei UI", "WenQuanYi Micro Hei",
    "Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic",
    "Noto Sans Arabic", "Noto Sans Arabic UI", "Geeza Pro", "Noto Kufi Arabic", "Noto Naskh Arabic",
    "Noto Sans Hebrew", "Arial Hebrew",
    "Noto Sans Thai", "Thonburi", "Leelawadee UI",
    "Noto Sans Devanagari", "Kohinoor Devanagari", "Nirmala UI",
    "Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji",
    "DejaVu Sans",
)  # fmt: skip

_scale = 1.0


def load(folder: Path | None = None) -> bool:
    """Registers Inter from ``folder`` (default: the shipped one). False when no file of it loaded."""
    # Each fallback family that lacks a script would be named on the terminal for every such comment; the
    # next family draws it. QT_LOGGING_RULES still overrides this.
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false")
    source = folder or resource_path("fonts")
    loaded = 0
    for file in sorted(source.glob("Inter-*.otf")):
        # From memory: a path that is not Latin-1 fails on some font back ends.
        if QFontDatabase.addApplicationFontFromData(file.read_bytes()) >= 0:
            loaded += 1
        else:
            log.warning("could not load the font %s; the system's font is used", file.name)
    families.cache_clear()
    _made.cache_clear()
    return loaded > 0


@cache
def families() -> tuple[str, ...]:
    """Inter first, then every fallback this machine has."""
    here = set(QFontDatabase.families())
    return tuple(_present((FAMILY, *_FALLBACKS), here)) or (QFont().family(),)


def _present(wanted: Iterable[str], here: set[str]) -> Iterable[str]:
    return (family for family in wanted if family in here)


def scale() -> float:
    """The person's text scale."""
    return _scale


def set_scale(factor: float) -> None:
    """Text scale, 0.8 to 2.0. ``Theme`` calls this and then says the theme changed."""
    global _scale
    _scale = min(2.0, max(0.8, factor))


def px(size: float) -> int:
    """``size`` logical pixels with the text scale applied, at least 7."""
    return max(7, round(size * _scale))


def font(
    size: float = BASE_PX,
    weight: int = 400,
    *,
    figures: bool = False,
    tracking: float = 0.0,
) -> QFont:
    """Inter: ``size`` px, ``weight`` 400 to 800; ``figures``: tabular digits; ``tracking``: px a letter."""
    # A copy shares what is inside, and the caller may change it.
    return QFont(_made(px(size), weight, figures, tracking * _scale))


@lru_cache(maxsize=128)
def _made(pixels: int, weight: int, figures: bool, spacing: float) -> QFont:
    made = QFont()
    made.setFamilies(list(families()))
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if spacing:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
    return tabular(made) if figures else made


def tabular(base: QFont) -> QFont:
    """A copy of ``base`` whose digits all have one width, for numbers that change (OpenType ``tnum``)."""
    copy = QFont(base)
    copy.setFeature(QFont.Tag("tnum"), 1)
    return copy
