"""Names, comments and questions alone, one a line: who said them is not recorded.

Pure functions, any thread. A nickname comes in under that name; texts are said by one nameless viewer.
"""

from __future__ import annotations

from collections.abc import Iterator

from studio.connectors.fields import LONGEST_KEY, Record, text
from studio.connectors.happening import Entry, Happening, Kind, Who, converted, passed_over

_SOMEBODY = Who("somebody", "somebody", "")

REASONS: dict[str, str] = {
    "live_intro": "what the host sets, not what a viewer does",
    "goal": "what the host sets, not what a viewer does",
    "poll": "what the host sets, not what a viewer does",
    "room_message": "a notice of the platform",
}


def is_text(record: Record) -> bool:
    return isinstance(record.get("kind"), str) and isinstance(record.get("text"), str)


def read_text(record: Record) -> Iterator[Entry]:
    """``{"kind": "comment", "text": ...}``."""
    name = text(record, "kind", longest=LONGEST_KEY)
    if name not in ("nickname", "comment", "question"):
        yield passed_over(name, REASONS)
        return

    def convert() -> tuple[Happening, ...]:
        said = text(record, "text")
        if not said:
            return ()
        if name == "nickname":
            return (Happening(Kind.JOIN, Who(f"name:{said}", "", said)),)
        return (Happening(Kind(name), _SOMEBODY, text=said),)

    yield converted(name, "", convert)
