"""Rows in words: for screen readers, the clipboard and tooltips. Pure functions, any thread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from studio.model.text import clean_line, cut_to
from studio.services.moving_line import MOVING
from studio.services.rows import FeedRow, RowKind, RowState

_LONGEST_NAME = 80
#: Names of a folded comment; the others are counted.
_NAMES = 2
_SPOKEN = 5


def name_of(row: FeedRow) -> str:
    """Who the row is of, cleaned and of bounded length."""
    if row.mine:
        return "You"
    if row.person is None:
        return ""
    return _short(row.person.shown_name)


def _short(name: str) -> str:
    return cut_to(clean_line(name), _LONGEST_NAME)


def names_shown(row: FeedRow) -> list[str]:
    """The first two who wrote a folded comment."""
    people = {one.person.id: one.person.shown_name for one in row.said if one.person is not None}
    names = list(people.values())[:_NAMES]
    return names or ["Someone"]


def others_words(row: FeedRow) -> str:
    """``" and 12 others"``; empty when the names say it all."""
    others = row.people - _NAMES
    if others <= 0:
        return ""
    return f" and {others:,} {'other' if others == 1 else 'others'}"


def people_of(row: FeedRow) -> str:
    """Who wrote a folded comment, in words of bounded length."""
    names = [_short(name) for name in names_shown(row)]
    others = others_words(row)
    return (", " if others else " and ").join(names) + others


def spoken(row: FeedRow) -> str:
    """What a screen reader says of a row."""
    name, text = name_of(row) or "Someone", clean_line(row.text)
    match row.kind:
        case RowKind.COMMENT if row.state is RowState.HIDDEN:
            return f"Hidden comment by {name}"
        case RowKind.COMMENT if row.folded:
            return f"{people_of(row)}, {row.count:,} times: {text}"
        case RowKind.COMMENT:
            notes = {RowState.PENDING: ", sending", RowState.FAILED: f", not sent: {row.note}"}
            return f"{name}: {text}{notes.get(row.state, '')}"
        case RowKind.GIFT:
            after = ", streak running" if row.state is RowState.RUNNING else ""
            after += f", {row.note}" if row.note else ""
            return f"{name} sent {row.gift_name} times {row.count}, {row.diamonds:,} diamonds{after}"
        case RowKind.QUESTION:
            notes = {
                RowState.ANSWERED: ", answered",
                RowState.ANSWERING: ", being answered now",
                RowState.HIDDEN: ", dismissed",
            }
            votes = f", {row.votes:,} {'vote' if row.votes == 1 else 'votes'}" if row.votes else ""
            return f"{name} asks: {text}{votes}{notes.get(row.state, '')}"
        case RowKind.ACTIVITY:
            if row.tone == MOVING:
                return ", ".join(part for part in (text, f"{name} {row.note}" if row.note else "") if part)
            return f"{name} {text}"
        case RowKind.SYSTEM:
            return text


def spoken_each(row: FeedRow) -> str:
    """Each comment of a folded row, as many as a person listens to."""
    said = [
        f"{_short(one.person.shown_name) if one.person else 'Someone'}: {clean_line(one.text)}"
        for one in row.said[:_SPOKEN]
    ]
    beyond = row.count - len(said)
    return ". ".join([*said, f"and {beyond:,} more"] if beyond else said)


def copied(row: FeedRow) -> str:
    """What lands on the clipboard: the words as they were written, or the row in words when it has none."""
    return row.text if row.kind in (RowKind.COMMENT, RowKind.QUESTION) and row.text else spoken(row)


def tip(row: FeedRow) -> str:
    """The full name behind an elided one, the handle and the time; empty for rows of our own."""
    if row.person is None:
        return ""
    if row.folded:
        return f"{people_of(row)} · {row.count:,} times · press to see each"
    parts = [name_of(row)]
    if row.person.handle and row.person.handle != row.person.shown_name:
        parts.append(f"@{clean_line(row.person.handle)[:_LONGEST_NAME]}")
    if row.at_ms:
        parts.append(f"{datetime.fromtimestamp(row.at_ms / 1000).astimezone():%H:%M:%S}")
    if row.kind is RowKind.GIFT and row.note:
        parts.append(row.note)
    return " · ".join(parts)


def summary(rows: Iterable[FeedRow]) -> str:
    """``"5 comments, 2 gifts and 1 question"``; empty when nothing of the kind came."""
    seen = list(rows)
    counts = [(sum(_weight(row) for row in seen if row.kind is kind), kind.value) for kind in _SUMMED]
    parts = [f"{count:,} {word}{'s' if count != 1 else ''}" for count, word in counts if count]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _weight(row: FeedRow) -> int:
    return max(1, row.count) if row.kind is RowKind.COMMENT else 1


_SUMMED = (RowKind.COMMENT, RowKind.GIFT, RowKind.QUESTION)
