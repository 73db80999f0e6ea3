"""Every SVG draws in Qt as it does in a browser, carries nothing active, and is not empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

RESOURCES = Path(__file__).parents[3] / "resources"
GIFTS = sorted((RESOURCES / "gifts").glob("*.svg"))
ICONS = sorted((RESOURCES / "icons").glob("*.svg"))
LINE_ICONS = [path for path in ICONS if path.stem != "app"]
# What Qt's renderer and browsers draw alike; text, script, image, use, mask, filter and clipPath stay out.
ALLOWED_TAGS = {
    "svg", "defs", "g", "path", "circle", "ellipse", "rect", "linearGradient", "radialGradient", "stop",
}  # fmt: skip
# What the interface asks for by name; further icons may lie beside them.
# fmt: off
NEEDED_ICONS = {
    "logo", "camera", "camera-off", "mic", "mic-off", "scenes", "mark", "step-away", "mirror", "look",
    "eye", "heart", "follow", "share", "gift", "question", "chat", "comment", "send", "search", "settings",
    "history", "diamond", "coin", "live-dot", "check", "warning", "error", "info", "close", "chevron-down",
    "chevron-up", "chevron-right", "pin", "mute", "trash", "more", "external-link", "copy", "refresh",
    "globe", "user", "sign-out", "film", "pattern", "bolt", "goal", "crown", "clock", "plus", "minus",
    "play", "record", "disk", "keyboard", "bell", "coins", "cash", "app",
}
# fmt: on


def _draw(svg: bytes, size: int, background: str | None = None) -> QImage:
    renderer = QSvgRenderer(QByteArray(svg))
    assert renderer.isValid()
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(QColor(background) if background else QColor(0, 0, 0, 0))
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def _share(image: QImage, wanted: Callable[[QColor], bool]) -> float:
    """Part of the pixels, 0 to 1, for which `wanted` holds."""
    pixels = [image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width())]
    return sum(map(wanted, pixels)) / len(pixels)


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", GIFTS + ICONS, ids=_name)
def test_is_self_contained_and_passive(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    elements = list(ElementTree.fromstring(text).iter())
    assert {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in elements} <= ALLOWED_TAGS
    ids = {element.get("id") for element in elements if element.get("id")}
    for element in elements:
        for key, value in element.attrib.items():
            assert "href" not in key
            assert key != "style"
            assert not key.startswith("on")
            assert "nan" not in value.lower().split()
            for target in re.findall(r"url\(([^)]*)\)", value):
                assert target.removeprefix("#") in ids, f"{target} does not exist"
    assert all(element.tag.endswith("svg") or not (element.text or "").strip() for element in elements)
    assert "<!ENTITY" not in text
    assert "<?" not in text


@pytest.mark.parametrize("path", GIFTS, ids=_name)
def test_gift_fills_its_square_on_dark_and_light(qtbot: QtBot, path: Path) -> None:
    svg = path.read_bytes()
    assert ElementTree.fromstring(svg).get("viewBox") == "0 0 128 128"
    drawn = _draw(svg, 64)
    assert _share(drawn, lambda color: color.alpha() > 128) > 0.15
    for background in ("#1b1e26", "#f4f5f8"):
        behind = QColor(background)
        picture = _draw(svg, 32, background)
        # A person tells shapes apart by difference in lightness: a tenth of the square must stand out.
        assert _share(picture, partial(_stands_out, behind)) > 0.1


def _stands_out(behind: QColor, color: QColor) -> bool:
    """Whether a channel differs by more than 60 of 255."""
    differences = (color.red() - behind.red(), color.green() - behind.green(), color.blue() - behind.blue())
    return max(map(abs, differences)) > 60


def test_gifts_can_be_told_apart_at_feed_size(qtbot: QtBot) -> None:
    pictures = {bytes(_draw(path.read_bytes(), 20).constBits()) for path in GIFTS}
    assert len(pictures) == len(GIFTS)


@pytest.mark.parametrize("path", LINE_ICONS, ids=_name)
def test_icon_takes_the_colour_it_is_given(qtbot: QtBot, path: Path) -> None:
    svg = path.read_bytes()
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-width") == "1.75"
    colours = {element.get(key) for element in root.iter() for key in ("fill", "stroke")} - {None}
    assert colours <= {"currentColor", "none"}
    drawn = _draw(svg.replace(b"currentColor", b"#ff0000"), 20)
    assert _share(drawn, lambda color: color.alpha() > 64) > 0.02
    assert _share(drawn, lambda color: color.alpha() > 64 and color.red() < 200) == 0


def test_icon_set_is_complete() -> None:
    assert {path.stem for path in ICONS} >= NEEDED_ICONS


def test_app_icon_bitmaps(qtbot: QtBot) -> None:
    icons = RESOURCES / "icons"
    sizes = {name: QImage(str(icons / name)).width() for name in ("app.png", "app-256.png")}
    assert sizes == {"app.png": 512, "app-256.png": 256}
    widths = {size.width() for size in QIcon(str(icons / "app.ico")).availableSizes()}
    assert widths >= {16, 32, 48, 256}
    middle = QImage(str(icons / "app.png")).pixelColor(256, 300)
    assert middle.red() > 200
    assert middle.green() < 100
