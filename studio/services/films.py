"""What of a LIVE stays on this computer, in one record: recordings, marks, replays. Built once by ``app``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.services.broadcast import BroadcastService
from studio.services.link import LinkService
from studio.services.marks import MarksService
from studio.services.profile import Profile
from studio.services.recordings import RecordingsService
from studio.services.replay import ReplayService
from studio.services.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Films:
    """``marks`` must be added to the event router: bursts of gifts set some."""

    recordings: RecordingsService
    marks: MarksService
    replay: ReplayService

    @classmethod
    def build(
        cls,
        broadcast: BroadcastService,
        link: LinkService,
        profile: Profile,
        tasks: Tasks,
        program: Sequence[str],
    ) -> Films:
        """``program``: how to start this program again, for the work on films."""
        outputs = broadcast.outputs
        return cls(
            RecordingsService(outputs, tasks, program), MarksService(outputs, link, profile), broadcast.replay
        )
