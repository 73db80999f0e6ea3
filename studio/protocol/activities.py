"""What hosts and viewers ask of a room's activities. `COMMAND_TYPES` lists them with all others."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from studio.model.fan_club import Fan
from studio.model.giveaway import Entrants, Giveaway
from studio.model.money import MAX_AMOUNT
from studio.model.poll import PollKind
from studio.protocol.command import Command, Id, Result, Seq, Text

Seconds = Annotated[int, msgspec.Meta(ge=0, le=MAX_AMOUNT)]
Place = Annotated[int, msgspec.Meta(ge=0, le=1_000)]


class Mine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What this account has done in what runs in a room; ``poll_choice`` is -1 without a vote.

    ``fan``: this account as a member of the host's fan club.
    """

    poll_choice: int = -1
    giveaway_id: str = ""
    box_ids: tuple[str, ...] = ()
    fan: Fan | None = None


class OptionWish(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as the host asks for it; ``gift_id`` in a poll of gifts."""

    text: Text = ""
    gift_id: int = 0


class StartPoll(Command, frozen=True, kw_only=True, tag="start_poll"):
    """Host: asks the viewers. ``seconds`` 0: until it is ended. One poll runs at a time."""

    room_id: Id
    question: Text
    options: tuple[OptionWish, ...]
    poll_kind: PollKind = PollKind.VOTES
    seconds: Seconds = 0


class EndPoll(Command, frozen=True, kw_only=True, tag="end_poll"):
    """Host: ends the poll. ENDED_ALREADY when it has ended, for example on another of the host's devices."""

    room_id: Id
    poll_id: Id


class VotePoll(Command, frozen=True, kw_only=True, tag="vote_poll"):
    """Viewer: chooses an answer, by its place from 0; another choice replaces the one before."""

    room_id: Id
    poll_id: Id
    choice: Place


class SetCountdown(Command, frozen=True, kw_only=True, tag="set_countdown"):
    """Host: counts down from ``seconds``, in place of one that runs; 0 takes it away."""

    room_id: Id
    title: Text = ""
    seconds: Seconds = 0


class StartGiveaway(Command, frozen=True, kw_only=True, tag="start_giveaway"):
    """Host: gives something away. ``seconds`` 0: until it is drawn by hand. One runs at a time."""

    room_id: Id
    prize: Text
    places: int = 1
    who: Entrants = Entrants.EVERYONE
    seconds: Seconds = 0


class EnterGiveaway(Command, frozen=True, kw_only=True, tag="enter_giveaway"):
    """Viewer: takes part, once."""

    room_id: Id
    giveaway_id: Id


class DrawGiveaway(Command, frozen=True, kw_only=True, tag="draw_giveaway"):
    """Host: draws now."""

    room_id: Id
    giveaway_id: Id


class Drawn(Result, frozen=True, kw_only=True):
    """A drawn giveaway with all that is needed to work it out again: the handles of all who took part."""

    giveaway: Giveaway
    handles: tuple[str, ...]


class GetDraw(Command, frozen=True, kw_only=True, tag="get_draw"):
    """Anyone: what a giveaway of this room was drawn from. NOT_DRAWN while it runs."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = Drawn
    room_id: Id
    giveaway_id: Id


class BoxFunded(Result, frozen=True, kw_only=True):
    """The coins are in the box. ``coins``: what the giver has left."""

    box_id: str
    transfer_id: str
    coins: int


class FundBox(Command, frozen=True, kw_only=True, tag="fund_box"):
    """Anyone: puts ``coins`` into a treasure box for up to ``places`` people; it opens after ``seconds``."""

    result: ClassVar[type[Result]] = BoxFunded
    room_id: Id
    coins: Annotated[int, msgspec.Meta(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
    places: Annotated[int, msgspec.Meta(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
    seconds: Seconds


class JoinBox(Command, frozen=True, kw_only=True, tag="join_box"):
    """Viewer: wants a share of a box that has not opened yet."""

    room_id: Id
    box_id: Id


class JoinFanClub(Command, frozen=True, kw_only=True, tag="join_fan_club"):
    """Viewer: joins the host's fan club, or leaves it (``member`` false): its points are gone then."""

    room_id: Id
    member: bool = True


class FanList(Result, frozen=True, kw_only=True):
    """How many fans there are, and those with most points."""

    fans: Seq
    top: tuple[Fan, ...]


class GetFans(Command, frozen=True, kw_only=True, tag="get_fans"):
    """Anyone: the fan club of a room's host; its first 100 by points."""

    mutates: ClassVar[bool] = False
    result: ClassVar[type[Result]] = FanList
    room_id: Id


ACTIVITY_TYPES: tuple[type[Command], ...] = (
    StartPoll,
    EndPoll,
    VotePoll,
    SetCountdown,
    StartGiveaway,
    EnterGiveaway,
    DrawGiveaway,
    GetDraw,
    FundBox,
    JoinBox,
    JoinFanClub,
    GetFans,
)
