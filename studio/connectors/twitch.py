"""Twitch: raw chat lines (IRC with tags), and the events that moderators cause (EventSub).

Pure functions, any thread. Bits are a gift beside what was said with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from studio.connectors.fields import LONGEST_KEY, Record, Unreadable, text, unix_ms, whole
from studio.connectors.happening import Entry, Happening, Kind, RecordedGift, Who, converted, passed_over

MOST_BITS = 1_000_000
_ESCAPES = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}
_SUBSCRIPTIONS = "subscriptions are not sold here"
_NOTICE = "a notice of the platform"
_MODERATION = "what moderators do"

IRC_REASONS: dict[str, str] = {
    "CLEARCHAT": _MODERATION,
    "CLEARMSG": _MODERATION,
    "GLOBALUSERSTATE": "about the recorder's own connection",
    "NOTICE": _NOTICE,
    "PING": "about the recorder's own connection",
    "ROOMSTATE": "what the host sets, not what a viewer does",
    "USERNOTICE anongiftpaidupgrade": _SUBSCRIPTIONS,
    "USERNOTICE bitsbadgetier": "a badge we do not give",
    "USERNOTICE giftpaidupgrade": _SUBSCRIPTIONS,
    "USERNOTICE raid": "viewers of another LIVE",
    "USERNOTICE resub": _SUBSCRIPTIONS,
    "USERNOTICE rewardgift": _SUBSCRIPTIONS,
    "USERNOTICE sharedchatnotice": _NOTICE,
    "USERNOTICE sub": _SUBSCRIPTIONS,
    "USERNOTICE subgift": _SUBSCRIPTIONS,
    "USERNOTICE submysterygift": _SUBSCRIPTIONS,
    "USERNOTICE viewermilestone": _NOTICE,
    "USERSTATE": "about the recorder's own connection",
    "WHISPER": "between two people, not in the LIVE",
}

_ACTIONS = (
    "approve_unban_request", "ban", "delete", "deny_unban_request", "emoteonly", "emoteonlyoff", "followers",
    "followersoff", "mod", "raid", "remove_blocked_term", "remove_permitted_term", "add_blocked_term",
    "add_permitted_term", "shared_chat_ban", "shared_chat_delete", "shared_chat_timeout", "shared_chat_unban",
    "shared_chat_untimeout", "slow", "slowoff", "subscribers", "subscribersoff", "timeout", "unban",
    "uniquechat", "uniquechatoff", "unmod", "unraid", "untimeout", "unvip", "vip", "warn",
)  # fmt: skip
#: What moderators do is the host's to rehearse; what was said meanwhile is in the chat's own recording.
EVENTSUB_REASONS: dict[str, str] = {
    **{f"moderate {action}": _MODERATION for action in _ACTIONS},
    **{
        f"{topic} {status}".strip(): _MODERATION
        for topic in ("held by AutoMod", "held for a check", "suspicious person")
        for status in ("", "approved", "denied", "expired", "invalid")
    },
}


def is_irc(record: Record) -> bool:
    return isinstance(record.get("raw"), str)


def is_eventsub(record: Record) -> bool:
    return isinstance(record.get("event"), dict | list)


@dataclass(frozen=True, slots=True)
class _Line:
    tags: dict[str, str]
    nick: str
    command: str
    words: list[str]

    @property
    def said(self) -> str:
        return self.words[1] if len(self.words) > 1 else ""


def read_irc(record: Record) -> Iterator[Entry]:
    """``{"raw": "@tags :nick!user@host PRIVMSG #channel :text"}``."""
    line = _parse(text(record, "raw"))
    name = line.command
    if name == "USERNOTICE":
        name = f"{name} {line.tags.get('msg-id', '')}".strip()[:LONGEST_KEY]
    # A notice may carry what the person wrote to everyone with it.
    speaks = line.command == "PRIVMSG" or (line.command == "USERNOTICE" and line.said != "")
    if not speaks:
        yield passed_over(name, IRC_REASONS)
        return
    yield converted(name, line.tags.get("id", "")[:LONGEST_KEY], lambda: _spoken(line))


def read_eventsub(record: Record) -> Iterator[Entry]:
    """``{"event": {...}}`` or several in a list."""
    events = record.get("event")
    for event in events if isinstance(events, list) else [events]:
        if not isinstance(event, dict):
            raise Unreadable("an event is not a record")
        yield passed_over(_event_name(event), EVENTSUB_REASONS)


def _event_name(event: Record) -> str:
    action = text(event, "action", longest=LONGEST_KEY)
    if action:
        return f"moderate {action}"
    if "low_trust_status" in event:
        return "suspicious person"
    topic = "held by AutoMod" if "automod" in event or "blocked_term" in event else ""
    if not topic and "message_id" in event:
        topic = "held for a check"
    return f"{topic} {text(event, 'status', longest=LONGEST_KEY)}".strip() or "event"


def _spoken(line: _Line) -> tuple[Happening, ...]:
    tags = line.tags
    login = tags.get("login", "") or line.nick
    key = tags.get("user-id", "") or login
    if not key:
        raise Unreadable("it does not say who")
    who = Who(key[:LONGEST_KEY], login[:LONGEST_KEY], tags.get("display-name", "") or login)
    at_ms = unix_ms(tags.get("tmi-sent-ts", ""))
    said = line.said
    if said.startswith("\x01ACTION "):
        said = said.removeprefix("\x01ACTION ").removesuffix("\x01")
    happenings = [Happening(Kind.COMMENT, who, at_ms, said)] if said else []
    bits = whole(dict(tags), "bits", most=MOST_BITS)
    if bits:
        happenings.append(Happening(Kind.GIFT, who, at_ms, gift=RecordedGift("Bits", bits)))
    return tuple(happenings)


def _parse(raw: str) -> _Line:
    """One line of IRC with IRCv3 tags. `Unreadable` when there is no command."""
    rest = raw.rstrip("\r\n")
    tags: dict[str, str] = {}
    nick = ""
    if rest.startswith("@"):
        written, _, rest = rest[1:].partition(" ")
        for tag in written.split(";"):
            key, _, value = tag.partition("=")
            tags[key] = _unescaped(value)
    rest = rest.lstrip(" ")
    if rest.startswith(":"):
        prefix, _, rest = rest[1:].partition(" ")
        nick, mark, _ = prefix.partition("!")
        nick = nick if mark else ""
    head, colon, trailing = rest.lstrip(" ").partition(" :")
    command, *words = head.split() or [""]
    if not command.isalnum() or len(command) > 20:
        raise Unreadable("it is not a line of IRC")
    return _Line(tags, nick, command, [*words[:1], *([trailing] if colon else [" ".join(words[1:])])])


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    pieces: list[str] = []
    letters = iter(value)
    for letter in letters:
        if letter != "\\":
            pieces.append(letter)
        elif following := next(letters, ""):
            pieces.append(_ESCAPES.get(following, following))
    return "".join(pieces)
