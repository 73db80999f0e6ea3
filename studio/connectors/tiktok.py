"""TikTok: webcast messages as proto JSON, alone or in Euler's envelopes; the flat events of connector v1.

Pure functions, any thread. A gift that can streak carries its running count, and its end repeats the last
one: the plan merges them (`cast.Streaks`); here each message is only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from studio.connectors.fields import (
    LONGEST_KEY,
    Record,
    Unreadable,
    flag,
    listed,
    part,
    text,
    unix_ms,
    whole,
)
from studio.connectors.happening import Entry, Happening, Kind, RecordedGift, Who, converted, passed_over

#: More of one thing in one message than anybody can have done.
MOST_LIKES = 10_000
MOST_GIFTS = 100_000
DEAREST_GIFT = 1_000_000
_MOST_COINS = 10_000_000
#: The kind of gift whose repeats are counted in one streak.
_STREAKS = 1

_HOSTS = "what the host sets, not what a viewer does"
_BATTLE = "a match with other hosts"
_RANKS = "a ranking over many LIVEs"
_COUNTED = "our room counts for itself"
_NOTICE = "a notice of the platform"
_MONEY_ELSEWHERE = "coins that do not go to the host as a gift"

#: What has no counterpart in our room, and why.
WEBCAST_REASONS: dict[str, str] = {
    "RoomMessage": _NOTICE,
    "WebcastBarrageMessage": _NOTICE,
    "WebcastCaptionMessage": "captions are made from the host's own sound",
    "WebcastControlMessage": _HOSTS,
    "WebcastEmoteChatMessage": "an emote without text",
    "WebcastEnvelopeMessage": _MONEY_ELSEWHERE,
    "WebcastGoalUpdateMessage": _HOSTS,
    "WebcastHourlyRankMessage": _RANKS,
    "WebcastImDeleteMessage": "what moderators do",
    "WebcastInRoomBannerMessage": _NOTICE,
    "WebcastLinkLayerMessage": _BATTLE,
    "WebcastLinkMessage": _BATTLE,
    "WebcastLinkMicArmies": _BATTLE,
    "WebcastLinkMicBattle": _BATTLE,
    "WebcastLinkMicBattlePunishFinish": _BATTLE,
    "WebcastLinkMicFanTicketMethod": _BATTLE,
    "WebcastLinkMicMethod": _BATTLE,
    "WebcastLinkmicBattleTaskMessage": _BATTLE,
    "WebcastLiveIntroMessage": _HOSTS,
    "WebcastMemberMessage other than joining": "only joining has a counterpart",
    "WebcastMsgDetectMessage": "a measurement of the platform",
    "WebcastOecLiveShoppingMessage": "a shop beside the LIVE",
    "WebcastPollMessage": _HOSTS,
    "WebcastRankTextMessage": _RANKS,
    "WebcastRankUpdateMessage": _RANKS,
    "WebcastRoomMessage": _NOTICE,
    "WebcastRoomPinMessage": _HOSTS,
    "WebcastRoomUserSeqMessage": _COUNTED,
    "WebcastSocialMessage other than follow and share": "reposts are not shown in a LIVE of ours",
    "WebcastSubNotifyMessage": "subscriptions are not sold here",
    "WebcastUnauthorizedMemberMessage": "somebody without a name; our room counts them",
}  # fmt: skip

V1_REASONS: dict[str, str] = {
    "emote": "an emote without text",
    "envelope": _MONEY_ELSEWHERE,
    "linkMicArmies": _BATTLE,
    "linkMicBattle": _BATTLE,
    "liveIntro": _HOSTS,
    "roomUser": _COUNTED,
    "social": "told once more as follow or share",
    "streamEnd": _HOSTS,
    "subscribe": "subscriptions are not sold here",
}

EULER_REASONS: dict[str, str] = {"worker_info": "about the recorder's own connection", **WEBCAST_REASONS}


def is_webcast(record: Record) -> bool:
    return isinstance(record.get("type"), str) and isinstance(record.get("data"), dict)


def is_v1(record: Record) -> bool:
    return isinstance(record.get("event"), str) and isinstance(record.get("data"), dict)


def is_euler(record: Record) -> bool:
    payload = record.get("payload", record)
    return isinstance(payload, dict) and (
        isinstance(payload.get("messages"), list)
        or (isinstance(payload.get("event"), str) and "data" not in payload)
    )


def read_webcast(record: Record) -> Iterator[Entry]:
    """``{"type": ..., "data": ..., "ts": ..., "room": ...}``."""
    yield _message(record, unix_ms(record.get("ts")), WEBCAST_REASONS)


def read_euler(record: Record) -> Iterator[Entry]:
    """``{"payload": {"messages": [...], "timestamp": ...}}``, or that payload alone."""
    payload = part(record, "payload") or record
    name = text(payload, "event", longest=LONGEST_KEY)
    if name:
        yield passed_over(name, EULER_REASONS)
        return
    at_ms = unix_ms(payload.get("timestamp"))
    for message in listed(payload, "messages"):
        if not isinstance(message, dict):
            raise Unreadable("a message is not a record")
        yield _message(message, at_ms, EULER_REASONS)


def read_v1(record: Record) -> Iterator[Entry]:
    """``{"event": "chat", "data": {...}}`` with the person's fields beside the event's own."""
    name, data = text(record, "event", longest=LONGEST_KEY), part(record, "data")
    convert = _V1.get(name)
    if convert is None:
        yield passed_over(name, V1_REASONS)
        return
    at_ms = unix_ms(data.get("createTime"))
    yield converted(name, _id_of(data), lambda: convert(data, data, at_ms, ""))


def _message(record: Record, at_ms: int, reasons: dict[str, str]) -> Entry:
    name, data = text(record, "type", longest=LONGEST_KEY), part(record, "data")
    common = part(data, "common")
    at_ms = at_ms or unix_ms(common.get("createTime"))
    name = _named(name, data)
    convert = _WEBCAST.get(name)
    if convert is None:
        return passed_over(name, reasons)
    room = text(common, "roomId", longest=LONGEST_KEY)
    return converted(name, _id_of(common), lambda: convert(data, part(data, "user"), at_ms, room))


def _named(name: str, data: Record) -> str:
    """The message's name; those that say several things are told apart."""
    if name == "WebcastSocialMessage" and _social_kind(data) is None:
        return f"{name} other than follow and share"
    if name == "WebcastMemberMessage" and data.get("action") not in (None, "JOINED", 1, "1"):
        return f"{name} other than joining"
    return name


def _id_of(common: Record) -> str:
    return text(common, "msgId", longest=LONGEST_KEY)


def _who(user: Record) -> Who:
    handle = text(user, "uniqueId", "displayId", longest=LONGEST_KEY)
    name = text(user, "nickname")
    key = text(user, "userId", "idStr", longest=LONGEST_KEY)
    key = key if key not in ("", "0") else handle or name[:LONGEST_KEY]
    if not key:
        raise Unreadable("it does not say who")
    return Who(key, handle, name)


_Convert = Callable[[Record, Record, int, str], tuple[Happening, ...]]


def _chat(data: Record, user: Record, at_ms: int, _room: str) -> tuple[Happening, ...]:
    said = text(data, "comment", "content")
    return (Happening(Kind.COMMENT, _who(user), at_ms, said),) if said else ()


def _like(data: Record, user: Record, at_ms: int, _room: str) -> tuple[Happening, ...]:
    count = whole(data, "likeCount", most=MOST_LIKES)
    return (Happening(Kind.LIKE, _who(user), at_ms, count=count),) if count else ()


def _plain(kind: Kind) -> _Convert:
    def convert(_data: Record, user: Record, at_ms: int, _room: str) -> tuple[Happening, ...]:
        return (Happening(kind, _who(user), at_ms),)

    return convert


def _question(data: Record, user: Record, at_ms: int, _room: str) -> tuple[Happening, ...]:
    details = part(data, "details") or data
    asked = text(details, "questionText", "text")
    who = _who(part(details, "user") or user)
    return (Happening(Kind.QUESTION, who, at_ms, asked),) if asked else ()


def _social(data: Record, user: Record, at_ms: int, _room: str) -> tuple[Happening, ...]:
    kind = _social_kind(data)
    assert kind is not None, "others go by another name"
    return (Happening(kind, _who(user), at_ms),)


def _social_kind(data: Record) -> Kind | None:
    action = str(data.get("action"))
    return {"1": Kind.FOLLOW, "3": Kind.SHARE}.get(action)


def _gift(data: Record, user: Record, at_ms: int, room: str) -> tuple[Happening, ...]:
    details = part(data, "giftDetails") or part(data, "gift")
    gift_id = text(data, "giftId", longest=LONGEST_KEY) or text(details, "id", "gift_id", longest=LONGEST_KEY)
    if not gift_id:
        raise Unreadable("it does not say which gift")
    who = _who(user)
    count = whole(data, "repeatCount", "comboCount", most=MOST_GIFTS) or 1
    coins = whole(details, "diamondCount", most=DEAREST_GIFT) or whole(
        data, "diamondCount", most=DEAREST_GIFT
    )
    if count * coins > _MOST_COINS:
        raise Unreadable("it is worth more than anybody gives at once")
    kind = whole(details, "giftType", "gift_type", most=1_000) or whole(data, "giftType", most=1_000)
    group = text(data, "groupId", longest=LONGEST_KEY)
    streaks = (kind == _STREAKS or flag(details, "combo")) and group not in ("", "0")
    streak = "|".join((room, who.key, gift_id, group)) if streaks else ""
    return (Happening(Kind.GIFT, who, at_ms, count=count, gift=RecordedGift(gift_id, coins, streak)),)


_WEBCAST: dict[str, _Convert] = {
    "WebcastChatMessage": _chat,
    "WebcastGiftMessage": _gift,
    "WebcastLikeMessage": _like,
    "WebcastMemberMessage": _plain(Kind.JOIN),
    "WebcastQuestionNewMessage": _question,
    "WebcastSocialMessage": _social,
}

_V1: dict[str, _Convert] = {
    "chat": _chat,
    "follow": _plain(Kind.FOLLOW),
    "gift": _gift,
    "like": _like,
    "member": _plain(Kind.JOIN),
    "questionNew": _question,
    "share": _plain(Kind.SHARE),
}
