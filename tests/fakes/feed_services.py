"""The app's real services with one fake part: a link that records commands instead of sending them.

What a panel shows comes from protocol events through the real router, feed, earnings and live services.
The real ``LinkService.ask`` is tested in tests/unit/services and against the backend.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from studio.model.gift import GiftCatalogue
from studio.model.limits import LIMITS, TOPICS
from studio.model.money import Rates
from studio.model.room import Person, Room
from studio.model.rules import Rules
from studio.net.clock import ServerClock
from studio.net.credentials import CredentialStore
from studio.net.errors import Rejected
from studio.places import program_command, resource_path
from studio.protocol.command import Command, Result
from studio.protocol.commands import Account, Posted
from studio.protocol.events import (
    Commented,
    Event,
    Followed,
    GiftSent,
    Joined,
    Liked,
    QuestionAsked,
    RoomOpened,
    Shared,
)
from studio.protocol.frames import Identified
from studio.protocol.moderation import (
    BlockedPeople,
    GetBlocked,
    GetModeration,
    ModerationState,
    RulesTried,
    TryRules,
)
from studio.protocol.money import Derivation, GetDerivation, GetPayouts, GetReversals, Payouts, Reversals
from studio.protocol.session import RoomEvents
from studio.services.account import AccountService
from studio.services.assembly import Ground, assembled
from studio.services.broadcast import BroadcastService
from studio.services.link import LinkService
from studio.services.live import Phase
from studio.services.profile import Profile
from studio.services.router import EventRouter
from studio.services.sound import SoundService
from studio.services.tasks import OnError, T, Tasks
from studio.ui.theme import fonts
from tests.fakes.still_voice import StillVoice

HOST = Person(id="host", handle="you")
START_MS = 1_760_000_000_000


class StillClock(ServerClock):
    """The backend's clock, standing at ``at_ms`` until it is set."""

    at_ms = float(START_MS)

    def now_ms(self) -> float:
        return self.at_ms


class RecordingLink(LinkService):
    """``asked``: commands in order. ``refusal``: the next ones are rejected with it."""

    @property
    def clock(self) -> StillClock:
        return self._still

    def __init__(self, router: EventRouter) -> None:
        super().__init__(router, connect=_no_connection)
        self.asked: list[Command] = []
        self.refusal: Rejected | None = None
        self.moderation = ModerationState(rules=Rules(), lists=("de", "en"))
        self.tried = RulesTried(looked_at=0, found=())
        self.blocked = BlockedPeople(people=())
        self.payouts = Payouts(payouts=())
        self.derivation = Derivation(
            opening=0, closing=0, amount=0, micro_dollars=0, micro_dollars_per_diamond=5_000, lines=()
        )
        self._still = StillClock()

    async def ask(self, command: Command, request_id: str = "") -> Result:
        self.asked.append(command)
        if self.refusal is not None:
            raise self.refusal
        if isinstance(command, GetModeration):
            return self.moderation
        if isinstance(command, GetBlocked):
            return self.blocked
        if isinstance(command, GetPayouts):
            return self.payouts
        if isinstance(command, GetDerivation):
            return self.derivation
        if isinstance(command, GetReversals):
            return Reversals(reversals=())
        return (
            self.tried
            if isinstance(command, TryRules)
            else Posted(item_id=f"posted-{len(self.asked)}", seq=0)
        )


class RigTasks(Tasks):
    """A test without a loop does not wait for what would run on it."""

    def start(self, work: Coroutine[Any, Any, T], on_error: OnError | None = None) -> asyncio.Task[T]:
        try:
            return super().start(work, on_error)
        except RuntimeError:
            work.close()
            return None  # type: ignore[return-value]


def _no_connection(*_: object) -> None:
    raise AssertionError("this rig has no connection")


def rig_ground(
    rig: Rig,
    folder: Path,
    account: AccountService,
    broadcast: BroadcastService,
    sound: SoundService,
    profile: Profile,
    tasks: Tasks,
) -> Ground:
    """What a rig's services stand on."""
    return Ground(
        router=rig.router,
        link=rig.link,
        account=account,
        broadcast=broadcast,
        sound=sound,
        profile=profile,
        tasks=tasks,
        catalogue=rig.catalogue,
        data=folder,
        clip=folder / "no-clip.mp4",
        families=fonts.families,
        voice=StillVoice,
        program=program_command(),
    )


class Rig:
    """Services plus the room's events: each method is one event of the backend's, routed at once."""

    def __init__(self, folder: Path, *, journal_kept: bool = False) -> None:
        """``journal_kept``: with the thread and the file of a journal, which its user has to stop."""
        self.router = EventRouter()
        self.link = RecordingLink(self.router)
        tasks = RigTasks()
        profile = Profile(folder / "profile.json")
        account = AccountService(self.link, CredentialStore(), profile, tasks, _no_embedded)
        broadcast = BroadcastService(self.link, profile, tasks, folder / "no-clip.mp4")
        sound = SoundService(profile)
        self.catalogue = GiftCatalogue.from_json(resource_path("gifts", "catalogue.json").read_bytes())
        self.services = assembled(
            rig_ground(self, folder, account, broadcast, sound, profile, tasks),
            keep_journal=journal_kept,
            cpu=lambda: (0.0, 0.0),
        )
        self.seq = 0
        self.room_diamonds = 0
        self.now_ms = START_MS
        self._ids = 0

    def sign_in(self, coins: int = 0, diamonds: int = 0, available: int = 0, reserved: int = 0) -> None:
        self.router.route(
            Identified(
                version=1,
                server_time_ms=START_MS,
                rates=Rates(),
                limits=LIMITS,
                topics=TOPICS,
                account=Account(
                    person=HOST,
                    role="host",
                    coins=coins,
                    diamonds=diamonds,
                    available=available,
                    reserved=reserved,
                ),
            )
        )

    def go_live(self, title: str = "Friday night sketching") -> None:
        """On air without a picture: the room is open, its first event has come."""
        self.sign_in()
        room = Room(room_id="room", host=HOST, title=title, topic="", started_ms=START_MS)
        live = self.services.live
        live.room = room
        live._set_phase(Phase.LIVE)
        self.send(RoomOpened(room=room, **self._stamp()))

    def pass_time(self, ms: int) -> None:
        """The backend's clock moves on."""
        self.now_ms += ms
        self.link.clock.at_ms = float(self.now_ms)

    def send(self, *events: Event) -> None:
        self.router.route(RoomEvents("room", events, self.now_ms))

    def _stamp(self) -> dict[str, int]:
        self.seq += 1
        return {"seq": self.seq, "at_ms": self.now_ms}

    def _id(self, what: str) -> str:
        self._ids += 1
        return f"{what}-{self._ids}"

    def comment(self, name: str, text: str) -> Commented:
        return Commented(comment_id=self._id("comment"), person=person(name), text=text, **self._stamp())

    def question(self, name: str, text: str) -> QuestionAsked:
        return QuestionAsked(
            question_id=self._id("question"), person=person(name), text=text, **self._stamp()
        )

    def gift(
        self, name: str, gift_name: str, count: int = 1, *, added: int | None = None,
        streak: str = "", ended: bool = True,
    ) -> GiftSent:  # fmt: skip
        gift = next(gift for gift in self.catalogue.gifts if gift.name == gift_name)
        new = count if added is None else added
        self.room_diamonds += new * gift.coins
        return GiftSent(
            transfer_id=self._id("transfer"),
            streak_id=streak or self._id("streak"),
            person=person(name),
            gift_id=gift.id,
            gift_name=gift.name,
            coins_each=gift.coins,
            count=count,
            added=new,
            coins=new * gift.coins,
            diamonds=new * gift.coins,
            room_diamonds=self.room_diamonds,
            ended=ended,
            **self._stamp(),
        )

    def liked(self, name: str, count: int) -> Liked:
        return Liked(person=person(name), count=count, total=count, **self._stamp())

    def followed(self, name: str) -> Followed:
        return Followed(person=person(name), followers=1, **self._stamp())

    def joined(self, name: str) -> Joined:
        return Joined(person=person(name), **self._stamp())

    def shared(self, name: str) -> Shared:
        return Shared(person=person(name), **self._stamp())

    def flush(self) -> None:
        """Hands out what the services hold back for coalescing, now."""
        self.services.feed._flush()
        self.services.live.changed.emit()
        self.services.earnings.changed.emit()
        self.services.questions.changed.emit()


async def _no_embedded() -> object:
    raise AssertionError("this rig has no backend")


def person(name: str) -> Person:
    """A viewer; the same name is the same account."""
    return Person(id=f"id:{name}", handle=name)
