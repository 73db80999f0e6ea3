"""The page's icons are data in a script; they must stay the drawn set of the studio."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from studio import places


def test_the_icons_are_those_of_the_studio() -> None:
    script = (places.resource_path("viewer") / "icons.js").read_text(encoding="utf-8")
    entries = re.findall(r'^  "?([a-z-]+)"?: \[\n((?:    \[.*\n)+)  \],$', script, re.MULTILINE)
    assert len(entries) > 25
    for name, shapes in entries:
        drawn = ElementTree.parse(places.resource_path("icons") / f"{name}.svg").getroot()
        expected = [(shape.tag.split("}")[1], dict(shape.attrib)) for shape in drawn]
        found = [
            (tag, dict(re.findall(r'"?([\w-]+)"?: "([^"]*)"', body)))
            for tag, body in re.findall(r'\["(\w+)", \{(.*)\}\]', shapes)
        ]
        assert found == expected, f"{name} is drawn otherwise in resources/icons"
