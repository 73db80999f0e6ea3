"""The verdict: which layer of the LIVE fails now, with the figures that show it.

GUI thread. Looks whenever the broadcast counted (once a second); the rules are in ``verdict_rules``. Signals:
``changed`` after each look.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import psutil
from PySide6.QtCore import QObject, Signal

from studio.media.clock import now_ns
from studio.media.outputs.output import OutputCounters
from studio.media.outputs.status import OutputPhase
from studio.protocol.frames import Notice, PictureReported
from studio.services.broadcast import BroadcastService
from studio.services.guard import GuardService, TroubleKind
from studio.services.link import LinkService, LinkState
from studio.services.router import Listener
from studio.services.sound_guard import SoundGuardService, SoundTrouble
from studio.services.verdict_rules import RULES, Failing, History, Latch, Layer, OutputReading, Readings

__all__ = ["CpuMeter", "Failing", "Layer", "LayerLine", "VerdictFinding", "VerdictService"]

log = logging.getLogger(__name__)

#: The first seconds on air are for opening the encoder and connecting; nothing is judged by them.
_GRACE_S = 3.0
#: What viewers said is forgotten after this long (the backend reports the last 10 s, every 2 s).
_REPORT_AGE_S = 12.0
_KEPT = 200
_OUTPUT_WRONG = (OutputPhase.RETRYING, OutputPhase.FAILED)
#: What the recording's output is called (media.recording).
RECORDING = "recording"
#: The system counts processor time in steps of 10 ms: over less than this a percentage says nothing.
_CPU_EVERY_S = 0.5


class CpuMeter:
    """(percent of the whole machine in use, percent of it by this process) since it was read before."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._cores = psutil.cpu_count() or 1
        self._read_at_s = 0.0
        self._read = (0.0, 0.0)
        self()

    def __call__(self) -> tuple[float, float]:
        now = time.monotonic()
        if now - self._read_at_s >= _CPU_EVERY_S:
            self._read_at_s = now
            self._read = psutil.cpu_percent(None), self._process.cpu_percent(None) / self._cores
        return self._read


@dataclass(frozen=True, slots=True)
class VerdictFinding:
    """One verdict that was told. Times in seconds of the monotonic clock; ``ended_s`` None while it holds."""

    layer: Layer
    title: str
    evidence: str
    began_s: float
    ended_s: float | None = None


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One layer's figures for the card. ``tone``: teal, gold or live (token names)."""

    layer: Layer
    name: str
    figures: str
    tone: str


class VerdictService(QObject, Listener):
    """Invariant: ``failing`` is the first failing rule's word, held against flicker; None: all good."""

    changed = Signal()

    def __init__(
        self,
        broadcast: BroadcastService,
        link: LinkService,
        guard: GuardService,
        sound: SoundGuardService | None = None,
        cpu: Callable[[], tuple[float, float]] | None = None,
        look_ms: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._broadcast = broadcast
        self._link = link
        self._guard = guard
        self._sound = sound
        self._cpu = cpu or CpuMeter()
        self._look_ms = look_ms
        self._clock = clock
        self._history = History()
        self._latches = [Latch(rule) for rule in RULES]
        self._reported: tuple[float, PictureReported] | None = None
        self.on_air_since_s: float | None = None
        #: When this time on air began, or the last one, in `clock.now_ns` nanoseconds and by our clock.
        self.began_ns = 0
        self._began_s = 0.0
        self.failing: Failing | None = None
        #: Every verdict since going on air, bounded; the newest last.
        self.findings: deque[VerdictFinding] = deque(maxlen=_KEPT)
        broadcast.changed.connect(self.look)
        guard.changed.connect(self.look)
        if sound is not None:
            sound.changed.connect(self.look)

    def on_notice(self, notice: Notice) -> None:
        if notice.picture is not None:
            self._reported = (self._clock(), notice.picture)

    def look(self) -> None:
        """Reads all counters and judges; off air there is nothing to judge."""
        now = self._clock()
        on_air = self._broadcast.counters.on_air
        if not on_air:
            self._leave_air(now)
        elif self.on_air_since_s is None:
            self.on_air_since_s = self._began_s = now
            self.began_ns = now_ns()
            self.findings.clear()
        elif now - self.on_air_since_s >= _GRACE_S:
            self._history.add(self._read(now))
            for latch in self._latches:
                latch.look(self._history)
            self._tell(now)
        self.changed.emit()

    def lines(self) -> tuple[LayerLine, ...]:
        """Every layer with its figures, in the order a picture passes them; empty before the first look."""
        if not self._history:
            return ()
        now, history = self._history.now, self._history
        uploads = [one for one in now.outputs if not one.to_disk]
        sent = " · ".join(f"{one.name} {one.queued_ms / 1000:.1f} s waiting" for one in uploads)
        disk = [f"{one.queued_ms / 1000:.1f} s waiting" for one in now.outputs if one.to_disk]
        rate = f"{now.kbps / 1000:.1f} Mb/s"
        lowered = f"picture {now.lowered_words}" if now.lowered_words else ""
        heard = f"{now.round_trip_ms:.0f} ms there and back" if now.round_trip_ms is not None else "measuring"
        behind = f"{now.viewers_ms / 1000:.1f} s behind · {now.viewers} reporting"
        figures = {
            Layer.CAMERA: ("Camera", f"{now.camera_fps:.0f} fps"),
            **({Layer.LOOK: ("Look", f"{now.look_ms:.0f} ms a picture")} if now.look_ms else {}),
            **({Layer.MICROPHONE: ("Microphone", self._sound.state_words)} if self._sound else {}),
            Layer.COMPOSITOR: (
                "Mixer",
                f"{now.compose_ms:.0f} of {now.frame_ms:.0f} ms a picture · {history.lagged} late",
            ),
            Layer.ENCODER: (
                "Encoder",
                f"{now.encode_ms:.0f} of {now.frame_ms:.0f} ms a frame · {history.skipped} skipped",
            ),
            Layer.CPU: ("Processor", f"{now.cpu_machine:.0f} % busy · {now.cpu_ours:.0f} % by the studio"),
            Layer.UPLINK: ("Upload", " · ".join(part for part in (rate, lowered, sent) if part)),
            **({Layer.DISK: ("Recording", disk[0])} if disk else {}),
            Layer.SERVER: ("Server", heard),
            Layer.VIEWERS: ("Viewers", behind if now.viewers else "nobody reports yet"),
        }
        failing = {latch.rule.layer: latch.failing for latch in self._latches}
        made = []
        for layer, (name, words) in figures.items():
            trouble = failing[layer]
            tone = "teal" if trouble is None else "live" if trouble.grave else "gold"
            made.append(LayerLine(layer, name, trouble.evidence if trouble else words, tone))
        return tuple(made)

    def report(self) -> list[dict[str, object]]:
        """For the practice report: the verdicts of this (or the last) time on air; seconds from its start."""
        now = self._clock()
        return [
            {
                "layer": finding.layer.value,
                "since_s": round(max(0.0, finding.began_s - self._began_s), 2),
                "seconds": round((finding.ended_s or now) - finding.began_s, 2),
                "evidence": finding.evidence,
            }
            for finding in self.findings
        ]

    def _leave_air(self, now: float) -> None:
        self._end_finding(now)
        self.on_air_since_s = self.failing = self._reported = None
        self._history.clear()
        self._latches = [Latch(rule) for rule in RULES]

    def _tell(self, now: float) -> None:
        latch = next((latch for latch in self._latches if latch.failing is not None), None)
        before, self.failing = self.failing, latch.failing if latch else None
        found = self.failing
        if found is None or latch is None:
            if before is not None:
                log.info("verdict: all good")
            self._end_finding(now)
        elif before is None or (before.layer, before.target) != (found.layer, found.target):
            self._end_finding(now)
            log.warning("verdict: %s: %s", found.layer.value, found.evidence)
            since = latch.since_s if before is None else now
            self.findings.append(VerdictFinding(found.layer, found.title, found.evidence, since))
        else:
            # The last figures say most; the time stays that of the beginning.
            self.findings[-1] = replace(self.findings[-1], title=found.title, evidence=found.evidence)

    def _end_finding(self, now: float) -> None:
        if self.findings and self.findings[-1].ended_s is None:
            self.findings[-1] = replace(self.findings[-1], ended_s=now)

    def _read(self, now: float) -> Readings:
        media, counters = self._broadcast.media_counters(), self._broadcast.counters
        bit_rate = self._broadcast.bit_rate
        machine, ours = self._cpu()
        heard = self._link.clock.heard_at_s
        troubles, sound = self._guard.open, self._sound
        trouble, by_look = self._guard.sentence, self._guard.by_look
        viewers = self._viewers(now)
        connected = self._link.state is LinkState.CONNECTED
        return Readings(
            at_s=now,
            frame_ms=1000 / self._broadcast.canvas_fps,
            camera_fps=media.capture_fps,
            camera_trouble="" if by_look else trouble,
            camera_title=self._guard.headline,
            camera_gone=any(trouble.kind is not TroubleKind.SLOW for trouble in troubles),
            look_ms=self._look_ms(),
            look_trouble=trouble if by_look else "",
            sound_trouble=sound.sentence if sound else "",
            sound_title=sound.headline if sound else "",
            sound_gone=any(one.kind is not SoundTrouble.CLIPPING for one in sound.open) if sound else False,
            composed=media.composed,
            lagged=media.lagged,
            starved=media.starved,
            compose_ms=media.compose_ms_p50,
            compose_slow_ms=media.compose_ms_p95,
            encoded=media.encoded,
            skipped=media.skipped,
            encode_ms=media.encode_ms_p50,
            encode_slow_ms=media.encode_ms_p95,
            cpu_machine=machine,
            cpu_ours=ours,
            server_trouble="" if connected else self._link.detail or "The connection to the backend is gone.",
            heard_s_ago=None if heard is None else time.monotonic() - heard,
            round_trip_ms=self._link.round_trip_ms,
            outputs=tuple(self._output(one) for one in media.outputs),
            kbps=counters.bitrate_kbps,
            lowered_for="" if bit_rate.rising else bit_rate.slow,
            lowered_words=bit_rate.words,
            viewers=viewers.viewers if viewers else 0,
            viewers_ms=viewers.latency_ms if viewers else 0,
            viewers_dropped=viewers.dropped if viewers else 0,
        )

    def _output(self, counted: OutputCounters) -> OutputReading:
        """The backend's trouble is the broadcast's; the others tell theirs themselves."""
        status = self._broadcast.outputs.statuses.get(counted.name)
        if status is None:
            trouble = self._broadcast.counters.output_state
        else:
            trouble = status.sentence if status.phase in _OUTPUT_WRONG else ""
        return OutputReading(
            counted.name, counted.dropped, counted.queued_ms, trouble, to_disk=counted.name == RECORDING
        )

    def _viewers(self, now: float) -> PictureReported | None:
        if self._reported is None or now - self._reported[0] > _REPORT_AGE_S:
            return None
        return self._reported[1]
