"""Colours, fonts and icons: complete in every theme, readable, switched at run time."""

from __future__ import annotations

import dataclasses
import re

import pytest
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from studio.places import ResourceMissing
from studio.ui import theme as looks
from studio.ui.theme import fonts, icons
from studio.ui.theme.stylesheet import stylesheet
from studio.ui.theme.theme import Theme
from studio.ui.theme.tokens import CONTRAST, DARK, LIGHT, Tokens, contrast_ratio, ink_on, mixed
from studio.ui.widgets.label import Label, Role

THEMES = (DARK, LIGHT, CONTRAST)


@pytest.mark.parametrize("tokens", THEMES, ids=lambda tokens: tokens.name)
def test_text_can_be_read(tokens: Tokens) -> None:
    for ground in (tokens.bg, tokens.surface, tokens.raised):
        assert contrast_ratio(tokens.text, ground) >= 12
        assert contrast_ratio(tokens.text2, ground) >= 4.5
        assert contrast_ratio(tokens.text3, ground) >= 3
        for name in ("live", "gold", "teal", "violet", "blue"):
            assert contrast_ratio(getattr(tokens, name), ground) >= 4.2, name
    assert contrast_ratio(tokens.on_live, tokens.live) >= 3.4  # large bold words
    assert contrast_ratio(tokens.on_gold, tokens.gold) >= 4.5


@pytest.mark.parametrize("tokens", THEMES, ids=lambda tokens: tokens.name)
def test_the_stylesheet_names_no_unknown_token(tokens: Tokens) -> None:
    assert not re.search(r"@\w+", stylesheet(tokens))


def test_dark_is_the_designs_table() -> None:
    wanted = {
        "bg": "#0d0e12", "surface": "#14161c", "raised": "#1b1e26", "control": "#242833", "line": "#2a2f3b",
        "text": "#f3f5f9", "text2": "#9ba4b5", "text3": "#646d7e", "live": "#ff3b5c", "gold": "#ffc34d",
        "teal": "#2bd4b4", "violet": "#9184ff", "blue": "#5aa9ff",
    }  # fmt: skip
    assert {name: getattr(DARK, name).name() for name in wanted} == wanted


def test_mixing_and_ink() -> None:
    assert mixed(QColor("#000000"), QColor("#ffffff"), 0.5).name() == "#808080"
    assert ink_on(QColor("#ffc34d")).lightness() < 50
    assert ink_on(QColor("#123456")).lightness() > 200


def test_a_switch_recolours_what_is_on_screen(qapp: QApplication, theme: Theme) -> None:
    label = Label("hello", Role.SECOND)
    assert label.palette().color(QPalette.ColorRole.WindowText) == DARK.text2
    theme.set_name("light")
    assert looks.current() is LIGHT
    assert label.palette().color(QPalette.ColorRole.WindowText) == LIGHT.text2
    assert qapp.palette().color(QPalette.ColorRole.Window) == LIGHT.bg
    assert LIGHT.raised.name() != DARK.raised.name()


def test_text_scale_enlarges_text(theme: Theme) -> None:
    label = Label("hello", Role.BODY)
    before = label.font().pixelSize()
    theme.set_text_scale(1.3)
    assert (before, label.font().pixelSize()) == (13, 17)


def test_inter_is_used_and_figures_have_one_width(theme: Theme) -> None:
    assert fonts.families()[0] == "Inter"
    metrics = QFontMetrics(fonts.font(22, 700, figures=True))
    assert len({metrics.horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1
    proportional = QFontMetrics(fonts.font(22, 700))
    assert proportional.horizontalAdvance("1" * 10) < proportional.horizontalAdvance("0" * 10)


def test_an_icon_is_drawn_in_its_colour_at_the_screens_ratio(qapp: QApplication) -> None:
    picture = icons.pixmap("eye", QColor("#ff0000"), 24, 2.0)
    assert (picture.width(), picture.deviceIndependentSize().width()) == (48, 24.0)
    image = picture.toImage()
    solid = {
        image.pixelColor(x, y).name()
        for x in range(48)
        for y in range(48)
        if image.pixelColor(x, y).alpha() > 200
    }
    assert solid == {"#ff0000"}
    assert icons.pixmap("eye", QColor("#ff0000"), 24, 2.0) is picture
    with pytest.raises(ResourceMissing):
        icons.pixmap("no-such-icon", QColor("#ff0000"), 24)


@pytest.mark.parametrize("art", ["", "no-such-gift.svg", "../icons/eye.svg", ".hidden"])
def test_a_gift_without_a_drawing_gets_the_neutral_one(qapp: QApplication, art: str) -> None:
    neutral = icons.pixmap("gift", QColor("#ffc34d"), 32).toImage()
    assert icons.gift_pixmap(art, 32).toImage() == neutral
    assert icons.gift_pixmap("rose.svg", 32).toImage() != neutral


def test_tokens_are_complete() -> None:
    for tokens in THEMES:
        for field in dataclasses.fields(tokens):
            value = getattr(tokens, field.name)
            assert not isinstance(value, QColor) or value.isValid(), field.name


def test_a_label_keeps_its_looks_when_a_stylesheet_polishes_it_again(
    qapp: QApplication, theme: Theme
) -> None:
    label = Label("no keyring", Role.HINT)
    label.ensurePolished()
    label.set_tone("gold")
    label.setStyleSheet("padding: 1px")
    label.setStyleSheet("")
    assert label.palette().color(QPalette.ColorRole.WindowText) == DARK.gold
    theme.set_text_scale(1.3)
    label.setStyleSheet("padding: 1px")
    assert label.font().pixelSize() == 16
