"""What a host can do with a row, as a menu. GUI thread; asks ``services.live`` and the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from studio.services.live import LiveService, Phase
from studio.services.rows import FeedRow, RowKind, RowState
from studio.ui import theme
from studio.ui.feed.speech import name_of
from studio.ui.theme import icons

_NAME_IN_MENU = 24


@dataclass(frozen=True)
class RowAction:
    """One entry: its words, its icon, what it does. ``group``: entries of one group stay together."""

    text: str
    icon: str
    run: Callable[[], None]
    group: int = 0


def row_actions(row: FeedRow, live: LiveService, copy: Callable[[FeedRow], None]) -> list[RowAction]:
    """The entries for ``row`` now; moderation only on air, never on oneself."""
    actions: list[RowAction] = []
    on_air = live.phase is Phase.LIVE
    settled = bool(row.item_id) and row.state in (RowState.SETTLED, RowState.ANSWERED)
    if row.state is not RowState.HIDDEN:
        actions.append(RowAction("Copy", "copy", lambda: copy(row)))
    if row.kind is RowKind.COMMENT and row.state is RowState.FAILED and on_air:
        actions.append(RowAction("Try again", "refresh", lambda: live.retry_comment(row.key)))
    if not on_air:
        return actions
    if row.kind is RowKind.QUESTION and row.state is RowState.SETTLED and row.item_id:
        actions.append(RowAction("Mark as answered", "check", lambda: live.answer(row.item_id)))
    if row.kind is RowKind.COMMENT and settled:
        if live.pinned is not None and live.pinned.comment_id == row.item_id:
            actions.append(RowAction("Unpin", "pin", lambda: live.pin("")))
        else:
            actions.append(RowAction("Pin", "pin", lambda: live.pin(row.item_id)))
        actions.append(RowAction("Remove", "trash", lambda: live.remove(row.item_id), 1))
    if row.person is not None and row.person.id and not row.mine and not _is_host(row, live):
        person = row.person.id
        actions += [
            RowAction(f"Mute {words}", "mute", lambda s=seconds: live.mute(person, s), 2)  # type: ignore[misc]
            for seconds, words in _mutes(live.limits.mute_seconds)
        ]
    return actions


def _is_host(row: FeedRow, live: LiveService) -> bool:
    return live.room is not None and row.person is not None and row.person.id == live.room.host.id


def _mutes(seconds: tuple[int, ...]) -> list[tuple[int, str]]:
    return [(value, _duration(value)) for value in seconds]


def _duration(seconds: int) -> str:
    """``300`` -> ``"for 5 min"``; 0 is the whole LIVE."""
    if seconds == 0:
        return "for the whole LIVE"
    if seconds % 60:
        return f"for {seconds} s"
    return f"for {seconds // 60} min"


def open_row_menu(parent: QWidget, row: FeedRow, actions: list[RowAction], at: QPoint) -> QMenu | None:
    """Opens the menu at a point of the screen, without blocking; None when nothing can be done."""
    if not actions:
        return None
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    t = theme.current()
    name = name_of(row)
    menu.setAccessibleName(f"Actions for {name}" if name else "Actions")
    group = actions[0].group
    mutes = None
    for entry in actions:
        if entry.group != group:
            menu.addSeparator()
            group = entry.group
        target: QMenu = menu
        if entry.group == 2:
            if mutes is None:
                short = name if len(name) <= _NAME_IN_MENU else name[: _NAME_IN_MENU - 1] + "…"
                mutes = menu.addMenu(icons.icon("mute", t.text2, 16), f"Mute {_plain(short)}")
            target = mutes
        words = entry.text.removeprefix("Mute ").capitalize() if target is mutes else entry.text
        words = words.replace(" live", " LIVE") if target is mutes else words
        action = target.addAction(icons.icon(entry.icon, t.text2, 16), words)
        if target is mutes:
            action.setIconVisibleInMenu(False)
        action.triggered.connect(lambda _checked=False, run=entry.run: run())
    menu.popup(at)
    return menu


def _plain(name: str) -> str:
    """A menu would take & for a mnemonic; the isolate keeps a right-to-left name from turning the entry."""
    return f"\u2068{name.replace('&', '&&')}\u2069"
