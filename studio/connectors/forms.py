"""Which form a recording has, known by its content alone, and its events one after the other.

Blocking; any thread. A form is a shape of records; lines or a list, plain or gzipped, is the file's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from studio.connectors import tiktok, tiktok_text, twitch, youtube
from studio.connectors.fields import Record, Unreadable
from studio.connectors.happening import Entry, Verdict
from studio.connectors.source import BadRecording, Damaged, read_records

#: Records looked at before a file is called none of ours.
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Form:
    """``fits`` knows a record of this form; ``read`` gives its events, `Unreadable` when it is damaged."""

    name: str
    fits: Callable[[Record], bool]
    read: Callable[[Record], Iterator[Entry]]


FORMS: tuple[Form, ...] = (
    Form("TikTok webcast", tiktok.is_webcast, tiktok.read_webcast),
    Form("TikTok connector v1", tiktok.is_v1, tiktok.read_v1),
    Form("TikTok Euler", tiktok.is_euler, tiktok.read_euler),
    Form("TikTok texts", tiktok_text.is_text, tiktok_text.read_text),
    Form("YouTube live chat", youtube.is_youtube, youtube.read_youtube),
    Form("Twitch chat", twitch.is_irc, twitch.read_irc),
    Form("Twitch EventSub", twitch.is_eventsub, twitch.read_eventsub),
)


def open_recording(path: Path) -> tuple[Form, Iterator[Entry]]:
    """The file's form and its events. `BadRecording` with a sentence when it is none of the known."""
    records = read_records(path)
    first = list(islice(records, _LOOKED_AT))
    form = next((form for record in first if (form := _form_of(record)) is not None), None)
    if form is None:
        names = ", ".join(form.name for form in FORMS)
        raise BadRecording(f"{path} is not a recording this program knows. It knows: {names}.")
    return form, _entries(form, chain(first, records))


def _form_of(record: object) -> Form | None:
    if not isinstance(record, dict):
        return None
    return next((form for form in FORMS if form.fits(record)), None)


def _entries(form: Form, records: Iterator[object]) -> Iterator[Entry]:
    for record in records:
        if isinstance(record, Damaged):
            yield Entry("(damaged)", Verdict.UNREADABLE, why=record.why)
        elif not isinstance(record, dict) or not form.fits(record):
            yield Entry("(damaged)", Verdict.UNREADABLE, why=f"not a record of {form.name}")
        else:
            try:
                yield from form.read(record)
            except Unreadable as error:
                yield Entry("(damaged)", Verdict.UNREADABLE, why=str(error))
