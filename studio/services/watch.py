"""What watches over the LIVE, in one record: guards, verdict, stepping away. Built once by ``app``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studio.services.broadcast import BroadcastService
from studio.services.guard import GuardService
from studio.services.link import LinkService
from studio.services.live import LiveService
from studio.services.profile import Profile
from studio.services.slate import ProgramSlate
from studio.services.sound import SoundService
from studio.services.sound_guard import SoundGuardService
from studio.services.step_away import Alerts, StepAwayService
from studio.services.verdict import VerdictService


@dataclass(frozen=True, slots=True)
class Watch:
    """``verdict`` must be added to the event router: it hears what viewers report."""

    guard: GuardService
    sound: SoundGuardService | None
    verdict: VerdictService
    away: StepAwayService

    @classmethod
    def build(
        cls,
        broadcast: BroadcastService,
        link: LinkService,
        live: LiveService,
        sound: SoundService | None = None,
        alerts: Alerts | None = None,
        cpu: Callable[[], tuple[float, float]] | None = None,
        look_ms: Callable[[], float] = lambda: 0.0,
        profile: Profile | None = None,
    ) -> Watch:
        """All over one slate. ``cpu``: another meter (tests). ``look_ms``, ``profile``: see their parts."""
        slate = ProgramSlate(broadcast)
        guard = GuardService(broadcast, slate, look_ms=look_ms)
        sound_guard = sound.guard if sound is not None else None
        verdict = VerdictService(broadcast, link, guard, sound_guard, cpu, look_ms)
        away = StepAwayService(live, slate, sound, alerts, profile=profile)
        return cls(guard, sound_guard, verdict, away)

    def guards_report(self) -> list[dict[str, object]]:
        """For the practice report: what both guards found since going on air, in the order of its time."""
        since_ns = self.verdict.began_ns
        found = self.guard.report(since_ns) + (self.sound.report(since_ns) if self.sound else [])
        return sorted(found, key=lambda one: str(one["at_s"]).zfill(12))
