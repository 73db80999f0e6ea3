"""What watches over the LIVE, in one record: the guard, the verdict, stepping away. Built once by ``app``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studio.services.broadcast import BroadcastService
from studio.services.guard import GuardService
from studio.services.link import LinkService
from studio.services.live import LiveService
from studio.services.slate import ProgramSlate
from studio.services.step_away import Alerts, Microphone, StepAwayService
from studio.services.verdict import VerdictService


@dataclass(frozen=True, slots=True)
class Watch:
    """``verdict`` must be added to the event router: it hears what viewers report."""

    guard: GuardService
    verdict: VerdictService
    away: StepAwayService

    @classmethod
    def build(
        cls,
        broadcast: BroadcastService,
        link: LinkService,
        live: LiveService,
        microphone: Microphone | None = None,
        alerts: Alerts | None = None,
        cpu: Callable[[], tuple[float, float]] | None = None,
    ) -> Watch:
        """All three over one slate. ``cpu``: another meter, for tests."""
        slate = ProgramSlate(broadcast)
        guard = GuardService(broadcast, slate)
        verdict = VerdictService(broadcast, link, guard, cpu)
        return cls(guard, verdict, StepAwayService(live, slate, microphone, alerts))
