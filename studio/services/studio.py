"""All services of the app, as the windows get them. A record, built by ``app``; it does nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

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
from studio.services.scenes.service import ScenesService
from studio.services.search import SearchService
from studio.services.sound import SoundService
from studio.services.speech import SpeechService
from studio.services.tasks import Tasks
from studio.services.thanks import ThanksService
from studio.services.watch import Watch


@dataclass(frozen=True, slots=True)
class Services:
    """Handed to the windows; each panel takes what it shows."""

    account: AccountService
    link: LinkService
    live: LiveService
    feed: FeedService
    earnings: EarningsService
    broadcast: BroadcastService
    checks: ChecksService
    overlays: OverlaysService
    profile: Profile
    tasks: Tasks
    watch: Watch
    sound: SoundService
    films: Films
    look: LookService
    scenes: ScenesService
    thanks: ThanksService
    questions: QuestionsService
    moderation: ModerationService
    mentions: MentionsService
    search: SearchService
    activities: ActivitiesService
    journal: JournalService
    people: PeopleService
    earlier: EarlierRows
    reactions: ReactionsService
    reconciliation: ReconciliationService
    speech: SpeechService
    payouts: PayoutsService
    derivation: DerivationService
    history: HistoryService
    exports: ExportsService
