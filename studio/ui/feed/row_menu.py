"""What a host can do with a row, as a menu. GUI thread; asks ``services.live`` and the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from studio.model.question import QuestionState
from studio.model.text import cut_to, isolate
from studio.services.comment_fold import alone
from studio.services.live import LiveService, Phase
from studio.services.mentions import MentionsService
from studio.services.moderation import USUAL, ModerationService
from studio.services.room_desk import RoomDesk
from studio.services.rows import FeedRow, RowKind, RowState
from studio.ui import theme
from studio.ui.feed.speech import name_of
from studio.ui.theme import icons
from studio.ui.widgets.popup import Menu

_NAME_IN_MENU = 24
#: The group whose entries are durations in a menu of their own.
_MUTES = 2
#: The group whose entries are those who wrote a folded comment.
_EACH = 3
_MOST_EACH = 20


@dataclass(frozen=True)
class RowAction:
    """One entry: its words, its icon, what it does. ``group``: entries of one group stay together."""

    text: str
    icon: str
    run: Callable[[], None]
    group: int = 0


def row_actions(
    row: FeedRow,
    live: LiveService,
    copy: Callable[[FeedRow], None],
    unfold: Callable[[FeedRow, bool], None] | None = None,
    mentions: MentionsService | None = None,
    moderation: ModerationService | None = None,
) -> list[RowAction]:
    """The entries for ``row`` now; moderation only on air, never on oneself. ``unfold``: shows the comments
    of a folded row, or folds them again.
    """
    actions: list[RowAction] = []
    if row.folded and unfold is not None:
        words = "Fold again" if row.unfolded else f"Show all {row.count:,} like it"
        mark = "chevron-up" if row.unfolded else "chevron-down"
        actions.append(RowAction(words, mark, lambda: unfold(row, not row.unfolded)))
    on_air = live.phase is Phase.LIVE
    settled = bool(row.item_id) and row.state in (RowState.SETTLED, RowState.ANSWERED)
    if row.state is not RowState.HIDDEN:
        actions.append(RowAction("Copy", "copy", lambda: copy(row)))
    if row.kind is RowKind.COMMENT and row.state is RowState.FAILED and on_air:
        actions.append(RowAction("Try again", "refresh", lambda: live.desk.retry_comment(row.key)))
    if not on_air:
        return [*actions, *_mark_actions(row, mentions)]
    if row.kind is RowKind.QUESTION and row.item_id:
        actions += _question_actions(row, live.desk)
    if row.kind is RowKind.COMMENT and settled:
        if live.pinned is not None and live.pinned.comment_id == row.item_id:
            actions.append(RowAction("Unpin", "pin", lambda: live.desk.pin("")))
        else:
            actions.append(RowAction("Pin", "pin", lambda: live.desk.pin(row.item_id)))
    actions += _mark_actions(row, mentions)
    if row.kind is RowKind.COMMENT and settled:
        actions.append(RowAction("Remove", "trash", lambda: live.desk.remove(row.item_id), 1))
    if row.person is not None and row.person.id and not row.mine and not _is_host(row, live):
        person = row.person.id
        if moderation is not None:
            actions += _person_actions(row, person, moderation)
        for seconds in live.limits.mute_seconds:
            actions.append(
                RowAction(_duration(seconds), "", partial(live.desk.mute, person, seconds), _MUTES)
            )
    return actions


def _person_actions(row: FeedRow, person: str, moderation: ModerationService) -> list[RowAction]:
    """Blocked from this host's LIVEs; one who helps with them, or no longer."""
    name, helps = in_menu(name_of(row)), moderation.helps(person)
    words = f"{name} is no moderator any more" if helps else f"Make {name} a moderator"
    switch = partial(moderation.set_moderator, person, () if helps else USUAL)
    block = RowAction(f"Block {name}", "lock", partial(moderation.block, person), 1)
    return [block, RowAction(words, "shield", switch, 1)]


def _mark_actions(row: FeedRow, mentions: MentionsService | None) -> list[RowAction]:
    """Everything they say counts as a mention, or no longer."""
    if mentions is None or row.person is None or not row.person.id or row.mine:
        return []
    marked = mentions.marks(row.person.id)
    words = "No longer a mention each time" if marked else "Always show as a mention"
    return [RowAction(words, "bell", partial(mentions.mark, row.person.id, wanted=not marked))]


def _question_actions(row: FeedRow, desk: RoomDesk) -> list[RowAction]:
    """Take it up, be done with it, dismiss it, put it back: what its state allows."""
    move = partial(desk.move_question, row.item_id)
    done = RowAction("Mark as answered", "check", partial(desk.answer, row.item_id))
    back = RowAction("Put back in the queue", "undo", partial(move, QuestionState.OPEN))
    dismiss = RowAction("Dismiss", "close", partial(move, QuestionState.DISMISSED))
    match row.state:
        case RowState.SETTLED:
            take_up = RowAction("Answer it now", "question", partial(move, QuestionState.ANSWERING))
            return [take_up, done, dismiss]
        case RowState.ANSWERING:
            return [done, back, dismiss]
        case _:
            return [back]


def each_of(row: FeedRow, open_one: Callable[[FeedRow], None]) -> list[RowAction]:
    """An entry for each comment of a folded row; ``open_one`` opens that one's own menu."""
    if not row.folded:
        return []
    single = [alone(row, said) for said in row.said[:_MOST_EACH]]
    return [RowAction(in_menu(name_of(one)), "user", partial(open_one, one), _EACH) for one in single]


def _is_host(row: FeedRow, live: LiveService) -> bool:
    return live.room is not None and row.person is not None and row.person.id == live.room.host.id


def _duration(seconds: int) -> str:
    """``300`` -> ``"For 5 min"``; 0 is the whole LIVE."""
    if seconds == 0:
        return "For the whole LIVE"
    if seconds % 60:
        return f"For {seconds} s"
    return f"For {seconds // 60} min"


def open_row_menu(parent: QWidget, row: FeedRow, actions: list[RowAction], at: QPoint) -> QMenu | None:
    """Opens the menu at a point of the screen, without blocking; None when nothing can be done."""
    if not actions:
        return None
    menu = Menu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    t = theme.current()
    name = name_of(row)
    menu.setAccessibleName(f"Actions for {name}" if name else "Actions")
    sections: dict[int, QMenu] = {0: menu}
    for entry in actions:
        if entry.group not in sections:
            menu.addSeparator()
            sections[entry.group] = _section(menu, entry.group, name)
        action = sections[entry.group].addAction(entry.text)
        if entry.icon:
            action.setIcon(icons.icon(entry.icon, t.text2, 16))
        action.triggered.connect(lambda _checked=False, run=entry.run: run())
    menu.popup(at)
    return menu


def _section(menu: QMenu, group: int, name: str) -> QMenu:
    """Where the entries of a group go: into a menu of their own, or into the row's."""
    if group == _MUTES:
        return _submenu(menu, f"Mute {in_menu(name)}", "mute")
    return _submenu(menu, "One of those who wrote it", "users") if group == _EACH else menu


def _submenu(menu: QMenu, title: str, icon: str) -> QMenu:
    made = Menu(menu)
    made.setTitle(title)
    made.setIcon(icons.icon(icon, theme.current().text2, 16))
    menu.addMenu(made)
    return made


def in_menu(name: str) -> str:
    """A name as an entry shows it. A menu would take & for a mnemonic; the isolate keeps a right-to-left name
    from turning the entry.
    """
    return isolate(cut_to(name, _NAME_IN_MENU)).replace("&", "&&")
