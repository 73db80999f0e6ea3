"""The studio's colours by name: dark, light and high contrast. Pure values (QColor), any thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor


@dataclass(frozen=True)
class Tokens:
    """One theme. ``bg`` window, ``surface`` bars and cards, ``raised`` inputs and pills, ``control`` buttons;
    ``text``/``text2``/``text3`` primary, secondary, hints; ``live`` on air and danger, ``gold`` diamonds and
    money, ``teal`` healthy and follows, ``violet`` questions, ``blue`` focus and links; ``on_*`` the ink on
    a filled button. QColor is mutable: never change one of these in place.
    """

    name: str
    dark: bool
    bg: QColor
    surface: QColor
    raised: QColor
    control: QColor
    line: QColor
    text: QColor
    text2: QColor
    text3: QColor
    live: QColor
    gold: QColor
    teal: QColor
    violet: QColor
    blue: QColor
    on_live: QColor
    on_gold: QColor


def _tokens(name: str, *, dark: bool, **colours: str) -> Tokens:
    return Tokens(name=name, dark=dark, **{key: QColor(value) for key, value in colours.items()})


DARK = _tokens(
    "dark",
    dark=True,
    bg="#0d0e12",
    surface="#14161c",
    raised="#1b1e26",
    control="#242833",
    line="#2a2f3b",
    text="#f3f5f9",
    text2="#9ba4b5",
    text3="#646d7e",
    live="#ff3b5c",
    gold="#ffc34d",
    teal="#2bd4b4",
    violet="#9184ff",
    blue="#5aa9ff",
    on_live="#ffffff",
    on_gold="#16130b",
)

LIGHT = _tokens(
    "light",
    dark=False,
    bg="#f3f4f7",
    surface="#ffffff",
    raised="#eef0f4",
    control="#e3e6ed",
    line="#d6dae3",
    text="#12141a",
    text2="#4d5667",
    text3="#6b7586",
    live="#dc1a3f",
    gold="#946000",
    teal="#0b806c",
    violet="#5a49d8",
    blue="#1c6bd0",
    on_live="#ffffff",
    on_gold="#ffffff",
)

CONTRAST = _tokens(
    "contrast",
    dark=True,
    bg="#000000",
    surface="#000000",
    raised="#0b0c0f",
    control="#1d2028",
    line="#9aa3b4",
    text="#ffffff",
    text2="#e4e8f0",
    text3="#c2c9d6",
    live="#ff6680",
    gold="#ffd75e",
    teal="#45f2d2",
    violet="#b8afff",
    blue="#86c5ff",
    on_live="#000000",
    on_gold="#000000",
)


def mixed(under: QColor, over: QColor, share: float) -> QColor:
    """The opaque colour of ``over`` laid on ``under`` with opacity ``share`` (0.0 to 1.0)."""
    keep = 1.0 - share
    return QColor(
        round(under.red() * keep + over.red() * share),
        round(under.green() * keep + over.green() * share),
        round(under.blue() * keep + over.blue() * share),
    )


def faded(colour: QColor, opacity: float) -> QColor:
    """A copy of ``colour`` with that opacity (0.0 to 1.0)."""
    copy = QColor(colour)
    copy.setAlphaF(opacity)
    return copy


def luminance(colour: QColor) -> float:
    """Relative luminance, 0.0 to 1.0 (WCAG 2.2, "relative luminance")."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast_ratio(one: QColor, other: QColor) -> float:
    """1.0 to 21.0 (WCAG 2.2, "contrast ratio")."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def ink_on(fill: QColor) -> QColor:
    """Near-black or white, whichever reads better on ``fill``."""
    dark, light = QColor("#14120c"), QColor("#ffffff")
    return dark if contrast_ratio(dark, fill) >= contrast_ratio(light, fill) else light
