"""From the room's events to the program picture: a real compositor, a clock moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from studio.media.compositor import Compositor
from studio.media.frame import Frame, Pixels
from studio.media.mailbox import Mailbox
from studio.media.overlay import Overlay
from studio.media.settings import CanvasSettings
from studio.model.gift import GiftCatalogue
from studio.model.question import Question, QuestionState
from studio.model.room import Goal, Person, RoomTotals
from studio.places import resource_path
from studio.protocol.commands import Resumed
from studio.protocol.events import (
    Commented,
    CommentRemoved,
    Event,
    Followed,
    GiftSent,
    GoalUpdated,
    PersonMuted,
    QuestionAnswered,
    QuestionAsked,
    QuestionMoved,
    QuestionVoted,
    RoomClosed,
    RoomOpened,
    ViewersCounted,
)
from studio.protocol.session import RoomEvents, RoomLost, RoomResumed
from studio.services.earnings import EarningsService
from studio.services.link import LinkService
from studio.services.overlays.alert_queue import MIN_MS, SHOWN_MS
from studio.services.overlays.kinds import DEFAULTS, OverlayKind, Place
from studio.services.overlays.layout import BOTTOM, GAP, SIDE, TOP
from studio.services.overlays.service import OverlaysService
from studio.services.profile import Profile
from studio.services.router import EventRouter
from studio.services.tasks import Tasks
from studio.ui.theme import fonts
from tests.fakes.sources import plain
from tests.fakes.still_broadcast import StillBroadcast
from tests.unit.services.conftest import ANA, HOST, LEO, ROOM

CATALOGUE = GiftCatalogue.from_json(resource_path("gifts", "catalogue.json").read_bytes())
BY_NAME = {gift.name: gift for gift in CATALOGUE.gifts}
GOAL = Goal(title="New tablet", target=50_000, reached=31_480)
WIDTH, HEIGHT = 720, 1280


class OnCompositor(StillBroadcast):
    """Hands the overlays to a compositor whose ticks are asked for."""

    def __init__(self, link: LinkService, profile: Profile) -> None:
        super().__init__(link, profile, Tasks())
        self.compositor = Compositor(CanvasSettings(), Mailbox())
        box: Mailbox[Frame] = Mailbox()
        box.put(Frame(plain(WIDTH, HEIGHT, 128), 0))
        self.compositor.set_input(box)
        self.changes = 0
        self.ticks = 0

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        self.changes += 1
        self.compositor.set_overlays(overlays)

    def program(self) -> Pixels:
        self.ticks += 1
        return self.compositor.compose(self.ticks, 0).array


class Room:
    """One studio's overlays, fed by hand; ``wait`` moves the clock as the timers would."""

    def __init__(
        self, link: LinkService, router: EventRouter, earnings: EarningsService, folder: Path
    ) -> None:
        self.link, self.router = link, router
        self.profile = Profile(folder / "profile.json")
        self.picture = OnCompositor(link, self.profile)
        self.now_ms = 0
        self.overlays = OverlaysService(
            self.picture, earnings, link, self.profile, CATALOGUE, fonts.families, lambda: self.now_ms
        )
        router.add(self.overlays)
        self._gifts = 0

    def send(self, *events: Event) -> None:
        self.router.route(RoomEvents("r1", events, 0))
        self.overlays.refresh()

    def wait(self, ms: int) -> None:
        for _ in range(ms // 50):
            self.now_ms += 50
            self.overlays.refresh()

    def gift(self, person: Person, name: str, count: int = 1, age_ms: int = 0, added: int = 1) -> GiftSent:
        gift = BY_NAME[name]
        self._gifts += 1
        return GiftSent(
            streak_id=f"{person.id}-{name}",
            transfer_id=f"t{self._gifts}",
            at_ms=round(self.link.clock.now_ms()) - age_ms,
            person=person,
            gift_id=gift.id,
            gift_name=gift.name,
            coins_each=gift.coins,
            count=count,
            added=added,
            coins=gift.coins * added,
            diamonds=gift.coins * added,
            room_diamonds=gift.coins * count,
            ended=False,
        )

    def touched(self) -> tuple[int, int, int, int] | None:
        """Left, top, right, bottom of what is over the grey picture; None when nothing is."""
        rows, columns = np.nonzero((self.picture.program() != 128).any(axis=2))
        if not len(rows):
            return None
        return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.fixture
def room(
    qapp: QApplication, link: LinkService, router: EventRouter, earnings: EarningsService, tmp_path: Path
) -> Iterator[Room]:
    made = Room(link, router, earnings, tmp_path)
    yield made
    for part in (made.overlays, made.picture, made.profile):
        shiboken6.delete(part)


def test_an_alert_is_in_the_picture_where_it_was_put_and_gone_after_its_time(room: Room) -> None:
    assert room.touched() is None
    room.send(room.gift(ANA, "Rose"))
    assert room.touched() == (SIDE, HEIGHT - BOTTOM - 112, WIDTH - SIDE, HEIGHT - BOTTOM)
    faint = int(np.abs(room.picture.program().astype(int) - 128).max())
    room.wait(1_000)
    assert int(np.abs(room.picture.program().astype(int) - 128).max()) > faint, "it fades in"
    room.overlays.choose(OverlayKind.ALERT, place=Place.TOP)
    assert room.touched() == (SIDE, TOP, WIDTH - SIDE, TOP + 112)
    room.wait(SHOWN_MS[1])
    assert room.touched() is None
    assert not room.overlays.alert_up


def test_twenty_roses_are_one_alert_whose_count_grows(room: Room) -> None:
    looks = []
    for count in range(1, 21):
        room.send(room.gift(ANA, "Rose", count))
        assert (room.overlays.alert_up, room.overlays.alerts_waiting) == (True, 0)
        room.wait(200)
        looks.append(room.picture.program().tobytes())
    assert len(set(looks[1:])) == 19, "every count is another picture"
    room.send(room.gift(ANA, "Rose", 20, added=0))  # the end of the streak is no gift
    room.wait(5_000)
    assert room.touched() is None
    room.wait(60_000)
    assert room.touched() is None, "it does not come twice"


def test_a_pause_keeps_the_alerts_and_a_skip_goes_on(room: Room) -> None:
    room.send(room.gift(ANA, "Lion"), room.gift(LEO, "Swan"))
    room.wait(500)
    lion = room.picture.program().tobytes()
    room.overlays.pause_alerts()
    assert room.touched() is None
    assert room.overlays.alerts_waiting == 2
    room.wait(60_000)
    assert room.touched() is None
    room.overlays.pause_alerts(False)
    room.wait(500)
    assert room.picture.program().tobytes() == lion
    room.overlays.skip_alert()
    room.wait(500)
    assert room.overlays.alert_up
    assert room.overlays.alerts_waiting == 0
    assert room.picture.program().tobytes() != lion
    room.overlays.skip_alert()
    assert room.touched() is None


def test_the_goal_is_drawn_when_it_moves_and_costs_nothing_when_it_does_not(room: Room) -> None:
    room.send(RoomOpened(room=ROOM), GoalUpdated(goal=GOAL))
    assert room.touched() == (SIDE, HEIGHT - BOTTOM - 86, WIDTH - SIDE, HEIGHT - BOTTOM)
    first, changes = room.picture.program(), room.picture.changes
    for _ in range(20):
        room.send(ViewersCounted(viewers=5, peak=5, unique=5), GoalUpdated(goal=GOAL))
    assert room.picture.changes == changes
    assert room.picture.program() is first, "not even composed again"
    room.send(GoalUpdated(goal=Goal(title="New tablet", target=50_000, reached=40_000)))
    assert room.picture.changes == changes + 1
    room.send(GoalUpdated(goal=None))
    assert room.touched() is None


def test_the_alert_lies_above_the_goal(room: Room) -> None:
    room.send(GoalUpdated(goal=GOAL), room.gift(ANA, "Lion"))
    assert room.touched() == (SIDE, HEIGHT - BOTTOM - 86 - GAP - 112, WIDTH - SIDE, HEIGHT - BOTTOM)


def test_comments_leave_with_their_removal_and_their_authors_mute(room: Room) -> None:
    room.overlays.choose(OverlayKind.CHAT, on=True)
    room.send(
        *(Commented(comment_id=f"c{n}", person=ANA if n % 2 else LEO, text=f"hello {n}") for n in range(9))
    )
    three = room.touched()
    room.send(CommentRemoved(comment_id="c8", by=HOST))
    two = room.touched()
    assert three is not None and two is not None
    assert two[1] > three[1], "one comment less"
    room.send(PersonMuted(person=ANA, until_ms=0, by=HOST))
    one = room.touched()
    assert one is not None and one[1] > two[1], "only the other's is left"
    room.send(PersonMuted(person=LEO, until_ms=0, by=HOST))
    assert room.touched() is None


def test_figures_of_the_room(room: Room) -> None:
    for kind in (OverlayKind.FOLLOWER, OverlayKind.SUPPORTER, OverlayKind.VIEWERS):
        room.overlays.choose(kind, on=True)
    room.overlays.choose(OverlayKind.ALERT, on=False)
    room.send(RoomOpened(room=ROOM))
    assert room.touched() is None
    room.send(Followed(person=ANA, followers=3))
    follower = room.touched()
    assert follower is not None and follower[:2] == (SIDE, TOP)
    room.send(ViewersCounted(viewers=1_284, peak=1_300, unique=1_500))
    both = room.touched()
    assert both is not None and both[2] == WIDTH - SIDE
    room.send(room.gift(LEO, "Lion"))
    three = room.touched()
    assert three is not None and three[3] > both[3], "the supporter is below the follower"
    assert not room.overlays.alert_up, "switched off"
    room.send(RoomClosed(totals=RoomTotals()))
    assert room.touched() is None


def test_old_gifts_that_come_again_are_not_shown_again(room: Room) -> None:
    room.send(room.gift(ANA, "Lion", age_ms=61_000))
    assert not room.overlays.alert_up
    room.send(room.gift(LEO, "Swan", age_ms=5_000))
    assert room.overlays.alert_up


def test_a_gift_this_version_does_not_know_is_shown_with_a_neutral_drawing(room: Room) -> None:
    event = room.gift(ANA, "Rose")
    unknown = GiftSent(
        **{**{name: getattr(event, name) for name in event.__struct_fields__}, "gift_id": 987_654}
    )
    room.send(unknown)
    assert room.overlays.alert_up and room.touched() is not None


def test_a_test_alert_switches_alerts_on_and_needs_no_room(room: Room) -> None:
    room.overlays.choose(OverlayKind.ALERT, on=False)
    room.overlays.test_alert()
    assert room.overlays.choice(OverlayKind.ALERT).on
    assert room.touched() is not None
    room.overlays.test_alert()
    assert room.overlays.alerts_waiting == 1, "each is an alert of its own"
    room.overlays.choose(OverlayKind.ALERT, on=False)
    assert (room.touched(), room.overlays.alerts_waiting) == (None, 0)


def test_a_lost_room_takes_everything_down_and_a_resumed_one_brings_its_goal(room: Room) -> None:
    room.send(GoalUpdated(goal=GOAL), room.gift(ANA, "Lion"))
    room.router.route(RoomLost("r1", 404, "The room is gone."))
    room.overlays.refresh()
    assert room.touched() is None
    fresh = type(ROOM)(room_id="r1", host=HOST, title="", topic="", started_ms=1, goal=GOAL)
    room.router.route(RoomResumed(Resumed(room=fresh, after_seq=0, seq=1)))
    room.overlays.refresh()
    assert room.touched() is not None


def test_choices_are_remembered_and_odd_ones_fall_back(room: Room, tmp_path: Path) -> None:
    room.overlays.choose(OverlayKind.CHAT, on=True, place=Place.TOP_RIGHT)
    room.profile.flush()
    again = Profile(tmp_path / "profile.json")
    assert again.saved.overlays["chat"].on and again.saved.overlays["chat"].place == "top-right"
    text = (tmp_path / "profile.json").read_text().replace("top-right", "on the ceiling")
    (tmp_path / "profile.json").write_text(text)
    odd = Profile(tmp_path / "profile.json")
    room.profile.update(overlays=odd.saved.overlays)
    assert room.overlays.choice(OverlayKind.CHAT).place is DEFAULTS[OverlayKind.CHAT].place
    assert room.overlays.choice(OverlayKind.CHAT).on


def test_a_storm_is_drawn_in_a_few_steps(room: Room) -> None:
    room.overlays.choose(OverlayKind.CHAT, on=True)
    changes = room.picture.changes
    batch = tuple(Commented(comment_id=f"c{n}", person=ANA, text="hi") for n in range(2_000))
    room.router.route(RoomEvents("r1", batch, 0))
    assert room.picture.changes == changes, "drawn later, off the path of the events"
    room.overlays.refresh()
    assert room.picture.changes == changes + 1


def test_a_larger_gift_takes_the_place_of_a_smaller_one(room: Room) -> None:
    room.send(room.gift(ANA, "Rose"))
    room.wait(500)
    rose = room.picture.program().tobytes()
    room.send(room.gift(LEO, "Lion"))
    assert room.picture.program().tobytes() == rose, "one can be read before it goes"
    room.wait(MIN_MS + 50)
    assert room.picture.program().tobytes() != rose
    assert room.overlays.alerts_waiting == 0


def test_the_question_being_answered_is_over_the_picture_until_it_is_not(room: Room) -> None:
    def moved(number: int, state: QuestionState, votes: int = 0) -> QuestionMoved:
        question = Question(question_id=f"q{number}", person=ANA, text="why?", state=state, votes=votes)
        return QuestionMoved(question=question)

    room.send(QuestionAsked(question_id="q1", person=ANA, text="why?"), moved(2, QuestionState.DISMISSED))
    assert room.touched() is None
    for end in (
        QuestionAnswered(question_id="q1"),
        moved(1, QuestionState.OPEN),
        moved(1, QuestionState.DISMISSED),
        RoomClosed(totals=RoomTotals()),
    ):
        room.send(moved(1, QuestionState.ANSWERING))
        left, top, right, bottom = room.touched() or (0, 0, 0, 0)
        assert (left, right, bottom) == (SIDE, WIDTH - SIDE, HEIGHT - BOTTOM)
        room.send(QuestionAnswered(question_id="q2"), moved(2, QuestionState.OPEN))
        assert room.touched() == (left, top, right, bottom)  # another one is none of its business
        room.send(end)
        assert room.touched() is None


def test_votes_count_up_on_the_question_in_the_picture(room: Room) -> None:
    question = Question(question_id="q1", person=ANA, text="why?", state=QuestionState.ANSWERING, votes=1)
    room.send(QuestionMoved(question=question))
    before = room.picture.program().copy()
    room.send(QuestionVoted(question_id="other", votes=9))
    assert (room.picture.program() == before).all()
    room.send(QuestionVoted(question_id="q1", votes=2))
    assert (room.picture.program() != before).any()


def test_the_question_goes_where_the_host_wants_it_above_the_goal_and_below_the_alert(room: Room) -> None:
    question = Question(question_id="q1", person=ANA, text="why?", state=QuestionState.ANSWERING)
    room.send(GoalUpdated(goal=GOAL))
    goal_top = (room.touched() or (0, 0, 0, 0))[1]
    room.send(QuestionMoved(question=question), room.gift(ANA, "Rose"))
    room.wait(400)
    boxes = [box for _, box, _ in room.overlays._placed]
    assert [boxes[1].y + boxes[1].height, boxes[2].y + boxes[2].height] == [goal_top - GAP, boxes[1].y - GAP]
    room.overlays.choose(OverlayKind.QUESTION, place=Place.TOP)
    assert (room.touched() or (0, 0, 0, 0))[1] == TOP
    room.overlays.choose(OverlayKind.QUESTION, on=False)
    assert (room.touched() or (0, 0, 0, 0))[1] > HEIGHT / 2
