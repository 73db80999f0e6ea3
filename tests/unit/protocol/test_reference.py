"""The reference page says what the classes say, and all of it."""

from __future__ import annotations

from studio.protocol import reference
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.commands import COMMAND_TYPES
from studio.protocol.events import EVENT_TYPES
from studio.protocol.frames import CLIENT_FRAME_TYPES, SERVER_FRAME_TYPES


def test_the_page_is_up_to_date() -> None:
    written = reference.PATH.read_text(encoding="utf-8")
    assert written == reference.reference(), "stale: run `python -m studio.protocol.reference`"


def test_the_page_names_every_message_result_and_code() -> None:
    page = reference.reference()
    for kind in (*CLIENT_FRAME_TYPES, *SERVER_FRAME_TYPES, *COMMAND_TYPES, *EVENT_TYPES):
        assert f"### {kind.__name__} `{kind.__struct_config__.tag}`" in page
    for kind in COMMAND_TYPES:
        assert f"**{kind.result.__name__}.**" in page or kind.result.__name__ == "Done"
    for code in (*ErrorCode, *CloseCode):
        assert f"| {int(code)} | {code.name} | {code.__doc__} |" in page


def test_the_page_says_what_fields_are() -> None:
    page = reference.reference()
    assert "| `text` | text, at most 20,000 characters | required |" in page
    assert "| `count` | integer, 1 to 15 | `1` |" in page
    assert "| `goal` | null or [Goal](#goal) | `null` |" in page or "[Goal](#goal) or null" in page
