"""What was done about comments and people, by whom and why: one entry an action. Pure values."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from studio.model.room import CommentAccess, Person, Pinned
from studio.model.rules import Rules


class ModAction(StrEnum):
    """What an entry tells. ``HELD`` and ``HIDDEN`` are done by rules; ``UNDONE`` takes another one back.

    ``PINNED`` without an ``item_id``: the pin was taken down.
    """

    HELD = "held"
    HIDDEN = "hidden"
    ALLOWED = "allowed"
    DENIED = "denied"
    PINNED = "pinned"
    REMOVED = "removed"
    MUTED = "muted"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MODERATOR = "moderator"
    RULES = "rules"
    ACCESS = "access"
    UNDONE = "undone"


class Permission(StrEnum):
    """What a host can let a moderator do. Nobody may do anything to the host or to other moderators."""

    PIN = "pin"
    REMOVE = "remove"
    MUTE = "mute"
    BLOCK = "block"
    DECIDE = "decide"


#: Characters of a reason that is typed by hand.
MAX_REASON = 100
#: Moderators of one host, as TikTok LIVE has it.
MAX_MODERATORS = 20


class Moderator(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who helps a host, and with what."""

    person: Person
    permissions: tuple[Permission, ...]


class Blocked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who cannot enter a host's LIVEs. ``by`` and ``reason``: of the last time they were blocked."""

    person: Person
    at_ms: int
    by: Person | None = None
    reason: str = ""


class Said(StrEnum):
    """What was stopped."""

    COMMENT = "comment"
    QUESTION = "question"


class ModEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Entry ``no`` (1, 2, 3... for each host, without a gap). It is never changed; an undo is another entry.

    ``actor`` is null when a rule did it. ``answers``: the entry this one decides or takes back.
    ``item_id``: the comment's or question's in the room, once it is or was there. ``until_ms``: of a mute,
    0 for the whole LIVE. ``permissions``: what a moderator may do, nothing: is none any more. ``unpinned``
    and what ends in ``before``: what an undo puts back.
    """

    no: int
    at_ms: int
    action: ModAction
    room_id: str = ""
    actor: Person | None = None
    person: Person | None = None
    said: Said = Said.COMMENT
    text: str = ""
    reason: str = ""
    item_id: str = ""
    until_ms: int = 0
    answers: int = 0
    unpinned: Pinned | None = None
    rules: Rules | None = None
    rules_before: Rules | None = None
    access: CommentAccess | None = None
    access_before: CommentAccess | None = None
    permissions: tuple[Permission, ...] | None = None
    permissions_before: tuple[Permission, ...] | None = None

    @property
    def undoable(self) -> bool:
        """Whether it is of a kind that can be taken back. ``HELD`` is decided instead."""
        return self.action not in (ModAction.HELD, ModAction.UNDONE)


class ModerationLog:
    """The newest ``most`` entries folded in order of ``no``: what waits, and what was taken back.

    Takes entries in any order and as often as they come; gaps are allowed.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._entries: dict[int, ModEntry] = {}
        self._kept: dict[int, ModEntry] = {}  # what waits, also when it has left the newest
        self.undone: set[int] = set()
        self._decided: dict[int, int] = {}  # an entry that waits or waited -> the entry that decided it
        self._decides: dict[int, int] = {}  # the reverse
        self._open: set[int] = set()  # those of the kept that wait now

    def __len__(self) -> int:
        return len(self._entries)

    def take(self, entry: ModEntry) -> bool:
        """False for an entry that is known."""
        if entry.no in self._entries or entry.no in self._kept:
            return False
        self._entries[entry.no] = entry
        if entry.action is ModAction.HELD:
            self._kept[entry.no] = entry
            self._look_at(entry.no)
        elif entry.action in (ModAction.ALLOWED, ModAction.DENIED):
            self._decided[entry.answers] = max(entry.no, self._decided.get(entry.answers, 0))
            self._decides[entry.no] = entry.answers
            self._look_at(entry.answers)
        elif entry.action is ModAction.UNDONE:
            self.undone.add(entry.answers)
            self._look_at(self._decides.get(entry.answers, 0))
        if len(self._entries) > self._most:
            self._forget_oldest()
        return True

    def newest_first(self) -> list[ModEntry]:
        return [self._entries[no] for no in sorted(self._entries, reverse=True)]

    def waiting(self) -> list[ModEntry]:
        """What is held and not decided, or whose decision was taken back; oldest first."""
        return [self._kept[no] for no in sorted(self._open)]

    def waits(self, no: int) -> bool:
        return no in self._open

    def _look_at(self, no: int) -> None:
        """Whether that one waits now."""
        decided = self._decided.get(no)
        if no in self._kept and (decided is None or decided in self.undone):
            self._open.add(no)
        else:
            self._open.discard(no)

    def can_undo(self, entry: ModEntry) -> bool:
        return entry.undoable and entry.no not in self.undone

    def _forget_oldest(self) -> None:
        no = min(self._entries)
        del self._entries[no]
        if not self.waits(no):
            self._kept.pop(no, None)
            self._decides.pop(self._decided.pop(no, 0), None)
        self.undone.discard(no)
