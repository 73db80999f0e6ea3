"""What hosts ask for about comments and people. Each command names its result.

The room's viewers hear of what concerns them by events. What was done by whom and why stands in the host's
log: `ModEntry`, told to the host alone (`Moderated` in a Notice) and read back with `GetModeration`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from studio.model.moderation import Blocked, ModEntry, Moderator, Permission
from studio.model.room import CommentAccess, Person
from studio.model.rules import MAX_MUTE_S, Consequence, Rules
from studio.protocol.command import Command, Id, Result, Seq, Text


class ModerationState(Result, frozen=True, kw_only=True):
    """``held``: what waits for the host in the open LIVE, oldest first. ``log``: entries, newest first.

    ``lists``: languages there are word lists for. ``more``: whether there are older entries.
    """

    rules: Rules
    lists: tuple[str, ...]
    held: tuple[ModEntry, ...] = ()
    log: tuple[ModEntry, ...] = ()
    more: bool = False
    moderators: tuple[Moderator, ...] = ()


class TriedComment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment that the tried rules would have stopped, what they would have done, and why."""

    at_ms: int
    person: Person
    text: str
    consequence: Consequence
    reason: str


class RulesTried(Result, frozen=True, kw_only=True):
    """Of the last ``looked_at`` comments (at most 1,000) those the rules would have stopped, oldest first."""

    looked_at: int
    found: tuple[TriedComment, ...]


class PinComment(Command, frozen=True, kw_only=True, tag="pin_comment"):
    """Host, moderators who may: pins a comment; an empty id takes the pin down."""

    room_id: Id
    comment_id: Text = ""


class RemoveComment(Command, frozen=True, kw_only=True, tag="remove_comment"):
    """Host, moderators who may: takes a comment out."""

    room_id: Id
    comment_id: Id
    reason: Text = ""


class MutePerson(Command, frozen=True, kw_only=True, tag="mute_person"):
    """Host, moderators who may: no comments from a person for ``seconds`` (0: the whole LIVE).

    Hides their earlier ones.
    """

    room_id: Id
    person_id: Id
    seconds: Annotated[int, msgspec.Meta(ge=0, le=MAX_MUTE_S)] = 0
    reason: Text = ""


class BlockPerson(Command, frozen=True, kw_only=True, tag="block_person"):
    """A person cannot enter this host's LIVEs any more, or (``blocked`` false, the host alone) can again.

    In an open LIVE their comments are hidden and they are turned out. Moderators say in which ``room_id``.
    """

    person_id: Id
    blocked: bool = True
    room_id: Text = ""
    reason: Text = ""


class BlockedPeople(Result, frozen=True, kw_only=True):
    """Whom a host does not want, the newest first. ``next_place``: of the next page, 0 when there is none."""

    people: tuple[Blocked, ...]
    next_place: int = 0


class GetBlocked(Command, frozen=True, kw_only=True, tag="get_blocked"):
    """Host: 100 of the people who are blocked, from ``place`` on, whose handle or name has ``text`` in it."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = BlockedPeople
    text: Text = ""
    place: Seq = 0


class SetModerator(Command, frozen=True, kw_only=True, tag="set_moderator"):
    """Host: a person may do that from now on, in this LIVE and later ones; nothing: is no moderator."""

    person_id: Id
    permissions: Annotated[tuple[Permission, ...], msgspec.Meta(max_length=16)] = ()


class SetCommentAccess(Command, frozen=True, kw_only=True, tag="set_comment_access"):
    """Host: who may comment and ask from now on; the host always may."""

    room_id: Id
    access: CommentAccess


class SetRules(Command, frozen=True, kw_only=True, tag="set_rules"):
    """Host: what becomes of comments from now on, in this LIVE and later ones."""

    rules: Rules


class TryRules(Command, frozen=True, kw_only=True, tag="try_rules"):
    """Host: what these rules would have stopped of the last 1,000 comments. Nothing is changed."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = RulesTried
    rules: Rules


class GetModeration(Command, frozen=True, kw_only=True, tag="get_moderation"):
    """Host: the rules, what waits, and 200 entries of the log, those before ``before_no`` (0: the newest).

    A moderator names the ``room_id`` and is told what waits there, nothing else.
    """

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = ModerationState
    before_no: Seq = 0
    room_id: Text = ""


class DecideHeld(Command, frozen=True, kw_only=True, tag="decide_held"):
    """Host, moderators who may: lets what waits as entry ``no`` into the room, or not."""

    room_id: Id
    no: Seq
    allow: bool


class UndoModeration(Command, frozen=True, kw_only=True, tag="undo_moderation"):
    """Host: takes entry ``no`` of the log back. What was hidden is seen again, who was muted may talk."""

    no: Seq


#: In the order of the reference page.
MODERATION_TYPES: tuple[type[Command], ...] = (
    PinComment,
    RemoveComment,
    MutePerson,
    BlockPerson,
    SetModerator,
    SetCommentAccess,
    SetRules,
    TryRules,
    GetModeration,
    GetBlocked,
    DecideHeld,
    UndoModeration,
)
