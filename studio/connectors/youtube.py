"""YouTube: live-chat actions and renderers, one a line.

Pure functions, any thread. A Super Chat is what was said and a gift of that price; tickers only repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.connectors.fields import LONGEST_KEY, Record, Unreadable, listed, part, text, unix_ms
from studio.connectors.happening import Entry, Happening, Kind, RecordedGift, Who, converted, passed_over
from studio.connectors.money import coins_of_amount

_JEWELS = re.compile(r"\bfor (\d{1,6}) Jewels?\b")

REASONS: dict[str, str] = {
    "addBannerToLiveChatCommand": "a notice of the platform",
    "addLiveChatTickerItemAction": "shows again what is in the chat",
    "closeLiveChatActionPanelAction": "a poll of the host's that is over",
    "liveChatLegacyPaidMessageRenderer": "memberships are not sold here",
    "liveChatMembershipItemRenderer": "memberships are not sold here",
    "liveChatModeChangeMessageRenderer": "what moderators do",
    "liveChatPlaceholderItemRenderer": "an empty place",
    "liveChatSponsorshipsGiftPurchaseAnnouncementRenderer": "memberships are not sold here",
    "liveChatSponsorshipsGiftRedemptionAnnouncementRenderer": "memberships are not sold here",
    "liveChatViewerEngagementMessageRenderer": "a notice of the platform",
    "markChatItemAsDeletedAction": "what moderators do",
    "markChatItemsByAuthorAsDeletedAction": "what moderators do",
    "removeBannerForLiveChatCommand": "a notice of the platform",
    "removeChatItemAction": "what moderators do",
    "removeChatItemByAuthorAction": "what moderators do",
    "replaceChatItemAction": "shows again what is in the chat",
    "showLiveChatActionPanelAction": "a poll of the host's",
    "updateLiveChatPollAction": "a poll of the host's",
}
#: Renderers recorded without their name are known by a field that only they have.
_BY_FIELD = (
    ("purchaseAmountText", "liveChatPaidMessageRenderer"),
    ("headerSubtext", "liveChatMembershipItemRenderer"),
)
_WORDS = ("Renderer", "Model", "Action", "Command")


def is_youtube(record: Record) -> bool:
    return isinstance(record.get("kind"), str) and isinstance(record.get("data"), dict)


def read_youtube(record: Record) -> Iterator[Entry]:
    """``{"kind": ..., "data": ...}``: the data is an action, or what stood in one."""
    name, item = _item(text(record, "kind", longest=LONGEST_KEY), part(record, "data"))
    if name not in _CONVERTERS:
        yield passed_over(name, REASONS)
        return
    yield converted(name, _identity(item), lambda: _CONVERTERS[name](item))


def _item(name: str, data: Record) -> tuple[str, Record]:
    """The renderer itself and its name, out of whatever is around it."""
    if not name.endswith(_WORDS):  # the recorder took the first field for the kind
        name = next((key for key in data if isinstance(key, str) and key.endswith(_WORDS)), name)
    if name == "addChatItemAction":
        item = part(data, "addChatItemAction", "item")
        name = next((key for key in item if key.endswith(_WORDS)), name)
        return name, part(item, name)
    if not name.endswith(_WORDS):
        name = next((known for field, known in _BY_FIELD if field in data), name)
    return name, data


def _identity(item: Record) -> str:
    """An id alone is not enough: some recorders replace it by one for all."""
    marks = (item.get("id"), item.get("timestampUsec"), item.get("message"), item.get("purchaseAmountText"))
    return repr(marks)[:2_000] if item.get("id") else ""


def _who(item: Record) -> Who:
    name = _written(part(item, "authorName"))
    key = text(item, "authorExternalChannelId", longest=LONGEST_KEY) or name[:LONGEST_KEY]
    if not key:
        raise Unreadable("it does not say who")
    # Recorders that hide the channels give one id to many names.
    return Who(f"{key}|{name[:LONGEST_KEY]}", name.lstrip("@"), name)


def _written(field: Record) -> str:
    """The text of ``{"simpleText"}``, ``{"content"}`` or ``{"runs": [{"text"} | {"emoji"}]}``."""
    plain = text(field, "simpleText", "content")
    if plain:
        return plain.strip()
    pieces: list[str] = []
    for run in listed(field, "runs"):
        if not isinstance(run, dict):
            raise Unreadable("a run of text is not a record")
        pieces.append(text(run, "text") or _emoji(part(run, "emoji")))
    return "".join(pieces)


def _emoji(emoji: Record) -> str:
    shortcuts = [one for one in listed(emoji, "shortcuts") if isinstance(one, str)]
    if emoji.get("isCustomEmoji"):
        return shortcuts[0] if shortcuts else ""
    return text(emoji, "emojiId", longest=LONGEST_KEY)


def _said(item: Record) -> tuple[Happening, ...]:
    written = _written(part(item, "message"))
    at_ms = unix_ms(item.get("timestampUsec"))
    return (Happening(Kind.COMMENT, _who(item), at_ms, written),) if written else ()


def _paid(item: Record) -> tuple[Happening, ...]:
    coins = coins_of_amount(_written(part(item, "purchaseAmountText")))
    gift = Happening(
        Kind.GIFT, _who(item), unix_ms(item.get("timestampUsec")), gift=RecordedGift("Super Chat", coins)
    )
    return (*_said(item), gift)


def _jewels(item: Record) -> tuple[Happening, ...]:
    sent = _written(part(item, "text"))
    found = _JEWELS.search(sent)
    coins = int(found[1]) if found else 0
    name = sent.removeprefix("sent ").partition(" for ")[0][:LONGEST_KEY]
    return (Happening(Kind.GIFT, _who(item), gift=RecordedGift(name, coins)),)


_CONVERTERS = {
    "giftMessageViewModel": _jewels,
    "liveChatPaidMessageRenderer": _paid,
    "liveChatPaidStickerRenderer": _paid,
    "liveChatTextMessageRenderer": _said,
}
