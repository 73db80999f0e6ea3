"""One believable example of every message, for the reference page and for tests. Pure, any thread.

Values come from the field's name where that says more than its type (``room_id``, ``coins``), else from
the type alone; so a new message has an example without anyone writing one.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import inspect as types

from studio.model.giveaway import commitment_of
from studio.model.poll import Poll, PollOption
from studio.model.question import QuestionState
from studio.model.room import Commenters
from studio.model.treasure import BoxState
from studio.protocol.activities import OptionWish
from studio.protocol.codec import raw
from studio.protocol.commands import COMMAND_TYPES, Posted, SendGift
from studio.protocol.events import EVENT_TYPES, Commented, GiftSent
from studio.protocol.frames import CLIENT_FRAME_TYPES, SERVER_FRAME_TYPES

_AT_MS = 1_767_225_600_000

EXAMPLE_POLL = Poll(
    poll_id="9f2c4be01d77a350",
    question="What next?",
    options=(PollOption(text="A fox", votes=12), PollOption(text="A lighthouse", votes=7)),
    started_ms=_AT_MS,
    ends_ms=_AT_MS + 60_000,
)

#: By "Class.field" or "field"; the first that is there wins.
_VALUES: dict[str, Any] = {
    "Hello.server": "host-studio 0.1.0",
    "Hello.versions": (1,),
    "Identify.version": 1,
    "Identify.client": "host-studio 0.1.0",
    "Fault.code": 104,
    "Fault.message": "Identify comes first, and once.",
    "MediaRefused.code": 300,
    "MediaRefused.message": "There is no such room.",
    "Request.id": "0190d6f1c2aa4e0b9d5f6a7b8c9d0e1f",
    "Response.id": "0190d6f1c2aa4e0b9d5f6a7b8c9d0e1f",
    "Response.ok": True,
    "Response.message": "",
    "Account.role": "host",
    "Person.name": "Anna 🌿",
    "Goal.title": "New easel",
    "Gift.id": 1001,
    "Gift.name": "Rose",
    "Gift.art": "rose.svg",
    "Gift.coins": 1,
    "Gift.streakable": True,
    "CoinPack.coins": 70,
    "CoinPack.price_micro_dollars": 990_000,
    "AskQuestion.text": "Which pencil is that?",
    "QuestionAsked.text": "Which pencil is that?",
    "Question.text": "Which pencil is that?",
    "Question.state": QuestionState.ANSWERING,
    "MoveQuestion.state": QuestionState.ANSWERING,
    "Voted.voted": True,
    "votes": 12,
    "SignUp.name": "Anna",
    "SignUp.role": "viewer",
    "CommentAccess.who": Commenters.FOLLOWERS,
    "CommentAccess.follow_age_s": 600,
    "PersonMuted.until_ms": _AT_MS + 60_000,
    "Rule.terms": ("spoil*",),
    "Rule.mute_s": 300,
    "Rules.slow_s": 5,
    "ModerationState.lists": ("de", "en"),
    "ModEntry.no": 7,
    "ModEntry.reason": "keyword “spoil*”",
    "ModEntry.text": "no spoilers please",
    "TriedComment.reason": "keyword “spoil*”",
    "TriedComment.text": "no spoilers please",
    "RulesTried.looked_at": 1_000,
    "SearchRoom.text": "shading",
    "Poll.poll_id": "9f2c4be01d77a350",
    "poll_id": "9f2c4be01d77a350",
    "giveaway_id": "51c0be88e20f4d19",
    "box_id": "c2f70be13a984d60",
    "choice": 1,
    "PollChanged.poll": EXAMPLE_POLL,
    "Activities.poll": EXAMPLE_POLL,
    "Countdown.title": "Next sketch",
    "Countdown.length_ms": 300_000,
    "ends_ms": _AT_MS + 300_000,
    "opens_ms": _AT_MS + 60_000,
    "SetCountdown.title": "Next sketch",
    "StartPoll.question": "What next?",
    "options": (OptionWish(text="A fox"), OptionWish(text="A lighthouse")),
    "prize": "A signed print",
    "commitment": commitment_of("5" * 64),
    "BoxFunded.coins": 400,
    "FundBox.coins": 500,
    "TreasureBox.coins": 500,
    "TreasureBox.places": 10,
    "TreasureBox.state": BoxState.FILLING,
    "TreasureBox.joined": 3,
    "Giveaway.entered": 12,
    "Drawn.handles": ("anna", "ben"),
    "RequestPayout.diamonds": 2_000,
    "RequestPayout.micro_dollars": 0,
    "payout_id": "6d1f0b7c95e84a3e",
    "Payout.diamonds": 2_000,
    "Payout.micro_dollars": 10_000_000,
    "Payout.reason": "",
    "micro_dollars_per_diamond": 5_000,
    "diamonds_per_coin": 1,
    "opening": 12,
    "closing": 2_013,
    "amount": 2_000,
    "Derivation.micro_dollars": 10_000_000,
    "DerivationLine.coins": 1,
    "DerivationLine.share_ppm": 0,
    "DerivationLine.share": 0,
    "DerivationLine.count": 1,
    "event_seq": 41,
    "gift_transfer_id": "t-45c48cce",
    "purchase_transfer_id": "t-0b8cf1d2",
    "Reversal.reason": "the payment was returned",
    "GetDerivation.of": "available",
    "GetDerivation.after": "",
    "GetStatement.from_ms": 1_767_225_600_000,
    "GetStatement.until_ms": 1_798_761_600_000,
    "SignedStatement.statement": '{"host_id":"u-1f3870be"}',
    "SignedStatement.signature": "0f" * 64,
    "SignedStatement.public_key": "d7" * 32,
    "level": 3,
    "fans": 41,
    "Entered.fans": {"u-1f3870be": 3},
    "no": 7,
    "said_seq": 38,
    "said_ms": _AT_MS - 5_000,
    "Resume.after_seq": 40,
    "Resumed.after_seq": 40,
    "Opened.seq": 0,
    "RoomOpened.seq": 1,
    "at_ms": _AT_MS,
    "id": "u-1f3870be",
    "room_id": "r-7c6a180b",
    "comment_id": "c-9e107d9d",
    "question_id": "q-e4d909c2",
    "item_id": "c-9e107d9d",
    "transfer_id": "t-45c48cce",
    "streak_id": "s-d3d94468",
    "person_id": "u-1f3870be",
    "pack_id": "coins-70",
    "gift_id": 1001,
    "gift_name": "Rose",
    "handle": "anna",
    "password": "correct horse battery",
    "token": "opaque",
    "title": "Ink and tea",
    "topic": "Art & drawing",
    "topics": ("Just chatting", "Art & drawing"),
    "text": "that shading though 😍",
    "reason": "ended by the host",
    "mime": 'video/mp4; codecs="avc1.64001f"',
    "width": 720,
    "height": 1280,
    "seconds": 60,
    "sent_ms": _AT_MS + 30,
    "server_time_ms": _AT_MS + 42,
    "started_ms": _AT_MS - 600_000,
    "expires_ms": _AT_MS + 2_592_000_000,
    "latency_ms": 400,
    "version": 1,
    "seq": 41,
    "coins_each": 1,
    "count": 5,
    "added": 1,
    "coins": 65,
    "diamonds": 1,
    "room_diamonds": 1_240,
    "micro_dollars": 5_000,
    "target": 5_000,
    "Goal.reached": 1,
    "Goal.gift_id": 0,
    "SetGoal.gift_id": 0,
    "goal_title": "New easel",
    "goal_target": 5_000,
    "likes": 812,
    "viewers": 31,
    "peak": 44,
    "unique": 97,
    "total": 812,
    "followers": 128,
}


def example(kind: type[msgspec.Struct]) -> msgspec.Struct:
    """A message of that class with every required field, and the optional ones that say something."""
    described = types.type_info(kind)
    assert isinstance(described, types.StructType)
    values = {}
    for field in described.fields:
        value = _value(kind.__name__, field)
        if value is not msgspec.UNSET:
            values[field.name] = value
    return kind(**values)


def all_messages() -> list[msgspec.Struct]:
    """An example of every frame, command, result and event."""
    results = tuple(dict.fromkeys(kind.result for kind in COMMAND_TYPES))
    kinds = (*CLIENT_FRAME_TYPES, *SERVER_FRAME_TYPES, *COMMAND_TYPES, *results, *EVENT_TYPES)
    return [example(kind) for kind in kinds]


def _value(owner: str, field: types.Field) -> Any:
    if owner == "Notice":
        return _of_type(field.type) if field.name == "balance" else msgspec.UNSET
    if isinstance(field.type, types.RawType) or _is_raw_list(field.type):
        return _raw(owner, field.name)
    for key in (f"{owner}.{field.name}", field.name):
        if key in _VALUES:
            return _VALUES[key]
    if not field.required and not isinstance(field.type, types.UnionType | types.StructType):
        return msgspec.UNSET
    return _of_type(field.type)


def _is_raw_list(kind: types.Type) -> bool:
    return isinstance(kind, types.VarTupleType) and isinstance(kind.item_type, types.RawType)


def _raw(owner: str, name: str) -> Any:
    if owner == "Request":
        return raw(example(SendGift))
    if owner == "Response":
        return raw(example(Posted))
    if owner == "Events":
        return (raw(example(Commented)), raw(msgspec.structs.replace(example(GiftSent), seq=42)))
    assert (owner, name) in (("Entered", "recent"), ("RoomFound", "events")), f"no example for {owner}.{name}"
    return (raw(example(Commented)),)


def _of_type(kind: types.Type) -> Any:
    match kind:
        case types.StructType():
            return example(kind.cls)
        case types.UnionType():
            return _of_type(next(one for one in kind.types if not isinstance(one, types.NoneType)))
        case types.VarTupleType():
            return (_of_type(kind.item_type),)
        case types.StrType():
            return "text"
        case types.BoolType():
            return True
        case types.EnumType():
            return next(iter(kind.cls))
        case types.IntType() | types.FloatType():
            return 1
        case _:
            raise TypeError(f"no example for {kind}")
