"""The host's rules, what waits for a decision, and the log of what was done: read, decided, taken back.

GUI thread. Signals: ``changed``, at most ten a second; ``failed(sentence)``: what the host asked for did not
come about; ``blocks_changed``: somebody was blocked or let in again. Must not import ui.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.model.folding import fold
from studio.model.moderation import Blocked, ModAction, ModEntry, ModerationLog, Moderator, Permission
from studio.model.rules import Rules
from studio.protocol.command import Command
from studio.protocol.frames import Identified, Notice
from studio.protocol.moderation import (
    BlockedPeople,
    BlockPerson,
    DecideHeld,
    GetBlocked,
    GetModeration,
    ModerationState,
    RulesTried,
    SetModerator,
    SetRules,
    TriedComment,
    TryRules,
    UndoModeration,
)
from studio.services.account import AccountService
from studio.services.gui_thread import assert_gui_thread
from studio.services.link import LinkService
from studio.services.live import LiveService, Phase
from studio.services.router import Listener
from studio.services.soon import Soon
from studio.services.tasks import Tasks

__all__ = ["ModerationService", "RulesTried", "TriedComment"]

_SETTLE_MS = 100
#: Entries whose searched words are kept.
_LINES = 20_000
#: What goes on after its LIVE.
_ALWAYS_UNDOABLE = (ModAction.RULES, ModAction.BLOCKED, ModAction.UNBLOCKED, ModAction.MODERATOR)
#: After which the list of the blocked may be another.
_ABOUT_BLOCKS = (ModAction.BLOCKED, ModAction.UNBLOCKED, ModAction.UNDONE)
#: What a new moderator may do until the host says otherwise.
USUAL = (Permission.PIN, Permission.REMOVE, Permission.MUTE, Permission.DECIDE)


class ModerationService(QObject, Listener):
    """Invariant: shows what the backend has said; an entry counts once, however often it is told."""

    changed = Signal()
    failed = Signal(str)
    blocks_changed = Signal()

    def __init__(self, link: LinkService, account: AccountService, live: LiveService, tasks: Tasks) -> None:
        super().__init__()
        self._link = link
        self._account = account
        self._live = live
        self._tasks = tasks
        self._whose = ""
        self._log = ModerationLog()
        self.rules = Rules()
        self._rules_no = 0  # of the entry that told last of rules or moderators
        self.lists: tuple[str, ...] = ()
        self.more = False
        self._moderators: dict[str, Moderator] = {}
        self._lines: dict[int, str] = {}
        self._later = Soon(_SETTLE_MS, self.changed, self)
        account.changed.connect(self._account_changed)

    @property
    def known(self) -> bool:
        """Whether the backend has told what the rules are."""
        return bool(self._whose)

    @property
    def waiting(self) -> list[ModEntry]:
        """What waits for the host in this LIVE, oldest first."""
        room = self._live.room
        if room is None or self._live.phase is not Phase.LIVE:
            return []
        return [entry for entry in self._log.waiting() if entry.room_id == room.room_id]

    @property
    def moderators(self) -> list[Moderator]:
        """Who helps, by handle."""
        return sorted(self._moderators.values(), key=lambda one: one.person.handle)

    def helps(self, person_id: str) -> bool:
        return person_id in self._moderators

    def entries(self, words: str = "") -> list[ModEntry]:
        """The log, newest first; with ``words`` only entries that have all of them in names, text, reason."""
        wanted = fold(words).split()
        entries = self._log.newest_first()
        if not wanted:
            return entries
        return [entry for entry in entries if all(word in self._searched(entry) for word in wanted)]

    def _searched(self, entry: ModEntry) -> str:
        """What of an entry is searched; made once, since a log is looked through at every change."""
        line = self._lines.get(entry.no)
        if line is None:
            if len(self._lines) > _LINES:
                self._lines.clear()
            line = self._lines[entry.no] = _line_of(entry)
        return line

    def can_undo(self, entry: ModEntry) -> bool:
        """Whether it can be taken back now: what goes on after a LIVE always, the rest during it."""
        if not self._log.can_undo(entry):
            return False
        room = self._live.room
        on_air = room is not None and self._live.phase is Phase.LIVE and entry.room_id == room.room_id
        return on_air or entry.action in _ALWAYS_UNDOABLE

    def was_undone(self, entry: ModEntry) -> bool:
        return entry.no in self._log.undone

    def decide(self, entry: ModEntry, *, allow: bool) -> None:
        """Lets what waits into the room, or not."""
        self._command(DecideHeld(room_id=entry.room_id, no=entry.no, allow=allow))

    def decide_all(self, *, allow: bool) -> None:
        """The same for everything that waits now."""
        for entry in self.waiting:
            self.decide(entry, allow=allow)

    def block(self, person_id: str, reason: str = "") -> None:
        """They cannot enter this host's LIVEs any more; the log takes it back."""
        self._command(BlockPerson(person_id=person_id, reason=reason))

    def let_in(self, person_id: str) -> None:
        """They can enter again."""
        self._command(BlockPerson(person_id=person_id, blocked=False))

    async def blocked(self, text: str = "", place: int = 0) -> tuple[tuple[Blocked, ...], int]:
        """A page of whom the host does not want, and the place of the next one, 0 for none.

        Raises as `set_rules`.
        """
        found = await self._link.ask(GetBlocked(text=text, place=place))
        assert isinstance(found, BlockedPeople)
        return found.people, found.next_place

    def set_moderator(self, person_id: str, permissions: tuple[Permission, ...]) -> None:
        """Nothing: is no moderator any more."""
        self._command(SetModerator(person_id=person_id, permissions=permissions))

    def undo(self, entry: ModEntry) -> None:
        self._command(UndoModeration(no=entry.no))

    async def set_rules(self, rules: Rules) -> None:
        """``Rejected`` with a sentence when they cannot be used, ``Disconnected`` when cut off for good."""
        await self._link.ask(SetRules(rules=rules))

    async def try_rules(self, rules: Rules) -> RulesTried:
        """What they would have stopped of the last 1,000 comments. Raises as `set_rules`."""
        tried = await self._link.ask(TryRules(rules=rules))
        assert isinstance(tried, RulesTried)
        return tried

    def load_older(self) -> None:
        """Older entries of the log, if there are any."""
        entries = self._log.newest_first()
        if self.more and entries:
            self._tasks.start(self._load(GetModeration(before_no=entries[-1].no)), self.failed.emit)

    def on_identified(self, identified: Identified) -> None:
        self._whose = ""
        self._account_changed()

    def on_notice(self, notice: Notice) -> None:
        assert_gui_thread()
        if notice.moderated is not None:
            entry = notice.moderated.entry
            self._take(entry)
            self._later.ask()
            if entry.action in _ABOUT_BLOCKS:
                self.blocks_changed.emit()

    def _account_changed(self) -> None:
        """Another account, or the same one over a new connection: everything is asked for again."""
        person = self._account.person
        whose = person.id if person is not None else ""
        if whose == self._whose:
            return
        self._whose = whose
        self._log, self.rules, self._rules_no, self.more = ModerationLog(), Rules(), 0, False
        self._moderators, self._lines = {}, {}
        self._later.ask()
        if whose:
            self._tasks.start(self._load(GetModeration()), self.failed.emit)

    async def _load(self, command: GetModeration) -> None:
        log = self._log
        state = await self._link.ask(command)
        assert isinstance(state, ModerationState)
        if log is not self._log:
            return  # another account by now
        newest = state.log[0].no if state.log else 0
        if not command.before_no and newest >= self._rules_no:
            self.rules = state.rules
            self._moderators = {one.person.id: one for one in state.moderators}
        self.lists, self.more = state.lists, state.more
        for entry in (*state.log, *state.held):
            log.take(entry)
        self._later.ask()

    def _take(self, entry: ModEntry) -> None:
        if not self._log.take(entry) or entry.no <= self._rules_no:
            return
        if entry.rules is not None:
            self.rules, self._rules_no = entry.rules, entry.no
        if entry.permissions is not None and entry.person is not None:
            self._rules_no = entry.no
            if entry.permissions:
                who = entry.person
                self._moderators[who.id] = Moderator(person=who, permissions=entry.permissions)
            else:
                self._moderators.pop(entry.person.id, None)

    def _command(self, command: Command) -> None:
        self._tasks.start(self._link.ask(command), self.failed.emit)


def _line_of(entry: ModEntry) -> str:
    people = [one for one in (entry.person, entry.actor) if one is not None]
    names = " ".join(f"{one.name} @{one.handle}" for one in people)
    return fold(f"{names} {entry.text} {entry.reason} {entry.action}")
