"""Words of the history: times, durations, changes. Pure, any thread."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from studio.journal.index import Session


def moment(at_ms: int) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(at_ms)


def day_words(at_ms: int) -> str:
    """``Nov 20``, with the year when it is another than now's, in the person's own language."""
    at = moment(at_ms)
    pattern = "MMM d" if at.date().year() == QDateTime.currentDateTime().date().year() else "MMM d, yyyy"
    return QLocale().toString(at.date(), pattern)


def duration_words(seconds: int) -> str:
    """``5460`` -> ``"1 h 31 min"``; below a minute in seconds."""
    if seconds < 60:
        return f"{max(0, seconds)} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def watch_words(milliseconds: int) -> str:
    """``372000`` -> ``"6 m 12 s"``."""
    minutes, seconds = divmod(milliseconds // 1_000, 60)
    return f"{minutes} m {seconds:02d} s" if minutes else f"{seconds} s"


def span_words(session: Session) -> str:
    """``Nov 20, 19:58 – 21:29``."""
    locale, short = QLocale(), QLocale.FormatType.ShortFormat
    hours = [locale.toString(moment(ms).time(), short) for ms in (session.started_ms, session.ended_ms)]
    return f"{day_words(session.started_ms)}, {hours[0]} – {hours[1]}"


def about_words(session: Session) -> str:
    """``Nov 20 · 1 h 31 min``."""
    seconds = (session.ended_ms - session.started_ms) // 1_000
    return f"{day_words(session.started_ms)} · {duration_words(seconds)}"


def change_words(percent: int | None) -> tuple[str, str]:
    """(words, token name of their colour) of a change; nothing to compare with: quiet words."""
    if percent is None:
        return "no LIVE before it", "text3"
    tone = "teal" if percent > 0 else "live" if percent < 0 else "text2"
    return f"{percent:+,} %".replace("-", "−") if percent else "as before", tone


def clock_words(at_ms: int) -> str:
    """``21:14:02`` by this computer's clock."""
    return moment(at_ms).toString("HH:mm:ss")
