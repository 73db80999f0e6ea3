"""How entries and rules are said to a person. Pure, any thread."""

from __future__ import annotations

from datetime import datetime

from studio.model.moderation import ModAction, ModEntry, Permission, Said
from studio.model.room import Commenters, Person
from studio.model.rules import Consequence, RuleKind
from studio.model.text import clean_line, cut_to, isolate

RULES = {
    RuleKind.KEYWORDS: ("Words", "Your own words and phrases, and word lists"),
    RuleKind.LINKS: ("Links", "Addresses of web sites, except those you allow"),
    RuleKind.CAPITALS: ("Capitals", "Comments that SHOUT"),
    RuleKind.REPEATS: ("Repeats", "The same again from one person within 30 seconds"),
}
CONSEQUENCES = {
    Consequence.HOLD: "Hold for me",
    Consequence.HIDE: "Hide",
    Consequence.MUTE: "Hide and mute",
}
PERMISSIONS = {
    Permission.PIN: "Pin comments",
    Permission.REMOVE: "Remove comments",
    Permission.MUTE: "Mute people",
    Permission.BLOCK: "Block people",
    Permission.DECIDE: "Allow and deny what waits",
}
SLOW_CHOICES = (0, 3, 5, 10, 30, 60, 120, 300)
_NAME, _TEXT = 40, 160
_DONE = {
    ModAction.HELD: "Held",
    ModAction.HIDDEN: "Hidden",
    ModAction.ALLOWED: "Allowed",
    ModAction.DENIED: "Denied",
    ModAction.PINNED: "Pinned",
    ModAction.REMOVED: "Removed",
    ModAction.MUTED: "Muted",
    ModAction.BLOCKED: "Blocked",
    ModAction.UNBLOCKED: "Let in again",
    ModAction.MODERATOR: "Moderator",
    ModAction.RULES: "Rules changed",
    ModAction.ACCESS: "Who can comment",
    ModAction.UNDONE: "Taken back",
}
_WHO = {
    Commenters.EVERYONE: "everyone",
    Commenters.FOLLOWERS: "followers only",
    Commenters.NOBODY: "nobody",
}


def name_of(person: Person | None) -> str:
    """A stranger's name in one line, unable to turn the words around it."""
    return (
        isolate(cut_to(clean_line(person.shown_name) or "Someone", _NAME)) if person is not None else "A rule"
    )


def permission_words(permissions: tuple[Permission, ...]) -> str:
    """ "pin, remove, mute": what somebody may do, in one line."""
    return ", ".join(one.value for one in Permission if one in permissions)


def slow_words(seconds: int) -> str:
    if not seconds:
        return "Off"
    return (
        f"{seconds} seconds" if seconds < 60 else "a minute" if seconds == 60 else f"{seconds // 60} minutes"
    )


def said_words(entry: ModEntry) -> str:
    """What was said, cut to what a row has room for."""
    words = cut_to(clean_line(entry.text), _TEXT)
    return f"Question: {isolate(words)}" if entry.said is Said.QUESTION else isolate(words)


def headline(entry: ModEntry) -> str:
    """What was done, to whom."""
    done = _DONE[entry.action]
    if entry.action is ModAction.MUTED:
        return f"{done} {name_of(entry.person)} {_how_long(entry)}"
    if entry.action is ModAction.PINNED and not entry.item_id:
        return "Pin taken down"
    if entry.action is ModAction.ACCESS and entry.access is not None:
        return f"{done}: {_WHO[entry.access.who]}"
    if entry.action is ModAction.MODERATOR and not entry.permissions:
        return f"No moderator any more: {name_of(entry.person)}"
    if entry.action is ModAction.MODERATOR and entry.permissions:
        return f"{done} {name_of(entry.person)}: {permission_words(entry.permissions)}"
    if entry.action is ModAction.UNDONE:
        return f"{done}: entry {entry.answers:,}" + (f", {name_of(entry.person)}" if entry.person else "")
    return f"{done}: {name_of(entry.person)}" if entry.person is not None else done


def by_whom(entry: ModEntry) -> str:
    """When, by whom, why."""
    at = datetime.fromtimestamp(entry.at_ms / 1000).astimezone()
    actor = f"by {name_of(entry.actor)}" if entry.actor is not None else "by your rules"
    reason = f" · {isolate(clean_line(entry.reason))}" if entry.reason else ""
    return f"{entry.no:,} · {at:%H:%M:%S} · {actor}{reason}"


def _how_long(entry: ModEntry) -> str:
    if not entry.until_ms:
        return "for this LIVE"
    seconds = max(1, round((entry.until_ms - entry.at_ms) / 1000))
    return f"for {seconds} s" if seconds < 60 else f"for {round(seconds / 60)} min"
