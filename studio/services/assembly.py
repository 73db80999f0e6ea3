"""Puts the services together: who knows whom, and in which order they hear of an event. GUI thread.

What they stand on is given: the app gives a connection and a camera, tests a link and a picture of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.model.gift import GiftCatalogue
from studio.services.account import AccountService
from studio.services.activities import ActivitiesService
from studio.services.broadcast import BroadcastService
from studio.services.checks import ChecksService
from studio.services.derivation import DerivationService
from studio.services.earlier import EarlierRows
from studio.services.earnings import EarningsService
from studio.services.exports import ExportsService
from studio.services.feed import FeedService
from studio.services.films import Films
from studio.services.history.service import HistoryService
from studio.services.journal import JournalService
from studio.services.link import LinkService
from studio.services.live import LiveService
from studio.services.look import LookService
from studio.services.mentions import MentionsService
from studio.services.moderation import ModerationService
from studio.services.overlays.service import OverlaysService
from studio.services.payouts import PayoutsService
from studio.services.people import PeopleService
from studio.services.profile import Profile
from studio.services.questions import QuestionsService
from studio.services.reactions import ReactionsService
from studio.services.reconciliation import ReconciliationService
from studio.services.router import EventRouter
from studio.services.scenes.service import ScenesService
from studio.services.search import SearchService
from studio.services.sound import SoundService
from studio.services.speech import SpeechService, Voice
from studio.services.studio import Services
from studio.services.tasks import Tasks
from studio.services.thanks import ThanksService
from studio.services.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What services stand on. ``data``: the folder of journals, thanks and payouts. ``clip``: shown where
    there is no camera. ``families``: of fonts. ``program``: the command line that starts us.
    """

    router: EventRouter
    link: LinkService
    account: AccountService
    broadcast: BroadcastService
    sound: SoundService
    profile: Profile
    tasks: Tasks
    catalogue: GiftCatalogue
    data: Path
    clip: Path
    families: Callable[[], tuple[str, ...]]
    voice: Callable[[], Voice]
    program: Sequence[str]


def assembled(
    ground: Ground, *, keep_journal: bool = True, cpu: Callable[[], tuple[float, float]] | None = None
) -> Services:
    """All services; nothing is started yet. ``keep_journal`` and ``cpu`` (another meter) are for tests."""
    link, account, profile, tasks = ground.link, ground.account, ground.profile, ground.tasks
    broadcast, sound, catalogue = ground.broadcast, ground.sound, ground.catalogue
    earnings = EarningsService(link)
    feed = FeedService(link, catalogue)
    live = LiveService(link, account, feed, earnings, broadcast, tasks)
    overlays = OverlaysService(broadcast, earnings, link, profile, catalogue, ground.families)
    broadcast.video.canvas_changed.connect(overlays.refresh)
    thanks = ThanksService(live, earnings, profile, ground.data / "thanks")
    questions = QuestionsService(live.desk, profile)
    moderation = ModerationService(link, account, live, tasks)
    mentions = MentionsService(account, profile)
    feed.ask(mentions.fits, moderation.helps)
    journal = JournalService(tasks, ground.data / "journal")
    people = PeopleService(journal)
    earlier = EarlierRows(journal, catalogue, lambda: live.room, lambda: feed.rates, mentions.speaks)
    speech = SpeechService(link, profile, ground.voice, lambda: feed.own_id, moderation.helps, mentions.marks)
    activities = ActivitiesService(link, tasks, lambda: live.room)
    payouts = PayoutsService(link, account, earnings, tasks, ground.data / "payouts")
    films = Films.build(broadcast, link, profile, tasks, ground.program)
    look = LookService(broadcast, profile, tasks)
    watch = Watch.build(
        broadcast, link, live, sound, overlays, cpu, look_ms=lambda: look.cost_ms, profile=profile
    )
    # The order in which they hear of an event: what counts comes before what is drawn.
    for listener in (
        *((journal,) if keep_journal else ()),
        account,
        earnings,
        feed,
        live,
        thanks,
        questions,
        moderation,
        activities,
        people,
        earlier,
        speech,
        payouts,
        overlays,
        films.marks,
        watch.verdict,
    ):
        ground.router.add(listener)
    return Services(
        account=account,
        link=link,
        live=live,
        feed=feed,
        earnings=earnings,
        broadcast=broadcast,
        checks=ChecksService(link, account, broadcast, tasks, ground.data, sound),
        overlays=overlays,
        profile=profile,
        tasks=tasks,
        watch=watch,
        sound=sound,
        films=films,
        look=look,
        scenes=ScenesService.build(broadcast, profile, tasks, ground.clip, ground.families, sound),
        thanks=thanks,
        questions=questions,
        moderation=moderation,
        mentions=mentions,
        search=SearchService(link, catalogue, lambda: live.room, lambda: feed.rates),
        activities=activities,
        journal=journal,
        people=people,
        earlier=earlier,
        reactions=ReactionsService(profile, tasks),
        reconciliation=ReconciliationService(live, earnings, journal, tasks),
        speech=speech,
        payouts=payouts,
        derivation=DerivationService(link, tasks),
        history=HistoryService(journal, account, profile, tasks),
        exports=ExportsService(link, account, earnings, journal, tasks, ground.program),
    )
