"""Tells a screen reader what comes in, without drowning it. GUI thread.

Needs Qt 6.8 or later for announcements; does nothing while no screen reader listens. Queue: the rows since
the last summary, at most ``_KEPT``; policy: the oldest are left out of the summary's counts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from studio.services.rows import FeedRow, RowKind, RowState
from studio.ui.feed.speech import spoken, summary

_SUMMARY_MS = 8_000
_KEPT = 500
#: Gifts from this tier on and what the studio itself says are announced one by one.
_OWN_WORDS_TIER = 3


class Announcer(QObject):
    """Speaks for ``widget``. ``last``: what was said last, whether or not anyone listened."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._waiting: deque[FeedRow] = deque(maxlen=_KEPT)
        self.last = ""
        self._summary = QTimer(self)
        self._summary.setSingleShot(True)
        self._summary.setInterval(_SUMMARY_MS)
        self._summary.timeout.connect(self.summarise)

    def note(self, rows: Iterable[FeedRow]) -> None:
        """Rows that came; a summary follows within eight seconds."""
        for row in rows:
            large = row.kind is RowKind.GIFT and row.tier >= _OWN_WORDS_TIER
            if row.kind is RowKind.SYSTEM or (large and row.state is not RowState.RUNNING):
                self.say(spoken(row))
            elif not row.mine:
                self._waiting.append(row)
        if self._waiting and not self._summary.isActive():
            self._summary.start()

    def summarise(self) -> None:
        """Says how much came since the last time."""
        words = summary(self._waiting)
        self._waiting.clear()
        if words:
            self.say(words)

    def say(self, words: str, *, at_once: bool = False) -> None:
        """``at_once`` interrupts: for what the person just asked for."""
        self.last = words
        if not QAccessible.isActive():
            return
        event = QAccessibleAnnouncementEvent(self._widget, words)
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if at_once else politeness.Polite)
        QAccessible.updateAccessibility(event)
